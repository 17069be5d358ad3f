use std::sync::Arc;

use thiserror::Error;
use zeroize::Zeroizing;

/// Why a slot could not be used: the keystore's own code, passed through to the screen.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{code}")]
pub struct SlotError {
    /// The keystore's stable code, such as `keystore_locked`.
    pub code: &'static str,
    /// Whether another try may succeed.
    pub retryable: bool,
}

/// The part of a keystore the vault needs: named secrets outside the profile's folder.
///
/// `acasa-keystore` has the implementations; this crate does not know it, so that the vault can be
/// read and tested by itself. Names are `[a-z0-9.-]{1,64}`, secrets at most 64 bytes. `set` returns
/// once the secret is kept; `delete` of an empty slot is no error.
pub trait Slots: Send + Sync {
    /// The secret in this slot, if any.
    fn get(&self, profile: &str, slot: &str) -> Result<Option<Zeroizing<Vec<u8>>>, SlotError>;
    /// Puts a secret in this slot, replacing what was there.
    fn set(&self, profile: &str, slot: &str, secret: &[u8]) -> Result<(), SlotError>;
    /// Empties this slot.
    fn delete(&self, profile: &str, slot: &str) -> Result<(), SlotError>;
}

impl<S: Slots + ?Sized> Slots for Arc<S> {
    fn get(&self, profile: &str, slot: &str) -> Result<Option<Zeroizing<Vec<u8>>>, SlotError> {
        (**self).get(profile, slot)
    }
    fn set(&self, profile: &str, slot: &str, secret: &[u8]) -> Result<(), SlotError> {
        (**self).set(profile, slot, secret)
    }
    fn delete(&self, profile: &str, slot: &str) -> Result<(), SlotError> {
        (**self).delete(profile, slot)
    }
}
