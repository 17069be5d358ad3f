//! The file that holds the sealed data key and says how it was sealed.

use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::Path;

use acasa_crypto::{Key256, aead, argon2id};
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};

use crate::StoreError;
use crate::secret::{Secret, SecretKind};

/// The file's name in the profile's folder.
pub(crate) const NAME: &str = "key.json";
const NEW_NAME: &str = "key.json.new";
const VERSION: u32 = 1;
/// A real one has under 700 bytes.
const MAX_SIZE: u64 = 4096;

/// What the file says. Everything but the sealed key is associated data of the seal, so that no
/// part of it can be changed, cheapened or moved to another profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyFile {
    pub(crate) version: u32,
    /// The profile's name in the keystore, drawn at enrolment.
    pub(crate) profile: String,
    pub(crate) kind: SecretKind,
    memory_kib: u32,
    iterations: u32,
    lanes: u32,
    #[serde(with = "base64url")]
    salt: Vec<u8>,
    /// Which of the two device-secret slots seals this file. They alternate with each change of
    /// the PIN, so that old and new can exist side by side for a moment.
    pub(crate) slot: u8,
    /// Derived from the device secret one way: tells a foreign or older secret from a wrong PIN.
    #[serde(with = "base64url")]
    pub(crate) secret_tag: Vec<u8>,
    #[serde(with = "base64url")]
    sealed: Vec<u8>,
}

impl KeyFile {
    /// Seals `data_key` under `secret` and, for a PIN, the device secret.
    pub(crate) fn seal(
        profile: &str,
        secret: &Secret,
        device: &DeviceSecret,
        cost: argon2id::Parameters,
        data_key: &Key256,
    ) -> Result<Self, StoreError> {
        let mut file = Self {
            version: VERSION,
            profile: profile.to_owned(),
            kind: secret.kind(),
            memory_kib: cost.memory_kib(),
            iterations: cost.iterations(),
            lanes: cost.lanes(),
            salt: acasa_crypto::random::make_bytes::<32>()?.to_vec(),
            slot: device.slot,
            secret_tag: device.tag(profile),
            sealed: Vec::new(),
        };
        let kek = file.derive_kek(secret, device)?;
        file.sealed = aead::seal(&kek, &file.associated(), data_key.expose())?;
        Ok(file)
    }

    /// Opens the data key; `None` when the secret is wrong.
    pub(crate) fn open(&self, secret: &Secret, device: &DeviceSecret) -> Result<Option<Key256>, StoreError> {
        let kek = self.derive_kek(secret, device)?;
        match aead::open(&kek, &self.associated(), &self.sealed) {
            Ok(key) => Key256::from_slice(key.expose())
                .map(Some)
                .map_err(|_| StoreError::Damaged),
            Err(_) => Ok(None),
        }
    }

    /// KEK = HKDF-SHA-256(salt = device secret, ikm = Argon2id(secret), info = `acasa/kek/v1` ‖
    /// profile).
    pub(crate) fn derive_kek(&self, secret: &Secret, device: &DeviceSecret) -> Result<Key256, StoreError> {
        let slow = argon2id::derive(self.cost()?, &self.salt, secret.expose())?;
        let info = [b"acasa/kek/v1", self.profile.as_bytes()].concat();
        Ok(Key256::derive_hkdf(device.key.expose(), slow.expose(), &info))
    }

    /// The stored cost, unless it is weaker than allowed or more than a machine can bear.
    pub(crate) fn cost(&self) -> Result<argon2id::Parameters, StoreError> {
        argon2id::Parameters::new(self.memory_kib, self.iterations, self.lanes)
            .map_err(|_| StoreError::Parameters)
    }

    fn associated(&self) -> Vec<u8> {
        let mut bytes = b"acasa/key-file/v1".to_vec();
        for number in [
            self.version,
            self.memory_kib,
            self.iterations,
            self.lanes,
            u32::from(self.slot),
        ] {
            bytes.extend(number.to_be_bytes());
        }
        bytes.push(match self.kind {
            SecretKind::Pin => 1,
            SecretKind::Passphrase => 2,
        });
        for field in [self.profile.as_bytes(), &self.salt, &self.secret_tag] {
            // Lengths first: no two different files have the same associated data.
            bytes.extend(u32::try_from(field.len()).unwrap_or(u32::MAX).to_be_bytes());
            bytes.extend(field);
        }
        bytes
    }

    /// Reads the file of this folder.
    pub(crate) fn read(folder: &Path) -> Result<Self, StoreError> {
        let mut bytes = Vec::new();
        match File::open(folder.join(NAME)) {
            Ok(file) => file.take(MAX_SIZE + 1).read_to_end(&mut bytes)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(StoreError::NotEnrolled);
            }
            Err(error) => return Err(error.into()),
        };
        if bytes.len() as u64 > MAX_SIZE {
            return Err(StoreError::Damaged);
        }
        Self::parse(&bytes)
    }

    /// Reads the bytes of such a file.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, StoreError> {
        #[derive(Deserialize)]
        struct Versioned {
            version: u32,
        }
        let Versioned { version } = serde_json::from_slice(bytes).map_err(|_| StoreError::Damaged)?;
        if version > VERSION {
            return Err(StoreError::NewerVersion {
                found: version,
                known: VERSION,
            });
        }
        let file: Self = serde_json::from_slice(bytes).map_err(|_| StoreError::Damaged)?;
        let named = file.profile.len() == 32 && file.profile.bytes().all(|b| b.is_ascii_hexdigit());
        if !named || file.salt.len() != 32 || file.secret_tag.len() != TAG || file.slot > 1 {
            return Err(StoreError::Damaged);
        }
        file.cost()?;
        Ok(file)
    }

    /// Writes the file beside the present one, complete and on the disk.
    pub(crate) fn write_new(&self, folder: &Path) -> Result<(), StoreError> {
        let bytes = serde_json::to_vec_pretty(self).map_err(|_| StoreError::Damaged)?;
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(folder.join(NEW_NAME))?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        Ok(())
    }

    /// Puts the new file in the place of the present one: the moment at which the change holds.
    pub(crate) fn commit_new(folder: &Path) -> Result<(), StoreError> {
        fs::rename(folder.join(NEW_NAME), folder.join(NAME))?;
        sync_folder(folder)
    }

    /// Removes the file, and with it the sealed key.
    pub(crate) fn remove(folder: &Path) -> Result<(), StoreError> {
        for name in [NAME, NEW_NAME] {
            remove_if_present(&folder.join(name))?;
        }
        sync_folder(folder)
    }
}

/// Removes a file; one already gone is no error.
pub(crate) fn remove_if_present(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Makes renames and removals in `folder` outlive a loss of power.
fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    // Only Unix lets a folder be opened and flushed; elsewhere the file system orders by itself.
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

const TAG: usize = 16;

/// The device's half of the key: from the keystore, or fixed where there is none.
pub(crate) struct DeviceSecret {
    key: Key256,
    pub(crate) slot: u8,
}

impl DeviceSecret {
    /// A fresh one for this slot.
    pub(crate) fn make_random(slot: u8) -> Result<Self, StoreError> {
        Ok(Self {
            key: Key256::make_random()?,
            slot,
        })
    }

    /// One read from its slot.
    pub(crate) fn from_stored(bytes: &[u8], slot: u8) -> Result<Self, StoreError> {
        let key = Key256::from_slice(bytes).map_err(|_| StoreError::OtherDevice)?;
        Ok(Self { key, slot })
    }

    /// What stands in for it where there is no keystore; the passphrase then carries all the weight.
    pub(crate) fn absent() -> Self {
        Self {
            key: Key256::take(&mut [0; 32]),
            slot: 0,
        }
    }

    pub(crate) fn expose(&self) -> &[u8; 32] {
        self.key.expose()
    }

    pub(crate) fn tag(&self, profile: &str) -> Vec<u8> {
        let info = [b"acasa/device-secret-tag/v1", profile.as_bytes()].concat();
        let tag = Key256::derive_hkdf(&[], self.key.expose(), &info);
        tag.expose()[..TAG].to_vec()
    }
}

mod base64url {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    use super::BASE64URL_NOPAD;

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64URL_NOPAD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        BASE64URL_NOPAD
            .decode(text.as_bytes())
            .map_err(|_| D::Error::custom("not base64url"))
    }
}

#[cfg(test)]
mod tests;
