//! The file of root keys, beside the keys of the authority. It is no key of a document: no token holds it.

use std::path::PathBuf;

use acasa_gateway_store::RootKeys;

use super::{
    AuthorityError, Custody,
    custody::{read, write},
};
use crate::secret_file::{self, SecretFileError};

/// The file.
const FILE: &str = "payload";
/// Largest file that is read, in bytes.
const LIMIT: usize = 1024;

impl Custody {
    /// The keys that wrap the keys of principals, made if there are none.
    pub fn root_keys(&self) -> Result<RootKeys, AuthorityError> {
        self.prepare()?;
        let Some(path) = self.root_path() else {
            return Ok(RootKeys::make_random()?);
        };
        if read(&path)?.is_none() {
            let roots = RootKeys::make_random()?;
            self.keep_root_keys(&roots)?;
            return Ok(roots);
        }
        let text = secret_file::read(&path, LIMIT).map_err(|error| match error {
            SecretFileError::Unreadable(source) => AuthorityError::from(source),
            SecretFileError::NotPrivate => AuthorityError::RootPermissions,
        })?;
        Ok(RootKeys::parse(text.expose())?)
    }

    /// Keeps them instead of those that were there.
    pub fn keep_root_keys(&self, roots: &RootKeys) -> Result<(), AuthorityError> {
        self.prepare()?;
        if let Some(path) = self.root_path() {
            write(&path, roots.to_text().expose())?;
        }
        Ok(())
    }

    fn root_path(&self) -> Option<PathBuf> {
        self.path(FILE, "keys")
    }
}
