//! Starting and stopping.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use acasa_crypto::{Jwk, digest::sha256};
use acasa_gateway::{
    Authority, AuthorityName, Custody, Gateway, HttpMlog, Limits, Parts,
    pkcs11::TokenSettings,
    ports::{Clock, HttpInbox, PortError, SignIn, SignInRequest, WebSocketEvents},
};
use acasa_gateway_store::SqliteStorage;
use acasa_protocol::sandbox::{Ready, SIGN_IN, SandboxPerson};
use async_trait::async_trait;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};
use url::Url;

use crate::{
    SandboxError,
    admin::{self, Shared, Simulation},
    clock::OffsetClock,
    country::Country,
    mconnect_events::MconnectEvents,
    mlog::Mlog,
    mnotify::{INSTITUTIONS, Mnotify, SentMessage},
    registry::CountryRegisters,
    services::NewServices,
    transport::Transport,
};

/// How long connections may take to end when the sandbox stops.
const PATIENCE: Duration = Duration::from_secs(5);

/// How to start a sandbox.
#[derive(Debug, Clone)]
pub struct Options {
    seed: u64,
    listen: Option<SocketAddr>,
    behind: Option<SocketAddr>,
    data: Option<PathBuf>,
    token: Option<TokenSettings>,
    minimum_app: Option<[u64; 3]>,
    first_letters: bool,
}

impl Options {
    /// In memory, on a free port of the loopback address.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            listen: None,
            behind: None,
            data: None,
            token: None,
            minimum_app: None,
            first_letters: false,
        }
    }

    /// Listens on this address.
    #[must_use]
    pub fn with_listen(mut self, listen: SocketAddr) -> Self {
        self.listen = Some(listen);
        self
    }

    /// Is known to apps by this address, at which a proxy stands in front of it.
    #[must_use]
    pub fn with_proxy(mut self, address: SocketAddr) -> Self {
        self.behind = Some(address);
        self
    }

    /// Keeps keys, database and port in this folder, and leaves in `trust` what who only verifies needs:
    /// the certificates.
    #[must_use]
    pub fn with_data(mut self, data: PathBuf) -> Self {
        self.data = Some(data);
        self
    }

    /// Keeps private keys in this token.
    #[must_use]
    pub fn with_token(mut self, token: TokenSettings) -> Self {
        self.token = Some(token);
        self
    }

    /// Sends everybody two or three letters of the state at the start, the same ones each time.
    #[must_use]
    pub fn with_first_letters(mut self) -> Self {
        self.first_letters = true;
        self
    }

    /// Names in the trust list the oldest version of the app that may act.
    #[must_use]
    pub fn with_minimum_app(mut self, version: [u64; 3]) -> Self {
        self.minimum_app = Some(version);
        self
    }
}

/// A running sandbox. Dropped, it stops by itself; [`Sandbox::stop`] waits until it has.
pub struct Sandbox {
    address: Url,
    shared: Shared,
    stop: Arc<watch::Sender<bool>>,
    servers: Vec<JoinHandle<()>>,
}

/// The sandbox's page takes the place of MPass.
struct SignInPage(Url);

#[async_trait]
impl SignIn for SignInPage {
    async fn start(&self, request: &SignInRequest) -> Result<Url, PortError> {
        let mut page = self.0.join(SIGN_IN).map_err(|_| PortError::Refused)?;
        page.query_pairs_mut()
            .append_pair("request", &request.handle)
            .append_pair("lang", request.language.code());
        Ok(page)
    }
}

impl Sandbox {
    /// Starts everything: the country, MLog's simulator, the sign-in page and the gateway.
    pub async fn start(options: Options) -> Result<Self, SandboxError> {
        let data = options.data.as_deref();
        if let Some(folder) = data {
            std::fs::create_dir_all(folder).map_err(SandboxError::Folder)?;
        }
        let listener = listen(options.listen, data).await?;
        let local = listener.local_addr().map_err(SandboxError::Listen)?;
        let address: Url = format!("http://{}", options.behind.unwrap_or(local))
            .parse()
            .expect("a socket address makes a URL");
        let seed = options.seed;
        let country = tokio::task::spawn_blocking(move || Country::generate(seed)).await;
        let country = Arc::new(country.map_err(|_| PortError::Unavailable)?);
        let clock = Arc::new(OffsetClock::default());
        let port_clock: Arc<dyn Clock> = clock.clone();
        let (stop, stopping) = watch::channel(false);
        let stop = Arc::new(stop);

        let mlog = Mlog::default();
        let transport = Transport::make()?;
        let (mlog_listener, mlog_address) = listen_for_service().await?;
        let mlog_server = mlog.serve(mlog_listener, transport.server()?, stopping.clone());

        let (mnotify, mnotify_server, mut services) =
            start_mnotify(&country, &clock, &transport, stopping.clone()).await?;
        let (events_server, events_address) =
            start_events(&transport, &mut services, stopping.clone()).await?;
        let events = WebSocketEvents::new(&transport.service(transport.gateway(), events_address))?;
        let inbox = HttpInbox::new(&transport.service(transport.gateway(), services.mnotify.clone()))?;
        if let Some(folder) = data {
            services
                .write(&folder.join("services"))
                .map_err(SandboxError::Folder)?;
        }
        if options.first_letters {
            mnotify.send_first_letters();
        }

        let roots = Custody::of(data, options.token.as_ref())?.root_keys()?;
        let gateway = Gateway::new(Parts {
            issuer: address.clone(),
            storage: Arc::new(match data {
                Some(folder) => SqliteStorage::open(&folder.join("gateway.db"), sha256, &roots)?,
                None => SqliteStorage::in_memory(sha256)?,
            }),
            clock: port_clock,
            sign_in: Arc::new(SignInPage(address.clone())),
            registers: Arc::new(CountryRegisters::new(Arc::clone(&country), Arc::clone(&clock))),
            journal: Arc::new(HttpMlog::new(&transport.access(mlog_address))?),
            authority: open_authority(&options, &address, &clock)?.with_minimum_app(options.minimum_app),
            // Everybody comes from this machine, and tests are in a hurry.
            limits: Limits {
                per_address: None,
                per_client: None,
                batches_per_client: None,
                pages_per_client: None,
                ..Limits::default()
            },
        })?
        .with_inbox(Arc::new(inbox))
        .with_events(Arc::new(events));
        if let Some(folder) = data {
            write_trust(&folder.join("trust"), gateway.authority()).map_err(SandboxError::Folder)?;
        }
        let shared = Arc::new(Simulation {
            gateway,
            country,
            clock,
            mlog,
            mnotify,
            stop: Arc::clone(&stop),
        });
        let server = shared
            .gateway
            .serve(listener, admin::router(Arc::clone(&shared)), stopping);
        Ok(Self {
            address,
            shared,
            stop,
            servers: vec![server, mlog_server, mnotify_server, events_server],
        })
    }

    /// The gateway's base address.
    pub fn address(&self) -> &Url {
        &self.address
    }

    /// What a started sandbox tells other programs.
    pub fn ready(&self) -> Ready {
        Ready {
            gateway: self.address.to_string(),
            seed: self.shared.country.seed,
            trust_key: self.trust_key().to_value(),
        }
    }

    /// The key that signs the trust list: what an app for this sandbox pins.
    pub fn trust_key(&self) -> Jwk {
        self.shared.gateway.authority().trust_key().to_jwk()
    }

    /// Every signing certificate in DER, with a short name: `root`, `asp`, `igm`, … `status`.
    pub fn certificates(&self) -> Vec<(&'static str, Vec<u8>)> {
        let certificates = self.shared.gateway.authority().certificates();
        certificates
            .into_iter()
            .map(|(name, certificate)| (name, certificate.as_der().to_vec()))
            .collect()
    }

    /// The people one can be.
    pub fn people(&self) -> Vec<SandboxPerson> {
        self.shared.people()
    }

    /// The country behind it all.
    pub fn country(&self) -> &Country {
        &self.shared.country
    }

    /// Revokes every copy and companion of each document of that type the person holds.
    pub async fn revoke(
        &self,
        person: &str,
        document_type: &str,
    ) -> Result<u64, acasa_gateway::GatewayError> {
        self.shared.revoke(person, document_type).await
    }

    /// Takes every installation of the person out of use.
    pub async fn revoke_installations(&self, person: &str) -> Result<u64, acasa_gateway::GatewayError> {
        self.shared.revoke_installations(person).await
    }

    /// Moves the sandbox's clock to so many seconds ahead of the true time.
    pub fn set_clock_offset(&self, seconds: i64) {
        self.shared.clock.set(seconds);
    }

    /// The events that reached MLog's simulator.
    pub fn mlog_events(&self) -> Vec<acasa_wire::mlog::Event> {
        self.shared.mlog.events()
    }

    /// What would have gone to people by mail, SMS and Viber.
    pub fn sent_messages(&self) -> Vec<SentMessage> {
        self.shared.mnotify.sent()
    }

    /// Recomputes the journal's chain and answers its length.
    pub async fn check_journal(&self) -> Result<i64, acasa_gateway::GatewayError> {
        self.shared.gateway.check_journal().await
    }

    /// Waits until someone stops it over HTTP.
    pub async fn stopped(&self) {
        let mut stopping = self.stop.subscribe();
        let _ = stopping.wait_for(|stopping| *stopping).await;
    }

    /// Stops serving and waits until every socket is closed.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        for server in self.servers.drain(..) {
            if tokio::time::timeout(PATIENCE, server).await.is_err() {
                tracing::warn!("sandbox.slow_to_stop");
            }
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

/// MNotify's simulator, and what institutions need to reach it.
async fn start_mnotify(
    country: &Arc<Country>,
    clock: &Arc<OffsetClock>,
    transport: &Transport,
    stopping: watch::Receiver<bool>,
) -> Result<(Mnotify, JoinHandle<()>, NewServices), SandboxError> {
    let (listener, address) = listen_for_service().await?;
    let mut senders = Vec::new();
    for institution in INSTITUTIONS {
        senders.push((institution, transport.make_client(institution.id)?));
    }
    let known = senders
        .iter()
        .map(|(institution, client)| (client.peer(), *institution));
    let gateway = transport.gateway().peer();
    let mnotify = Mnotify::new(Arc::clone(country), Arc::clone(clock), gateway, known);
    let server = mnotify.serve(listener, transport.server()?, stopping);
    let services = NewServices {
        events: address.clone(),
        mnotify: address,
        seed: country.seed,
        authority: transport.authority(),
        senders,
    };
    Ok((mnotify, server, services))
}

/// The simulator of MConnect Events, for the same institutions.
async fn start_events(
    transport: &Transport,
    services: &mut NewServices,
    stopping: watch::Receiver<bool>,
) -> Result<(JoinHandle<()>, Url), SandboxError> {
    let (listener, address) = listen_for_service().await?;
    let producers = services.senders.iter().map(|(_, client)| client.peer());
    let events = MconnectEvents::new(transport.gateway().peer(), producers);
    let server = events.serve(listener, transport.server()?, stopping);
    services.events = address.clone();
    Ok((server, address))
}

/// A free port for a service of the state, and the address by which the gateway reaches it.
async fn listen_for_service() -> Result<(TcpListener, Url), SandboxError> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .map_err(SandboxError::Listen)?;
    let local = listener.local_addr().map_err(SandboxError::Listen)?;
    let address = format!("https://{local}")
        .parse()
        .expect("a socket address makes a URL");
    Ok((listener, address))
}

/// Listens where asked; else where a kept sandbox listened before, so that the addresses in its
/// documents stay right; else on a free port.
async fn listen(asked: Option<SocketAddr>, data: Option<&Path>) -> Result<TcpListener, SandboxError> {
    let kept = data.map(|folder| folder.join("address"));
    let before = kept.as_ref().and_then(|path| std::fs::read_to_string(path).ok());
    let before: Option<SocketAddr> = before.and_then(|text| text.trim().parse().ok());
    let free = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let listener = match (asked, before) {
        (Some(asked), _) => TcpListener::bind(asked).await,
        (None, Some(before)) => TcpListener::bind(before).await,
        (None, None) => TcpListener::bind(free).await,
    };
    let listener = listener.map_err(SandboxError::Listen)?;
    if let (Some(path), Ok(local)) = (kept, listener.local_addr()) {
        std::fs::write(path, local.to_string()).map_err(SandboxError::Folder)?;
    }
    Ok(listener)
}

/// A file for each certificate that signs today, and no other.
fn write_trust(folder: &Path, authority: &Authority) -> std::io::Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    std::fs::create_dir(folder)?;
    for (name, certificate) in authority.certificates() {
        std::fs::write(folder.join(format!("{name}.der")), certificate.as_der())?;
    }
    Ok(())
}

fn open_authority(options: &Options, address: &Url, clock: &OffsetClock) -> Result<Authority, SandboxError> {
    let custody = Custody::of(options.data.as_deref(), options.token.as_ref())?;
    let address = address.as_str().trim_end_matches('/');
    let name: AuthorityName = "Acasa Sandbox".parse()?;
    Ok(Authority::open_or_make(&custody, &name, address, clock.now())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn certificates_of_today_lie_apart_from_the_keys() {
        let data = tempfile::tempdir().unwrap();
        let trust = data.path().join("trust");
        std::fs::create_dir(&trust).unwrap();
        std::fs::write(trust.join("earlier.der"), b"of an earlier state").unwrap();

        let options = Options::new(1).with_data(data.path().to_owned());
        let sandbox = Sandbox::start(options).await.unwrap();

        let mut left = Vec::new();
        for entry in std::fs::read_dir(&trust).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            left.push((name, std::fs::read(&path).unwrap()));
        }
        left.sort();
        let mut due: Vec<_> = sandbox
            .certificates()
            .into_iter()
            .map(|(name, der)| (format!("{name}.der"), der))
            .collect();
        due.sort();
        assert_eq!(left, due);
        sandbox.stop().await;
    }
}
