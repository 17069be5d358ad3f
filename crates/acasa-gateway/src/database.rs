//! Which PostgreSQL databases hold the records, and what opens them.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use acasa_crypto::{SecretBytes, digest::sha256};
use acasa_gateway_store::{PostgresSettings, RootKeys, ShardedStorage, Storage, StoreError};

use crate::secret_file::{self, SecretFileError};

/// Longest password that is read, in bytes.
const PASSWORD_LIMIT: usize = 1024;

/// PostgreSQL databases as an operator names them: one, or the shards in their order.
#[derive(Clone, Default)]
pub struct DatabaseSettings {
    /// Their addresses, as libpq knows them.
    pub addresses: Vec<String>,
    /// The password of those whose address has none.
    password: Option<Arc<SecretBytes>>,
    /// File with that password, which only its owner may read.
    pub password_file: Option<PathBuf>,
    /// The authorities that the servers' certificates may come from, in PEM.
    pub trust: Option<PathBuf>,
}

/// An address may hold a password.
impl fmt::Debug for DatabaseSettings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("DatabaseSettings")
            .field("addresses", &self.addresses.len())
            .field("password_file", &self.password_file)
            .field("trust", &self.trust)
            .finish_non_exhaustive()
    }
}

/// Why the databases are not opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DatabaseError {
    /// A file cannot be read.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Others than its owner may read or write the file with the password.
    #[error("the file with the database's password is not for its owner only")]
    PasswordPermissions,
    /// A database says no.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl DatabaseError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::File { .. } => "database_file",
            Self::PasswordPermissions => "database_password_permissions",
            Self::Store(error) => error.code(),
        }
    }

    /// Whether trying again may help.
    pub fn retryable(&self) -> bool {
        match self {
            Self::Store(error) => error.retryable(),
            Self::File { .. } | Self::PasswordPermissions => false,
        }
    }
}

impl DatabaseSettings {
    /// These databases, with no password but those in their addresses.
    pub fn new(addresses: Vec<String>) -> Self {
        Self {
            addresses,
            ..Self::default()
        }
    }

    /// With this password, if there is one.
    #[must_use]
    pub fn with_password(mut self, password: Option<String>) -> Self {
        let password = password.map(|password| Arc::new(SecretBytes::new(password.into_bytes())));
        self.password = password.or(self.password);
        self
    }

    /// Opens them. Waits for the servers, so not to be called from an asynchronous thread.
    pub fn open(&self, roots: &RootKeys) -> Result<ShardedStorage, DatabaseError> {
        Ok(ShardedStorage::open(self.each()?, sha256, roots)?)
    }

    /// As their owner, makes or changes the tables, and lets a role serve with them. Waits as [`Self::open`] does.
    pub fn migrate(&self, role: Option<&str>, roots: &RootKeys) -> Result<(), DatabaseError> {
        Ok(ShardedStorage::migrate(self.each()?, role, sha256, roots)?)
    }

    /// Lets gateways be started with these shards, of which the last ones are new. Waits as [`Self::open`] does.
    pub fn announce(&self, roots: &RootKeys) -> Result<(), DatabaseError> {
        Ok(ShardedStorage::announce(self.each()?, sha256, roots)?)
    }

    /// Moves whom the new shards get, and answers how many that were. Waits as [`Self::open`] does.
    pub fn reshard(&self, roots: &RootKeys) -> Result<u64, DatabaseError> {
        Ok(self.open(roots)?.reshard(&mut |_| Ok(()))?)
    }

    fn each(&self) -> Result<Vec<PostgresSettings>, DatabaseError> {
        let password = match &self.password_file {
            Some(file) => Some(Arc::new(read_password(file)?)),
            None => self.password.clone(),
        };
        let trust = self.trust.as_deref().map(read).transpose()?;
        let settings = self.addresses.iter().map(|address| {
            let mut settings: PostgresSettings = address.parse()?;
            if let Some(password) = &password {
                settings = settings.with_password(password.expose());
            }
            match &trust {
                Some(authorities) => settings.with_trust(authorities),
                None => Ok(settings),
            }
        });
        Ok(settings.collect::<Result<Vec<_>, StoreError>>()?)
    }

    /// As [`Self::open`], off the asynchronous threads.
    pub(crate) async fn open_aside(self, roots: RootKeys) -> Result<Arc<dyn Storage>, DatabaseError> {
        let opened = tokio::task::spawn_blocking(move || self.open(&roots)).await;
        let ended = |_| StoreError::Unavailable {
            state: "stopping".to_owned(),
        };
        Ok(Arc::new(opened.map_err(ended)??))
    }
}

/// The file without the end of its line.
fn read_password(path: &Path) -> Result<SecretBytes, DatabaseError> {
    let bytes = secret_file::read(path, PASSWORD_LIMIT).map_err(|error| match error {
        SecretFileError::Unreadable(source) => DatabaseError::File {
            path: path.to_owned(),
            source,
        },
        SecretFileError::NotPrivate => DatabaseError::PasswordPermissions,
    })?;
    let password = bytes.expose();
    let password = password.strip_suffix(b"\n").unwrap_or(password);
    Ok(SecretBytes::from_slice(
        password.strip_suffix(b"\r").unwrap_or(password),
    ))
}

fn read(path: &Path) -> Result<Vec<u8>, DatabaseError> {
    fs::read(path).map_err(|source| DatabaseError::File {
        path: path.to_owned(),
        source,
    })
}
