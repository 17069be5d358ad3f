//! Which shard a principal is on.

use std::collections::BTreeMap;

use crate::Hash;

/// The table of routes as it was read: so many shards, and principals that are elsewhere than their name says.
pub struct Routes {
    version: i64,
    shards: usize,
    elsewhere: BTreeMap<String, usize>,
    digest: fn(&[u8]) -> Hash,
}

impl Routes {
    pub(crate) fn new(
        version: i64,
        shards: usize,
        elsewhere: BTreeMap<String, usize>,
        digest: fn(&[u8]) -> Hash,
    ) -> Self {
        Self {
            version,
            shards,
            elsewhere,
            digest,
        }
    }

    /// Counts the changes of the table.
    pub fn version(&self) -> i64 {
        self.version
    }

    /// The principal's shard.
    pub fn shard_of(&self, principal: &str) -> usize {
        let elsewhere = self.elsewhere.get(principal).copied();
        elsewhere.unwrap_or_else(|| self.by_name(principal.as_bytes()))
    }

    /// The shard of a one-time value.
    pub(crate) fn shard_of_value(&self, value: &Hash) -> usize {
        self.by_name(value)
    }

    /// Rendezvous hashing: the shard whose digest with the name is greatest. One more shard takes its share from
    /// each of the others, and nothing moves among those.
    fn by_name(&self, name: &[u8]) -> usize {
        let weight = |shard: &usize| {
            let number = u32::try_from(*shard).unwrap_or(u32::MAX).to_be_bytes();
            (self.digest)(&[&number, name].concat())
        };
        (0..self.shards).max_by_key(weight).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::digest;

    fn routes(shards: usize) -> Routes {
        Routes::new(1, shards, BTreeMap::new(), digest)
    }

    fn names() -> Vec<String> {
        (0..3_000)
            .map(|number| format!("urn:md:idnp:2999{number:09}"))
            .collect()
    }

    #[test]
    fn every_shard_gets_its_share() {
        let routes = routes(3);
        let mut counts = [0; 3];

        for name in names() {
            counts[routes.shard_of(&name)] += 1;
        }

        assert!(
            counts.iter().all(|count| (700..1_300).contains(count)),
            "{counts:?}"
        );
    }

    #[test]
    fn one_more_shard_moves_principals_to_itself_only() {
        let (three, four) = (routes(3), routes(4));

        let moved: Vec<_> = names()
            .iter()
            .map(|name| (three.shard_of(name), four.shard_of(name)))
            .filter(|(before, after)| before != after)
            .collect();

        assert!((400..1_100).contains(&moved.len()), "{}", moved.len());
        assert!(moved.iter().all(|(_, after)| *after == 3));
    }

    #[test]
    fn a_route_in_the_table_goes_before_the_name() {
        let by_name = routes(3);
        let other = (by_name.shard_of("a") + 1) % 3;
        let routes = Routes::new(2, 3, [("a".to_owned(), other)].into(), digest);

        assert_eq!(routes.shard_of("a"), other);
        assert_eq!(routes.shard_of("b"), by_name.shard_of("b"));
    }
}
