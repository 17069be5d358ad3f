//! Argon2id (RFC 9106) for secrets that people remember.

use crate::{CryptoError, Key256};

/// The least memory that is accepted, in KiB.
pub const MIN_MEMORY_KIB: u32 = 64 * 1024;
/// The most memory that is tried, in KiB: stored parameters are not trusted to be affordable.
pub const MAX_MEMORY_KIB: u32 = 1024 * 1024;
/// The fewest passes that are accepted.
pub const MIN_ITERATIONS: u32 = 3;
/// The most passes that are tried.
pub const MAX_ITERATIONS: u32 = 64;
/// The most lanes that are tried.
pub const MAX_LANES: u32 = 16;
/// The shortest salt that is accepted, in bytes.
pub const MIN_SALT: usize = 16;

/// What a derivation costs; cannot hold less than this crate's minima.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameters {
    memory_kib: u32,
    iterations: u32,
    lanes: u32,
}

impl Parameters {
    /// The cheapest that is accepted: 64 MiB, three passes, one lane.
    pub const MINIMUM: Self = Self {
        memory_kib: MIN_MEMORY_KIB,
        iterations: MIN_ITERATIONS,
        lanes: 1,
    };

    /// Parameters within the limits; weaker and unaffordable ones are refused.
    pub fn new(memory_kib: u32, iterations: u32, lanes: u32) -> Result<Self, CryptoError> {
        let within = (MIN_MEMORY_KIB..=MAX_MEMORY_KIB).contains(&memory_kib)
            && (MIN_ITERATIONS..=MAX_ITERATIONS).contains(&iterations)
            && (1..=MAX_LANES).contains(&lanes);
        if within {
            Ok(Self {
                memory_kib,
                iterations,
                lanes,
            })
        } else {
            Err(CryptoError::Parameters)
        }
    }

    /// Memory, in KiB.
    pub const fn memory_kib(&self) -> u32 {
        self.memory_kib
    }

    /// Passes over the memory.
    pub const fn iterations(&self) -> u32 {
        self.iterations
    }

    /// Lanes.
    pub const fn lanes(&self) -> u32 {
        self.lanes
    }
}

/// Derives a key from `secret` and a `salt` of at least [`MIN_SALT`] bytes.
pub fn derive(parameters: Parameters, salt: &[u8], secret: &[u8]) -> Result<Key256, CryptoError> {
    if salt.len() < MIN_SALT {
        return Err(CryptoError::Parameters);
    }
    let costs = argon2::Params::new(
        parameters.memory_kib,
        parameters.iterations,
        parameters.lanes,
        Some(32),
    )
    .map_err(|_| CryptoError::Parameters)?;
    let mut key = Key256::zero();
    argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, costs)
        .hash_password_into(secret, salt, key.expose_mut())
        .map_err(|_| CryptoError::Parameters)?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weaker_parameters_than_the_minimum_cannot_be_made() {
        for (memory, iterations, lanes) in [(65_535, 3, 1), (65_536, 2, 1), (65_536, 3, 0)] {
            assert_eq!(
                Parameters::new(memory, iterations, lanes),
                Err(CryptoError::Parameters)
            );
        }
    }

    #[test]
    fn parameters_that_would_exhaust_the_machine_cannot_be_made() {
        for (memory, iterations, lanes) in [(u32::MAX, 3, 1), (65_536, u32::MAX, 1), (65_536, 3, u32::MAX)] {
            assert_eq!(
                Parameters::new(memory, iterations, lanes),
                Err(CryptoError::Parameters)
            );
        }
    }

    #[test]
    fn the_same_input_gives_the_same_key_and_another_salt_another() {
        let derived = |salt: [u8; 16]| derive(Parameters::MINIMUM, &salt, b"482913").unwrap();

        let (first, again, other) = (derived([1; 16]), derived([1; 16]), derived([2; 16]));

        assert_eq!(first.expose(), again.expose());
        assert_ne!(first.expose(), other.expose());
    }

    #[test]
    fn a_short_salt_is_refused() {
        assert_eq!(
            derive(Parameters::MINIMUM, &[0; 15], b"pin").err(),
            Some(CryptoError::Parameters)
        );
    }
}
