use std::fs;
use std::path::Path;

use acasa_crypto::{Key256, random};
use data_encoding::HEXLOWER;

use super::device::Device;
use super::{Platform, Profile, VAULT, VAULT_FILES, take_lock};
use crate::attempts::Attempts;
use crate::key_file::{DeviceSecret, KeyFile, remove_if_present};
use crate::{Secret, StoreError, Vault};

impl Profile {
    /// Makes a profile in `folder`, which is created where absent, and returns it unlocked.
    ///
    /// The key file is written last: a crash before leaves a folder in which enrolment can simply
    /// be repeated. What a destroyed vault left behind is removed.
    pub fn enrol(folder: &Path, platform: Platform, secret: &Secret) -> Result<(Self, Vault), StoreError> {
        if let Secret::Passphrase(passphrase) = secret
            && !passphrase.is_strong()
        {
            return Err(StoreError::WeakPassphrase);
        }
        make_folder(folder)?;
        let lock = take_lock(folder)?;
        if Self::exists(folder) {
            return Err(StoreError::AlreadyEnrolled);
        }
        for name in VAULT_FILES {
            remove_if_present(&folder.join(name))?;
        }
        let name = HEXLOWER.encode(&random::make_bytes::<16>()?);
        let data_key = Key256::make_random()?;
        let device_secret = match secret {
            Secret::Pin(_) => Self::enrol_device(&platform, &name)?,
            Secret::Passphrase(_) => DeviceSecret::absent(),
        };
        let vault = Vault::create(&folder.join(VAULT), &data_key)?;
        let cost = platform.cost.parameters()?;
        KeyFile::seal(&name, secret, &device_secret, cost, &data_key)?.write_new(folder)?;
        KeyFile::commit_new(folder)?;
        tracing::info!(store.secret = ?secret.kind(), "profile enrolled");
        Ok((Self::of(folder, platform, lock), vault))
    }

    /// The counter first: were only the secret kept, the free tries would count as spent.
    fn enrol_device(platform: &Platform, name: &str) -> Result<DeviceSecret, StoreError> {
        let slots = platform.slots.as_deref().ok_or(StoreError::NoKeystore)?;
        let device = Device {
            slots,
            uptime: &*platform.uptime,
            profile: name,
        };
        device.keep_attempts(Attempts::none(device.uptime.now()))?;
        let secret = DeviceSecret::make_random(0)?;
        device.keep_secret(&secret)?;
        Ok(secret)
    }
}

fn make_folder(folder: &Path) -> Result<(), StoreError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    Ok(builder.create(folder)?)
}
