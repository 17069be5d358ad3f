//! The process that has the keys.

use std::{io, os::unix::net::UnixListener as StdListener, path::PathBuf, sync::Arc, time::Duration};

use acasa_crypto::{CryptoError, SignerRefusal, VerifyingKey};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{UnixListener, UnixStream},
    sync::watch,
    task::JoinSet,
};

use super::{
    Answer, Ask, Octets, Role, Settings, Sign, SignerError,
    messages::{HEAD, Keys, Request, frame, length},
    socket::Socket,
};
use crate::{Authority, GatewayError, authority::Certified, ports::Clock};

/// Open connections; more are closed at once.
const CONNECTIONS: usize = 256;
/// How long a connection may say nothing.
const IDLE: Duration = Duration::from_mins(5);
/// How long a message may take that has begun, to or from the other side.
const MESSAGE: Duration = Duration::from_secs(5);
/// How long what was begun may go on once it is told to stop.
const DRAIN: Duration = Duration::from_secs(10);
/// After a connection could not be taken.
const PAUSE: Duration = Duration::from_millis(100);

/// Keys, journal and socket, not served yet.
pub struct Service {
    desk: Arc<Desk>,
    listener: StdListener,
    socket: Socket,
    path: PathBuf,
    allowed: Option<u32>,
}

/// What answers.
struct Desk {
    authority: Authority,
    address: String,
    clock: Arc<dyn Clock>,
}

impl Service {
    /// Opens the keys there are and makes what is missing, then listens. Blocks while a token works.
    pub fn open(settings: &Settings, clock: Arc<dyn Clock>) -> Result<Self, SignerError> {
        let custody = settings.custody(&clock)?;
        let authority = Authority::open_or_make(&custody, &settings.authority, settings.base(), clock.now())?;
        let (socket, listener) = Socket::bind(&settings.socket, settings.allowed.is_some())?;
        Ok(Self {
            desk: Arc::new(Desk {
                authority: authority.with_minimum_app(settings.minimum_app),
                address: settings.base().to_owned(),
                clock,
            }),
            listener,
            socket,
            path: settings.socket.clone(),
            allowed: settings.allowed,
        })
    }

    /// Where it listens.
    pub fn socket(&self) -> &std::path::Path {
        &self.path
    }

    /// The key that signs the trust list: what apps pin.
    pub fn trust_key(&self) -> VerifyingKey {
        self.desk.authority.trust_key()
    }

    /// Answers until told to stop; what was begun then is finished.
    pub async fn serve(self, mut stop: watch::Receiver<bool>) -> io::Result<()> {
        let listener = UnixListener::from_std(self.listener)?;
        let mut connections = JoinSet::new();
        let stopping = stop.clone();
        tracing::info!("signer.serving");
        loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) if is_known(&stream, self.socket.owner, self.allowed) => {
                        if connections.len() < CONNECTIONS {
                            connections.spawn(converse(Arc::clone(&self.desk), stream, stopping.clone()));
                        } else {
                            tracing::warn!("signer.connections");
                        }
                    }
                    Ok(_) => tracing::warn!("signer.stranger"),
                    Err(error) => {
                        tracing::warn!(error.kind = ?error.kind(), "signer.accept");
                        tokio::time::sleep(PAUSE).await;
                    }
                },
                Some(_) = connections.join_next() => {}
                () = told(&mut stop) => break,
            }
        }
        drop((listener, self.socket));
        let ended = async { while connections.join_next().await.is_some() {} };
        if tokio::time::timeout(DRAIN, ended).await.is_err() {
            tracing::warn!("signer.slow_to_stop");
        }
        tracing::info!("signer.stopped");
        Ok(())
    }
}

/// Returns once it is told to stop.
async fn told(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stopping| *stopping).await;
}

/// Whether the process at the other end is of a user who may ask.
fn is_known(stream: &UnixStream, own: u32, allowed: Option<u32>) -> bool {
    stream
        .peer_cred()
        .is_ok_and(|peer| peer.uid() == own || allowed == Some(peer.uid()))
}

/// One request at a time, each answered before the next is read.
async fn converse(desk: Arc<Desk>, mut stream: UnixStream, mut stop: watch::Receiver<bool>) {
    loop {
        let mut head = [0; HEAD];
        let begun = tokio::select! {
            read = tokio::time::timeout(IDLE, stream.read_exact(&mut head)) => matches!(read, Ok(Ok(_))),
            () = told(&mut stop) => false,
        };
        let Some(length) = length(head).filter(|_| begun) else {
            return;
        };
        let mut text = vec![0; length];
        let read = tokio::time::timeout(MESSAGE, stream.read_exact(&mut text)).await;
        if !matches!(read, Ok(Ok(_))) {
            return;
        }
        let desk = Arc::clone(&desk);
        // A token, and the disk under the journal, may take their time.
        let answered = tokio::task::spawn_blocking(move || desk.answer(&text)).await;
        let Some(framed) = answered.ok().as_ref().and_then(frame) else {
            return;
        };
        let written = tokio::time::timeout(MESSAGE, stream.write_all(&framed)).await;
        if !matches!(written, Ok(Ok(()))) {
            return;
        }
    }
}

impl Desk {
    fn answer(&self, text: &[u8]) -> Answer {
        let Some(Request(ask)) = Request::parse(text) else {
            return Answer::Refused("signer_malformed".to_owned());
        };
        let now = self.clock.now();
        let answered = match ask {
            Ask::Ready => Ok(Answer::Ready),
            Ask::Keys => self.keys().map(Answer::Keys),
            Ask::Sign(sign) => self
                .sign(&sign)
                .map(|signature| Answer::Signature(Octets(signature))),
            Ask::TrustList => self
                .authority
                .trust_list(now)
                .map(|list| Answer::List(Octets(list))),
            Ask::Crl => self.authority.crl(now).map(|list| Answer::List(Octets(list))),
        };
        answered.unwrap_or_else(|error| Answer::Refused(error.code().to_owned()))
    }

    fn keys(&self) -> Result<Keys, GatewayError> {
        let certificates = self.authority.certificates().into_iter();
        Ok(Keys {
            address: self.address.clone(),
            certificates: certificates
                .map(|(name, certificate)| (name.to_owned(), Octets(certificate.as_der().to_vec())))
                .collect(),
            trust: Octets(self.authority.trust_key().to_spki_der()?),
        })
    }

    fn sign(&self, sign: &Sign) -> Result<Vec<u8>, GatewayError> {
        let signer: Arc<Certified> = match Role::of(&sign.role) {
            Some(Role::Document(body)) => self.authority.signer_of(body)?,
            Some(Role::Status) => self.authority.status_signer()?,
            // What the others sign is made here.
            Some(Role::Root | Role::Trust) | None => {
                return Err(CryptoError::from(SignerRefusal::Refused).into());
            }
        };
        if signer.certificate.sha256().as_slice() != sign.certificate.0 {
            return Err(CryptoError::from(SignerRefusal::KeyChanged).into());
        }
        Ok(signer.key.sign(&sign.message.0)?)
    }
}
