use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use acasa_crypto::{CryptoError, Key256, Signer, SigningKey, VerifyingKey, aead, random};

use crate::{Keystore, KeystoreError};

/// The most keys one call makes: several times the largest batch an issuer gives out.
const MAX_BATCH: usize = 256;
/// The slot of the key under which software keys are sealed.
const WRAPPING_SLOT: &str = "signing-keys";

/// Names one signing key; says nothing about the key or its owner.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyHandle(String);

impl KeyHandle {
    /// The handle as stored: 32 lower-case hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads a stored handle.
    pub fn parse(text: &str) -> Result<Self, KeystoreError> {
        let hexadecimal = text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if text.len() == 32 && hexadecimal {
            Ok(Self(text.to_owned()))
        } else {
            Err(KeystoreError::NotAllowed)
        }
    }

    fn make_random() -> Result<Self, CryptoError> {
        use fmt::Write as _;
        let mut text = String::with_capacity(32);
        for byte in random::make_bytes::<16>()? {
            write!(text, "{byte:02x}").expect("writing to a string does not fail");
        }
        Ok(Self(text))
    }
}

impl fmt::Display for KeyHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a signing key lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// In this process's memory while it signs, sealed at rest.
    Software,
    /// In a chip that signs and never gives the key out.
    Hardware,
}

/// What can be said, and shown to others, about where a key lives.
#[derive(Debug, Clone)]
pub struct Attestation {
    /// Where the key lives.
    pub protection: Protection,
    /// The key's public half.
    pub public_key: VerifyingKey,
    /// The platform's signed statement; `None` for software keys, which nobody vouches for.
    pub statement: Option<Vec<u8>>,
}

/// Device keys that sign and cannot be read.
pub trait SigningKeys: Send + Sync {
    /// Makes `count` ES256 keys, all or none; a batch of copies needs one key for each.
    fn make(&self, count: usize) -> Result<Vec<KeyHandle>, KeystoreError>;
    /// The key as something that signs.
    fn signer(&self, handle: &KeyHandle) -> Result<Box<dyn Signer>, KeystoreError>;
    /// Says where the key lives.
    fn attest(&self, handle: &KeyHandle) -> Result<Attestation, KeystoreError>;
    /// Destroys the keys; those already gone are no error.
    fn delete(&self, handles: &[KeyHandle]) -> Result<(), KeystoreError>;
}

/// Where software keys are kept once sealed: a table of the vault, in the product.
pub trait SealedKeys: Send + Sync {
    /// Keeps all of these, or none.
    fn save(&self, keys: &[(KeyHandle, Vec<u8>)]) -> Result<(), KeystoreError>;
    /// The sealed key, `None` when there is none.
    fn load(&self, handle: &KeyHandle) -> Result<Option<Vec<u8>>, KeystoreError>;
    /// Forgets these.
    fn delete(&self, handles: &[KeyHandle]) -> Result<(), KeystoreError>;
}

/// Signing keys in software: PKCS#8 sealed by AES-256-GCM with the handle as associated data, so
/// that no stored key can be passed off as another.
pub struct SoftwareSigningKeys<S> {
    wrapping: Key256,
    sealed: S,
}

impl<S: SealedKeys> SoftwareSigningKeys<S> {
    /// Keys sealed under a key kept in the platform's keystore, which is made at first use: then
    /// the vault alone does not hold what is needed to sign.
    pub fn open(keystore: &dyn Keystore, profile: &str, sealed: S) -> Result<Self, KeystoreError> {
        let wrapping = if let Some(stored) = keystore.get(profile, WRAPPING_SLOT)? {
            Key256::from_slice(&stored).map_err(|_| KeystoreError::Corrupted)?
        } else {
            let made = Key256::make_random().map_err(failure)?;
            keystore.set(profile, WRAPPING_SLOT, made.expose())?;
            made
        };
        Ok(Self { wrapping, sealed })
    }

    /// Keys sealed under `wrapping`, for profiles without a platform keystore.
    pub fn with_key(wrapping: Key256, sealed: S) -> Self {
        Self { wrapping, sealed }
    }

    /// Destroys the wrapping key, and with it every key of this profile, wherever copied.
    pub fn destroy(keystore: &dyn Keystore, profile: &str) -> Result<(), KeystoreError> {
        keystore.delete(profile, WRAPPING_SLOT)
    }

    fn unseal(&self, handle: &KeyHandle) -> Result<SigningKey, KeystoreError> {
        let sealed = self.sealed.load(handle)?.ok_or(KeystoreError::NoSuchKey)?;
        let der =
            aead::open(&self.wrapping, &associated(handle), &sealed).map_err(|_| KeystoreError::Corrupted)?;
        SigningKey::from_pkcs8(der.expose()).map_err(|_| KeystoreError::Corrupted)
    }
}

impl<S: SealedKeys> SigningKeys for SoftwareSigningKeys<S> {
    fn make(&self, count: usize) -> Result<Vec<KeyHandle>, KeystoreError> {
        if count > MAX_BATCH {
            return Err(KeystoreError::NotAllowed);
        }
        let made = (0..count)
            .map(|_| {
                let handle = KeyHandle::make_random()?;
                let der = SigningKey::make_random()?.to_pkcs8()?;
                let sealed = aead::seal(&self.wrapping, &associated(&handle), der.expose())?;
                Ok((handle, sealed))
            })
            .collect::<Result<Vec<_>, CryptoError>>()
            .map_err(failure)?;
        self.sealed.save(&made)?;
        Ok(made.into_iter().map(|(handle, _)| handle).collect())
    }

    fn signer(&self, handle: &KeyHandle) -> Result<Box<dyn Signer>, KeystoreError> {
        Ok(Box::new(self.unseal(handle)?))
    }

    fn attest(&self, handle: &KeyHandle) -> Result<Attestation, KeystoreError> {
        let public_key = self.unseal(handle)?.public_key();
        Ok(Attestation {
            protection: Protection::Software,
            public_key,
            statement: None,
        })
    }

    fn delete(&self, handles: &[KeyHandle]) -> Result<(), KeystoreError> {
        self.sealed.delete(handles)
    }
}

fn associated(handle: &KeyHandle) -> Vec<u8> {
    [b"acasa/signing-key/v1/", handle.as_str().as_bytes()].concat()
}

fn failure(error: CryptoError) -> KeystoreError {
    KeystoreError::KeyFailure {
        source: Box::new(error),
    }
}

/// Sealed keys in memory, for kiosk visits and tests.
#[derive(Default)]
pub struct MemorySealedKeys {
    keys: Mutex<HashMap<KeyHandle, Vec<u8>>>,
}

impl SealedKeys for MemorySealedKeys {
    fn save(&self, keys: &[(KeyHandle, Vec<u8>)]) -> Result<(), KeystoreError> {
        let mut map = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        map.extend(keys.iter().cloned());
        Ok(())
    }

    fn load(&self, handle: &KeyHandle) -> Result<Option<Vec<u8>>, KeystoreError> {
        Ok(self
            .keys
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(handle)
            .cloned())
    }

    fn delete(&self, handles: &[KeyHandle]) -> Result<(), KeystoreError> {
        let mut map = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        for handle in handles {
            map.remove(handle);
        }
        Ok(())
    }
}

impl<S: SealedKeys + ?Sized> SealedKeys for Arc<S> {
    fn save(&self, keys: &[(KeyHandle, Vec<u8>)]) -> Result<(), KeystoreError> {
        (**self).save(keys)
    }
    fn load(&self, handle: &KeyHandle) -> Result<Option<Vec<u8>>, KeystoreError> {
        (**self).load(handle)
    }
    fn delete(&self, handles: &[KeyHandle]) -> Result<(), KeystoreError> {
        (**self).delete(handles)
    }
}

#[cfg(test)]
mod tests;
