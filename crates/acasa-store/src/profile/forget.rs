use super::device::Device;
use super::{LOCK, Profile, VAULT_FILES};
use crate::key_file::{KeyFile, remove_if_present};
use crate::{SecretKind, StoreError};

impl Profile {
    /// Destroys the profile: first its keys, in the keystore and in the folder, then its records.
    ///
    /// Every open [`crate::Vault`] of it is to be locked before. Cut off at any point, what is left
    /// cannot be opened, and calling again finishes.
    pub fn forget(self) -> Result<(), StoreError> {
        match KeyFile::read(&self.folder) {
            Ok(file) if file.kind == SecretKind::Pin && self.platform.slots.is_some() => {
                self.destroy_keys(&self.device(&file)?)?;
            }
            // A key file that cannot be read names no slots, and without a keystore they cannot be
            // reached; without the key file they open nothing.
            _ => KeyFile::remove(&self.folder)?,
        }
        Self::remove_remains(&self.folder)
    }

    /// Removes what is left of a profile whose keys are gone or damaged, from a folder that
    /// [`Profile::open`] refuses.
    pub fn clear(folder: &std::path::Path) -> Result<(), StoreError> {
        let _lock = super::take_lock(folder)?;
        KeyFile::remove(folder)?;
        Self::remove_remains(folder)
    }

    fn remove_remains(folder: &std::path::Path) -> Result<(), StoreError> {
        for name in VAULT_FILES.into_iter().chain([LOCK]) {
            remove_if_present(&folder.join(name))?;
        }
        // Only when nothing else lies in it, such as a file the person put there.
        let _ = std::fs::remove_dir(folder);
        Ok(())
    }

    /// The device secret first: from then on nothing opens the vault, wherever it was copied.
    pub(super) fn destroy_keys(&self, device: &Device<'_>) -> Result<(), StoreError> {
        device.drop_secret(0)?;
        device.drop_secret(1)?;
        KeyFile::remove(&self.folder)?;
        device.drop_attempts()
    }
}
