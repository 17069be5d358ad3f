//! Batches and checkpoints, as hostile and broken devices send and ask for them.

use std::{io::Write as _, time::Duration};

use acasa_protocol::paths;
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};

use crate::{
    sender::{Sender, act, outcomes, records, sms, uuid},
    world::{Answer, NOW, World, make_key},
};

#[tokio::test]
async fn a_batch_takes_effect_once_and_is_answered_the_same_when_it_comes_again() {
    let world = World::start().await;
    let sender = Sender::enrol(&world).await;
    let texts = [sms(1, false), sms(2, true)];
    let batch = sender.sign(&sender.claims(&world, 1, &texts));

    let first = sender.send(&world, &batch, &texts).await;
    let again = sender.send(&world, &batch, &texts).await;
    let page = sender.pull(&world).await;

    assert_eq!(outcomes(&first)[0].0, "applied");
    assert_eq!(first.body, again.body);
    assert_eq!((page.body["version"].as_u64(), records(&page)), (Some(2), 1));
}

#[tokio::test]
async fn a_batch_that_is_not_what_was_signed_is_refused_as_a_whole() {
    let world = World::start().await;
    let sender = Sender::enrol(&world).await;
    let texts = [sms(1, false)];
    let good = sender.claims(&world, 1, &texts);
    let other = [sms(1, true)];
    let twice = [texts[0].clone(), texts[0].clone()];
    let mut elsewhere = good.clone();
    elsewhere["aud"] = json!("https://other.example");
    let mut somebody = good.clone();
    somebody["iss"] = json!("somebody");
    let mut extra = good.clone();
    extra["more"] = json!(1);
    let none: [String; 0] = [];
    let empty = sender.claims(&world, 1, &none);
    let wrong = ["{}".to_owned()];
    let unread = sender.claims(&world, 1, &wrong);

    let cases: [(&str, &Value, &[String]); 7] = [
        ("another intent", &good, &other),
        ("one more", &good, &twice),
        ("another gateway", &elsewhere, &texts),
        ("another device", &somebody, &texts),
        ("an unknown claim", &extra, &texts),
        ("nothing", &empty, &none),
        ("no intent at all", &unread, &wrong),
    ];
    for (what, claims, texts) in cases {
        let answer = sender.send(&world, &sender.sign(claims), texts).await;
        assert_eq!(answer.refusal(), (422, "batch_refused"), "{what}");
    }
    let unsigned = sender.send(&world, "a.b.c", &texts).await;
    assert_eq!(unsigned.refusal(), (422, "batch_refused"));
    assert_eq!(records(&sender.pull(&world).await), 0);
}

#[tokio::test]
async fn a_key_the_gateway_was_not_told_signs_nothing() {
    let world = World::start().await;
    let mut sender = Sender::enrol(&world).await;
    sender.key = make_key();

    let answer = sender.push(&world, 1, &[sms(1, false)]).await;

    assert_eq!(answer.refusal(), (409, "device_behind"));
    assert_eq!(records(&sender.pull(&world).await), 0);
}

#[tokio::test]
async fn nobody_acts_on_another_persons_records() {
    let world = World::start().await;
    let sender = Sender::enrol(&world).await;
    let set = json!({ "key": "sms", "value": false });
    let theirs = act(1, "urn:md:idnp:2999000000014", &set);
    let unknown = act(2, "urn:md:idno:1010600034203", &set);

    let answer = sender.push(&world, 1, &[theirs, unknown, sms(3, false)]).await;

    let refused = ("refused".to_owned(), "act_not_allowed".to_owned());
    let told = outcomes(&answer);
    assert_eq!(
        (&told[0], &told[1], told[2].0.as_str()),
        (&refused, &refused, "applied")
    );
}

#[tokio::test]
async fn two_batches_under_one_number_end_the_device_until_its_owner_signs_in() {
    let world = World::start().await;
    let sender = Sender::enrol(&world).await;
    assert_eq!(sender.push(&world, 1, &[sms(1, false)]).await.status, 200);

    let forked = sender.push(&world, 1, &[sms(2, true)]).await;
    let dead = sender.pull(&world).await;
    let tokens = world.sign_in(&sender.device).await;
    let sender = Sender {
        token: tokens.text("access_token").to_owned(),
        ..sender
    };
    let still = sender.push(&world, 2, &[sms(3, true)]).await;
    let lifted = sender.begin(&world, 2).await;

    assert_eq!(forked.refusal(), (409, "device_forked"));
    assert_eq!(dead.refusal(), (401, "token_invalid"));
    assert_eq!(still.refusal(), (409, "device_forked"));
    assert_eq!(
        lifted.body,
        json!({ "generation": 2, "number": 0, "suspended": false })
    );
}

#[tokio::test]
async fn bounds_of_batches_and_intents_hold() {
    let world = World::start().await;
    let sender = Sender::enrol(&world).await;
    let padded = |length: usize| {
        let text = sms(1, false);
        let pad = " ".repeat(length - text.len());
        [text.replacen('{', &format!("{{{pad}"), 1)]
    };
    let many =
        |number: u32| -> Vec<String> { (0..number).map(|id| sms(u128::from(id) + 10, true)).collect() };
    let waits = |number: u128| {
        let mut intent: Value = serde_json::from_str(&sms(9, true)).unwrap();
        intent["dependsOn"] = (0..number).map(|id| json!(uuid(id + 10))).collect();
        [intent.to_string()]
    };

    assert_eq!(sender.push(&world, 1, &padded(16 * 1024)).await.status, 200);
    let large = sender.push(&world, 2, &padded(16 * 1024 + 1)).await;
    assert_eq!(sender.push(&world, 3, &many(500)).await.status, 200);
    let more = sender.push(&world, 4, &many(501)).await;
    assert_eq!(sender.push(&world, 5, &waits(16)).await.status, 200);
    let waiting = sender.push(&world, 6, &waits(17)).await;
    let huge = sender
        .ask(
            &world,
            "POST",
            paths::SYNC_BATCHES,
            Some(" ".repeat(1024 * 1024 + 1)),
        )
        .await;

    for refused in [large, more, waiting] {
        assert_eq!(refused.refusal(), (422, "batch_refused"));
    }
    assert_eq!(huge.refusal(), (413, "request_too_large"));
}

#[tokio::test]
async fn a_person_s_acts_are_listed_with_what_became_of_them_on_any_device_of_theirs_and_no_other() {
    let world = World::start().await;
    let (sender, second) = (Sender::enrol(&world).await, Sender::enrol(&world).await);
    let stranger = Sender::enrol_as("2999000000014", &world).await;
    let unknown = sms(2, false).replace("preference.set", "preference.unset");
    let judged = sender.push(&world, 1, &[sms(1, false), unknown]).await;
    world.pass(7);

    let list = second.ask(&world, "GET", paths::SYNC_ACTS, None).await;
    let after = format!("{}?after={}", paths::SYNC_ACTS, uuid(1));
    let rest = second.ask(&world, "GET", &after, None).await;
    let theirs = stranger.ask(&world, "GET", paths::SYNC_ACTS, None).await;
    let wrong = format!("{}?after=1", paths::SYNC_ACTS);
    let wrong = second.ask(&world, "GET", &wrong, None).await;

    let acts = list.body["acts"].as_array().unwrap();
    for (act, outcome) in acts.iter().zip(judged.body["outcomes"].as_array().unwrap()) {
        let mut due = outcome.clone();
        due["device"] = json!(sender.device.client);
        due["judgedAt"] = json!(NOW);
        assert_eq!(*act, due);
    }
    assert_eq!((acts.len(), &list.body["complete"]), (2, &json!(true)));
    assert_eq!(rest.body["acts"], json!([acts[1]]));
    assert_eq!(theirs.body, json!({ "acts": [], "complete": true }));
    assert_eq!(wrong.refusal(), (400, "request_malformed"));
}

#[tokio::test]
async fn a_hundred_acts_are_listed_at_once() {
    let world = World::start().await;
    let sender = Sender::enrol(&world).await;
    let many: Vec<String> = (1..=101).map(|id| sms(id, true)).collect();
    assert_eq!(sender.push(&world, 1, &many).await.status, 200);

    let first = sender.ask(&world, "GET", paths::SYNC_ACTS, None).await;
    let after = format!("{}?after={}", paths::SYNC_ACTS, uuid(100));
    let rest = sender.ask(&world, "GET", &after, None).await;

    let listed = |answer: &Answer| answer.body["acts"].as_array().map(Vec::len);
    assert_eq!(
        (listed(&first), &first.body["complete"]),
        (Some(100), &json!(false))
    );
    assert_eq!((listed(&rest), &rest.body["complete"]), (Some(1), &json!(true)));
}

#[tokio::test]
async fn nobody_without_a_token_sends_or_pulls() {
    let world = World::start().await;
    for (method, path) in [
        ("GET", paths::SYNC_DEVICE),
        ("PUT", paths::SYNC_DEVICE),
        ("POST", paths::SYNC_BATCHES),
        ("GET", paths::SYNC_RECORDS),
        ("GET", paths::SYNC_ACTS),
    ] {
        let answer = world.send(world.request(method, path)).await;
        assert_eq!(answer.refusal(), (401, "token_invalid"), "{method} {path}");
    }
}

#[tokio::test]
async fn a_batch_may_be_compressed_and_is_read_no_further_than_its_limit() {
    let world = World::start().await;
    let sender = Sender::enrol(&world).await;
    let texts = [sms(1, false)];
    let batch = sender.sign(&sender.claims(&world, 1, &texts));
    let body = json!({ "batch": batch, "intents": texts }).to_string();
    // A thousand to one: what is sent is far below every limit.
    let bomb = " ".repeat(64 * 1024 * 1024);

    let taken = send_compressed(&sender, &world, body.as_bytes()).await;
    let refused = send_compressed(&sender, &world, bomb.as_bytes()).await;
    let broken = send_as_gzip(&sender, &world, b"no gzip".to_vec()).await;

    assert_eq!(outcomes(&taken)[0].0, "applied");
    assert_eq!(refused.refusal(), (413, "request_too_large"));
    assert_eq!(broken.refusal().0, 400);
}

#[tokio::test]
async fn a_device_is_told_of_its_person_s_changes_only_and_the_end_of_the_gateway_ends_the_stream() {
    let world = World::start().await;
    let (listener, actor) = (Sender::enrol(&world).await, Sender::enrol(&world).await);
    let request = world
        .bound(&listener.device, "GET", paths::SYNC_HINTS, &listener.token)
        .await;
    let mut stream = request.send().await.unwrap();
    let silent = tokio::time::timeout(Duration::from_millis(200), stream.chunk()).await;
    let stranger = world.request("GET", paths::SYNC_HINTS).send().await.unwrap();

    actor.push(&world, 1, &[sms(1, false)]).await;
    let told = tokio::time::timeout(Duration::from_secs(5), stream.chunk()).await;
    world.stop().await;
    let ended = tokio::time::timeout(Duration::from_secs(5), stream.chunk()).await;

    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    assert_eq!(stranger.status(), 401);
    assert!(silent.is_err());
    let told = told.expect("told").unwrap().expect("an event");
    assert!(told.starts_with(b"event: news"));
    assert!(matches!(ended, Ok(Ok(None) | Err(_))), "the stream goes on");
}

async fn send_compressed(sender: &Sender, world: &World, body: &[u8]) -> Answer {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body).unwrap();
    send_as_gzip(sender, world, encoder.finish().unwrap()).await
}

async fn send_as_gzip(sender: &Sender, world: &World, body: Vec<u8>) -> Answer {
    let request = world
        .bound(&sender.device, "POST", paths::SYNC_BATCHES, &sender.token)
        .await;
    let request = request
        .header("content-type", "application/json")
        .header("content-encoding", "gzip");
    world.send(request.body(body)).await
}
