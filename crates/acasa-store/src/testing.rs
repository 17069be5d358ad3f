//! A keystore's slots and a clock that tests hold in their hands, and the keys themselves.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use acasa_crypto::Key256;
use zeroize::Zeroizing;

use crate::key_file::{DeviceSecret, KeyFile};
use crate::{Moment, Secret, SecretKind, SlotError, Slots, StoreError, Uptime};

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

/// The keys of a profile, for tests that look for them where they must not be.
pub struct ProfileKeys {
    /// What the secret and the device secret make together.
    pub kek: Key256,
    /// What the records are encrypted under.
    pub data_key: Key256,
    /// What is in the keystore; `None` where there is none.
    pub device_secret: Option<Zeroizing<Vec<u8>>>,
}

/// Derives the keys of the profile in `folder` from its key file; no try is counted.
pub fn keys_of(folder: &Path, slots: Option<&dyn Slots>, secret: &Secret) -> Result<ProfileKeys, StoreError> {
    let file = KeyFile::read(folder)?;
    let (device, device_secret) = match (file.kind, slots) {
        (SecretKind::Passphrase, _) => (DeviceSecret::absent(), None),
        (SecretKind::Pin, None) => return Err(StoreError::NoKeystore),
        (SecretKind::Pin, Some(slots)) => {
            let slot = format!("device-secret.{}", file.slot);
            let stored = slots.get(&file.profile, &slot)?.ok_or(StoreError::OtherDevice)?;
            (DeviceSecret::from_stored(&stored, file.slot)?, Some(stored))
        }
    };
    let wrong = StoreError::WrongSecret {
        tries_left: None,
        wait: Duration::ZERO,
    };
    Ok(ProfileKeys {
        kek: file.derive_kek(secret, &device)?,
        data_key: file.open(secret, &device)?.ok_or(wrong)?,
        device_secret,
    })
}
