//! With a gateway behind it.

use super::*;

/// A gateway that reads the feed into a storage that outlives it.
struct Behind {
    stop: watch::Sender<bool>,
    served: JoinHandle<()>,
}

impl Behind {
    async fn start(world: &World, storage: &Arc<SqliteStorage>) -> Self {
        let access = world.access(world.transport.gateway());
        Self::start_as(world, storage, &access).await
    }

    async fn start_as(world: &World, storage: &Arc<SqliteStorage>, access: &ServiceAccess) -> Self {
        let issuer = "http://127.0.0.1:1";
        let name = AuthorityName::default();
        let gateway = Gateway::new(Parts {
            issuer: issuer.parse().unwrap(),
            storage: storage.clone(),
            clock: Arc::new(SystemClock),
            sign_in: Arc::new(Nobody),
            registers: Arc::new(CountryRegisters::new(Arc::clone(&world.country), Arc::default())),
            journal: Arc::new(Nobody),
            authority: Authority::open_or_make(&Custody::default(), &name, issuer, Timestamp::now()).unwrap(),
            limits: Limits::default(),
        })
        .unwrap()
        .with_inbox(Arc::new(HttpInbox::new(access).unwrap()));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let (stop, stopping) = watch::channel(false);
        Self {
            served: gateway.serve(listener, Router::new(), stopping),
            stop,
        }
    }

    async fn stop(self) {
        self.stop.send_replace(true);
        self.served.await.unwrap();
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

fn storage() -> Arc<SqliteStorage> {
    Arc::new(SqliteStorage::in_memory(sha256).unwrap())
}

fn event(principal: Principal) -> acasa_gateway_store::Event {
    acasa_gateway_store::Event {
        time: 1,
        kind: "Acasa.Act.Judged".to_owned(),
        actor: principal.to_string(),
        principal: principal.to_string(),
        legal_basis: String::new(),
        object_type: String::new(),
        object: String::new(),
        correlation: String::new(),
    }
}

fn principal(idnp: &str) -> Principal {
    format!("urn:md:idnp:{idnp}").parse().unwrap()
}

/// The person's letters, by the order in which they came.
fn letters(storage: &SqliteStorage, idnp: &str) -> Vec<(String, Notice)> {
    let principal = principal(idnp);
    let cursor = Cursor {
        since: 0,
        began: None,
    };
    let page = storage.pull(principal, cursor, 1000, &event(principal)).unwrap();
    let notices = page.records.into_iter().filter(|record| record.kind == NOTICE);
    notices
        .map(|record| {
            (
                record.id,
                serde_json::from_value(record.content.unwrap()).unwrap(),
            )
        })
        .collect()
}

fn set(storage: &SqliteStorage, idnp: &str, kind: &str, id: &str, content: Value) {
    let write = Write {
        kind: kind.to_owned(),
        id: id.to_owned(),
        content: Some(content),
    };
    let principal = principal(idnp);
    storage.write(principal, &[write], &event(principal)).unwrap();
}

/// Waits until it holds, for twenty seconds at most.
async fn until(mut holds: impl AsyncFnMut() -> bool) {
    let waited = async {
        while !holds().await {
            tokio::task::yield_now().await;
        }
    };
    let in_time = tokio::time::timeout(Duration::from_secs(20), waited).await;
    assert!(in_time.is_ok(), "it never came to that");
}

async fn until_status(world: &World, sender: &str, id: Uuid, status: NotificationStatus) {
    until(async || world.notification(sender, id).await.status == status).await;
}

#[tokio::test]
async fn a_letter_comes_once_through_deliveries_repeated_and_restarts() {
    let (world, storage) = (World::start().await, storage());
    let person = world.idnp(0);
    world.send("mai", letter(&person, "Prima")).await;

    let gateway = Behind::start(&world, &storage).await;
    until(async || letters(&storage, &person).len() == 1).await;
    gateway.stop().await;
    world.send("mai", letter(&person, "A doua")).await;
    let gateway = Behind::start(&world, &storage).await;
    until(async || letters(&storage, &person).len() == 2).await;
    world.mnotify.state().feed = "another".to_owned();
    world.send("mai", letter(&person, "A treia")).await;
    until(async || letters(&storage, &person).len() >= 3).await;
    gateway.stop().await;
    // Another process of MNotify has numbers of its own, which begin again.
    let again = World::start().await;
    again.send("mai", letter(&person, "A patra")).await;
    let gateway = Behind::start(&again, &storage).await;
    until(async || letters(&storage, &person).len() >= 4).await;
    gateway.stop().await;

    let subjects: Vec<_> = letters(&storage, &person)
        .into_iter()
        .map(|(_, notice)| notice.subject.ro)
        .collect();
    assert_eq!(subjects, ["Prima", "A doua", "A treia", "A patra"]);
    let events = storage
        .events_about(&principal(&person).to_string(), None, 1000)
        .unwrap();
    let received = events
        .iter()
        .filter(|entry| entry.event.kind == "Acasa.Notice.Received");
    assert_eq!(received.count(), 4);
    assert!(letters(&storage, &world.idnp(1)).is_empty());
}

#[tokio::test]
async fn a_sender_is_told_that_it_came_and_that_it_was_read() {
    let (world, storage) = (World::start().await, storage());
    let person = world.idnp(0);
    let id = world.send("mai", letter(&person, "Titlu")).await;
    let gateway = Behind::start(&world, &storage).await;
    until_status(&world, "mai", id, NotificationStatus::Delivered).await;
    let notice = letters(&storage, &person)[0].0.clone();
    gateway.stop().await;

    // As the command does it, while nothing runs that could tell.
    set(
        &storage,
        &person,
        MARK,
        &notice,
        json!({ "read": true, "archived": false, "pinned": false }),
    );
    let gateway = Behind::start(&world, &storage).await;

    until_status(&world, "mai", id, NotificationStatus::Read).await;
    gateway.stop().await;
}

#[tokio::test]
async fn preferences_made_in_the_app_hold_for_what_is_sent() {
    let (world, storage) = (World::start().await, storage());
    let person = world.idnp(0);
    for key in ["email", "sms"] {
        set(
            &storage,
            &person,
            PREFERENCE,
            key,
            json!({ "key": key, "value": false }),
        );
    }
    let gateway = Behind::start(&world, &storage).await;
    let urn = principal(&person).to_string();
    until(async || world.mnotify.state().preferences.contains_key(&urn)).await;
    gateway.stop().await;

    world.send("mai", letter(&person, "Titlu")).await;

    assert!(world.mnotify.sent().is_empty());
}

#[tokio::test]
async fn mark_up_and_files_come_as_words_and_as_what_they_are() {
    let (world, storage) = (World::start().await, storage());
    let person = world.idnp(0);
    let mut request = letter(&person, "Decizie");
    request["body"]["ro"] = "<h1>Decizie</h1><script>alert(1)</script><p onclick=x>Vedeți \
        <a href='javascript:alert(1)'>aici</a> sau <a href='https://mpay.gov.md'>acolo</a>.</p>"
        .into();
    request["body"]["ru"] = "а".repeat(300_000).into();
    request["attachments"] = json!([
        { "fileName": "../Decizie.pdf", "base64": data_encoding::BASE64.encode(b"MZ\x90\0") },
    ]);
    world.send("mai", request).await;

    let gateway = Behind::start(&world, &storage).await;
    until(async || letters(&storage, &person).len() == 1).await;
    gateway.stop().await;

    let (_, notice) = letters(&storage, &person).remove(0);
    let text = serde_json::to_string(&notice).unwrap();
    assert!(!text.contains("script") && !text.contains("onclick"), "{text}");
    assert_eq!(notice.body.ro.len(), 2);
    let links: Vec<_> = notice.body.ro[1]
        .runs
        .iter()
        .filter_map(|run| run.link.clone())
        .collect();
    assert_eq!(links, ["https://mpay.gov.md"]);
    assert!(notice.cut && text.len() <= acasa_protocol::notices::MAX_NOTICE);
    let file = &notice.attachments[0];
    assert_eq!((file.name.as_str(), file.size), ("Decizie.pdf", 4));
    assert_ne!(file.media_type, "application/pdf");
    assert_eq!(
        (notice.topic, notice.source.ro.as_str()),
        (Topic::Fines, "Ministerul Afacerilor Interne")
    );
}

#[tokio::test]
async fn a_delivery_that_is_no_letter_does_not_hold_up_the_others() {
    let (world, storage) = (World::start().await, storage());
    let person = world.idnp(0);
    world.send("mai", letter(&person, "Prima")).await;
    world.send("mai", letter(&person, "A doua")).await;
    {
        let mut state = world.mnotify.state();
        state.deliveries[0].delivery.recipient = "somebody".to_owned();
    }

    let gateway = Behind::start(&world, &storage).await;
    until(async || letters(&storage, &person).len() == 1).await;
    gateway.stop().await;

    assert_eq!(letters(&storage, &person)[0].1.subject.ro, "A doua");
}

#[tokio::test]
async fn everybody_has_first_letters_of_their_own_and_the_same_after_a_restart() {
    let storage = storage();
    for _ in 0..2 {
        let world = World::start().await;
        world.mnotify.send_first_letters();
        let gateway = Behind::start(&world, &storage).await;
        until(async || {
            world
                .country
                .people
                .iter()
                .all(|person| !letters(&storage, person.idnp.as_str()).is_empty())
        })
        .await;
        let all = world.feed(0).await.last;
        assert!(all > 0);
        until(async || storage.letter_reports(1).unwrap().is_empty()).await;
        gateway.stop().await;
        for person in &world.country.people {
            let letters = letters(&storage, person.idnp.as_str());
            let expected = if person.documents.is_empty() { 1..=1 } else { 2..=3 };
            assert!(
                expected.contains(&letters.len()),
                "{:?} {}",
                person.role,
                letters.len()
            );
        }
        let (_, expiring) = letters(&storage, &world.idnp(0)).remove(1);
        assert!(matches!(expiring.action, Some(Action::Document { .. })));
    }
}

#[tokio::test]
async fn a_gateway_with_a_certificate_of_another_authority_gets_nothing_and_its_log_no_text() {
    let log = acasa_testkit::Log::capture();
    let (world, storage) = (World::start().await, storage());
    let person = world.idnp(0);
    world.send("mai", letter(&person, "Subiectsecret")).await;
    let other = Transport::make().unwrap();
    let hostile = ServiceAccess {
        authorities: world.transport.authority().into_bytes(),
        ..other.service(other.gateway(), world.address.clone())
    };

    let gateway = Behind::start_as(&world, &storage, &hostile).await;
    until(async || log.text().contains("inbox.receiving_failed")).await;
    gateway.stop().await;
    assert!(letters(&storage, &person).is_empty());

    let gateway = Behind::start(&world, &storage).await;
    until(async || letters(&storage, &person).len() == 1).await;
    gateway.stop().await;
    let text = log.text();
    assert!(!text.contains("ubiectsecret") && !text.contains("Bună ziua") && !text.contains(&person));
}
