//! How many tries are left, and when the next is allowed.

use std::time::Duration;

use crate::StoreError;
use crate::clock::Moment;

/// Tries before the keys are destroyed.
pub(crate) const MAX_TRIES: u8 = 10;

/// The wait before the next try, by the number of wrong tries so far. Five are free.
const WAITS: [Duration; 11] = [
    Duration::ZERO,
    Duration::ZERO,
    Duration::ZERO,
    Duration::ZERO,
    Duration::ZERO,
    Duration::from_secs(30),
    Duration::from_mins(1),
    Duration::from_mins(5),
    Duration::from_mins(15),
    Duration::from_hours(1),
    Duration::ZERO,
];

const VERSION: u8 = 1;

/// The counter as it lies in the keystore: version, tries, run of the machine, milliseconds in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Attempts {
    /// Tries begun since the last success; raised before each.
    pub(crate) begun: u8,
    last: Moment,
}

impl Attempts {
    pub(crate) fn none(now: Moment) -> Self {
        Self { begun: 0, last: now }
    }

    /// What is assumed when the counter is missing though the device secret is there: nothing
    /// legitimate removes one without the other, so the free tries are taken as spent.
    pub(crate) fn missing(now: Moment) -> Self {
        Self { begun: 5, last: now }
    }

    pub(crate) fn raised(self, now: Moment) -> Self {
        Self {
            begun: self.begun.saturating_add(1).min(MAX_TRIES),
            last: now,
        }
    }

    pub(crate) fn tries_left(self) -> u8 {
        MAX_TRIES.saturating_sub(self.begun)
    }

    /// How long until the next try is allowed.
    pub(crate) fn wait(self, now: Moment) -> Duration {
        let whole = WAITS[usize::from(self.begun.min(MAX_TRIES))];
        let passed = if now.boot == self.last.boot {
            now.since_boot.saturating_sub(self.last.since_boot)
        } else {
            // Another run of the machine: at least its whole length has passed since.
            now.since_boot
        };
        whole.saturating_sub(passed)
    }

    pub(crate) fn to_bytes(self) -> [u8; 26] {
        let mut bytes = [0; 26];
        bytes[0] = VERSION;
        bytes[1] = self.begun;
        bytes[2..18].copy_from_slice(&self.last.boot);
        let since = u64::try_from(self.last.since_boot.as_millis()).unwrap_or(u64::MAX);
        bytes[18..].copy_from_slice(&since.to_be_bytes());
        bytes
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, StoreError> {
        let damaged = || StoreError::Keystore {
            source: crate::SlotError {
                code: "keystore_corrupted",
                retryable: false,
            },
        };
        let bytes: &[u8; 26] = bytes.try_into().map_err(|_| damaged())?;
        let [VERSION, begun @ 0..=MAX_TRIES, rest @ ..] = bytes else {
            return Err(damaged());
        };
        let (boot, since) = rest.split_first_chunk::<16>().ok_or_else(damaged)?;
        let since: [u8; 8] = since.try_into().map_err(|_| damaged())?;
        let since_boot = Duration::from_millis(u64::from_be_bytes(since));
        Ok(Self {
            begun: *begun,
            last: Moment {
                boot: *boot,
                since_boot,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(boot: u8, seconds: u64) -> Moment {
        Moment {
            boot: [boot; 16],
            since_boot: Duration::from_secs(seconds),
        }
    }

    fn after(tries: usize) -> Attempts {
        (0..tries).fold(Attempts::none(at(1, 1000)), |a, _| a.raised(at(1, 1000)))
    }

    #[test]
    fn five_tries_are_free_and_then_the_wait_grows() {
        let waits: Vec<u64> = (0..10).map(|n| after(n).wait(at(1, 1000)).as_secs()).collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 30, 60, 300, 900, 3600]);
    }

    #[test]
    fn a_wait_runs_out_with_the_time_since_boot() {
        assert_eq!(after(5).wait(at(1, 1029)), Duration::from_secs(1));
        assert_eq!(after(5).wait(at(1, 1030)), Duration::ZERO);
    }

    #[test]
    fn after_a_restart_of_the_machine_the_wait_counts_from_the_restart() {
        assert_eq!(after(5).wait(at(2, 0)), Duration::from_secs(30));
        assert_eq!(after(5).wait(at(2, 29)), Duration::from_secs(1));
        assert_eq!(after(5).wait(at(2, 31)), Duration::ZERO);
    }

    #[test]
    fn an_uptime_that_went_back_shortens_no_wait() {
        assert_eq!(after(5).wait(at(1, 10)), Duration::from_secs(30));
    }

    #[test]
    fn the_counter_stops_at_the_last_try() {
        assert_eq!((after(10).tries_left(), after(12).tries_left()), (0, 0));
    }

    proptest! {
        #[test]
        fn a_counter_is_read_back_as_written(begun in 0..=MAX_TRIES, boot: [u8; 16], since in 0..u64::MAX) {
            let last = Moment { boot, since_boot: Duration::from_millis(since) };
            let attempts = Attempts { begun, last };
            prop_assert_eq!(Attempts::from_bytes(&attempts.to_bytes()).unwrap(), attempts);
        }

        #[test]
        fn arbitrary_bytes_are_read_or_refused(bytes: Vec<u8>) {
            if let Ok(attempts) = Attempts::from_bytes(&bytes) {
                prop_assert_eq!(attempts.to_bytes().to_vec(), bytes);
            }
        }
    }
}
