//! A signed list that is kept for a while: whoever asks for it often does not make the keys work.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use acasa_crypto::digest::sha256;
use jiff::{SignedDuration, Timestamp};

use crate::GatewayError;

/// How long a list is given out before it is signed anew: little beside the days it is current.
const KEPT: SignedDuration = SignedDuration::from_mins(10);

/// The last list.
#[derive(Default)]
pub(crate) struct Published(Mutex<Option<Signed>>);

struct Signed {
    at: Timestamp,
    /// Digest of what it was made of.
    of: [u8; 32],
    list: Vec<u8>,
}

impl Published {
    /// The kept list if it is recent by `now` and was made of the same, or a new one.
    pub(crate) fn get(
        &self,
        now: Timestamp,
        of: &[u8],
        sign: impl FnOnce() -> Result<Vec<u8>, GatewayError>,
    ) -> Result<Vec<u8>, GatewayError> {
        let of = sha256(of);
        // Held while signing, so that one signature serves all who wait.
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(signed) = kept.as_ref().filter(|signed| signed.of == of) {
            let age = now.duration_since(signed.at);
            if !age.is_negative() && age < KEPT {
                return Ok(signed.list.clone());
            }
        }
        let list = sign()?;
        *kept = Some(Signed {
            at: now,
            of,
            list: list.clone(),
        });
        Ok(list)
    }
}

/// The same for each of several lists, by their numbers.
#[derive(Default)]
pub(crate) struct PublishedLists(Mutex<BTreeMap<u32, Arc<Published>>>);

impl PublishedLists {
    /// The one of a number that there is.
    pub(crate) fn of(&self, number: u32) -> Arc<Published> {
        let mut lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(lists.entry(number).or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_list_is_signed_once_in_ten_minutes_and_when_the_clock_goes_back() {
        let published = Published::default();
        let signed = std::cell::Cell::new(0_u8);
        let get = |second| {
            published.get(at(second), b"", || {
                signed.set(signed.get() + 1);
                Ok(vec![signed.get()])
            })
        };

        let lists: Vec<u8> = [1_000, 1_599, 1_600, 1_500]
            .map(|second| get(second).unwrap()[0])
            .into();

        assert_eq!(lists, [1, 1, 2, 3]);
    }

    #[test]
    fn a_list_of_something_else_is_signed_at_once() {
        let lists = PublishedLists::default();
        let get = |number, of: &[u8], list| lists.of(number).get(at(1_000), of, || Ok(vec![list])).unwrap();

        assert_eq!(get(1, b"nobody", 1), [1]);
        assert_eq!(get(1, b"nobody", 2), [1]);
        assert_eq!(get(1, b"somebody", 3), [3]);
        assert_eq!(get(2, b"somebody", 4), [4]);
    }

    #[test]
    fn a_failure_is_not_kept() {
        let published = Published::default();

        let failed = published.get(at(1), b"", || Err(GatewayError::Stopping));

        assert!(failed.is_err() && published.get(at(1), b"", || Ok(vec![1])).is_ok());
    }
}
