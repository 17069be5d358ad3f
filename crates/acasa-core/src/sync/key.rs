//! The key that signs batches and nothing else: one for each generation, in the vault.

use crate::CoreError;
use acasa_crypto::digest::sha256;
use acasa_crypto::{Jwk, Signer as _, SigningKey};
use acasa_store::{StoreError, Vault};
use acasa_sync::BatchKey;

const NAME: &str = "batch-key";

/// The keys of a vault.
pub(crate) struct DeviceKey {
    vault: Vault,
}

impl DeviceKey {
    pub(crate) fn new(vault: Vault) -> Self {
        Self { vault }
    }

    /// Makes the key of a generation; the one before it is of no use any more.
    pub(crate) fn make(&self, generation: u64) -> Result<(), CoreError> {
        let key = SigningKey::make_random()?.to_pkcs8()?;
        let mut kept = zeroize::Zeroizing::new(generation.to_be_bytes().to_vec());
        kept.extend_from_slice(key.expose());
        Ok(self.vault.session().set(NAME, &kept)?)
    }

    /// The key of this generation, if it is the one kept.
    fn of(&self, generation: u64) -> Result<Option<SigningKey>, CoreError> {
        let Some(kept) = self.vault.session().get(NAME)? else {
            return Ok(None);
        };
        let (number, key) = kept.split_first_chunk::<8>().ok_or(StoreError::Damaged)?;
        if u64::from_be_bytes(*number) != generation {
            return Ok(None);
        }
        Ok(Some(SigningKey::from_pkcs8(key)?))
    }

    /// Its public half.
    pub(crate) fn public(&self, generation: u64) -> Result<Option<Jwk>, CoreError> {
        Ok(self.of(generation)?.map(|key| key.to_jwk()))
    }
}

impl BatchKey for DeviceKey {
    fn digest(&self, bytes: &[u8]) -> [u8; 32] {
        sha256(bytes)
    }

    fn sign(&self, generation: u64, bytes: &[u8]) -> Option<Vec<u8>> {
        self.of(generation).ok()??.sign(bytes).ok()
    }

    fn has(&self, generation: u64) -> Option<bool> {
        Some(self.of(generation).ok()?.is_some())
    }
}
