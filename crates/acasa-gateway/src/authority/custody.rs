//! Where keys and certificates are kept: in a folder for its owner only, with the private keys in a
//! token instead, or nowhere.

use std::{
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use acasa_credentials::trust::Certificate;
use acasa_crypto::{CryptoError, SecretBytes, Signer, SigningKey, base64url, digest::sha256};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::AuthorityError;
use crate::{
    pkcs11::{Pkcs11Error, Token, TokenSettings},
    signer::{Guard, Role},
};

/// Largest file that is read, in bytes.
const FILE_LIMIT: u64 = 1024 * 1024;
/// Revoked certificates, in the folder.
const REVOKED: &str = "revoked.json";

/// Where an authority keeps its keys and certificates. The default is nowhere: they end with the
/// process.
#[derive(Debug, Clone, Default)]
pub struct Custody {
    folder: Option<PathBuf>,
    token: Option<Arc<Token>>,
    guard: Option<Arc<Guard>>,
}

/// A certificate that nothing may rely on any more.
pub(super) struct Revoked {
    pub(super) at: Timestamp,
    pub(super) certificate: Certificate,
}

#[derive(Serialize, Deserialize)]
struct RevokedRecord {
    name: String,
    at: Timestamp,
    certificate: String,
}

impl Custody {
    /// As programs are told: in `keys` of the data folder, private keys in the token, if these are
    /// given. Opens the token.
    pub fn of(data: Option<&Path>, token: Option<&TokenSettings>) -> Result<Self, Pkcs11Error> {
        Ok(Self {
            folder: data.map(|folder| folder.join("keys")),
            token: token.map(TokenSettings::open).transpose()?,
            guard: None,
        })
    }

    /// Keys and certificates in a folder, made if it is not there.
    pub fn in_folder(folder: PathBuf) -> Self {
        Self {
            folder: Some(folder),
            token: None,
            guard: None,
        }
    }

    /// Private keys in this token, each under the label `acasa-` and its name; only certificates
    /// stay in the folder.
    #[must_use]
    pub fn with_token(mut self, token: Arc<Token>) -> Self {
        self.token = Some(token);
        self
    }

    /// Every key from here signs what its role is for and no more, and what is done with keys is written down.
    #[must_use]
    pub(crate) fn guarded_by(mut self, guard: Arc<Guard>) -> Self {
        self.guard = Some(guard);
        self
    }

    fn guarded(&self, name: &str, key: Arc<dyn Signer>) -> Arc<dyn Signer> {
        match (&self.guard, Role::of(name)) {
            (Some(guard), Some(role)) => guard.over(role, key),
            (Some(_) | None, _) => key,
        }
    }

    /// Writes down what is about to be done, if somebody keeps a journal.
    fn note(&self, name: &str, what: &'static str, of: [u8; 32]) -> Result<(), AuthorityError> {
        let role = name.split('@').next().and_then(Role::of);
        match (&self.guard, role) {
            (Some(guard), Some(role)) => Ok(guard.note(role, what, of).map_err(CryptoError::from)?),
            (Some(_) | None, _) => Ok(()),
        }
    }

    pub(super) fn prepare(&self) -> Result<(), AuthorityError> {
        if let Some(folder) = &self.folder {
            let mut builder = fs::DirBuilder::new();
            builder.recursive(true);
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            builder.create(folder)?;
        }
        Ok(())
    }

    pub(super) fn path(&self, name: &str, kind: &str) -> Option<PathBuf> {
        let folder = self.folder.as_ref()?;
        Some(folder.join(format!("{name}.{kind}")))
    }

    /// Whether there are private keys of documents in the folder.
    pub(crate) fn has_key_files(&self) -> Result<bool, AuthorityError> {
        let keys = Role::all().filter_map(|role| self.path(role.as_str(), "p8"));
        for path in keys {
            if path.try_exists()? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The key of that name, if there is one.
    pub(super) fn find_key(&self, name: &str) -> Result<Option<Arc<dyn Signer>>, AuthorityError> {
        if let Some(token) = &self.token {
            return match token.signer(&label(name)) {
                Ok(signer) => Ok(Some(self.guarded(name, Arc::new(signer)))),
                Err(Pkcs11Error::KeyMissing) => Ok(None),
                Err(error) => Err(error.into()),
            };
        }
        let Some(path) = self.path(name, "p8") else {
            return Ok(None);
        };
        let Some(bytes) = read(&path)?.map(SecretBytes::new) else {
            return Ok(None);
        };
        let key = SigningKey::from_pkcs8(bytes.expose())?;
        Ok(Some(self.guarded(name, Arc::new(key))))
    }

    /// A new key of that name; there must be none.
    pub(super) fn make_key(&self, name: &str) -> Result<Arc<dyn Signer>, AuthorityError> {
        let key: Arc<dyn Signer> = if let Some(token) = &self.token {
            Arc::new(token.make_signer(&label(name))?)
        } else {
            let key = SigningKey::make_random()?;
            if let Some(path) = self.path(name, "p8") {
                write(&path, key.to_pkcs8()?.expose())?;
            }
            Arc::new(key)
        };
        self.note(name, "key_made", sha256(&key.public_key().to_spki_der()?))?;
        Ok(self.guarded(name, key))
    }

    /// The key of that name, made if there is none.
    pub(super) fn key(&self, name: &str) -> Result<Arc<dyn Signer>, AuthorityError> {
        match self.find_key(name)? {
            Some(key) => Ok(key),
            None => self.make_key(name),
        }
    }

    fn destroy_key(&self, name: &str) -> Result<(), AuthorityError> {
        if let Some(token) = &self.token {
            return Ok(token.destroy(&label(name))?);
        }
        match self.path(name, "p8") {
            Some(path) => remove(&path),
            None => Ok(()),
        }
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

    /// Puts a certificate aside under its thumbprint, still trusted, and destroys its key.
    pub(super) fn set_aside(&self, name: &str) -> Result<(), AuthorityError> {
        let (Some(certificate), Some(from)) = (self.certificate(name)?, self.path(name, "der")) else {
            return Ok(());
        };
        self.note(name, "key_replaced", *certificate.sha256())?;
        let thumbprint = base64url::encode(certificate.sha256());
        if let Some(to) = self.path(&format!("{name}@{thumbprint}"), "der") {
            fs::rename(from, to)?;
        }
        self.destroy_key(name)
    }

    pub(super) fn set_aside_certificates(&self, name: &str) -> Result<Vec<Certificate>, AuthorityError> {
        let Some(folder) = &self.folder else {
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

    /// Records the certificate of that name as revoked, then removes it and destroys its key: a stop
    /// in between leaves a certificate that is known to be revoked.
    pub(super) fn revoke(&self, name: &str, at: Timestamp) -> Result<(), AuthorityError> {
        let (Some(certificate), Some(folder)) = (self.certificate(name)?, &self.folder) else {
            return Err(AuthorityError::NoCertificate);
        };
        self.note(name, "key_revoked", *certificate.sha256())?;
        let mut records = self.records()?;
        records.push(RevokedRecord {
            name: name.to_owned(),
            at,
            certificate: base64url::encode(certificate.as_der()),
        });
        let text = serde_json::to_vec_pretty(&records).map_err(io::Error::from)?;
        write(&folder.join(REVOKED), &text)?;
        self.discard(name)
    }

    /// Removes a certificate and its key.
    pub(super) fn discard(&self, name: &str) -> Result<(), AuthorityError> {
        if let Some(path) = self.path(name, "der") {
            remove(&path)?;
        }
        self.destroy_key(name)
    }

    /// Every revoked certificate, in the order of revocation.
    pub(super) fn revoked(&self) -> Result<Vec<Revoked>, AuthorityError> {
        let read = |record: RevokedRecord| {
            Ok(Revoked {
                at: record.at,
                certificate: Certificate::from_der(&base64url::decode(&record.certificate)?)?,
            })
        };
        self.records()?.into_iter().map(read).collect()
    }

    fn records(&self) -> Result<Vec<RevokedRecord>, AuthorityError> {
        let Some(folder) = &self.folder else {
            return Ok(Vec::new());
        };
        match read(&folder.join(REVOKED))? {
            Some(text) => Ok(serde_json::from_slice(&text).map_err(io::Error::from)?),
            None => Ok(Vec::new()),
        }
    }
}

/// Tokens may hold other people's keys: ours carry our name.
fn label(name: &str) -> String {
    format!("acasa-{name}")
}

pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>, io::Error> {
    match fs::metadata(path) {
        Ok(metadata) if metadata.len() > FILE_LIMIT => Err(io::ErrorKind::FileTooLarge.into()),
        Ok(_) => fs::read(path).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn remove(path: &Path) -> Result<(), AuthorityError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Writes a file that only its owner may read, complete or not at all.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), io::Error> {
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
