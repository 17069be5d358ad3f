//! Mutual TLS between the gateway and MLog's simulator, with certificates that live as long as the
//! process: an authority, a server on the loopback address, a client.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use acasa_crypto::SecretBytes;
use acasa_gateway::MlogAccess;
use axum::serve::Listener;
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, SanType,
};
use rustls::{
    RootCertStore, ServerConfig,
    crypto::ring,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    server::WebPkiClientVerifier,
};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use url::Url;

/// The IDNO in the journal: synthetic, as everything here.
const LEGAL_ENTITY: &str = "1999000000006";
/// How long a client may take to show its certificate.
const HANDSHAKE: Duration = Duration::from_secs(5);

/// Why gateway and simulator cannot be given certificates.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// A certificate cannot be made.
    #[error("a certificate cannot be made")]
    Certificate(#[from] rcgen::Error),
    /// The certificates are not what TLS takes.
    #[error("the certificates cannot be used")]
    Tls(#[from] rustls::Error),
    /// The authority cannot be relied on.
    #[error("the authority cannot be used")]
    Verifier(#[from] rustls::server::VerifierBuilderError),
}

impl TransportError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Certificate(_) => "sandbox_certificate",
            Self::Tls(_) => "sandbox_tls",
            Self::Verifier(_) => "sandbox_authority",
        }
    }
}

/// An authority, and the two it has certified.
pub(crate) struct Transport {
    authority: CertifiedIssuer<'static, KeyPair>,
    server: (Certificate, KeyPair),
    client: (Certificate, KeyPair),
}

impl Transport {
    /// A new authority with new certificates.
    pub(crate) fn make() -> Result<Self, TransportError> {
        let authority = make_authority()?;
        let mut server = params("Acasa Sandbox MLog");
        server.subject_alt_names = vec![SanType::IpAddress(Ipv4Addr::LOCALHOST.into())];
        server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let mut client = params("Acasa Sandbox Gateway");
        client.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        Ok(Self {
            server: certify(&server, &authority)?,
            client: certify(&client, &authority)?,
            authority,
        })
    }

    /// The simulator's side: who has no certificate of the authority is not spoken to.
    pub(crate) fn server(&self) -> Result<ServerConfig, TransportError> {
        let provider = Arc::new(ring::default_provider());
        let mut trusted = RootCertStore::empty();
        trusted.add(self.authority.der().clone())?;
        let verifier =
            WebPkiClientVerifier::builder_with_provider(Arc::new(trusted), Arc::clone(&provider)).build()?;
        let (certificate, key) = &self.server;
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        Ok(ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_client_cert_verifier(verifier)
            .with_single_cert(vec![certificate.der().clone()], key)?)
    }

    /// The gateway's side.
    pub(crate) fn access(&self, address: Url) -> MlogAccess {
        let (certificate, key) = &self.client;
        MlogAccess {
            address,
            legal_entity: LEGAL_ENTITY.to_owned(),
            certificates: certificate.pem().into_bytes(),
            key: SecretBytes::new(key.serialize_pem().into_bytes()),
            authorities: self.authority.pem().into_bytes(),
        }
    }

    /// The gateway's side with a certificate that ended yesterday.
    #[cfg(test)]
    pub(super) fn expired_access(&self, address: Url) -> Result<MlogAccess, TransportError> {
        let mut client = params("Acasa Sandbox Gateway");
        client.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let yesterday = std::time::SystemTime::now() - Duration::from_hours(24);
        client.not_after = yesterday.into();
        let (certificate, key) = certify(&client, &self.authority)?;
        Ok(MlogAccess {
            certificates: certificate.pem().into_bytes(),
            key: SecretBytes::new(key.serialize_pem().into_bytes()),
            ..self.access(address)
        })
    }
}

fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

fn make_authority() -> Result<CertifiedIssuer<'static, KeyPair>, TransportError> {
    let mut authority = params("Acasa Sandbox CA");
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok(CertifiedIssuer::self_signed(authority, KeyPair::generate()?)?)
}

fn certify(
    params: &CertificateParams,
    authority: &CertifiedIssuer<'static, KeyPair>,
) -> Result<(Certificate, KeyPair), TransportError> {
    let key = KeyPair::generate()?;
    Ok((params.signed_by(&key, authority)?, key))
}

/// Hands out connections whose client has shown its certificate.
pub(super) struct TlsListener {
    tcp: TcpListener,
    acceptor: TlsAcceptor,
}

impl TlsListener {
    pub(super) fn new(tcp: TcpListener, tls: ServerConfig) -> Self {
        Self {
            tcp,
            acceptor: TlsAcceptor::from(Arc::new(tls)),
        }
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            // One at a time: there is one client.
            let (stream, address) = Listener::accept(&mut self.tcp).await;
            let shaken = tokio::time::timeout(HANDSHAKE, self.acceptor.accept(stream));
            if let Ok(Ok(stream)) = shaken.await {
                return (stream, address);
            }
            tracing::warn!("mlog.not_spoken_to");
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.tcp.local_addr()
    }
}
