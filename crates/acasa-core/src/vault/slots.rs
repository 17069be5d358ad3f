//! Two seams between crates that do not know each other: the keystore as the vault's slots, and
//! the vault as the place of sealed signing keys.

use acasa_keystore::{KeyHandle, Keystore, KeystoreError, SealedKeys};
use acasa_store::{SlotError, Slots, StoreError, Vault};
use std::sync::Arc;
use zeroize::Zeroizing;

/// The keystore, as the vault sees it.
pub(super) struct KeystoreSlots(Arc<dyn Keystore>);

impl KeystoreSlots {
    pub(super) fn new(keystore: Arc<dyn Keystore>) -> Self {
        Self(keystore)
    }
}

fn slot_error(error: &KeystoreError) -> SlotError {
    SlotError {
        code: error.code(),
        retryable: error.retryable(),
    }
}

impl Slots for KeystoreSlots {
    fn get(&self, profile: &str, slot: &str) -> Result<Option<Zeroizing<Vec<u8>>>, SlotError> {
        self.0.get(profile, slot).map_err(|error| slot_error(&error))
    }

    fn set(&self, profile: &str, slot: &str, secret: &[u8]) -> Result<(), SlotError> {
        self.0
            .set(profile, slot, secret)
            .map_err(|error| slot_error(&error))
    }

    fn delete(&self, profile: &str, slot: &str) -> Result<(), SlotError> {
        self.0.delete(profile, slot).map_err(|error| slot_error(&error))
    }
}

/// The vault did not do its part; what it said goes along as the cause.
fn unavailable(error: StoreError) -> KeystoreError {
    KeystoreError::Unavailable {
        source: Some(Box::new(error)),
    }
}

/// The vault's table of sealed keys, as the keystore sees it.
pub(super) struct VaultKeys(Vault);

impl VaultKeys {
    pub(super) fn new(vault: Vault) -> Self {
        Self(vault)
    }
}

impl SealedKeys for VaultKeys {
    fn save(&self, keys: &[(KeyHandle, Vec<u8>)]) -> Result<(), KeystoreError> {
        let rows: Vec<(String, Vec<u8>)> = keys
            .iter()
            .map(|(handle, sealed)| (handle.as_str().to_owned(), sealed.clone()))
            .collect();
        self.0.signing_keys().save(&rows).map_err(unavailable)
    }

    fn load(&self, handle: &KeyHandle) -> Result<Option<Vec<u8>>, KeystoreError> {
        self.0.signing_keys().load(handle.as_str()).map_err(unavailable)
    }

    fn delete(&self, handles: &[KeyHandle]) -> Result<(), KeystoreError> {
        let names: Vec<String> = handles.iter().map(|handle| handle.as_str().to_owned()).collect();
        self.0.signing_keys().delete(&names).map_err(unavailable)
    }
}
