use std::sync::PoisonError;

use super::Profile;
use super::device::Device;
use crate::attempts::Attempts;
use crate::key_file::{DeviceSecret, KeyFile};
use crate::{Secret, StoreError};

/// The steps of a change, after each of which the process may end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The old secret was verified.
    Verified,
    /// The new device secret is in its slot.
    DeviceSecretKept,
    /// The new key file is on the disk, beside the present one.
    KeyFileWritten,
    /// The new key file is the present one: from here on the new secret opens.
    Committed,
    /// The old device secret is gone.
    OldSecretDropped,
}

impl Profile {
    /// Replaces `old` by `new`, with a new salt and, for PINs, a new device secret.
    ///
    /// Wrong old PINs count like tries to unlock. The records are not touched: the data key stays
    /// and is sealed anew. Cut off at any point, one of the two opens, and never neither.
    pub fn change_secret(&self, old: &Secret, new: &Secret) -> Result<(), StoreError> {
        self.change_secret_by_steps(old, new, &mut |_| Ok(()))
    }

    pub(super) fn change_secret_by_steps(
        &self,
        old: &Secret,
        new: &Secret,
        after: &mut dyn FnMut(Step) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        if let Secret::Passphrase(passphrase) = new
            && !passphrase.is_strong()
        {
            return Err(StoreError::WeakPassphrase);
        }
        let _one_at_a_time = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        let (present, data_key) = self.open_key(old)?;
        after(Step::Verified)?;

        let next = match new {
            Secret::Pin(_) => {
                let device = self.device(&present)?;
                let secret = DeviceSecret::make_random(next_slot(&present))?;
                device.keep_attempts(Attempts::none(device.uptime.now()))?;
                device.keep_secret(&secret)?;
                secret
            }
            Secret::Passphrase(_) => DeviceSecret::absent(),
        };
        after(Step::DeviceSecretKept)?;

        let cost = self.platform.cost.parameters()?;
        KeyFile::seal(&present.profile, new, &next, cost, &data_key)?.write_new(&self.folder)?;
        after(Step::KeyFileWritten)?;

        KeyFile::commit_new(&self.folder)?;
        after(Step::Committed)?;

        if let (Secret::Pin(_), Ok(device)) = (old, self.device(&present)) {
            drop_old(&device, &present, new);
        }
        after(Step::OldSecretDropped)?;
        tracing::info!(store.secret = ?new.kind(), "secret changed");
        Ok(())
    }
}

/// The slot that the present key file does not use.
fn next_slot(present: &KeyFile) -> u8 {
    1 - present.slot
}

/// The change holds already, so a keystore that fails now does not undo it: the next unlock with
/// the new PIN drops what is left.
fn drop_old(device: &Device<'_>, present: &KeyFile, new: &Secret) {
    let dropped = device.drop_secret(present.slot).and_then(|()| match new {
        Secret::Pin(_) => Ok(()),
        Secret::Passphrase(_) => device.drop_attempts(),
    });
    if let Err(error) = dropped {
        tracing::warn!(
            error.code = error.code(),
            "the old device secret is still in the keystore"
        );
    }
}
