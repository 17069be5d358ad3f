//! Mutual TLS between the gateway, institutions and the simulators, with certificates that live as long as the
//! process: an authority, a server on the loopback address, clients.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use acasa_crypto::SecretBytes;
use acasa_gateway::{MlogAccess, ports::ServiceAccess};
use axum::{
    extract::connect_info::Connected,
    serve::{IncomingStream, Listener},
};
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
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use url::Url;

/// The IDNO in the journal: synthetic, as everything here.
const LEGAL_ENTITY: &str = "1999000000006";
/// How long a client may take to show its certificate.
const HANDSHAKE: Duration = Duration::from_secs(5);
/// Clients that may be about to show theirs at once; more wait.
const HANDSHAKES: usize = 32;

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

/// An authority, and those it has certified.
pub(crate) struct Transport {
    authority: CertifiedIssuer<'static, KeyPair>,
    server: (Certificate, KeyPair),
    client: Client,
}

/// Who has been certified as a client.
pub(crate) struct Client {
    certificate: Certificate,
    key: KeyPair,
}

impl Client {
    /// By which the other side knows it.
    pub(crate) fn peer(&self) -> Peer {
        Peer(Arc::new(self.certificate.der().to_vec()))
    }

    /// The certificate in PEM.
    pub(crate) fn certificate(&self) -> String {
        self.certificate.pem()
    }

    /// The private key in PEM.
    pub(crate) fn key(&self) -> SecretBytes {
        SecretBytes::new(self.key.serialize_pem().into_bytes())
    }
}

/// Who is on the other side of a connection: the certificate it has shown.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Peer(Arc<Vec<u8>>);

impl Connected<IncomingStream<'_, TlsListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, TlsListener>) -> Self {
        let (_, session) = stream.io().get_ref();
        let shown = session.peer_certificates().and_then(<[_]>::first);
        Self(Arc::new(shown.map(|shown| shown.to_vec()).unwrap_or_default()))
    }
}

impl Transport {
    /// A new authority with new certificates.
    pub(crate) fn make() -> Result<Self, TransportError> {
        let authority = make_authority()?;
        let mut server = params("Acasa Sandbox Services");
        server.subject_alt_names = vec![SanType::IpAddress(Ipv4Addr::LOCALHOST.into())];
        server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        Ok(Self {
            server: certify(&server, &authority)?,
            client: make_client("Acasa Sandbox Gateway", &authority)?,
            authority,
        })
    }

    /// Certifies one more client.
    pub(crate) fn make_client(&self, name: &str) -> Result<Client, TransportError> {
        make_client(name, &self.authority)
    }

    /// The gateway.
    pub(crate) fn gateway(&self) -> &Client {
        &self.client
    }

    /// The authority of everybody here, in PEM.
    pub(crate) fn authority(&self) -> String {
        self.authority.pem()
    }

    /// How this client reaches a service.
    pub(crate) fn service(&self, client: &Client, address: Url) -> ServiceAccess {
        ServiceAccess {
            address,
            certificates: client.certificate().into_bytes(),
            key: client.key(),
            authorities: self.authority().into_bytes(),
        }
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

    /// The gateway's side of MLog.
    pub(crate) fn access(&self, address: Url) -> MlogAccess {
        let service = self.service(&self.client, address);
        MlogAccess {
            address: service.address,
            legal_entity: LEGAL_ENTITY.to_owned(),
            certificates: service.certificates,
            key: service.key,
            authorities: service.authorities,
        }
    }

    /// The gateway's side with a certificate that ended yesterday.
    #[cfg(test)]
    pub(crate) fn expired_access(&self, address: Url) -> Result<MlogAccess, TransportError> {
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

fn make_client(name: &str, authority: &CertifiedIssuer<'static, KeyPair>) -> Result<Client, TransportError> {
    let mut client = params(name);
    client.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let (certificate, key) = certify(&client, authority)?;
    Ok(Client { certificate, key })
}

fn certify(
    params: &CertificateParams,
    authority: &CertifiedIssuer<'static, KeyPair>,
) -> Result<(Certificate, KeyPair), TransportError> {
    let key = KeyPair::generate()?;
    Ok((params.signed_by(&key, authority)?, key))
}

/// Hands out connections whose client has shown its certificate. Who is slow to does not hold up the others.
pub(crate) struct TlsListener {
    tcp: TcpListener,
    acceptor: TlsAcceptor,
    shaking: JoinSet<Option<(TlsStream<TcpStream>, SocketAddr)>>,
}

impl TlsListener {
    pub(crate) fn new(tcp: TcpListener, tls: ServerConfig) -> Self {
        Self {
            tcp,
            acceptor: TlsAcceptor::from(Arc::new(tls)),
            shaking: JoinSet::new(),
        }
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let room = self.shaking.len() < HANDSHAKES;
            tokio::select! {
                (stream, address) = Listener::accept(&mut self.tcp), if room => {
                    let acceptor = self.acceptor.clone();
                    self.shaking.spawn(async move {
                        let shaken = tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await;
                        let stream = shaken.ok()?.ok()?;
                        Some((stream, address))
                    });
                }
                Some(shaken) = self.shaking.join_next() => {
                    if let Ok(Some(connection)) = shaken {
                        return connection;
                    }
                    tracing::warn!("simulator.not_spoken_to");
                }
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.tcp.local_addr()
    }
}
