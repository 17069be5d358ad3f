//! A keystore in a folder, for an app that is killed: a file for each secret, put in its place whole.

use acasa_keystore::{Keystore, KeystoreError};
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::PathBuf;
use zeroize::Zeroizing;

pub(crate) struct FolderKeystore(pub(crate) PathBuf);

impl FolderKeystore {
    fn path(&self, profile: &str, slot: &str) -> PathBuf {
        self.0.join(format!("{profile}_{slot}"))
    }
}

impl Keystore for FolderKeystore {
    fn available(&self) -> Result<(), KeystoreError> {
        Ok(())
    }

    fn get(&self, profile: &str, slot: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeystoreError> {
        match fs::read(self.path(profile, slot)) {
            Ok(secret) => Ok(Some(Zeroizing::new(secret))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => panic!("{error}"),
        }
    }

    fn set(&self, profile: &str, slot: &str, secret: &[u8]) -> Result<(), KeystoreError> {
        fs::create_dir_all(&self.0).unwrap();
        let path = self.path(profile, slot);
        let fresh = path.with_extension("new");
        let mut file = fs::File::create(&fresh).unwrap();
        file.write_all(secret).unwrap();
        file.sync_all().unwrap();
        fs::rename(fresh, path).unwrap();
        Ok(())
    }

    fn delete(&self, profile: &str, slot: &str) -> Result<(), KeystoreError> {
        match fs::remove_file(self.path(profile, slot)) {
            Err(error) if error.kind() != ErrorKind::NotFound => panic!("{error}"),
            _ => Ok(()),
        }
    }
}
