use std::sync::PoisonError;
use std::time::Duration;

use acasa_crypto::Key256;

use super::device::Device;
use super::{LockState, Profile};
use crate::attempts::Attempts;
use crate::key_file::{DeviceSecret, KeyFile};
use crate::{Secret, SecretKind, StoreError, Vault};

impl Profile {
    /// What to ask for, how many tries are left, and when the next is allowed.
    pub fn state(&self) -> Result<LockState, StoreError> {
        let file = KeyFile::read(&self.folder)?;
        match file.kind {
            SecretKind::Passphrase => Ok(LockState {
                kind: file.kind,
                tries_left: None,
                wait: Duration::ZERO,
            }),
            SecretKind::Pin => {
                let device = self.device(&file)?;
                device.secret_of(&file)?;
                let attempts = device.attempts()?;
                let wait = attempts.wait(device.uptime.now());
                Ok(LockState {
                    kind: file.kind,
                    tries_left: Some(attempts.tries_left()),
                    wait,
                })
            }
        }
    }

    /// Unlocks the vault.
    ///
    /// For a PIN the counter is raised and kept before the try, so that pulling the plug does not
    /// win one back; a right PIN resets it. After the tenth wrong one the keys are destroyed.
    pub fn unlock(&self, secret: &Secret) -> Result<Vault, StoreError> {
        let _one_at_a_time = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, key) = self.open_key(secret)?;
        Vault::open(&self.vault_path(), &key)
    }

    /// The data key, by a try that counts.
    pub(super) fn open_key(&self, secret: &Secret) -> Result<(KeyFile, Key256), StoreError> {
        let file = KeyFile::read(&self.folder)?;
        let key = match (file.kind, secret) {
            (SecretKind::Pin, Secret::Pin(_)) => self.try_pin(&file, secret)?,
            (SecretKind::Passphrase, Secret::Passphrase(_)) => file
                .open(secret, &DeviceSecret::absent())?
                .ok_or(StoreError::WrongSecret {
                    tries_left: None,
                    wait: Duration::ZERO,
                })?,
            // The wrong kind of secret is a mistake of the screen, not a guess.
            (SecretKind::Pin, Secret::Passphrase(_)) => {
                return Err(StoreError::WrongSecret {
                    tries_left: self.state()?.tries_left,
                    wait: Duration::ZERO,
                });
            }
            (SecretKind::Passphrase, Secret::Pin(_)) => {
                return Err(StoreError::WrongSecret {
                    tries_left: None,
                    wait: Duration::ZERO,
                });
            }
        };
        Ok((file, key))
    }

    fn try_pin(&self, file: &KeyFile, secret: &Secret) -> Result<Key256, StoreError> {
        let device = self.device(file)?;
        let device_secret = device.secret_of(file)?;
        let attempts = device.attempts()?;
        if attempts.tries_left() == 0 {
            // The tenth try was cut off before its keys were destroyed.
            self.destroy_keys(&device)?;
            return Err(StoreError::Destroyed);
        }
        let wait = attempts.wait(device.uptime.now());
        if !wait.is_zero() {
            return Err(StoreError::MustWait { wait });
        }
        let raised = attempts.raised(device.uptime.now());
        device.keep_attempts(raised)?;
        if let Some(key) = file.open(secret, &device_secret)? {
            device.keep_attempts(Attempts::none(device.uptime.now()))?;
            // What a change of the PIN left behind when it was cut off after its commit.
            device.drop_secret(1 - file.slot)?;
            return Ok(key);
        }
        if raised.tries_left() == 0 {
            self.destroy_keys(&device)?;
            tracing::warn!("vault destroyed after the last try");
            return Err(StoreError::Destroyed);
        }
        let wait = raised.wait(device.uptime.now());
        Err(StoreError::WrongSecret {
            tries_left: Some(raised.tries_left()),
            wait,
        })
    }

    pub(super) fn device<'a>(&'a self, file: &'a KeyFile) -> Result<Device<'a>, StoreError> {
        let slots = self.platform.slots.as_deref().ok_or(StoreError::NoKeystore)?;
        Ok(Device {
            slots,
            uptime: &*self.platform.uptime,
            profile: &file.profile,
        })
    }
}
