//! A keystore that can be told to fail, and be copied with its machine.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use acasa_keystore::{Keystore, KeystoreError};
use zeroize::Zeroizing;

/// Slots in memory.
#[derive(Default)]
pub(crate) struct Keys {
    state: Mutex<State>,
}

#[derive(Default, Clone)]
struct State {
    slots: BTreeMap<(String, String), Vec<u8>>,
    failing: bool,
}

impl Keys {
    /// From now on nothing can be put in, as where the login keyring is locked.
    pub(crate) fn set_failing(&self, failing: bool) {
        self.state().failing = failing;
    }

    pub(crate) fn copy(&self) -> Self {
        let state = self.state().clone();
        Self {
            state: Mutex::new(State {
                failing: false,
                ..state
            }),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Keystore for Keys {
    fn available(&self) -> Result<(), KeystoreError> {
        Ok(())
    }

    fn get(&self, profile: &str, slot: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeystoreError> {
        let key = (profile.to_owned(), slot.to_owned());
        Ok(self.state().slots.get(&key).cloned().map(Zeroizing::new))
    }

    fn set(&self, profile: &str, slot: &str, secret: &[u8]) -> Result<(), KeystoreError> {
        let mut state = self.state();
        if state.failing {
            return Err(KeystoreError::Locked);
        }
        state
            .slots
            .insert((profile.to_owned(), slot.to_owned()), secret.to_vec());
        Ok(())
    }

    fn delete(&self, profile: &str, slot: &str) -> Result<(), KeystoreError> {
        self.state().slots.remove(&(profile.to_owned(), slot.to_owned()));
        Ok(())
    }
}
