//! Events from an institution to a person's records, over the real transport.

use std::{net::Ipv4Addr, time::Duration};

use acasa_crypto::digest::sha256;
use acasa_domain::Principal;
use acasa_gateway::{
    Authority, AuthorityName, Custody, Gateway, Limits, Parts,
    configurations::VEHICLE,
    ports::{
        AuditJournal, HeldDocument, PortError, Registers, ServiceAccess, SignIn, SignInRequest, SystemClock,
        WebSocketEvents,
    },
};
use acasa_gateway_store::{Event, JournalEntry, SqliteStorage, Storage as _, SyncStorage as _};
use acasa_protocol::{
    notices::{Action, Notice, Topic},
    sync::Cursor,
};
use async_trait::async_trait;
use jiff::Timestamp;
use std::sync::atomic::{AtomicBool, Ordering};
use url::Url;

use super::*;
use crate::{
    country::{Content, Country},
    registry::{self, CountryRegisters},
    transport::{Client, Transport},
};

/// A broker that runs, and a gateway's storage.
struct World {
    events: MconnectEvents,
    country: Arc<Country>,
    transport: Transport,
    producer: Client,
    address: Url,
    storage: Arc<SqliteStorage>,
    registers_down: Arc<AtomicBool>,
    stop: watch::Sender<bool>,
}

/// Registers that can be out of reach.
struct Sometimes {
    registers: CountryRegisters,
    down: Arc<AtomicBool>,
}

#[async_trait]
impl Registers for Sometimes {
    async fn documents(&self, person: &acasa_domain::Idnp) -> Result<Vec<HeldDocument>, PortError> {
        self.registers.documents(person).await
    }

    async fn document_numbered(
        &self,
        person: &acasa_domain::Idnp,
        kind: Option<&str>,
        number: &str,
    ) -> Result<Option<String>, PortError> {
        if self.down.load(Ordering::SeqCst) {
            return Err(PortError::Unavailable);
        }
        self.registers.document_numbered(person, kind, number).await
    }
}

struct Nobody;

#[async_trait]
impl SignIn for Nobody {
    async fn start(&self, _: &SignInRequest) -> Result<Url, PortError> {
        Err(PortError::Unavailable)
    }
}

#[async_trait]
impl AuditJournal for Nobody {
    async fn register(&self, _: &[JournalEntry]) -> Result<(), PortError> {
        Ok(())
    }
}

/// A gateway that consumes.
struct Behind {
    stop: watch::Sender<bool>,
    served: JoinHandle<()>,
}

impl Behind {
    async fn stop(self) {
        self.stop.send_replace(true);
        self.served.await.unwrap();
    }
}

impl World {
    async fn start() -> Self {
        let transport = Transport::make().unwrap();
        let producer = transport.make_client("asp").unwrap();
        let events = MconnectEvents::new(transport.gateway().peer(), [producer.peer()]);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = format!("https://{}", listener.local_addr().unwrap());
        let (stop, stopping) = watch::channel(false);
        events.serve(listener, transport.server().unwrap(), stopping);
        Self {
            events,
            country: Arc::new(Country::generate(1)),
            transport,
            producer,
            address: address.parse().unwrap(),
            storage: Arc::new(SqliteStorage::in_memory(sha256).unwrap()),
            registers_down: Arc::default(),
            stop,
        }
    }

    async fn gateway(&self) -> Behind {
        let access = self
            .transport
            .service(self.transport.gateway(), self.address.clone());
        self.gateway_as(&access).await
    }

    async fn gateway_as(&self, access: &ServiceAccess) -> Behind {
        let issuer = "http://127.0.0.1:1";
        let name = AuthorityName::default();
        let gateway = Gateway::new(Parts {
            issuer: issuer.parse().unwrap(),
            storage: self.storage.clone(),
            clock: Arc::new(SystemClock),
            sign_in: Arc::new(Nobody),
            registers: Arc::new(Sometimes {
                registers: CountryRegisters::new(Arc::clone(&self.country), Arc::default()),
                down: Arc::clone(&self.registers_down),
            }),
            journal: Arc::new(Nobody),
            authority: Authority::open_or_make(&Custody::default(), &name, issuer, Timestamp::now()).unwrap(),
            limits: Limits::default(),
        })
        .unwrap()
        .with_events(Arc::new(WebSocketEvents::new(access).unwrap()));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let (stop, stopping) = watch::channel(false);
        Behind {
            served: gateway.serve(listener, Router::new(), stopping),
            stop,
        }
    }

    async fn produce(&self, client: &Client, event: &Value) -> u16 {
        let access = self.transport.service(client, self.address.clone());
        let http = access.http(Duration::from_secs(10)).unwrap();
        let request = http
            .post(self.address.join(PRODUCE).unwrap())
            .header("content-type", EVENT_JSON);
        let response = request.body(event.to_string()).send().await.unwrap();
        response.status().as_u16()
    }

    /// The first person's vehicle certificate: the gateway's name of it, and its number.
    fn certificate(&self) -> (String, String) {
        let person = &self.country.people[0];
        let is =
            |document: &&crate::country::Document| matches!(document.content, Content::VehicleCertificate(_));
        let document = person.documents.iter().find(is).unwrap();
        (registry::identifier(1, person, document), document.number.clone())
    }

    fn letters(&self) -> Vec<Notice> {
        let principal = Principal::from(self.country.people[0].idnp);
        let event = Event {
            time: 1,
            kind: "A.B.C".to_owned(),
            actor: String::new(),
            principal: String::new(),
            legal_basis: String::new(),
            object_type: String::new(),
            object: String::new(),
            correlation: String::new(),
        };
        let page = self
            .storage
            .pull(
                principal,
                Cursor {
                    since: 0,
                    began: None,
                },
                1000,
                &event,
            )
            .unwrap();
        let content = page.records.into_iter().filter_map(|record| record.content);
        content
            .map(|content| serde_json::from_value(content).unwrap())
            .collect()
    }

    fn revocations(&self) -> usize {
        let principal = Principal::from(self.country.people[0].idnp).to_string();
        let events = self.storage.events_about(&principal, None, 1000).unwrap();
        events
            .iter()
            .filter(|entry| entry.event.kind == "Acasa.Document.Revoked")
            .count()
    }

    fn invalidated(&self, id: &str, number: &str) -> Value {
        let idnp = self.country.people[0].idnp;
        json!({
            "specversion": "1.0", "source": "urn:asp", "id": id, "type": "ASP.RST.VP.Invalidated",
            "time": "2026-11-22T10:00:00Z", "partitionkey": format!("idnp:{idnp}"),
            "data": { "IDNP": idnp.as_str(), "Number": number },
        })
    }

    fn fine(&self, id: &str, number: &str) -> Value {
        json!({
            "specversion": "1.0", "source": "urn:mai", "id": id, "type": "MAI.RCC.Fine.Issued",
            "data": { "IDNP": self.country.people[0].idnp.as_str(), "Number": number, "Amount": "600" },
        })
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

/// Waits until it holds, for twenty seconds at most.
async fn until(mut holds: impl FnMut() -> bool) {
    let waited = async {
        while !holds() {
            tokio::task::yield_now().await;
        }
    };
    let in_time = tokio::time::timeout(Duration::from_secs(20), waited).await;
    assert!(in_time.is_ok(), "it never came to that");
}

#[tokio::test]
async fn an_invalidated_certificate_is_revoked_once_and_its_owner_told_once() {
    let world = World::start().await;
    let (document, number) = world.certificate();
    let event = world.invalidated("1", &number);
    assert_eq!(world.produce(&world.producer, &event).await, 202);

    let gateway = world.gateway().await;
    until(|| world.events.waiting() == 0).await;
    assert_eq!(world.produce(&world.producer, &event).await, 202);
    until(|| world.events.waiting() == 0).await;
    gateway.stop().await;
    world.events.push(event);
    let gateway = world.gateway().await;
    until(|| world.events.waiting() == 0).await;
    gateway.stop().await;

    assert!(world.storage.is_revoked(&document).unwrap());
    assert_eq!(world.revocations(), 1);
    let letters = world.letters();
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].action, Some(Action::Document { document }));
    assert_eq!(
        (letters[0].topic, letters[0].sent_at.as_str()),
        (Topic::Documents, "2026-11-22T10:00:00Z")
    );
    assert_eq!(VEHICLE, "md.gov.wallet.vrc.1");
}

#[tokio::test]
async fn what_is_broken_is_given_up_and_does_not_hold_up_the_others() {
    let world = World::start().await;
    let mut broken = vec![
        world.invalidated("unknown-number", "nothing"),
        world.fine("no-number", ""),
        json!({ "specversion": "1.0", "source": "urn:asp", "id": "not-an-event" }),
    ];
    let mut nobody = world.fine("nobody", "1");
    nobody["data"]["IDNP"] = "2999".into();
    broken.push(nobody);
    for event in &broken {
        world.events.push(event.clone());
    }
    world.events.push(json!({
        "specversion": "1.0", "source": "urn:ms", "id": "1", "type": "MS.eCMND.Person.Born", "data": {},
    }));
    world.events.push(world.fine("good", "12"));

    let gateway = world.gateway().await;
    until(|| world.events.waiting() == 0).await;
    gateway.stop().await;

    let dead: Vec<_> = world
        .events
        .dead()
        .iter()
        .map(|event| event["id"].clone())
        .collect();
    assert_eq!(dead, ["unknown-number", "no-number", "not-an-event", "nobody"]);
    let letters = world.letters();
    assert_eq!(letters.len(), 1);
    assert_eq!(
        letters[0].body.ro[0].runs[0].text,
        "Proces-verbal 12. Suma: 600 lei."
    );
    assert_eq!(
        letters[0].source.en.as_deref(),
        Some("Ministry of Internal Affairs")
    );
}

#[tokio::test]
async fn what_fails_here_is_not_dead_and_comes_again() {
    let world = World::start().await;
    let (document, number) = world.certificate();
    world.registers_down.store(true, Ordering::SeqCst);
    world.events.push(world.invalidated("1", &number));
    let gateway = world.gateway().await;
    let reads = || {
        let principal = Principal::from(world.country.people[0].idnp).to_string();
        world.storage.events_about(&principal, None, 1000).unwrap().len()
    };
    until(|| reads() > 0).await;
    assert_eq!((world.events.waiting(), world.events.dead().len()), (1, 0));

    world.registers_down.store(false, Ordering::SeqCst);
    until(|| world.events.waiting() == 0).await;
    gateway.stop().await;

    assert!(world.storage.is_revoked(&document).unwrap() && world.events.dead().is_empty());
}

#[tokio::test]
async fn only_known_institutions_produce_and_only_the_gateway_consumes() {
    let world = World::start().await;
    let good = world.fine("1", "12");
    let stranger = world.transport.make_client("asp").unwrap();
    assert_eq!(world.produce(&stranger, &good).await, 401);
    assert_eq!(world.produce(world.transport.gateway(), &good).await, 401);
    let mut schema = world.invalidated("1", "12");
    schema["data"]["More"] = 1.into();
    assert_eq!(world.produce(&world.producer, &schema).await, 422);
    assert_eq!(world.produce(&world.producer, &json!({ "id": "1" })).await, 400);
    assert_eq!(
        world
            .produce(&world.producer, &json!({ "id": "a".repeat(EVENT_LIMIT) }))
            .await,
        413
    );
    assert_eq!(world.events.waiting(), 0);

    world.events.push(good);
    let log = acasa_testkit::Log::capture();
    let other = Transport::make().unwrap();
    let hostile = ServiceAccess {
        authorities: world.transport.authority().into_bytes(),
        ..other.service(other.gateway(), world.address.clone())
    };
    for access in [world.transport.service(&stranger, world.address.clone()), hostile] {
        let before = log.text().matches("events.session_ended").count();
        let gateway = world.gateway_as(&access).await;
        until(|| log.text().matches("events.session_ended").count() > before).await;
        gateway.stop().await;
    }
    assert_eq!((world.events.waiting(), world.letters().len()), (1, 0));
}
