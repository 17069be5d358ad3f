//! Where keys and certificates are kept: in a folder for its owner only, with the private keys in a
//! token instead, or nowhere.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use acasa_credentials::trust::Certificate;
use acasa_crypto::{CryptoError, SecretBytes, Signer, SigningKey, base64url, digest::sha256};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{AuthorityError, Certified};
use crate::{
    pkcs11::{Pkcs11Error, Token, TokenSettings},
    signer::{Guard, Role},
};

/// Largest file that is read, in bytes.
const FILE_LIMIT: u64 = 1024 * 1024;
/// Revoked certificates, in the folder.
const REVOKED: &str = "revoked.json";
/// Held by all who work with the folder's keys, and by whoever ends one of them.
const LOCK: &str = "lock";

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
        match &self.folder {
            Some(folder) => Ok(make_private_folder(folder)?),
            None => Ok(()),
        }
    }

    /// Takes a share in the folder: while that lives, no key in it can be ended.
    pub(super) fn share(&self) -> Result<Option<File>, AuthorityError> {
        self.prepare()?;
        self.lock(File::try_lock_shared)
    }

    /// Takes the folder for itself alone: whoever works with its keys now would go on with one that has ended.
    pub(super) fn take(&self) -> Result<Option<File>, AuthorityError> {
        self.lock(File::try_lock)
    }

    /// The lock ends with the file that is returned. There is none where there is no folder.
    fn lock(
        &self,
        how: impl FnOnce(&File) -> Result<(), TryLockError>,
    ) -> Result<Option<File>, AuthorityError> {
        let Some(folder) = self.folder.as_ref().filter(|folder| folder.is_dir()) else {
            return Ok(None);
        };
        let file = private_file().truncate(false).open(folder.join(LOCK))?;
        match how(&file) {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Err(AuthorityError::InUse),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
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

    /// The key that a certificate names. A key is not made for a certificate that has lost its own:
    /// what it signed would not verify.
    pub(super) fn certified(
        &self,
        name: &str,
        certificate: Certificate,
    ) -> Result<Certified, AuthorityError> {
        let key = self.find_key(name)?.ok_or(AuthorityError::KeyMissing)?;
        if key.public_key() == *certificate.key() {
            Ok(Certified { key, certificate })
        } else {
            Err(AuthorityError::KeyMismatch)
        }
    }

    /// A new key of that name; there must be none.
    pub(super) fn make_key(&self, name: &str) -> Result<Arc<dyn Signer>, AuthorityError> {
        let note = |key: &dyn Signer| {
            let of = sha256(&key.public_key().to_spki_der()?);
            self.note(name, "key_made", of)
        };
        // A key that nobody wrote down must not stay: the next start would work with it.
        if let Some(token) = &self.token {
            let key = token.make_signer(&label(name))?;
            if let Err(error) = note(&key) {
                token.destroy(&label(name))?;
                return Err(error);
            }
            return Ok(self.guarded(name, Arc::new(key)));
        }
        let key = SigningKey::make_random()?;
        note(&key)?;
        if let Some(path) = self.path(name, "p8") {
            write(&path, key.to_pkcs8()?.expose())?;
        }
        Ok(self.guarded(name, Arc::new(key)))
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

/// Makes a folder, and those above it, for its owner only.
pub(crate) fn make_private_folder(folder: &Path) -> Result<(), io::Error> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// To write a file that is made, if it is not there, for its owner only.
fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Writes a file that only its owner may read, complete or not at all.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), io::Error> {
    let partial = path.with_extension("partial");
    let mut file = private_file().truncate(true).open(&partial)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(partial, path)
}
