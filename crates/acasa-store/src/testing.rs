//! A keystore's slots and a clock that tests hold in their hands.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use zeroize::Zeroizing;

use crate::{Moment, SlotError, Slots, Uptime};

/// Slots in memory, which can be told to fail.
#[derive(Default)]
pub struct MemorySlots {
    state: Mutex<State>,
}

type SecretsBySlot = HashMap<(String, String), Zeroizing<Vec<u8>>>;

#[derive(Default)]
struct State {
    slots: SecretsBySlot,
    failing: bool,
}

impl MemorySlots {
    /// From now on every call fails as a locked keystore does, or works again.
    pub fn set_failing(&self, failing: bool) {
        self.state().failing = failing;
    }

    /// The names of the slots in use, sorted.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = self.state().slots.keys().map(|(_, slot)| slot.clone()).collect();
        names.sort();
        names
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn working(&self) -> Result<std::sync::MutexGuard<'_, State>, SlotError> {
        let state = self.state();
        if state.failing {
            return Err(SlotError {
                code: "keystore_locked",
                retryable: true,
            });
        }
        Ok(state)
    }
}

impl Slots for MemorySlots {
    fn get(&self, profile: &str, slot: &str) -> Result<Option<Zeroizing<Vec<u8>>>, SlotError> {
        Ok(self
            .working()?
            .slots
            .get(&(profile.to_owned(), slot.to_owned()))
            .cloned())
    }

    fn set(&self, profile: &str, slot: &str, secret: &[u8]) -> Result<(), SlotError> {
        let key = (profile.to_owned(), slot.to_owned());
        self.working()?.slots.insert(key, Zeroizing::new(secret.to_vec()));
        Ok(())
    }

    fn delete(&self, profile: &str, slot: &str) -> Result<(), SlotError> {
        self.working()?
            .slots
            .remove(&(profile.to_owned(), slot.to_owned()));
        Ok(())
    }
}

/// An uptime that moves only when told to.
pub struct FakeUptime {
    moment: Mutex<Moment>,
}

impl Default for FakeUptime {
    fn default() -> Self {
        let moment = Moment {
            boot: [1; 16],
            since_boot: Duration::from_mins(10),
        };
        Self {
            moment: Mutex::new(moment),
        }
    }
}

impl FakeUptime {
    /// Lets time pass.
    pub fn advance(&self, by: Duration) {
        self.moment
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .since_boot += by;
    }

    /// Restarts the machine.
    pub fn reboot(&self) {
        let mut moment = self.moment.lock().unwrap_or_else(PoisonError::into_inner);
        moment.boot[0] = moment.boot[0].wrapping_add(1);
        moment.since_boot = Duration::ZERO;
    }
}

impl Uptime for FakeUptime {
    fn now(&self) -> Moment {
        *self.moment.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
