//! A clock that tests and demonstrations may move.

use std::sync::atomic::{AtomicI64, Ordering};

use acasa_gateway::ports::Clock;
use jiff::{SignedDuration, Timestamp};

/// The machine's clock, moved by an offset.
#[derive(Debug, Default)]
pub(crate) struct OffsetClock(AtomicI64);

/// The furthest the clock is moved, in seconds: ten years.
const FURTHEST: i64 = 3650 * 86_400;

impl OffsetClock {
    /// Moves the clock to so many seconds ahead of the true time.
    pub(crate) fn set(&self, seconds: i64) {
        self.0.store(seconds.clamp(-FURTHEST, FURTHEST), Ordering::SeqCst);
    }
}

impl Clock for OffsetClock {
    fn now(&self) -> Timestamp {
        let offset = SignedDuration::from_secs(self.0.load(Ordering::SeqCst));
        Timestamp::now()
            .saturating_add(offset)
            .expect("a duration of seconds always adds")
    }
}
