//! Which shard a principal is on.

use std::collections::BTreeMap;

use crate::{
    Hash,
    postgres::routing::{Exception, Routing},
};

/// The table of routes as it was read: so many shards, and principals that are elsewhere than their name says.
pub struct Routes {
    version: i64,
    shards: usize,
    /// While principals move: how many shards there will be.
    next: Option<usize>,
    /// One-time values are spread over so many.
    first: usize,
    elsewhere: BTreeMap<String, usize>,
    digest: fn(&[u8]) -> Hash,
}

/// Where a principal is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// There and nowhere else.
    At(usize),
    /// At the first, or on the way to the second; who is nowhere yet begins there.
    Between(usize, usize),
}

impl Routes {
    pub(crate) fn new(routing: &Routing, exceptions: Vec<Exception>, digest: fn(&[u8]) -> Hash) -> Self {
        let count = |shards: i32| usize::try_from(shards).unwrap_or_default();
        let mut routes = Self {
            version: routing.version,
            shards: count(routing.shards),
            next: routing.next.map(count),
            first: count(routing.first),
            elsewhere: BTreeMap::new(),
            digest,
        };
        routes.add(routing.version, exceptions);
        routes
    }

    /// Adds what was written since; only while the number of shards is the same.
    pub(crate) fn add(&mut self, version: i64, exceptions: Vec<Exception>) {
        self.version = version;
        let shards = exceptions.into_iter().map(|(principal, shard)| {
            let shard = usize::try_from(shard).unwrap_or(usize::MAX);
            (principal, shard)
        });
        self.elsewhere.extend(shards);
    }

    /// Whether the table counts the same shards as these.
    pub(crate) fn count_as(&self, routing: &Routing) -> bool {
        let count = |shards: i32| usize::try_from(shards).unwrap_or_default();
        (self.shards, self.next) == (count(routing.shards), routing.next.map(count))
    }

    /// Counts the changes of the table.
    pub fn version(&self) -> i64 {
        self.version
    }

    /// The principal's shard, or the one they may still be on while principals move.
    pub fn shard_of(&self, principal: &str) -> usize {
        match self.place_of(principal) {
            Place::At(shard) | Place::Between(shard, _) => shard,
        }
    }

    pub(crate) fn place_of(&self, principal: &str) -> Place {
        if let Some(elsewhere) = self.elsewhere.get(principal) {
            return Place::At(*elsewhere);
        }
        let now = self.by_name(principal.as_bytes(), self.shards);
        match self.next.map(|next| self.by_name(principal.as_bytes(), next)) {
            Some(then) if then != now => Place::Between(now, then),
            _ => Place::At(now),
        }
    }

    /// Where a principal is in the end.
    pub(crate) fn destination_of(&self, principal: &str) -> usize {
        match self.place_of(principal) {
            Place::At(shard) | Place::Between(_, shard) => shard,
        }
    }

    /// Exceptions that are none by the next number of shards.
    pub(crate) fn exceptions_by_name(&self) -> Vec<String> {
        let shards = self.next.unwrap_or(self.shards);
        let by_name =
            |(principal, shard): &(&String, &usize)| self.by_name(principal.as_bytes(), shards) == **shard;
        let found = self.elsewhere.iter().filter(by_name);
        found.map(|(principal, _)| principal.clone()).collect()
    }

    /// The shard of a one-time value.
    pub(crate) fn shard_of_value(&self, value: &Hash) -> usize {
        self.by_name(value, self.first)
    }

    /// Rendezvous hashing: the shard whose digest with the name is greatest. One more shard takes its share from
    /// each of the others, and nothing moves among those.
    fn by_name(&self, name: &[u8], shards: usize) -> usize {
        let weight = |shard: &usize| {
            let number = u32::try_from(*shard).unwrap_or(u32::MAX).to_be_bytes();
            (self.digest)(&[&number, name].concat())
        };
        (0..shards).max_by_key(weight).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::digest;

    fn routing(shards: i32, next: Option<i32>) -> Routing {
        Routing {
            version: 1,
            shards,
            announced: next,
            next,
            first: 3,
        }
    }

    fn routes(shards: i32) -> Routes {
        Routes::new(&routing(shards, None), Vec::new(), digest)
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
    fn while_principals_move_each_is_where_it_was_or_where_it_will_be() {
        let moving = Routes::new(&routing(3, Some(4)), Vec::new(), digest);
        let (three, four) = (routes(3), routes(4));

        for name in names() {
            let expected = match (three.shard_of(&name), four.shard_of(&name)) {
                (now, then) if now == then => Place::At(now),
                (now, then) => Place::Between(now, then),
            };
            assert_eq!(moving.place_of(&name), expected);
        }
    }

    #[test]
    fn one_time_values_stay_where_they_were_used() {
        for value in 0..100 {
            let value = digest(&[value]);
            assert_eq!(routes(3).shard_of_value(&value), routes(5).shard_of_value(&value));
        }
    }

    #[test]
    fn a_route_in_the_table_goes_before_the_name() {
        let by_name = routes(3);
        let other = (by_name.shard_of("a") + 1) % 3;
        let exception = ("a".to_owned(), i32::try_from(other).unwrap());
        let routes = Routes::new(&routing(3, None), vec![exception], digest);

        assert_eq!(routes.shard_of("a"), other);
        assert_eq!(routes.shard_of("b"), by_name.shard_of("b"));
        assert_eq!(by_name.exceptions_by_name(), Vec::<String>::new());
    }
}
