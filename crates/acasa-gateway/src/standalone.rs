//! The gateway by itself, as `acasa gateway` runs it: MPass and the registers are not connected, so
//! nobody can sign in; what is published (metadata, status, trust) is served, and what waits in the
//! outbox goes to MLog, if it is told where that is.

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use acasa_crypto::{CryptoError, digest::sha256};
use acasa_domain::Idnp;
use acasa_gateway_store::{JournalEntry, SqliteStorage, StoreError};
use async_trait::async_trait;
use axum::Router;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};
use url::Url;

use crate::{
    AppVersion, Authority, AuthorityError, AuthorityName, Custody, DatabaseError, DatabaseSettings, Gateway,
    HttpMlog, Limits, MlogAccessError, MlogSettings, Parts, TraceError, TraceSettings, Traces,
    pkcs11::{Pkcs11Error, TokenSettings},
    ports::{
        AuditJournal, Clock as _, HeldDocument, HttpInbox, PortError, Registers, ServiceAccessError,
        ServiceSettings, SignIn, SignInRequest, SystemClock, WebSocketEvents,
    },
};

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
    /// PostgreSQL cannot be used as told.
    #[error("the database cannot be opened: {0}")]
    Database(#[from] DatabaseError),
    /// The issuing keys cannot be opened or made.
    #[error("the issuing keys cannot be opened or made")]
    Authority(#[from] AuthorityError),
    /// The token cannot be opened.
    #[error("the token cannot be opened")]
    Token(#[from] Pkcs11Error),
    /// A service is to hold the keys, and the folder still has some.
    #[error("there are still private keys in the folder: move them to the signer's")]
    KeysLeft,
    /// This system has no sockets of the kind that the service listens at.
    #[error("signers of their own are for Unix")]
    SignerUnsupported,
    /// MLog cannot be spoken to as told.
    #[error(transparent)]
    Mlog(#[from] MlogAccessError),
    /// MNotify cannot be spoken to as told.
    #[error("MNotify: {0}")]
    Mnotify(#[source] ServiceAccessError),
    /// MConnect Events cannot be spoken to as told.
    #[error("MConnect Events: {0}")]
    Events(#[source] ServiceAccessError),
    /// Spans cannot be sent as told.
    #[error(transparent)]
    Traces(#[from] TraceError),
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
            Self::Database(error) => error.code(),
            Self::Authority(error) => error.code(),
            Self::Token(error) => error.code(),
            Self::KeysLeft => "signer_keys_left",
            Self::SignerUnsupported => "signer_unsupported",
            Self::Mlog(error) => error.code(),
            Self::Mnotify(error) | Self::Events(error) => error.code(),
            Self::Traces(error) => error.code(),
            Self::Crypto(error) => error.code(),
        }
    }

    /// Whether trying again may help.
    pub fn retryable(&self) -> bool {
        match self {
            Self::Listen(_) | Self::Folder(_) => true,
            Self::KeysLeft | Self::SignerUnsupported => false,
            Self::Store(error) => error.retryable(),
            Self::Database(error) => error.retryable(),
            Self::Authority(error) => error.retryable(),
            Self::Token(error) => error.retryable(),
            Self::Mlog(error) => error.retryable(),
            Self::Mnotify(error) | Self::Events(error) => error.retryable(),
            Self::Traces(error) => error.retryable(),
            Self::Crypto(error) => error.retryable(),
        }
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

/// How to start a gateway.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where apps reach it, if not where it listens: a proxy's address.
    pub public: Option<Url>,
    /// Folder for keys and database; in memory without it.
    pub data: Option<PathBuf>,
    /// PostgreSQL for the records, instead of the folder.
    pub database: Option<DatabaseSettings>,
    /// Token that holds the private keys, instead of the folder.
    pub token: Option<TokenSettings>,
    /// Socket of the service that holds the keys, instead of folder and token.
    pub signer: Option<PathBuf>,
    /// What certificates made now are called after.
    pub authority: AuthorityName,
    /// The oldest version of the app that may act, for the trust list.
    pub minimum_app: Option<AppVersion>,
    /// Where the journal goes; without it, nowhere.
    pub mlog: Option<MlogSettings>,
    /// Where letters come from; without it, nowhere.
    pub mnotify: Option<ServiceSettings>,
    /// Where events come from; without it, nowhere.
    pub events: Option<ServiceSettings>,
    /// Where to listen for whoever watches; without it, nowhere.
    pub metrics: Option<SocketAddr>,
    /// Where spans go; without it, nowhere.
    pub traces: Option<TraceSettings>,
    /// How long requests that were taken may go on once it is told to stop.
    pub drain: Duration,
    /// How much it takes.
    pub limits: Limits,
}

impl Settings {
    /// On this address, in memory.
    pub fn new(listen: SocketAddr) -> Self {
        Self {
            listen,
            public: None,
            data: None,
            database: None,
            token: None,
            signer: None,
            authority: AuthorityName::default(),
            minimum_app: None,
            mlog: None,
            mnotify: None,
            events: None,
            metrics: None,
            traces: None,
            drain: Duration::from_secs(20),
            limits: Limits::default(),
        }
    }

    /// Where its keys are; a token is opened for it.
    pub fn custody(&self) -> Result<Custody, Pkcs11Error> {
        Custody::of(self.data.as_deref(), self.token.as_ref())
    }

    /// The keys that make documents: of a service if one is named, otherwise this process's own.
    fn open_authority(&self, custody: &Custody, address: &str) -> Result<Authority, StartError> {
        let Some(socket) = &self.signer else {
            tracing::warn!("gateway.signers_in_process");
            return Ok(Authority::open_or_make(
                custody,
                &self.authority,
                address,
                SystemClock.now(),
            )?);
        };
        if custody.has_key_files()? {
            return Err(StartError::KeysLeft);
        }
        #[cfg(unix)]
        return Ok(Authority::of_service(socket, address)?);
        #[cfg(not(unix))]
        Err(StartError::SignerUnsupported)
    }
}

/// A running gateway.
pub struct Standalone {
    address: Url,
    gateway: Gateway,
    stop: watch::Sender<bool>,
    server: JoinHandle<()>,
    watched: Option<(SocketAddr, JoinHandle<()>)>,
    drain: Duration,
}

impl Standalone {
    /// Opens keys and database, and listens.
    pub async fn start(settings: Settings) -> Result<Self, StartError> {
        let journal: Arc<dyn AuditJournal> = match &settings.mlog {
            Some(mlog) => Arc::new(HttpMlog::new(&mlog.open()?)?),
            None => Arc::new(Unconnected),
        };
        let traces = settings.traces.as_ref().map(Traces::open).transpose()?;
        let inbox = settings
            .mnotify
            .as_ref()
            .map(|settings| HttpInbox::new(&settings.open()?));
        let inbox = inbox.transpose().map_err(StartError::Mnotify)?;
        let events = settings
            .events
            .as_ref()
            .map(|settings| WebSocketEvents::new(&settings.open()?));
        let events = events.transpose().map_err(StartError::Events)?;
        let data = settings.data.as_deref();
        if let Some(folder) = data {
            std::fs::create_dir_all(folder).map_err(StartError::Folder)?;
        }
        let (listener, local) = listen(settings.listen).await?;
        let metrics = match settings.metrics {
            Some(address) => Some(listen(address).await?),
            None => None,
        };
        let address: Url = settings.public.clone().unwrap_or_else(|| {
            format!("http://{local}")
                .parse()
                .expect("a socket address makes a URL")
        });
        let custody = settings.custody()?;
        let roots = custody.root_keys()?;
        let authority = settings.open_authority(&custody, address.as_str().trim_end_matches('/'))?;
        let gateway = Gateway::new(Parts {
            issuer: address.clone(),
            storage: match (settings.database, data) {
                (Some(database), _) => database.open_aside(roots).await?,
                (None, Some(folder)) => {
                    Arc::new(SqliteStorage::open(&folder.join("gateway.db"), sha256, &roots)?)
                }
                (None, None) => Arc::new(SqliteStorage::in_memory(sha256)?),
            },
            clock: Arc::new(SystemClock),
            sign_in: Arc::new(Unconnected),
            registers: Arc::new(Unconnected),
            journal,
            authority: authority.with_minimum_app(settings.minimum_app),
            limits: settings.limits,
        })?;
        let gateway = match inbox {
            Some(inbox) => gateway.with_inbox(Arc::new(inbox)),
            None => gateway,
        };
        let gateway = match events {
            Some(events) => gateway.with_events(Arc::new(events)),
            None => gateway,
        };
        let gateway = match traces {
            Some(traces) => gateway.with_traces(traces),
            None => gateway,
        };
        let (stop, stopping) = watch::channel(false);
        let watched =
            metrics.map(|(listener, address)| (address, gateway.serve_metrics(listener, stopping.clone())));
        let server = gateway.serve(listener, Router::new(), stopping);
        Ok(Self {
            address,
            gateway,
            stop,
            server,
            watched,
            drain: settings.drain,
        })
    }

    /// Its base address, as apps reach it.
    pub fn address(&self) -> &Url {
        &self.address
    }

    /// Where those who watch reach it.
    pub fn metrics(&self) -> Option<SocketAddr> {
        self.watched.as_ref().map(|(address, _)| *address)
    }

    /// The key that signs its trust list, as a JWK: what an app for this gateway pins.
    pub fn trust_key(&self) -> serde_json::Value {
        self.gateway.authority().trust_key().to_jwk().to_value()
    }

    /// Takes nothing more, and waits until what was taken is answered and every socket is closed.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        if tokio::time::timeout(self.drain, self.server).await.is_err() {
            tracing::warn!("gateway.slow_to_stop");
        }
    }
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let listener = TcpListener::bind(address).await.map_err(StartError::Listen)?;
    let local = listener.local_addr().map_err(StartError::Listen)?;
    Ok((listener, local))
}
