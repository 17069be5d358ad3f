//! A signed list that is kept for a while: whoever asks for it often does not make the keys work.

use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::GatewayError;

/// How long a list is given out before it is signed anew: little beside the days it is current.
const KEPT: SignedDuration = SignedDuration::from_mins(10);

/// The last list, with the moment it was signed.
#[derive(Default)]
pub(super) struct Published(Mutex<Option<(Timestamp, Vec<u8>)>>);

impl Published {
    /// The kept list if it is recent by `now`, or a new one.
    pub(super) fn get(
        &self,
        now: Timestamp,
        sign: impl FnOnce() -> Result<Vec<u8>, GatewayError>,
    ) -> Result<Vec<u8>, GatewayError> {
        // Held while signing, so that one signature serves all who wait.
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, list)) = kept.as_ref() {
            let age = now.duration_since(*at);
            if !age.is_negative() && age < KEPT {
                return Ok(list.clone());
            }
        }
        let list = sign()?;
        *kept = Some((now, list.clone()));
        Ok(list)
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
            published.get(at(second), || {
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
    fn a_failure_is_not_kept() {
        let published = Published::default();

        let failed = published.get(at(1), || Err(GatewayError::Stopping));

        assert!(failed.is_err() && published.get(at(1), || Ok(vec![1])).is_ok());
    }
}
