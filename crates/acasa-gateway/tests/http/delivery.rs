//! When the outbox is tried again, on a clock that jumps to whatever is waited for.

use std::{sync::Arc, time::Duration};

use acasa_crypto::digest::sha256;
use acasa_gateway::ports::{AuditJournal, PortError};
use acasa_gateway_store::{JournalEntry, SqliteStorage, Storage as _};
use async_trait::async_trait;
use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    time::Instant,
};

use crate::world::{PERSON, Setting, World};

/// Tells each try and how many events it brought.
struct Told {
    tries: UnboundedSender<(Instant, usize)>,
    answer: Result<(), PortError>,
}

#[async_trait]
impl AuditJournal for Told {
    async fn register(&self, entries: &[JournalEntry]) -> Result<(), PortError> {
        let _ = self.tries.send((Instant::now(), entries.len()));
        self.answer
    }
}

async fn world(
    answer: Result<(), PortError>,
    storage: Arc<SqliteStorage>,
) -> (World, UnboundedReceiver<(Instant, usize)>) {
    let (tries, told) = unbounded_channel();
    let setting = Setting {
        journal: Arc::new(Told { tries, answer }),
        storage,
        ..Setting::default()
    };
    (World::start_with(setting).await, told)
}

fn storage() -> Arc<SqliteStorage> {
    Arc::new(SqliteStorage::in_memory(sha256).unwrap())
}

#[tokio::test(start_paused = true)]
async fn tries_wait_twice_as_long_each_time_up_to_a_minute() {
    let (world, mut told) = world(Err(PortError::Unavailable), storage()).await;
    world
        .gateway
        .revoke(PERSON.parse().unwrap(), "document")
        .await
        .unwrap();

    let mut tries = Vec::new();
    for _ in 0..9 {
        tries.push(told.recv().await.unwrap().0);
    }

    let waits: Vec<u64> = tries
        .windows(2)
        .map(|pair| pair[1].duration_since(pair[0]).as_secs())
        .collect();
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60]);
    assert_eq!(world.storage.outbox(10).unwrap().len(), 1);
}

#[tokio::test]
async fn at_most_50_events_are_delivered_at_once() {
    let storage = storage();
    for _ in 0..51 {
        record(&storage);
    }
    let (world, mut told) = world(Ok(()), storage).await;

    let (first, second) = (told.recv().await.unwrap().1, told.recv().await.unwrap().1);

    assert_eq!((first, second), (50, 1));
    drop(world);
}

#[tokio::test]
async fn what_an_earlier_process_left_is_delivered_at_the_start() {
    let storage = storage();
    record(&storage);

    let (world, mut told) = world(Ok(()), storage).await;

    let delivered = tokio::time::timeout(Duration::from_secs(10), told.recv()).await;
    assert_eq!(delivered.unwrap().unwrap().1, 1);
    let storage = world.storage.clone();
    world.stop().await;
    assert!(storage.outbox(10).unwrap().is_empty());
}

fn record(storage: &SqliteStorage) {
    let event = acasa_gateway_store::Event {
        time: 0,
        kind: "A.B.C".to_owned(),
        actor: "urn:md:system:test".to_owned(),
        principal: "urn:md:system:test".to_owned(),
        legal_basis: String::new(),
        object_type: String::new(),
        object: String::new(),
        correlation: String::new(),
    };
    storage.record(&event).unwrap();
}
