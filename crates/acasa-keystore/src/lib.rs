//! The operating system's keystore, and signing keys that do not leave it.
//!
//! A [`Keystore`] keeps small named secrets for each profile, outside the profile's folder, so that
//! a copied folder is worth nothing elsewhere. [`OsKeystore`] is the platform's own (Keychain,
//! Windows Credential Manager, Secret Service); [`MemoryKeystore`] forgets everything when dropped,
//! for kiosk visits and tests. [`SigningKeys`] makes device keys that can sign but not be read.
//!
//! It is not a vault: records belong in `acasa-store`. On Linux any process of the same login
//! session can read what the Secret Service holds; the PIN is what such a process lacks.
//!
//! ```
//! use acasa_keystore::{Keystore, MemoryKeystore};
//!
//! let keystore = MemoryKeystore::new();
//! keystore.set("profile-1", "device-secret.0", &[7; 32])?;
//! let secret = keystore.get("profile-1", "device-secret.0")?.expect("it was just stored");
//! assert_eq!(*secret, vec![7; 32]);
//! keystore.delete("profile-1", "device-secret.0")?;
//! assert!(keystore.get("profile-1", "device-secret.0")?.is_none());
//! # Ok::<(), acasa_keystore::KeystoreError>(())
//! ```
#![forbid(unsafe_code)]

mod error;
mod memory;
mod os;
mod signing;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

use std::sync::Arc;

use zeroize::Zeroizing;

pub use error::KeystoreError;
pub use memory::MemoryKeystore;
pub use os::OsKeystore;
pub use signing::{
    Attestation, KeyHandle, MemorySealedKeys, Protection, SealedKeys, SigningKeys, SoftwareSigningKeys,
};

/// The largest secret every platform can hold (the Windows Credential Manager stops at 2,560 bytes).
pub const MAX_SECRET: usize = 2048;

/// A place outside the profile's folder for small named secrets.
///
/// Calls block, but never longer than the implementation's time limit. Names are
/// `[a-z0-9.-]{1,64}`; secrets at most [`MAX_SECRET`] bytes.
pub trait Keystore: Send + Sync {
    /// Says whether secrets can be kept here, without leaving anything behind.
    fn available(&self) -> Result<(), KeystoreError>;
    /// The secret in this slot, `None` when the slot is empty.
    fn get(&self, profile: &str, slot: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeystoreError>;
    /// Puts a secret in this slot, replacing what was there. On return it is kept.
    fn set(&self, profile: &str, slot: &str, secret: &[u8]) -> Result<(), KeystoreError>;
    /// Empties this slot; an empty slot is not an error.
    fn delete(&self, profile: &str, slot: &str) -> Result<(), KeystoreError>;
}

impl<K: Keystore + ?Sized> Keystore for Arc<K> {
    fn available(&self) -> Result<(), KeystoreError> {
        (**self).available()
    }
    fn get(&self, profile: &str, slot: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeystoreError> {
        (**self).get(profile, slot)
    }
    fn set(&self, profile: &str, slot: &str, secret: &[u8]) -> Result<(), KeystoreError> {
        (**self).set(profile, slot, secret)
    }
    fn delete(&self, profile: &str, slot: &str) -> Result<(), KeystoreError> {
        (**self).delete(profile, slot)
    }
}

/// Holds every implementation to the same names and sizes, so that what works on one platform
/// works on all.
fn check(profile: &str, slot: &str, secret: &[u8]) -> Result<(), KeystoreError> {
    let plain = |name: &str| {
        (1..=64).contains(&name.len())
            && name
                .bytes()
                .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-'))
    };
    if plain(profile) && plain(slot) && secret.len() <= MAX_SECRET {
        Ok(())
    } else {
        Err(KeystoreError::NotAllowed)
    }
}
