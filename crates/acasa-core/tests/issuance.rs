//! Sign-in and issuance on loopback: the client against the gateway of a sandbox.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

#[path = "issuance/world.rs"]
mod world;

use std::{collections::BTreeSet, net::SocketAddr};

use acasa_client::{Client, ClientError, Options as ClientOptions, Session, SignInRequest};
use acasa_credentials::{
    mdoc::{IssuerSigned, StatusMechanism},
    status::{Status, UnverifiedStatusList},
    trust::{Certificate, PinnedKeys, TrustList, TrustStore},
};
use acasa_crypto::{Signer, SigningKey};
use acasa_testkit::Log;
use jiff::Timestamp;
use world::World;

async fn trust(world: &World) -> TrustStore {
    let pinned = PinnedKeys {
        current: world.sandbox.trust_key().key().clone(),
        successor: None,
    };
    let bytes = world.client.trust_list().await.expect("the trust list is public");
    TrustList::verify(&bytes, &pinned, None, Timestamp::now())
        .expect("it is signed")
        .into_store()
}

async fn status(world: &World, copy: &[u8]) -> Status {
    let object = IssuerSigned::from_slice(copy)
        .and_then(|copy| copy.security_object())
        .expect("an mdoc");
    let Some(StatusMechanism::StatusList { index, uri }) = object.status().cloned() else {
        panic!("every copy has a status");
    };
    let bytes = world
        .client
        .status_list(&uri.parse().expect("a URL"))
        .await
        .expect("the list is public");
    let unverified = UnverifiedStatusList::parse(&bytes).expect("a list");
    let certificates = unverified.certificates().expect("certificates");
    let signer = Certificate::from_der(&certificates[0]).expect("a certificate");
    assert!(
        trust(world)
            .await
            .certificate_by_thumbprint(signer.sha256())
            .is_some(),
        "its signer is trusted"
    );
    let list = unverified.verify(signer.key()).expect("it is signed");
    assert_eq!(list.subject(), uri);
    list.list().get(index).expect("the index is inside")
}

#[tokio::test]
async fn a_person_receives_every_credential_and_each_is_signed_by_a_trusted_signer() {
    let world = World::start(1).await;
    let person = world.sign_in("1").await;
    let trust = trust(&world).await;

    for offer in person.offers().await {
        let keys = world::keys(2);
        let copies = person.receive(&offer, &keys).await.expect("issued");
        if offer.format != "mso_mdoc" {
            continue;
        }
        for (copy, key) in copies.iter().zip(&keys) {
            let copy = IssuerSigned::from_slice(copy).expect("an mdoc");
            let chain = copy.issuer_auth().headers().x5chain().expect("a chain");
            let signer = Certificate::from_der(&chain[0]).expect("a certificate");
            let object = copy.security_object().expect("a security object");
            let elements: Vec<&str> = copy.items().map(|(_, item)| item.identifier()).collect();
            assert!(trust.certificate_by_thumbprint(signer.sha256()).is_some());
            copy.issuer_auth()
                .verify(signer.key(), None, &[])
                .expect("the signature holds");
            assert_eq!(object.doc_type(), offer.document_type);
            assert!(*object.device_key() == key.public_key());
            assert_eq!(elements, offer.elements);
        }
    }
    world.sandbox.stop().await;
}

#[tokio::test]
async fn copies_of_a_batch_have_distinct_status_and_equal_times() {
    let world = World::start(1).await;
    let person = world.sign_in("1").await;
    let offer = person.offer("org.iso.18013.5.1.mDL", "age").await;

    let copies = person.receive(&offer, &world::keys(10)).await.expect("issued");

    let objects: Vec<_> = copies
        .iter()
        .map(|copy| {
            IssuerSigned::from_slice(copy)
                .and_then(|copy| copy.security_object())
                .expect("an mdoc")
        })
        .collect();
    let places: BTreeSet<String> = objects
        .iter()
        .map(|object| format!("{:?}", object.status()))
        .collect();
    let times: BTreeSet<String> = objects
        .iter()
        .map(|object| format!("{:?}", object.validity()))
        .collect();
    assert_eq!((places.len(), times.len()), (10, 1));
    world.sandbox.stop().await;
}

#[tokio::test]
async fn revoking_a_document_revokes_its_copies_and_companions_and_no_other() {
    let world = World::start(1).await;
    let person = world.sign_in("1").await;
    let mut copies = Vec::new();
    for (kind, purpose) in [
        ("md.gov.wallet.pid.1", "full"),
        ("md.gov.wallet.pid.1", "age"),
        ("md.gov.wallet.dl.1", "full"),
    ] {
        let offer = person.offer(kind, purpose).await;
        copies.extend(person.receive(&offer, &world::keys(1)).await.expect("issued"));
    }

    let revoked = world
        .sandbox
        .revoke("1", "md.gov.wallet.pid.1")
        .await
        .expect("revoked");

    assert_eq!(revoked, 2);
    assert_eq!(status(&world, &copies[0]).await, Status::Invalid);
    assert_eq!(status(&world, &copies[1]).await, Status::Invalid);
    assert_eq!(status(&world, &copies[2]).await, Status::Valid);
    let offer = person.offer("md.gov.wallet.pid.1", "full").await;
    let refused = person
        .receive(&offer, &world::keys(1))
        .await
        .expect_err("a revoked document");
    assert_eq!(refused.code(), "document_revoked");
    world.sandbox.stop().await;
}

#[tokio::test]
async fn the_same_key_twice_in_a_batch_is_refused() {
    let world = World::start(1).await;
    let person = world.sign_in("1").await;
    let offer = person.offer("md.gov.wallet.pid.1", "age").await;
    let key = SigningKey::make_random().expect("randomness");

    let batch: [&dyn Signer; 2] = [&key, &key];
    let refused = person
        .client
        .request_credentials(&person.installation, &person.session, &offer, &batch)
        .await;

    assert_eq!(refused.err().expect("refused").code(), "key_proof_invalid");
    world.sandbox.stop().await;
}

#[tokio::test]
async fn another_person_s_credential_is_unknown() {
    let world = World::start(1).await;
    let (first, second) = (world.sign_in("1").await, world.sign_in("2").await);
    let offer = first.offer("md.gov.wallet.pid.1", "full").await;

    let refused = second
        .receive(&offer, &world::keys(1))
        .await
        .expect_err("not theirs");

    assert_eq!(refused.code(), "credential_unknown");
    world.sandbox.stop().await;
}

#[tokio::test]
async fn a_stored_session_goes_on_and_ends_with_sign_out() {
    let world = World::start(1).await;
    let mut person = world.sign_in("1").await;
    let stored = person.session.to_stored().expect("stores");
    person.session = Session::from_stored(stored.expose()).expect("reads back");

    assert!(!person.offers().await.is_empty());
    person
        .client
        .sign_out(&person.installation, &person.session)
        .await
        .expect("signs out");
    let ended = person
        .client
        .documents(&person.installation, &person.session)
        .await;

    assert!(matches!(ended, Err(ClientError::SessionEnded)));
    world.sandbox.stop().await;
}

#[tokio::test]
async fn a_person_has_the_same_subject_at_each_sign_in_and_others_have_another() {
    let world = World::start(1).await;

    let (first, again, other) = (
        world.sign_in("1").await,
        world.sign_in("1").await,
        world.sign_in("2").await,
    );

    assert_eq!(first.session.subject(), again.session.subject());
    assert_ne!(first.session.subject(), other.session.subject());
    world.sandbox.stop().await;
}

#[tokio::test]
async fn tokens_are_bound_to_the_installation_s_keys() {
    let world = World::start(1).await;
    let (mut thief, victim) = (world.sign_in("2").await, world.sign_in("1").await);
    let stolen = victim.session.to_stored().expect("stores");
    thief.session = Session::from_stored(stolen.expose()).expect("reads");

    let refused = thief.client.documents(&thief.installation, &thief.session).await;

    assert!(matches!(refused, Err(ClientError::SessionEnded)));
    world.sandbox.stop().await;
}

#[tokio::test]
async fn a_device_whose_clock_is_a_year_wrong_signs_in() {
    let world = World::start(1).await;
    world.sandbox.set_clock_offset(-365 * 86_400);

    let person = world.sign_in("1").await;

    assert!(!person.offers().await.is_empty());
    assert!(person.client.server_ahead_seconds() < -364 * 86_400);
    world.sandbox.stop().await;
}

#[tokio::test]
async fn an_answer_to_another_sign_in_is_refused() {
    let world = World::start(1).await;
    let installation = world.register().await;
    let request = SignInRequest::new("http://127.0.0.1:1/callback".parse().expect("a URL"));
    let first = world
        .client
        .begin_sign_in(&installation, &request)
        .await
        .expect("begins");
    let second = world
        .client
        .begin_sign_in(&installation, &request)
        .await
        .expect("begins");
    let callback = world.client.sandbox_sign_in(&first, "1").await.expect("signs in");

    let refused = world
        .client
        .finish_sign_in(&installation, second, &callback)
        .await;

    assert!(matches!(refused, Err(ClientError::ForeignState)));
    world.sandbox.stop().await;
}

#[tokio::test]
async fn every_read_is_in_the_journal_and_reaches_mlog() {
    let world = World::start(1).await;
    let person = world.sign_in("1").await;
    let offer = person.offer("md.gov.wallet.pid.1", "full").await;
    person.receive(&offer, &world::keys(1)).await.expect("issued");
    let page = person
        .client
        .accesses(&person.installation, &person.session, None)
        .await
        .expect("a page");

    let length = world.sandbox.check_journal().await.expect("the chain holds");
    let arrived = tokio::time::timeout(std::time::Duration::from_secs(20), async {
        while i64::try_from(world.sandbox.mlog_events().len()).expect("few") < length {
            tokio::task::yield_now().await;
        }
    });
    arrived.await.expect("everything arrives");

    let kinds: Vec<&str> = page
        .items
        .iter()
        .rev()
        .map(|access| access.event.as_str())
        .collect();
    let (read, transfer) = ("Acasa.PersonalData.Access", "Acasa.PersonalData.Transfer");
    // Sign-in, the token's list, the list, the read for issuing, the issuing, this page.
    assert_eq!(
        kinds,
        ["Acasa.User.Authenticated", read, read, read, transfer, read]
    );
    let of_mlog: Vec<String> = world
        .sandbox
        .mlog_events()
        .into_iter()
        .map(|event| event.event_type)
        .collect();
    assert_eq!(of_mlog, kinds);
    world.sandbox.stop().await;
}

#[tokio::test]
async fn a_stopped_sandbox_has_closed_its_sockets() {
    let world = World::start(1).await;
    let address: SocketAddr = world.sandbox.address().socket_addrs(|| None).expect("an address")[0];
    let client = Client::new(ClientOptions::new(world.sandbox.address().clone())).expect("a client");

    world.sandbox.stop().await;

    assert!(tokio::net::TcpStream::connect(address).await.is_err());
    assert!(matches!(client.discover().await, Err(ClientError::Unreachable)));
}

#[tokio::test]
async fn the_logs_of_a_whole_run_hold_nothing_of_the_person() {
    let log = Log::capture();
    let world = World::start(1).await;
    let person = world.sign_in("1").await;
    let offer = person.offer("md.gov.wallet.pid.1", "full").await;
    person.receive(&offer, &world::keys(1)).await.expect("issued");
    world
        .sandbox
        .revoke("1", "md.gov.wallet.pid.1")
        .await
        .expect("revoked");
    let citizen = &world.sandbox.country().people[0];
    let stored = person.session.to_stored().expect("stores");
    let stored: serde_json::Value = serde_json::from_slice(stored.expose()).expect("JSON");
    let secrets = [
        citizen.idnp.as_str().to_owned(),
        citizen.family_name.clone(),
        citizen.given_name.clone(),
        citizen.documents[0].number.clone(),
        person.session.subject().to_owned(),
        stored["refresh"].as_str().expect("a token").to_owned(),
    ];
    world.sandbox.stop().await;

    let text = log.text();

    assert!(text.contains("request.served"), "the log was read");
    for (number, secret) in secrets.iter().enumerate() {
        assert!(!text.contains(secret.as_str()), "secret {number} is in the log");
    }
}
