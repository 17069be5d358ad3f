//! Where MLog is, and which files say who this side is.

use std::{
    io,
    path::{Path, PathBuf},
};

use acasa_domain::Idno;
use url::Url;

use super::{MlogAccess, MlogAccessError};
use crate::{
    secret_file::{self, SecretFileError},
    small_file::{self, FILE_LIMIT},
};

/// MLog as an operator names it.
#[derive(Debug, Clone)]
pub struct MlogSettings {
    /// Base address, https.
    pub address: Url,
    /// The organisation that runs the gateway.
    pub organisation: Idno,
    /// The client certificate, then those between it and its authority, in PEM.
    pub certificate: PathBuf,
    /// The client certificate's private key in PEM, which only its owner may read.
    pub key: PathBuf,
    /// The authorities that MLog's own certificate may come from, in PEM.
    pub trust: PathBuf,
}

impl MlogSettings {
    /// Reads the files. Whether they belong together is said when the adapter is made of them.
    pub fn open(&self) -> Result<MlogAccess, MlogAccessError> {
        let key = secret_file::read(&self.key, FILE_LIMIT).map_err(|error| match error {
            SecretFileError::Unreadable(error) => unreadable(&self.key, error),
            SecretFileError::NotPrivate => MlogAccessError::KeyPermissions,
        })?;
        Ok(MlogAccess {
            address: self.address.clone(),
            legal_entity: self.organisation.as_str().to_owned(),
            certificates: read(&self.certificate)?,
            key,
            authorities: read(&self.trust)?,
        })
    }
}

fn read(path: &Path) -> Result<Vec<u8>, MlogAccessError> {
    small_file::read(path).map_err(|error| unreadable(path, error))
}

fn unreadable(path: &Path, source: io::Error) -> MlogAccessError {
    MlogAccessError::File {
        path: path.to_owned(),
        source,
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    struct Files(tempfile::TempDir);

    impl Files {
        fn new() -> Self {
            let files = Self(tempfile::tempdir().unwrap());
            for name in ["certificate", "key", "trust"] {
                std::fs::write(files.path(name), name).unwrap();
            }
            files.permit("key", 0o600);
            files
        }

        fn path(&self, name: &str) -> PathBuf {
            self.0.path().join(name)
        }

        fn permit(&self, name: &str, mode: u32) {
            std::fs::set_permissions(self.path(name), std::fs::Permissions::from_mode(mode)).unwrap();
        }

        fn open(&self) -> Result<MlogAccess, &'static str> {
            let settings = MlogSettings {
                address: "https://mlog.example".parse().unwrap(),
                organisation: "1999000000006".parse().unwrap(),
                certificate: self.path("certificate"),
                key: self.path("key"),
                trust: self.path("trust"),
            };
            settings.open().map_err(|error| error.code())
        }
    }

    #[test]
    fn each_file_is_read_for_what_it_is() {
        let access = Files::new().open().unwrap();

        assert_eq!(access.legal_entity, "1999000000006");
        assert_eq!(access.certificates, b"certificate");
        assert_eq!(access.key.expose(), b"key");
        assert_eq!(access.authorities, b"trust");
    }

    #[test]
    fn a_key_that_others_may_read_is_refused() {
        for mode in [0o640, 0o604, 0o620] {
            let files = Files::new();
            files.permit("key", mode);
            assert_eq!(files.open().err(), Some("mlog_key_permissions"), "{mode:o}");
        }
    }

    #[test]
    fn a_file_that_is_missing_or_over_64_kibibytes_is_refused() {
        for name in ["certificate", "key", "trust"] {
            let files = Files::new();
            std::fs::write(files.path(name), vec![b'a'; FILE_LIMIT]).unwrap();
            assert!(files.open().is_ok(), "{name}");
            std::fs::write(files.path(name), vec![b'a'; FILE_LIMIT + 1]).unwrap();
            assert_eq!(files.open().err(), Some("mlog_file"), "{name}");
            std::fs::remove_file(files.path(name)).unwrap();
            assert_eq!(files.open().err(), Some("mlog_file"), "{name}");
        }
    }
}
