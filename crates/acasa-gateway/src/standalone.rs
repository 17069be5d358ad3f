//! The gateway by itself, as `acasa gateway` runs it: MPass and the registers are not connected, so
//! nobody can sign in; what is published (metadata, status, trust) is served.

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use acasa_crypto::{CryptoError, digest::sha256};
use acasa_domain::Idnp;
use acasa_gateway_store::{JournalEntry, SqliteStorage, StoreError};
use async_trait::async_trait;
use axum::Router;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};
use url::Url;

use crate::{
    Authority, AuthorityError, Gateway, Parts,
    ports::{
        AuditJournal, Clock as _, HeldDocument, PortError, Registers, SignIn, SignInRequest, SystemClock,
    },
};

/// How long connections may take to end.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why the gateway does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The address is in use or not this machine's.
    #[error("the address cannot be listened on")]
    Listen(#[source] std::io::Error),
    /// The data folder cannot be used.
    #[error("the data folder cannot be used")]
    Folder(#[source] std::io::Error),
    /// The database cannot be opened.
    #[error("the database cannot be opened")]
    Store(#[from] StoreError),
    /// The issuing keys cannot be opened or made.
    #[error("the issuing keys cannot be opened or made")]
    Authority(#[from] AuthorityError),
    /// There is no randomness.
    #[error("a key failed")]
    Crypto(#[from] CryptoError),
}

impl StartError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Listen(_) => "gateway_listen",
            Self::Folder(_) => "gateway_folder",
            Self::Store(error) => error.code(),
            Self::Authority(error) => error.code(),
            Self::Crypto(error) => error.code(),
        }
    }

    /// Whether trying again may help.
    pub fn retryable(&self) -> bool {
        matches!(self, Self::Listen(_) | Self::Folder(_))
    }
}

/// A service that is not connected.
struct Unconnected;

#[async_trait]
impl SignIn for Unconnected {
    async fn start(&self, _: &SignInRequest) -> Result<Url, PortError> {
        Err(PortError::Unavailable)
    }
}

#[async_trait]
impl Registers for Unconnected {
    async fn documents(&self, _: &Idnp) -> Result<Vec<HeldDocument>, PortError> {
        Err(PortError::Unavailable)
    }
}

#[async_trait]
impl AuditJournal for Unconnected {
    async fn register(&self, _: &[JournalEntry]) -> Result<(), PortError> {
        Err(PortError::Unavailable)
    }
}

/// A running gateway.
pub struct Standalone {
    address: Url,
    stop: watch::Sender<bool>,
    server: JoinHandle<()>,
}

impl Standalone {
    /// Listens on `listen`, keeping keys and database in `data`, or in memory without it.
    pub async fn start(listen: SocketAddr, data: Option<PathBuf>) -> Result<Self, StartError> {
        if let Some(folder) = &data {
            std::fs::create_dir_all(folder).map_err(StartError::Folder)?;
        }
        let listener = TcpListener::bind(listen).await.map_err(StartError::Listen)?;
        let local = listener.local_addr().map_err(StartError::Listen)?;
        let address: Url = format!("http://{local}")
            .parse()
            .expect("a socket address makes a URL");
        let keys = data.as_ref().map(|folder| folder.join("keys"));
        let name = address.as_str().trim_end_matches('/');
        let gateway = Gateway::new(Parts {
            issuer: address.clone(),
            storage: Arc::new(match &data {
                Some(folder) => SqliteStorage::open(&folder.join("gateway.db"), sha256)?,
                None => SqliteStorage::in_memory(sha256)?,
            }),
            clock: Arc::new(SystemClock),
            sign_in: Arc::new(Unconnected),
            registers: Arc::new(Unconnected),
            journal: Arc::new(Unconnected),
            authority: Authority::open_or_make(keys.as_deref(), name, SystemClock.now())?,
        })?;
        let (stop, stopping) = watch::channel(false);
        let server = gateway.serve(listener, Router::new(), stopping);
        Ok(Self {
            address,
            stop,
            server,
        })
    }

    /// Its base address.
    pub fn address(&self) -> &Url {
        &self.address
    }

    /// Stops serving and waits until every socket is closed.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        if tokio::time::timeout(PATIENCE, self.server).await.is_err() {
            tracing::warn!("gateway.slow_to_stop");
        }
    }
}
