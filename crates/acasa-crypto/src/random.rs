//! Randomness of the operating system.

use crate::CryptoError;
use ring::rand::{SecureRandom as _, SystemRandom};

/// Fills `target` with random bytes.
pub fn fill(target: &mut [u8]) -> Result<(), CryptoError> {
    SystemRandom::new().fill(target).map_err(|_| CryptoError::Random)
}

/// `N` random bytes, for nonces, salts and identifiers that are not secret.
pub fn make_bytes<const N: usize>() -> Result<[u8; N], CryptoError> {
    let mut bytes = [0; N];
    fill(&mut bytes)?;
    Ok(bytes)
}
