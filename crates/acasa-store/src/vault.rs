mod connection;
#[cfg(any(test, feature = "testing"))]
mod hooks;
mod migrations;

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use acasa_crypto::Key256;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::StoreError;
use crate::records::{
    Acts, Confirmed, Documents, Intents, Journal, KeptCodes, Letters, Principals, Session, Settings, Showings,
};
use crate::records::{SigningKeyBlobs, Trust};
use connection::{Use, open_file, open_memory};
use migrations::{MIGRATIONS, migrate};

/// Readers beside the one writer: the screen and whatever runs in the background.
const READERS: usize = 2;

/// An unlocked vault. Clones share it; [`Vault::lock`] shuts it for all of them.
///
/// There is one writer at a time. Readers see the last committed state and wait for nobody; in a
/// vault in memory there is one connection for both.
#[derive(Clone)]
pub struct Vault {
    inner: Arc<Inner>,
}

struct Inner {
    writer: Mutex<Option<Connection>>,
    /// Empty for a vault in memory.
    readers: Vec<Mutex<Option<Connection>>>,
}

impl Vault {
    /// A vault that lives and dies with the process: for kiosk visits and tests.
    pub fn in_memory() -> Result<Self, StoreError> {
        let mut writer = open_memory()?;
        migrate(&mut writer, MIGRATIONS)?;
        Ok(Self::of(writer, Vec::new()))
    }

    pub(crate) fn create(path: &Path, key: &Key256) -> Result<Self, StoreError> {
        Self::open_with(path, key, Use::Create)
    }

    pub(crate) fn open(path: &Path, key: &Key256) -> Result<Self, StoreError> {
        Self::open_with(path, key, Use::Write)
    }

    fn open_with(path: &Path, key: &Key256, purpose: Use) -> Result<Self, StoreError> {
        let mut writer = open_file(path, key, purpose)?;
        migrate(&mut writer, MIGRATIONS)?;
        let readers = (0..READERS)
            .map(|_| open_file(path, key, Use::Read))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self::of(writer, readers))
    }

    fn of(writer: Connection, readers: Vec<Connection>) -> Self {
        let readers = readers
            .into_iter()
            .map(|reader| Mutex::new(Some(reader)))
            .collect();
        Self {
            inner: Arc::new(Inner {
                writer: Mutex::new(Some(writer)),
                readers,
            }),
        }
    }

    /// Shuts the vault: the connections close, SQLite wipes their keys and pages, and every later
    /// call, of this handle or a clone, answers [`StoreError::Locked`].
    pub fn lock(&self) {
        for reader in &self.inner.readers {
            drop(hold(reader).take());
        }
        // Last, so that closing it folds the write-ahead log into the file.
        drop(hold(&self.inner.writer).take());
    }

    /// Whether [`Vault::lock`] was called.
    pub fn is_locked(&self) -> bool {
        hold(&self.inner.writer).is_none()
    }

    /// Whose records are here, and until when.
    pub fn principals(&self) -> Principals<'_> {
        Principals(self)
    }
    /// The documents and their copies.
    pub fn documents(&self) -> Documents<'_> {
        Documents(self)
    }
    /// The person's acts, each with its fate.
    pub fn acts(&self) -> Acts<'_> {
        Acts(self)
    }
    /// Acts that are sent to the state.
    pub fn intents(&self) -> Intents<'_> {
        Intents(self)
    }
    /// What the state has confirmed.
    pub fn confirmed(&self) -> Confirmed<'_> {
        Confirmed(self)
    }
    /// The state's letters among the records.
    pub fn letters(&self) -> Letters<'_> {
        Letters(self)
    }

    /// When which document was shown.
    pub fn showings(&self) -> Showings<'_> {
        Showings(self)
    }
    /// Codes kept for later.
    pub fn kept_codes(&self) -> KeptCodes<'_> {
        KeptCodes(self)
    }
    /// The cached access journal.
    pub fn journal(&self) -> Journal<'_> {
        Journal(self)
    }
    /// The trust list and the status lists.
    pub fn trust(&self) -> Trust<'_> {
        Trust(self)
    }
    /// Tokens and the client's registration.
    pub fn session(&self) -> Session<'_> {
        Session(self)
    }
    /// The person's settings.
    pub fn settings(&self) -> Settings<'_> {
        Settings(self)
    }
    /// Sealed signing keys, for the keystore to keep here.
    pub fn signing_keys(&self) -> SigningKeyBlobs<'_> {
        SigningKeyBlobs(self)
    }

    /// Runs `query` on a reader that is free, or on the first to become so.
    pub(crate) fn read<T>(
        &self,
        query: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let free = self
            .inner
            .readers
            .iter()
            .find_map(|reader| match reader.try_lock() {
                Ok(guard) => Some(guard),
                Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
                Err(TryLockError::WouldBlock) => None,
            });
        let guard = free.unwrap_or_else(|| hold(self.inner.readers.first().unwrap_or(&self.inner.writer)));
        query(guard.as_ref().ok_or(StoreError::Locked)?)
    }

    /// Runs `change` in one transaction, which is on the disk when this returns, or undone.
    pub(crate) fn write<T>(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut guard = hold(&self.inner.writer);
        let connection = guard.as_mut().ok_or(StoreError::Locked)?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let result = change(&transaction)?;
        transaction.commit()?;
        Ok(result)
    }

    /// Folds the write-ahead log into the file and empties it, so that what was erased is in
    /// neither. A reader in the middle of a query leaves it to the next time.
    pub(crate) fn fold_log(&self) -> Result<(), StoreError> {
        let guard = hold(&self.inner.writer);
        let connection = guard.as_ref().ok_or(StoreError::Locked)?;
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(())
    }
}

/// A panic while the lock was held cannot have left half a transaction: it was rolled back when
/// the transaction was dropped.
fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
