use std::time::Duration;

/// Waits between tries: doubling, with full jitter, so that a gateway that comes back is not met by
/// everybody at once.
#[derive(Debug, Default)]
pub(crate) struct BackOff {
    failures: u32,
}

impl BackOff {
    const FIRST: Duration = Duration::from_secs(1);
    /// As often as news are looked for when all is well: no more load, and back soon after the network is.
    const LONGEST: Duration = Duration::from_mins(1);

    /// How long to wait after another failure. `random` is any number; `at_least` is what the gateway
    /// asked for.
    pub(crate) fn next(&mut self, random: u64, at_least: Option<Duration>) -> Duration {
        let ceiling = Self::FIRST
            .saturating_mul(1 << self.failures.min(16))
            .min(Self::LONGEST);
        self.failures = self.failures.saturating_add(1);
        let millis = u64::try_from(ceiling.as_millis()).unwrap_or(u64::MAX).max(1);
        // Never nothing at all: a gateway that fails at once would be asked in a busy loop.
        let jittered = Duration::from_millis(millis / 4 + random % (millis - millis / 4));
        // Beyond what was asked for: whoever was asked the same must not come back together.
        at_least.unwrap_or_default().saturating_add(jittered)
    }

    /// It worked, or there is reason to try at once.
    pub(crate) fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_minute_and_are_never_nothing() {
        let mut back_off = BackOff::default();
        let longest: Vec<Duration> = (0..12).map(|_| back_off.next(u64::MAX, None)).collect();

        assert!(longest[0] <= Duration::from_secs(1));
        assert!(longest.iter().all(|wait| *wait <= BackOff::LONGEST));
        assert!(longest[11] > Duration::from_secs(30));
        assert!(BackOff::default().next(0, None) >= Duration::from_millis(250));
    }

    #[test]
    fn what_the_gateway_asks_for_is_kept() {
        let wait = BackOff::default().next(0, Some(Duration::from_mins(15)));

        assert!(wait > Duration::from_mins(15) && wait <= Duration::from_mins(16));
    }

    #[test]
    fn a_success_begins_anew() {
        let mut back_off = BackOff::default();
        for _ in 0..9 {
            back_off.next(0, None);
        }
        back_off.reset();

        assert!(back_off.next(u64::MAX, None) <= Duration::from_secs(1));
    }
}
