mod change;
mod device;
mod enrol;
mod forget;
mod unlock;

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::key_file::{KeyFile, NAME};
use crate::{Cost, SecretKind, Slots, StoreError, Uptime};

const VAULT: &str = "vault.db";
/// What SQLite adds beside the vault's file while it is open.
const VAULT_FILES: [&str; 3] = [VAULT, "vault.db-wal", "vault.db-shm"];
const LOCK: &str = "profile.lock";

/// What a profile needs from the device.
#[derive(Clone)]
pub struct Platform {
    /// The keystore; `None` where there is none, and then only passphrases can be used.
    pub slots: Option<Arc<dyn Slots>>,
    /// Where the delays between tries take their time from.
    pub uptime: Arc<dyn Uptime>,
    /// How dear a try at the secret is made.
    pub cost: Cost,
}

/// A profile on disk: a folder with one vault, held by this process alone.
///
/// ```text
/// DIR/key.json       the sealed data key, and how it was sealed
/// DIR/vault.db       the records (SQLCipher), with -wal and -shm while open
/// DIR/profile.lock   held while a process has the profile open
/// keystore           device-secret.0 or .1, attempts
/// ```
pub struct Profile {
    folder: PathBuf,
    platform: Platform,
    /// Tries are made one after another: the counter is read, raised and judged as one.
    gate: Mutex<()>,
    _lock: File,
}

/// What the unlock screen needs to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LockState {
    /// What to ask for.
    pub kind: SecretKind,
    /// Tries left before the vault is destroyed; `None` for passphrases, which are not counted.
    pub tries_left: Option<u8>,
    /// How long until the next try is allowed.
    pub wait: Duration,
}

impl Profile {
    /// Whether this folder holds a profile. Looks only; opens and locks nothing.
    pub fn exists(folder: &Path) -> bool {
        folder.join(NAME).is_file()
    }

    /// Opens the profile in `folder` for this process, still locked.
    pub fn open(folder: &Path, platform: Platform) -> Result<Self, StoreError> {
        if !folder.is_dir() {
            return Err(StoreError::NotEnrolled);
        }
        let lock = take_lock(folder)?;
        match KeyFile::read(folder) {
            // The keys go first when a vault is destroyed; the records are what is left.
            Err(StoreError::NotEnrolled) if folder.join(VAULT).exists() => Err(StoreError::Destroyed),
            Err(error) => Err(error),
            Ok(_) => Ok(Self::of(folder, platform, lock)),
        }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The profile's name in the keystore: random, and says nothing about its owner.
    pub fn name(&self) -> Result<String, StoreError> {
        Ok(KeyFile::read(&self.folder)?.profile)
    }

    fn of(folder: &Path, platform: Platform, lock: File) -> Self {
        Self {
            folder: folder.to_owned(),
            platform,
            gate: Mutex::new(()),
            _lock: lock,
        }
    }

    fn vault_path(&self) -> PathBuf {
        self.folder.join(VAULT)
    }
}

/// How long to wait for who is about to let go: an app that was just closed, or work of this one that ends with it.
const PATIENCE: Duration = Duration::from_millis(500);
/// How often to look meanwhile.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Takes the folder for this process. The system gives it back when the process ends, however it
/// ends, so there is no stale lock to clear away.
#[expect(
    clippy::disallowed_methods,
    reason = "a file's lock cannot be waited for with an end"
)]
fn take_lock(folder: &Path) -> Result<File, StoreError> {
    let file = fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join(LOCK))?;
    let began = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if began.elapsed() < PATIENCE => thread::sleep(LOOK_AGAIN),
            Err(TryLockError::WouldBlock) => return Err(StoreError::InUse),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests;
