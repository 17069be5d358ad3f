//! What a profile keeps in the keystore.

use crate::attempts::Attempts;
use crate::key_file::{DeviceSecret, KeyFile};
use crate::{SlotError, Slots, StoreError, Uptime};

const ATTEMPTS: &str = "attempts";

fn secret_slot(slot: u8) -> &'static str {
    if slot == 0 {
        "device-secret.0"
    } else {
        "device-secret.1"
    }
}

/// The slots of one profile.
pub(super) struct Device<'a> {
    pub(super) slots: &'a dyn Slots,
    pub(super) uptime: &'a dyn Uptime,
    pub(super) profile: &'a str,
}

impl Device<'_> {
    /// The secret that seals this key file.
    pub(super) fn secret_of(&self, file: &KeyFile) -> Result<DeviceSecret, StoreError> {
        let Some(stored) = self.slots.get(self.profile, secret_slot(file.slot))? else {
            let spent = self
                .stored_attempts()?
                .is_some_and(|attempts| attempts.tries_left() == 0);
            return Err(if spent {
                StoreError::Destroyed
            } else {
                StoreError::OtherDevice
            });
        };
        let secret = DeviceSecret::from_stored(&stored, file.slot)?;
        if acasa_crypto::constant_time_eq(&secret.tag(self.profile), &file.secret_tag) {
            Ok(secret)
        } else {
            Err(StoreError::OtherDevice)
        }
    }

    /// Keeps a secret, and makes sure that it can be read back: a keystore that loses it would
    /// lose the vault.
    pub(super) fn keep_secret(&self, secret: &DeviceSecret) -> Result<(), StoreError> {
        let slot = secret_slot(secret.slot);
        self.slots.set(self.profile, slot, secret.expose())?;
        let read = self.slots.get(self.profile, slot)?;
        if read.is_some_and(|read| acasa_crypto::constant_time_eq(&read, secret.expose())) {
            Ok(())
        } else {
            let source = SlotError {
                code: "keystore_corrupted",
                retryable: false,
            };
            Err(StoreError::Keystore { source })
        }
    }

    pub(super) fn drop_secret(&self, slot: u8) -> Result<(), StoreError> {
        Ok(self.slots.delete(self.profile, secret_slot(slot))?)
    }

    /// The counter. One that is missing is assumed, and kept at once, so that its wait runs out.
    pub(super) fn attempts(&self) -> Result<Attempts, StoreError> {
        if let Some(stored) = self.stored_attempts()? {
            return Ok(stored);
        }
        let assumed = Attempts::missing(self.uptime.now());
        self.keep_attempts(assumed)?;
        Ok(assumed)
    }

    fn stored_attempts(&self) -> Result<Option<Attempts>, StoreError> {
        match self.slots.get(self.profile, ATTEMPTS)? {
            Some(bytes) => Attempts::from_bytes(&bytes).map(Some),
            None => Ok(None),
        }
    }

    pub(super) fn keep_attempts(&self, attempts: Attempts) -> Result<(), StoreError> {
        Ok(self.slots.set(self.profile, ATTEMPTS, &attempts.to_bytes())?)
    }

    pub(super) fn drop_attempts(&self) -> Result<(), StoreError> {
        Ok(self.slots.delete(self.profile, ATTEMPTS)?)
    }
}
