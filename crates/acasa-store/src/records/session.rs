use rusqlite::{OptionalExtension as _, params};
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use super::{bounded, checked};
use crate::{StoreError, Vault};

/// Tokens and the client's registration: secrets, gone when the vault is locked.
pub struct Session<'v>(pub(crate) &'v Vault);

impl Session<'_> {
    /// Keeps a value under a name, replacing what was there.
    pub fn set(&self, name: &str, value: &[u8]) -> Result<(), StoreError> {
        bounded(value)?;
        self.0.write(|tx| {
            tx.prepare_cached("INSERT OR REPLACE INTO session (name, value) VALUES (?1, ?2)")?
                .execute(params![name, checked::protect(value)])?;
            Ok(())
        })
    }

    /// The value under this name.
    pub fn get(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
        self.0.read(|connection| {
            let mut query = connection.prepare_cached("SELECT value FROM session WHERE name = ?1")?;
            let stored: Option<Vec<u8>> = query.query_row([name], |row| row.get(0)).optional()?;
            let Some(stored) = stored.map(Zeroizing::new) else {
                return Ok(None);
            };
            Ok(Some(Zeroizing::new(checked::reveal(&stored)?.to_vec())))
        })
    }

    /// Forgets the value under this name; an absent one is no error.
    pub fn delete(&self, name: &str) -> Result<(), StoreError> {
        self.0.write(|tx| {
            Ok(tx
                .execute("DELETE FROM session WHERE name = ?1", [name])
                .map(drop)?)
        })
    }

    /// Forgets everything: the person signed out.
    pub fn clear(&self) -> Result<(), StoreError> {
        self.0
            .write(|tx| Ok(tx.execute("DELETE FROM session", []).map(drop)?))
    }
}

/// The person's settings, each a small value of its own type.
pub struct Settings<'v>(pub(crate) &'v Vault);

impl Settings<'_> {
    /// Keeps a setting.
    pub fn set<T: Serialize>(&self, name: &str, value: &T) -> Result<(), StoreError> {
        let value = serde_json::to_string(value).map_err(|_| StoreError::TooLarge)?;
        bounded(value.as_bytes())?;
        self.0.write(|tx| {
            tx.prepare_cached("INSERT OR REPLACE INTO settings (name, value) VALUES (?1, ?2)")?
                .execute(params![name, value])?;
            Ok(())
        })
    }

    /// A setting; `None` if it was never set, or not to a value of this type (then the default of
    /// the present version is right).
    pub fn get<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, StoreError> {
        self.0.read(|connection| {
            let mut query = connection.prepare_cached("SELECT value FROM settings WHERE name = ?1")?;
            let value: Option<String> = query.query_row([name], |row| row.get(0)).optional()?;
            Ok(value.and_then(|value| serde_json::from_str(&value).ok()))
        })
    }

    /// Back to the default.
    pub fn delete(&self, name: &str) -> Result<(), StoreError> {
        self.0.write(|tx| {
            Ok(tx
                .execute("DELETE FROM settings WHERE name = ?1", [name])
                .map(drop)?)
        })
    }
}
