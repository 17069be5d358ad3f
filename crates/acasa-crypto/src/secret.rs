//! Secrets in memory: wiped when dropped, and without `Debug`, `Clone` or `Serialize`.

use crate::{CryptoError, random};
use zeroize::{Zeroize as _, Zeroizing};

/// A secret of any length.
pub struct SecretBytes(Zeroizing<Vec<u8>>);

impl SecretBytes {
    /// Takes over `bytes`, which are wiped with this value.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Copies `bytes`; wiping the original stays with the caller.
    pub fn from_slice(bytes: &[u8]) -> Self {
        Self::new(bytes.to_vec())
    }

    /// Draws `length` random bytes.
    pub fn make_random(length: usize) -> Result<Self, CryptoError> {
        let mut secret = Self::new(vec![0; length]);
        random::fill(&mut secret.0)?;
        Ok(secret)
    }

    /// The secret itself, for the shortest time possible.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

/// A 256-bit symmetric key, kept on the heap so that moving it leaves no copies behind.
pub struct Key256(Box<Zeroizing<[u8; 32]>>);

impl Key256 {
    /// Copies the key from `bytes` and wipes `bytes`.
    pub fn take(bytes: &mut [u8; 32]) -> Self {
        let mut key = Self::zero();
        key.0.copy_from_slice(bytes.as_slice());
        bytes.zeroize();
        key
    }

    /// Copies the key from `bytes`, which must be exactly 32.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, CryptoError> {
        let mut key = Self::zero();
        if bytes.len() != key.0.len() {
            return Err(CryptoError::Key);
        }
        key.0.copy_from_slice(bytes);
        Ok(key)
    }

    /// Draws a random key.
    pub fn make_random() -> Result<Self, CryptoError> {
        let mut key = Self::zero();
        random::fill(key.0.as_mut_slice())?;
        Ok(key)
    }

    /// Derives a key from `ikm` by HKDF-SHA-256 (RFC 5869).
    pub fn derive_hkdf(salt: &[u8], ikm: &[u8], info: &[u8]) -> Self {
        let mut key = Self::zero();
        crate::hkdf::derive_sha256_into(salt, ikm, info, key.0.as_mut_slice())
            .expect("32 bytes are below HKDF's limit of 255 blocks");
        key
    }

    /// The key itself, for the shortest time possible.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    pub(crate) fn zero() -> Self {
        Self(Box::new(Zeroizing::new([0; 32])))
    }

    pub(crate) fn expose_mut(&mut self) -> &mut [u8; 32] {
        &mut self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taking_a_key_wipes_the_place_it_came_from() {
        let mut bytes = [7; 32];

        let key = Key256::take(&mut bytes);

        assert_eq!((key.expose(), bytes), (&[7; 32], [0; 32]));
    }

    #[test]
    fn two_random_keys_differ() {
        let (first, second) = (Key256::make_random().unwrap(), Key256::make_random().unwrap());

        assert_ne!(first.expose(), second.expose());
    }

    #[test]
    fn a_key_of_another_length_is_refused() {
        assert_eq!(Key256::from_slice(&[0; 31]).err(), Some(CryptoError::Key));
    }
}
