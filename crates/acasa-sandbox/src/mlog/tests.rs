//! The gateway's adapter against the simulator, over the real transport.

use std::{net::Ipv4Addr, sync::Arc};

use acasa_crypto::digest::sha256;
use acasa_gateway::{
    Authority, AuthorityName, Custody, Gateway, HttpMlog, Limits, MlogAccess, MlogAccessError, MlogSettings,
    Parts, Settings, Standalone,
    ports::{AuditJournal, HeldDocument, PortError, Registers, SignIn, SignInRequest, SystemClock},
};
use acasa_gateway_store::{JournalEntry, SqliteStorage, Storage as _};
use async_trait::async_trait;
use tokio::sync::mpsc;
use url::Url;

use super::*;
use crate::transport::Transport;

/// A simulator that runs.
struct World {
    mlog: Mlog,
    transport: Transport,
    address: Url,
    stop: watch::Sender<bool>,
}

impl World {
    async fn start() -> Self {
        let (mlog, transport) = (Mlog::default(), Transport::make().unwrap());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = format!("https://{}", listener.local_addr().unwrap());
        let (stop, stopping) = watch::channel(false);
        mlog.serve(listener, transport.server().unwrap(), stopping);
        Self {
            mlog,
            transport,
            address: address.parse().unwrap(),
            stop,
        }
    }

    fn access(&self) -> MlogAccess {
        self.transport.access(self.address.clone())
    }

    /// A gateway that speaks to the simulator in this way does something that is journalled: what
    /// came of the delivery, and how many events wait in the outbox.
    async fn deliver(&self, access: &MlogAccess) -> (Result<(), PortError>, usize) {
        let (told, mut outcomes) = mpsc::unbounded_channel();
        let storage = Arc::new(SqliteStorage::in_memory(sha256).unwrap());
        let gateway = Gateway::new(Parts {
            issuer: "http://127.0.0.1:1".parse().unwrap(),
            storage: storage.clone(),
            clock: Arc::new(SystemClock),
            sign_in: Arc::new(Nobody),
            registers: Arc::new(Nobody),
            journal: Arc::new(Watched {
                adapter: HttpMlog::new(access).unwrap(),
                told,
            }),
            authority: Authority::open_or_make(
                &Custody::default(),
                &AuthorityName::default(),
                "http://127.0.0.1:1",
                Timestamp::now(),
            )
            .unwrap(),
            limits: Limits::default(),
        })
        .unwrap();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let (stop, stopping) = watch::channel(false);
        let served = gateway.serve(listener, Router::new(), stopping);
        gateway
            .revoke("2999000000003".parse().unwrap(), "document")
            .await
            .unwrap();
        let outcome = outcomes.recv().await.unwrap();
        // The gateway has marked what it delivered once it has stopped.
        stop.send_replace(true);
        served.await.unwrap();
        (outcome, storage.outbox(10).unwrap().len())
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

/// The adapter, with everything it answers told.
struct Watched {
    adapter: HttpMlog,
    told: mpsc::UnboundedSender<Result<(), PortError>>,
}

#[async_trait]
impl AuditJournal for Watched {
    async fn register(&self, entries: &[JournalEntry]) -> Result<(), PortError> {
        let outcome = self.adapter.register(entries).await;
        let _ = self.told.send(outcome);
        outcome
    }
}

/// Services that this test does not need.
struct Nobody;

#[async_trait]
impl SignIn for Nobody {
    async fn start(&self, _: &SignInRequest) -> Result<Url, PortError> {
        Err(PortError::Unavailable)
    }
}

#[async_trait]
impl Registers for Nobody {
    async fn documents(&self, _: &acasa_domain::Idnp) -> Result<Vec<HeldDocument>, PortError> {
        Err(PortError::Unavailable)
    }
}

#[tokio::test]
async fn events_are_delivered_over_mutual_tls() {
    let world = World::start().await;

    let (outcome, waiting) = world.deliver(&world.access()).await;

    assert_eq!((outcome, waiting), (Ok(()), 0));
    let events = world.mlog.events();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].event_type, "Acasa.Document.Revoked");
    assert_eq!(events[0].legal_entity.as_deref(), Some("1999000000006"));
}

#[cfg(unix)]
#[tokio::test]
async fn a_gateway_by_itself_delivers_what_waited() {
    use std::os::unix::fs::PermissionsExt as _;

    let world = World::start().await;
    let data = tempfile::tempdir().unwrap();
    let database = data.path().join("gateway.db");
    let roots = Custody::of(Some(data.path()), None).unwrap().root_keys().unwrap();
    let storage = SqliteStorage::open(&database, sha256, &roots).unwrap();
    let event = acasa_gateway_store::Event {
        time: Timestamp::now().as_millisecond(),
        kind: "Acasa.Document.Revoked".to_owned(),
        actor: "urn:md:system:acasa".to_owned(),
        principal: "urn:md:idnp:2999000000003".to_owned(),
        legal_basis: "Legea 133/2011".to_owned(),
        object_type: "Document".to_owned(),
        object: "document".to_owned(),
        correlation: "0".to_owned(),
    };
    storage.record(&event).unwrap();
    let access = world.access();
    let file = |name: &str, content: &[u8]| {
        let path = data.path().join(name);
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        path
    };

    let gateway = Standalone::start(Settings {
        data: Some(data.path().to_owned()),
        mlog: Some(MlogSettings {
            address: access.address,
            organisation: access.legal_entity.parse().unwrap(),
            certificate: file("certificate.pem", &access.certificates),
            key: file("key.pem", access.key.expose()),
            trust: file("trust.pem", &access.authorities),
        }),
        ..Settings::new((Ipv4Addr::LOCALHOST, 0).into())
    })
    .await
    .unwrap();
    let delivered = async {
        while !storage.outbox(1).unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    let in_time = tokio::time::timeout(std::time::Duration::from_secs(20), delivered).await;

    assert!(in_time.is_ok(), "nothing was delivered");
    let events = world.mlog.events();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].legal_entity.as_deref(), Some("1999000000006"));
    gateway.stop().await;
}

#[tokio::test]
async fn a_certificate_of_another_authority_is_refused_and_events_wait() {
    let world = World::start().await;
    let other = Transport::make().unwrap().access(world.address.clone());
    let access = MlogAccess {
        authorities: world.access().authorities,
        ..other
    };

    let (outcome, waiting) = world.deliver(&access).await;

    assert_eq!((outcome, waiting), (Err(PortError::Unavailable), 1));
    assert!(world.mlog.events().is_empty());
}

#[tokio::test]
async fn an_expired_certificate_is_refused_and_events_wait() {
    let world = World::start().await;
    let access = world.transport.expired_access(world.address.clone()).unwrap();

    let (outcome, waiting) = world.deliver(&access).await;

    assert_eq!((outcome, waiting), (Err(PortError::Unavailable), 1));
    assert!(world.mlog.events().is_empty());
}

#[tokio::test]
async fn a_simulator_of_another_authority_is_told_nothing_and_events_wait() {
    let world = World::start().await;
    let access = MlogAccess {
        authorities: Transport::make()
            .unwrap()
            .access(world.address.clone())
            .authorities,
        ..world.access()
    };

    let (outcome, waiting) = world.deliver(&access).await;

    assert_eq!((outcome, waiting), (Err(PortError::Unavailable), 1));
    assert!(world.mlog.events().is_empty());
}

#[tokio::test]
async fn nobody_without_a_certificate_is_spoken_to() {
    let world = World::start().await;
    let authorities = reqwest::Certificate::from_pem_bundle(&world.access().authorities).unwrap();
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only(authorities)
        .build()
        .unwrap();
    let event = r#"{"event_time":"2026-01-01","event_type":"A.B.C"}"#;

    let refused = client
        .post(world.address.join(mlog::REGISTER).unwrap())
        .body(event)
        .send()
        .await;

    assert!(refused.is_err() && world.mlog.events().is_empty());
}

#[tokio::test]
async fn nothing_is_sent_without_tls() {
    let world = World::start().await;
    let access = MlogAccess {
        address: world.address.as_str().replace("https", "http").parse().unwrap(),
        ..world.access()
    };

    assert!(matches!(HttpMlog::new(&access), Err(MlogAccessError::Address)));
}

#[tokio::test]
async fn an_adapter_is_not_made_without_its_certificate_key_or_authorities() {
    let world = World::start().await;
    let nothing = || acasa_crypto::SecretBytes::from_slice(b"");
    let other_key = Transport::make().unwrap().access(world.address.clone()).key;
    let wrong = [
        MlogAccess {
            certificates: Vec::new(),
            ..world.access()
        },
        MlogAccess {
            key: nothing(),
            ..world.access()
        },
        MlogAccess {
            key: other_key,
            ..world.access()
        },
        MlogAccess {
            authorities: Vec::new(),
            ..world.access()
        },
    ];

    for access in wrong {
        assert!(matches!(
            HttpMlog::new(&access),
            Err(MlogAccessError::Certificates)
        ));
    }
}
