//! Copies and their places in status lists.

use acasa_gateway_store::{Event, NewCopies, STATUS_LIST_SIZE};
use acasa_protocol::paths;
use serde_json::json;

use crate::world::{PERSON, World};

#[tokio::test]
async fn one_to_twenty_copies_are_made_at_once() {
    let world = World::start().await;
    let device = world.register().await;
    let tokens = world.sign_in(&device).await;
    let mut made = Vec::new();

    for count in [0, 1, 20, 21] {
        let proofs = world.key_proofs(&device, count).await;
        let answer = world.credentials(&device, &tokens, &proofs).await;
        let credentials = answer.body.get("credentials").and_then(|all| all.as_array());
        made.push((answer.status, credentials.map(Vec::len)));
    }

    assert_eq!(made, [(400, None), (200, Some(1)), (200, Some(20)), (400, None)]);
}

#[tokio::test]
async fn the_same_key_twice_and_a_foreign_identifier_are_refused() {
    let world = World::start().await;
    let device = world.register().await;
    let tokens = world.sign_in(&device).await;
    let proof = world.key_proofs(&device, 1).await.remove(0);

    let twice = world.credentials(&device, &tokens, &[proof.clone(), proof]).await;
    let request = world.bound(&device, "POST", paths::CREDENTIAL, tokens.text("access_token"));
    let proofs = world.key_proofs(&device, 1).await;
    let body = json!({ "credential_identifier": "other", "proofs": { "jwt": proofs } });
    let foreign = world.send(request.await.json(&body)).await;

    assert_eq!(twice.refusal(), (400, "key_proof_invalid"));
    assert_eq!(foreign.refusal(), (400, "credential_unknown"));
}

#[tokio::test]
async fn a_second_status_list_begins_when_half_of_the_first_is_used() {
    let world = World::start().await;
    let device = world.register().await;
    let tokens = world.sign_in(&device).await;
    let (mut next, half) = (0, STATUS_LIST_SIZE / 2);
    let all_but_one = NewCopies {
        document: "other".to_owned(),
        subject: "other".to_owned(),
        configuration: "other".to_owned(),
        count: half - 1,
        expires: i64::MAX,
    };
    let event = Event {
        time: 0,
        kind: "A.B.C".to_owned(),
        actor: "urn:md:system:test".to_owned(),
        principal: "urn:md:system:test".to_owned(),
        legal_basis: String::new(),
        object_type: String::new(),
        object: String::new(),
        correlation: String::new(),
    };
    let mut in_order = |_| {
        next += 1;
        next - 1
    };
    world
        .storage
        .allocate(&all_but_one, &mut in_order, &event)
        .unwrap();

    let proofs = world.key_proofs(&device, 2).await;
    let answer = world.credentials(&device, &tokens, &proofs).await;
    let lists = world.get(paths::STATUS_LISTS).await;

    let copies = answer.body["credentials"].as_array().unwrap();
    let said = |list: &str| {
        let uri = world.url(&format!("/status/{list}"));
        let says = |copy: &&serde_json::Value| {
            let bytes = acasa_crypto::base64url::decode(copy["credential"].as_str().unwrap()).unwrap();
            bytes.windows(uri.len()).any(|window| window == uri.as_bytes())
        };
        copies.iter().filter(says).count()
    };
    assert_eq!((said("1"), said("2")), (1, 1));
    let uris = json!([world.url("/status/1"), world.url("/status/2")]);
    assert_eq!(lists.body["statusLists"], uris);
    for (path, status) in [
        ("/status/2", 200),
        ("/status/3", 404),
        ("/status/x", 404),
        ("/status/-1", 404),
    ] {
        assert_eq!(world.get(path).await.status, status, "{path}");
    }
}

#[tokio::test]
async fn a_status_list_is_signed_once_until_it_says_something_else() {
    let world = World::start().await;
    let device = world.register().await;
    let tokens = world.sign_in(&device).await;
    let proofs = world.key_proofs(&device, 1).await;
    world.credentials(&device, &tokens, &proofs).await;
    let list = async |seconds: i64| {
        world.pass(seconds);
        let response = world.request("GET", "/status/1").send().await.unwrap();
        response.bytes().await.unwrap()
    };

    let (first, again) = (list(0).await, list(599).await);
    let person = PERSON.parse().unwrap();
    world
        .gateway
        .revoke(person, "document-of-a-person")
        .await
        .unwrap();
    let (revoked, later) = (list(0).await, list(600).await);

    assert_eq!(first, again);
    assert_ne!(again, revoked);
    assert_ne!(revoked, later);
}
