//! How a service of the state is reached with mutual TLS, and who this side is to it: neither side trusts what
//! the system trusts.

mod settings;

use std::{io, path::PathBuf, sync::Arc, time::Duration};

use acasa_crypto::SecretBytes;
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use url::Url;

pub use settings::ServiceSettings;

/// How long connecting may take.
const CONNECTING: Duration = Duration::from_secs(5);

/// Where a service is, and what one shows it.
pub struct ServiceAccess {
    /// Base address, https.
    pub address: Url,
    /// The client certificate, then those between it and its authority, in PEM.
    pub certificates: Vec<u8>,
    /// The client certificate's private key, in PEM.
    pub key: SecretBytes,
    /// The authorities that the service's own certificate may come from, in PEM.
    pub authorities: Vec<u8>,
}

/// Why a service cannot be spoken to as told.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceAccessError {
    /// The address is not https.
    #[error("the service's address is not https")]
    Address,
    /// A file with certificates or the key cannot be read.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Others than its owner may read or write the file with the key.
    #[error("the file with the key for the service is not for its owner only")]
    KeyPermissions,
    /// A certificate or key is not one, or they do not belong together.
    #[error("the certificates and the key for the service are not PEM, or do not belong together")]
    Certificates,
    /// The HTTP client cannot be made.
    #[error("the client for the service cannot be made")]
    Client(#[source] reqwest::Error),
}

impl ServiceAccessError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Address => "service_address",
            Self::File { .. } => "service_file",
            Self::KeyPermissions => "service_key_permissions",
            Self::Certificates => "service_certificates",
            Self::Client(_) => "service_client",
        }
    }

    /// Never: what was told is wrong.
    pub fn retryable(&self) -> bool {
        false
    }
}

impl ServiceAccess {
    /// What TLS needs.
    pub(crate) fn tls(&self) -> Result<ClientConfig, ServiceAccessError> {
        if self.address.scheme() != "https" {
            return Err(ServiceAccessError::Address);
        }
        tls(&self.certificates, &self.key, &self.authorities).ok_or(ServiceAccessError::Certificates)
    }

    /// A client that goes nowhere else.
    pub fn http(&self, patience: Duration) -> Result<reqwest::Client, ServiceAccessError> {
        reqwest::Client::builder()
            .tls_backend_preconfigured(self.tls()?)
            .https_only(true)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .connect_timeout(CONNECTING)
            .timeout(patience)
            .build()
            .map_err(ServiceAccessError::Client)
    }
}

/// The client's side of mutual TLS, of what is in PEM.
pub(super) fn tls(own: &[u8], key: &SecretBytes, trusted: &[u8]) -> Option<ClientConfig> {
    let mut authorities = RootCertStore::empty();
    for authority in certificates(trusted)? {
        authorities.add(authority).ok()?;
    }
    let key = PrivateKeyDer::from_pem_slice(key.expose()).ok()?;
    ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .ok()?
        .with_root_certificates(authorities)
        .with_client_auth_cert(certificates(own)?, key)
        .ok()
}

/// One certificate or more.
fn certificates(pem: &[u8]) -> Option<Vec<CertificateDer<'static>>> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    read.ok().filter(|certificates| !certificates.is_empty())
}
