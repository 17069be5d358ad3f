//! Closes the vault when nobody is there any more: after the time the person chose, and when the
//! machine slept. Its beat is that of reminders too.

use crate::Acasa;
use crate::acasa::{Inner, hold};
use acasa_crypto::wipe_stack;
use jiff::Zoned;
use std::sync::{Arc, Mutex, Weak};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

/// How often it looks.
const BEAT: Duration = Duration::from_secs(2);
/// The wall clock may run ahead of the machine's own by this much between two beats; by more, and
/// the machine slept (its own clock stands still meanwhile) or the clock was set. Either locks.
const SLEPT: Duration = Duration::from_secs(20);

/// Beats from one look for reminders that are due to the next: a minute.
const LOOK: u64 = 30;

/// When the person was last there.
#[derive(Default)]
pub(crate) struct Guard {
    touched: Mutex<Option<Instant>>,
}

impl Guard {
    pub(crate) fn touch(&self) {
        *hold(&self.touched) = Some(Instant::now());
    }

    fn idle(&self, now: Instant) -> Duration {
        hold(&self.touched).map_or(Duration::ZERO, |touched| now.saturating_duration_since(touched))
    }

    /// Watches until the app is gone.
    pub(crate) fn watch(acasa: &Acasa) {
        let inner = Arc::downgrade(&acasa.inner);
        let watching = thread::Builder::new()
            .name("vault-guard".to_owned())
            .spawn(move || watch(&inner));
        if let Err(error) = watching {
            tracing::error!(%error, "the vault will not lock by itself");
        }
    }
}

fn watch(inner: &Weak<Inner>) {
    let (mut machine, mut wall) = (Instant::now(), SystemTime::now());
    for beat in 0_u64.. {
        thread::park_timeout(BEAT);
        let Some(inner) = inner.upgrade() else { return };
        let acasa = Acasa { inner };
        let (next_machine, next_wall) = (Instant::now(), SystemTime::now());
        let slept = slept(
            next_machine - machine,
            next_wall.duration_since(wall).unwrap_or(SLEPT * 2),
        );
        (machine, wall) = (next_machine, next_wall);
        acasa.showing().end_stale(next_machine);
        let limit = Duration::from_secs(u64::from(acasa.preferences().lock_after_seconds));
        let idle = acasa.inner.vault.guard.idle(next_machine);
        if (slept || idle > limit) && acasa.vault().open().is_ok() {
            tracing::info!(slept, "locking by itself");
            acasa.vault().lock();
            wipe_stack();
        }
        if beat.is_multiple_of(LOOK)
            && let Err(error) = acasa.reminders().look(&Zoned::now())
        {
            tracing::warn!(code = error.code(), "reminders are not looked for");
        }
    }
}

fn slept(by_machine: Duration, by_wall: Duration) -> bool {
    by_wall.saturating_sub(by_machine) > SLEPT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_whose_wall_clock_ran_far_ahead_slept() {
        assert!(slept(Duration::from_secs(2), Duration::from_mins(10)));
    }

    #[test]
    fn a_busy_machine_did_not_sleep() {
        assert!(!slept(Duration::from_secs(90), Duration::from_secs(92)));
    }

    #[test]
    fn idleness_counts_from_the_last_touch() {
        let guard = Guard::default();
        assert_eq!(guard.idle(Instant::now()), Duration::ZERO);
        guard.touch();
        assert!(guard.idle(Instant::now() + Duration::from_mins(1)) >= Duration::from_mins(1));
    }
}
