//! How long removals are told.

use std::{sync::Arc, time::Duration};

use acasa_crypto::digest::sha256;
use acasa_domain::{Idnp, Principal};
use acasa_gateway::Limits;
use acasa_gateway_store::{SqliteStorage, Storage, Write, testing};

use crate::{
    sender::{Sender, records, sms},
    world::{PERSON, Setting, World},
};

const DAY: i64 = 24 * 60 * 60;

fn limits() -> Limits {
    Limits {
        removals_kept: Some(Duration::from_hours(24 * 90)),
        ..Limits::default()
    }
}

fn write(storage: &dyn Storage, content: Option<serde_json::Value>) {
    let principal = Principal::from(PERSON.parse::<Idnp>().unwrap());
    let write = Write {
        kind: "note".to_owned(),
        id: "1".to_owned(),
        content,
    };
    let event = testing::event(&principal.to_string());
    storage.write(principal, &[write], &event).unwrap();
}

/// A storage with a removal, and an act judged after it.
async fn removed() -> Arc<dyn Storage> {
    let storage = Arc::new(SqliteStorage::in_memory(sha256).unwrap());
    let world = World::start_with(Setting {
        storage: storage.clone(),
        ..Setting::default()
    })
    .await;
    let sender = Sender::enrol(&world).await;
    write(&*storage, Some(serde_json::json!({})));
    write(&*storage, None);
    assert_eq!(sender.push(&world, 1, &[sms(1, true)]).await.status, 200);
    world.stop().await;
    storage
}

/// How many records a gateway tells that was started so many seconds later.
async fn told_after(storage: &Arc<dyn Storage>, seconds: i64) -> usize {
    let setting = Setting {
        limits: limits(),
        storage: Arc::clone(storage),
        later: seconds,
        ..Setting::default()
    };
    let world = World::start_with(setting).await;
    let sender = Sender::enrol(&world).await;
    // The sweep begins with the gateway.
    while !world.numbers().await.contains("acasa_removal_sweeps_total 1\n") {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let told = records(&sender.pull(&world).await);
    world.stop().await;
    told
}

#[tokio::test]
async fn a_removal_is_told_for_90_days_and_then_swept() {
    let storage = removed().await;

    assert_eq!(told_after(&storage, 90 * DAY).await, 2);
    assert_eq!(told_after(&storage, 90 * DAY + 1).await, 1);
}
