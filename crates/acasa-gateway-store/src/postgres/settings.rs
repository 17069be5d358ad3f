//! How a database is reached.

use std::{fmt, net::IpAddr, str::FromStr, sync::Arc, time::Duration};

use postgres::config::{Host, SslMode};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject as _},
};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::StoreError;

/// How long a connection may take to begin, and a lost one to be noticed.
const PATIENCE: Duration = Duration::from_secs(5);
/// Connections of one pool, unless told otherwise.
const CONNECTIONS: usize = 16;

/// How a PostgreSQL database is reached. Its password is not shown by `Debug`.
#[derive(Clone)]
pub struct PostgresSettings {
    pub(super) config: postgres::Config,
    pub(super) connections: usize,
    pub(super) shard: i32,
    roots: RootCertStore,
}

impl fmt::Debug for PostgresSettings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PostgresSettings")
            .field("hosts", &self.config.get_hosts())
            .field("connections", &self.connections)
            .field("shard", &self.shard)
            .finish_non_exhaustive()
    }
}

impl FromStr for PostgresSettings {
    type Err = StoreError;

    /// A libpq URL, or its pairs of keys and values; several hosts may be named. `sslmode=require` and
    /// `verify-full` mean the same here: a server that cannot prove its name is not spoken to.
    fn from_str(address: &str) -> Result<Self, StoreError> {
        let address = address.replace("sslmode=verify-full", "sslmode=require");
        let mut config: postgres::Config = address.parse().map_err(|_| StoreError::Address)?;
        let local =
            config.get_hosts().iter().all(is_local) && config.get_hostaddrs().iter().all(IpAddr::is_loopback);
        if config.get_ssl_mode() != SslMode::Require {
            if !local {
                return Err(StoreError::Unprotected);
            }
            config.ssl_mode(SslMode::Disable);
        }
        config
            .connect_timeout(PATIENCE)
            .tcp_user_timeout(PATIENCE)
            .keepalives_idle(PATIENCE);
        if config.get_application_name().is_none() {
            config.application_name("acasa-gateway");
        }
        Ok(Self {
            config,
            connections: CONNECTIONS,
            shard: 0,
            roots: RootCertStore::empty(),
        })
    }
}

impl PostgresSettings {
    /// With this password, unless the address has one.
    #[must_use]
    pub fn with_password(mut self, password: &[u8]) -> Self {
        if self.config.get_password().is_none() {
            self.config.password(password);
        }
        self
    }

    /// With the authorities, in PEM, that the server's certificate may come from. The system's are not asked.
    pub fn with_trust(mut self, authorities: &[u8]) -> Result<Self, StoreError> {
        for authority in CertificateDer::pem_slice_iter(authorities) {
            let authority = authority.map_err(|_| StoreError::Trust)?;
            self.roots.add(authority).map_err(|_| StoreError::Trust)?;
        }
        if self.roots.is_empty() {
            return Err(StoreError::Trust);
        }
        Ok(self)
    }

    /// With at most this many connections at once.
    #[must_use]
    pub fn with_connections(mut self, connections: usize) -> Self {
        self.connections = connections.max(1);
        self
    }

    /// For this shard, 0 unless told: a database stays the shard it was first opened as.
    #[must_use]
    pub fn for_shard(mut self, shard: i32) -> Self {
        self.shard = shard;
        self
    }

    pub(super) fn tls(&self) -> Result<MakeRustlsConnect, StoreError> {
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|_| StoreError::Trust)?
            .with_root_certificates(self.roots.clone())
            .with_no_client_auth();
        Ok(MakeRustlsConnect::new(config))
    }
}

/// What never leaves this machine may be spoken in the clear.
fn is_local(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => {
            name == "localhost" || name.parse().is_ok_and(|address: IpAddr| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}
