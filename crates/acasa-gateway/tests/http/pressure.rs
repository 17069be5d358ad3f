//! More than the storage can take, and a stop in the middle: what was acknowledged is there, and nothing else is.

use std::{collections::BTreeSet, sync::Arc};

use acasa_crypto::digest::sha256;
use acasa_gateway::Limits;
use acasa_gateway_store::{SqliteStorage, Storage};
use acasa_protocol::paths;
use futures_util::future::join_all;
use serde_json::json;

use crate::{
    sender::{Sender, sms, uuid},
    world::{PERSON, Setting, World},
};

/// Devices that send at once.
const DEVICES: usize = 64;

async fn world(waiting: usize) -> (World, Arc<dyn Storage>, Vec<Sender>) {
    let storage: Arc<dyn Storage> = Arc::new(SqliteStorage::in_memory(sha256).unwrap());
    let world = World::start_with(Setting {
        limits: Limits {
            per_address: None,
            per_client: None,
            batches_per_client: None,
            transactions: Some(1),
            waiting,
            ..Limits::default()
        },
        storage: Arc::clone(&storage),
        ..Setting::default()
    })
    .await;
    let mut senders = Vec::new();
    for _ in 0..DEVICES {
        senders.push(Sender::enrol(&world).await);
    }
    (world, storage, senders)
}

/// The acts the journal knows.
fn judged(storage: &dyn Storage) -> BTreeSet<String> {
    let events = storage.events_about(&format!("urn:md:idnp:{PERSON}"), None, 10_000);
    let events = events.unwrap().into_iter().map(|entry| entry.event);
    let acts = events.filter(|event| event.object_type == "Act");
    acts.map(|event| event.object).collect()
}

fn act(number: usize) -> (String, [String; 1]) {
    let id = number as u128 + 1;
    (uuid(id), [sms(id, true)])
}

#[tokio::test]
async fn what_is_too_much_is_refused_and_every_acknowledged_act_is_there() {
    let (world, storage, senders) = world(16).await;
    let mut open: Vec<usize> = (0..DEVICES).collect();
    let (mut acknowledged, mut refusals) = (BTreeSet::new(), 0);

    while !open.is_empty() {
        let sending = open.iter().map(|number| {
            let (sender, world) = (&senders[*number], &world);
            async move { (*number, sender.push(world, 1, &act(*number).1).await) }
        });
        let answers = join_all(sending).await;
        open.clear();
        for (number, answer) in answers {
            if answer.status == 200 {
                acknowledged.insert(act(number).0);
                continue;
            }
            assert_eq!(answer.refusal(), (503, "gateway_busy"));
            assert_eq!(answer.body["retryable"], true);
            assert_eq!(answer.header("retry-after"), "5");
            refusals += 1;
            open.push(number);
        }
        assert_eq!(judged(&*storage), acknowledged);
    }

    assert!(refusals > 0, "nothing was refused");
    assert_eq!(acknowledged.len(), DEVICES);
    assert_eq!(world.get(paths::READYZ).await.status, 204);
    let numbers = world.numbers().await;
    let counted = format!(r#"acasa_http_refusals_total{{code="gateway_busy"}} {refusals}"#);
    assert!(numbers.contains(&counted), "{refusals}: {numbers}");
    assert!(numbers.contains("acasa_storage_waiting 0\n"));
    world.gateway.check_journal().await.unwrap();
}

#[tokio::test]
async fn a_stop_in_the_middle_finishes_what_was_taken_and_nothing_is_done_that_is_not_told() {
    let (world, storage, senders) = world(1_000).await;
    let mut requests = Vec::new();
    for (number, sender) in senders.iter().enumerate() {
        let texts = act(number).1;
        let batch = sender.sign(&sender.claims(&world, 1, &texts));
        let request = world
            .bound(&sender.device, "POST", paths::SYNC_BATCHES, &sender.token)
            .await;
        requests.push(request.json(&json!({ "batch": batch, "intents": texts })));
    }
    let (first, done) = tokio::sync::oneshot::channel();
    let mut first = Some(first);
    let sending = tokio::spawn(async move {
        let sent: Vec<_> = requests
            .into_iter()
            .map(|request| tokio::spawn(request.send()))
            .collect();
        let mut acknowledged = BTreeSet::new();
        for (number, answer) in sent.into_iter().enumerate() {
            // A connection that was not taken any more is no answer.
            if let Ok(answer) = answer.await.unwrap() {
                assert_eq!(answer.status(), 200);
                acknowledged.insert(act(number).0);
            }
            if let Some(first) = first.take() {
                let _ = first.send(());
            }
        }
        acknowledged
    });
    done.await.unwrap();
    let before = judged(&*storage);

    world.stop().await;

    let when_stopped = judged(&*storage);
    let acknowledged = sending.await.unwrap();
    assert!(
        !before.is_empty() && before.len() < when_stopped.len(),
        "it stopped in the middle"
    );
    assert_eq!(when_stopped, acknowledged);
    assert_eq!(judged(&*storage), acknowledged);
}
