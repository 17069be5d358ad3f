use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use zeroize::Zeroizing;

use crate::{Keystore, KeystoreError, check};

type SecretsBySlot = HashMap<(String, String), Zeroizing<Vec<u8>>>;

/// A keystore that lives and dies with the process: for kiosk visits and tests.
#[derive(Default)]
pub struct MemoryKeystore {
    slots: Mutex<SecretsBySlot>,
}

impl MemoryKeystore {
    /// An empty keystore.
    pub fn new() -> Self {
        Self::default()
    }

    fn slots(&self) -> std::sync::MutexGuard<'_, SecretsBySlot> {
        // No call panics while it holds the lock, and a map is whole after each of its operations.
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Keystore for MemoryKeystore {
    fn available(&self) -> Result<(), KeystoreError> {
        Ok(())
    }

    fn get(&self, profile: &str, slot: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeystoreError> {
        check(profile, slot, &[])?;
        Ok(self.slots().get(&(profile.to_owned(), slot.to_owned())).cloned())
    }

    fn set(&self, profile: &str, slot: &str, secret: &[u8]) -> Result<(), KeystoreError> {
        check(profile, slot, secret)?;
        self.slots().insert(
            (profile.to_owned(), slot.to_owned()),
            Zeroizing::new(secret.to_vec()),
        );
        Ok(())
    }

    fn delete(&self, profile: &str, slot: &str) -> Result<(), KeystoreError> {
        check(profile, slot, &[])?;
        self.slots().remove(&(profile.to_owned(), slot.to_owned()));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_memory_keystore_honours_the_contract() {
        for (name, case) in crate::testing::CONTRACT {
            case(&MemoryKeystore::new()).unwrap_or_else(|why| panic!("{name}: {why}"));
        }
    }
}
