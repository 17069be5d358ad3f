//! Three databases as one storage.

use std::collections::BTreeSet;

use acasa_gateway_store::{
    PostgresSettings, ShardedStorage, Storage as _, SyncStorage as _,
    testing::{self, PostgresServer, digest, event, roots},
};

use crate::load::{device, effects, person, send};

const SHARDS: usize = 3;

fn settings(server: &PostgresServer) -> Vec<PostgresSettings> {
    (0..SHARDS).map(|_| server.new_settings()).collect()
}

fn open(settings: &[PostgresSettings]) -> ShardedStorage {
    ShardedStorage::open(settings.to_vec(), digest, &roots()).unwrap()
}

pub(crate) fn contract() {
    let server = crate::quick_server();
    let addresses: Vec<String> = (0..SHARDS).map(|_| server.new_database()).collect();
    testing::contract(&|| {
        let emptied = addresses.iter().inspect(|address| server.empty(address));
        let settings: Vec<_> = emptied.map(|address| server.settings(address)).collect();
        Box::new(open(&settings))
    });
}

pub(crate) fn spread() {
    let server = crate::quick_server();
    let storage = open(&settings(&server));
    for number in 0..12 {
        let client = number.to_string();
        device(&storage, &client, person(number));
        send(&storage, (&client, person(number)), 1, &[u128::from(number)]).unwrap();
    }

    let used: BTreeSet<usize> = (0..12)
        .map(|number| storage.routes().shard_of(&person(number).to_string()))
        .collect();
    let sequences: Vec<i64> = storage
        .outbox(100)
        .unwrap()
        .iter()
        .map(|entry| entry.sequence)
        .collect();

    assert_eq!(used, (0..SHARDS).collect());
    assert_eq!(
        sequences,
        (1..=12).collect::<Vec<_>>(),
        "one order for all shards"
    );
    assert_eq!(storage.check_journal().unwrap(), 12);
    for number in 0..12 {
        assert_eq!(
            effects(&storage, person(number)),
            [(u128::from(number), 1)].into()
        );
    }
}

pub(crate) fn order_and_number() {
    let server = crate::quick_server();
    let settings = settings(&server);
    drop(open(&settings));
    let refusal = |settings: &[PostgresSettings]| {
        let error = ShardedStorage::open(settings.to_vec(), digest, &roots())
            .err()
            .unwrap();
        (error.code(), error.retryable())
    };

    let swapped = [settings[1].clone(), settings[0].clone(), settings[2].clone()];
    let more = [settings.clone(), vec![server.new_settings()]].concat();

    assert_eq!(refusal(&swapped), ("storage_wrong_shard", false));
    assert_eq!(refusal(&settings[..2]), ("storage_shard_count", false));
    assert_eq!(refusal(&more), ("storage_shard_count", false));
    assert_eq!(refusal(&[]), ("storage_address", false));
    drop(open(&settings));
}

/// A shard that is down stops nobody else.
pub(crate) fn one_down() {
    let server = crate::quick_server();
    let own = crate::server();
    let settings = [server.new_settings(), own.new_settings(), server.new_settings()];
    let storage = open(&settings);
    let shard = |number: &u64| storage.routes().shard_of(&person(*number).to_string());
    let (here, down) = (
        (1..99).find(|number| shard(number) == 2).unwrap(),
        (1..99).find(|number| shard(number) == 1).unwrap(),
    );
    for number in [here, down] {
        device(&storage, &number.to_string(), person(number));
    }

    own.crash();
    send(&storage, (&here.to_string(), person(here)), 1, &[1]).unwrap();
    let lost = send(&storage, (&down.to_string(), person(down)), 1, &[1])
        .err()
        .unwrap();
    let unready = storage.ready().unwrap_err();
    own.restart();

    assert_eq!(
        (lost.code(), unready.code()),
        ("storage_unavailable", "storage_unavailable")
    );
    send(&storage, (&down.to_string(), person(down)), 1, &[1]).unwrap();
    storage.record(&event("p")).unwrap();
    assert!(storage.sync_device(&down.to_string()).unwrap().is_some());
    assert_eq!(storage.check_journal().unwrap(), 3);
}
