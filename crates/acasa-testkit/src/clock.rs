//! A clock that moves only when told.

use acasa_domain::Timestamp;
use jiff::SignedDuration;
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

/// A clock to hand to code under test while the test keeps its other half: clones show the same time.
#[derive(Debug, Clone)]
pub struct TestClock {
    /// Milliseconds since 1970; every time the product stores is coarser.
    milliseconds: Arc<AtomicI64>,
}

impl TestClock {
    /// A clock that stands at an RFC 3339 instant, such as `2026-11-21T12:00:00Z`.
    ///
    /// # Panics
    /// If the text is no instant: the test is wrong.
    pub fn at(instant: &str) -> Self {
        Self::new(instant.parse().expect("the test states an RFC 3339 instant"))
    }

    /// A clock that stands at an instant.
    pub fn new(instant: Timestamp) -> Self {
        Self {
            milliseconds: Arc::new(AtomicI64::new(instant.as_millisecond())),
        }
    }

    /// The time it shows.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.milliseconds.load(Ordering::SeqCst))
            .expect("a clock is only set within the range of instants")
    }

    /// Moves the clock, back too if the duration is negative.
    ///
    /// # Panics
    /// If it would leave the range of instants.
    pub fn advance(&self, by: SignedDuration) {
        let moved = self
            .now()
            .checked_add(by)
            .expect("the test stays within the range of instants");
        self.set(moved);
    }

    /// Moves the clock by whole seconds.
    pub fn advance_seconds(&self, seconds: i64) {
        self.advance(SignedDuration::from_secs(seconds));
    }

    /// Sets the clock.
    pub fn set(&self, instant: Timestamp) {
        self.milliseconds
            .store(instant.as_millisecond(), Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_shows_the_time_the_test_sets() {
        let held = TestClock::at("2026-11-21T12:00:00Z");
        let given = held.clone();

        held.advance_seconds(120);
        assert_eq!(given.now().to_string(), "2026-11-21T12:02:00Z");
        held.advance_seconds(-240);
        assert_eq!(given.now().to_string(), "2026-11-21T11:58:00Z");
    }
}
