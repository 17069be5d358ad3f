//! Keys and certificates in a folder for their owner only, or nowhere.

use std::{
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use acasa_credentials::trust::Certificate;
use acasa_crypto::{Signer, SigningKey};

use super::AuthorityError;

/// Largest file that is read, in bytes.
const FILE_LIMIT: u64 = 64 * 1024;

pub(super) struct KeyFolder<'a>(Option<&'a Path>);

impl<'a> KeyFolder<'a> {
    pub(super) fn new(folder: Option<&'a Path>) -> Result<Self, AuthorityError> {
        if let Some(folder) = folder {
            let mut builder = fs::DirBuilder::new();
            builder.recursive(true);
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            builder.create(folder)?;
        }
        Ok(Self(folder))
    }

    fn path(&self, name: &str, kind: &str) -> Option<PathBuf> {
        self.0.map(|folder| folder.join(format!("{name}.{kind}")))
    }

    /// The key of that name, made if there is none.
    pub(super) fn key(&self, name: &str) -> Result<Arc<dyn Signer>, AuthorityError> {
        let Some(path) = self.path(name, "p8") else {
            return Ok(Arc::new(SigningKey::make_random()?));
        };
        if let Some(bytes) = read(&path)? {
            let bytes = acasa_crypto::SecretBytes::new(bytes);
            return Ok(Arc::new(SigningKey::from_pkcs8(bytes.expose())?));
        }
        let key = SigningKey::make_random()?;
        write(&path, key.to_pkcs8()?.expose())?;
        Ok(Arc::new(key))
    }

    pub(super) fn certificate(&self, name: &str) -> Result<Option<Certificate>, AuthorityError> {
        let Some(path) = self.path(name, "der") else {
            return Ok(None);
        };
        Ok(read(&path)?.map(|der| Certificate::from_der(&der)).transpose()?)
    }

    pub(super) fn keep_certificate(&self, name: &str, der: &[u8]) -> Result<Certificate, AuthorityError> {
        if let Some(path) = self.path(name, "der") {
            write(&path, der)?;
        }
        Ok(Certificate::from_der(der)?)
    }

    /// Puts a signer's certificate aside under its thumbprint, and destroys its key.
    pub(super) fn set_aside(&self, name: &str) -> Result<(), AuthorityError> {
        let (Some(certificate), Some(from), Some(key)) = (
            self.certificate(name)?,
            self.path(name, "der"),
            self.path(name, "p8"),
        ) else {
            return Ok(());
        };
        let thumbprint = acasa_crypto::base64url::encode(certificate.sha256());
        if let Some(to) = self.path(&format!("{name}@{thumbprint}"), "der") {
            fs::rename(from, to)?;
        }
        match fs::remove_file(key) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    pub(super) fn set_aside_certificates(&self, name: &str) -> Result<Vec<Certificate>, AuthorityError> {
        let Some(folder) = self.0 else {
            return Ok(Vec::new());
        };
        let prefix = format!("{name}@");
        let mut found = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with(&prefix)
                && let Some(der) = read(&entry.path())?
            {
                found.push(Certificate::from_der(&der)?);
            }
        }
        Ok(found)
    }
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, io::Error> {
    match fs::metadata(path) {
        Ok(metadata) if metadata.len() > FILE_LIMIT => Err(io::ErrorKind::FileTooLarge.into()),
        Ok(_) => fs::read(path).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes a new file that only its owner may read, complete or not at all.
fn write(path: &Path, bytes: &[u8]) -> Result<(), io::Error> {
    let partial = path.with_extension("partial");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&partial)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(partial, path)
}
