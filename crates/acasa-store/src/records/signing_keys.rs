use acasa_crypto::Key256;
use rusqlite::{OptionalExtension as _, params};
use zeroize::Zeroizing;

use super::bounded;
use crate::{StoreError, Vault};

/// Signing keys as the keystore sealed them: this crate cannot open them.
pub struct SigningKeyBlobs<'v>(pub(crate) &'v Vault);

impl SigningKeyBlobs<'_> {
    /// Keeps all of these, or none; a handle already there is refused.
    pub fn save(&self, keys: &[(String, Vec<u8>)]) -> Result<(), StoreError> {
        self.0.write(|tx| {
            let mut statement =
                tx.prepare_cached("INSERT INTO signing_keys (handle, sealed) VALUES (?1, ?2)")?;
            for (handle, sealed) in keys {
                bounded(sealed)?;
                statement.execute(params![handle, sealed])?;
            }
            Ok(())
        })
    }

    /// The sealed key of this handle.
    pub fn load(&self, handle: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.0.read(|connection| {
            let mut query = connection.prepare_cached("SELECT sealed FROM signing_keys WHERE handle = ?1")?;
            Ok(query.query_row([handle], |row| row.get(0)).optional()?)
        })
    }

    /// Forgets these; absent ones are no error.
    pub fn delete(&self, handles: &[String]) -> Result<(), StoreError> {
        self.0.write(|tx| {
            let mut statement = tx.prepare_cached("DELETE FROM signing_keys WHERE handle = ?1")?;
            for handle in handles {
                statement.execute([handle])?;
            }
            Ok(())
        })
    }

    /// A key to seal signing keys under where there is no keystore to hold one; made at first use.
    /// It lies beside what it seals, so it adds nothing to the vault's own encryption.
    pub fn wrapping_key(&self) -> Result<Key256, StoreError> {
        self.0.write(|tx| {
            let mut query = tx.prepare_cached("SELECT key FROM wrapping_key")?;
            let stored: Option<Vec<u8>> = query.query_row([], |row| row.get(0)).optional()?;
            if let Some(stored) = stored.map(Zeroizing::new) {
                return Key256::from_slice(&stored).map_err(|_| StoreError::Damaged);
            }
            let made = Key256::make_random()?;
            tx.execute(
                "INSERT INTO wrapping_key (id, key) VALUES (1, ?1)",
                [made.expose()],
            )?;
            Ok(made)
        })
    }
}
