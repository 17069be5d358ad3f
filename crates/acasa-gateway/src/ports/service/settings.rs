//! Where a service of the state is, and which files say who this side is.

use std::{
    io,
    path::{Path, PathBuf},
};

use url::Url;

use super::{ServiceAccess, ServiceAccessError};
use crate::{
    secret_file::{self, SecretFileError},
    small_file::{self, FILE_LIMIT},
};

/// A service as an operator names it.
#[derive(Debug, Clone)]
pub struct ServiceSettings {
    /// Base address, https.
    pub address: Url,
    /// The client certificate, then those between it and its authority, in PEM.
    pub certificate: PathBuf,
    /// The client certificate's private key in PEM, which only its owner may read.
    pub key: PathBuf,
    /// The authorities that the service's own certificate may come from, in PEM.
    pub trust: PathBuf,
}

impl ServiceSettings {
    /// Reads the files. Whether they belong together is said when the adapter is made of them.
    pub fn open(&self) -> Result<ServiceAccess, ServiceAccessError> {
        let key = secret_file::read(&self.key, FILE_LIMIT).map_err(|error| match error {
            SecretFileError::Unreadable(error) => unreadable(&self.key, error),
            SecretFileError::NotPrivate => ServiceAccessError::KeyPermissions,
        })?;
        let read = |path: &Path| small_file::read(path).map_err(|error| unreadable(path, error));
        Ok(ServiceAccess {
            address: self.address.clone(),
            certificates: read(&self.certificate)?,
            key,
            authorities: read(&self.trust)?,
        })
    }
}

fn unreadable(path: &Path, source: io::Error) -> ServiceAccessError {
    ServiceAccessError::File {
        path: path.to_owned(),
        source,
    }
}
