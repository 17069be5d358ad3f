//! Acts of one person on the records of another on another shard, and what may happen to them on the way.

#[path = "forwarding/erased.rs"]
mod erased;
#[path = "forwarding/moves.rs"]
mod moves;
#[path = "forwarding/older.rs"]
mod older;

use std::{cell::Cell, sync::Barrier, thread};

use acasa_domain::Principal;
use acasa_gateway_store::{
    Decide, Decision, Event, Forwarding, Judged, PostgresSettings, RecordsNow, ReplicaStorage as _,
    ShardedStorage, Storage as _, StoreError, Sweep, SyncStorage as _, Turn, Write,
    testing::{
        self, PostgresServer, digest, event, roots,
        sync::{Plain, put_of, submit},
    },
};
use acasa_protocol::sync::{Fate, Intent, Outcome};
use serde_json::json;
use uuid::Uuid;

use crate::load::{device, effects, person, version};

pub(crate) use {erased::*, moves::*, older::*};

/// The shards of the actor, and of others.
const ACTORS: usize = 1;
const OTHERS: usize = 2;
/// The actor's device.
const DEVICE: &str = "a";
const UNAVAILABLE: (&str, bool) = ("storage_unavailable", true);

/// Three shards, on as many servers or on one.
struct World {
    servers: Vec<PostgresServer>,
    addresses: Vec<String>,
}

impl World {
    fn on(servers: Vec<PostgresServer>) -> Self {
        let addresses = (0..3).map(|shard| servers[shard % servers.len()].new_database());
        Self {
            addresses: addresses.collect(),
            servers,
        }
    }

    fn apart() -> Self {
        Self::on(vec![crate::quick_server(), crate::server(), crate::server()])
    }

    fn together() -> Self {
        Self::on(vec![crate::quick_server()])
    }

    fn server(&self, shard: usize) -> &PostgresServer {
        &self.servers[shard % self.servers.len()]
    }

    fn settings(&self) -> Vec<PostgresSettings> {
        let each = self.addresses.iter().enumerate();
        each.map(|(shard, address)| self.server(shard).settings(address))
            .collect()
    }

    /// A gateway that was just started.
    fn open(&self) -> ShardedStorage {
        ShardedStorage::open(self.settings(), digest, &roots()).unwrap()
    }

    /// The first one, with the actor's device.
    fn begun(&self) -> ShardedStorage {
        let storage = self.open();
        device(&storage, DEVICE, actor());
        storage
    }

    fn client(&self, shard: usize) -> postgres::Client {
        let name = self.addresses[shard].rsplit('/').next().unwrap();
        self.server(shard).client(name)
    }

    fn count(&self, shard: usize, table: &str) -> i64 {
        let count = format!("SELECT count(*) FROM {table}");
        self.client(shard).query_one(&count, &[]).unwrap().get(0)
    }

    /// Takes a table away; brought back by the same.
    fn swap(&self, shard: usize, table: &str) {
        let swap = format!(
            "DO $$ BEGIN
                 IF to_regclass('{table}') IS NULL THEN ALTER TABLE away RENAME TO {table};
                 ELSE ALTER TABLE {table} RENAME TO away; END IF;
             END $$"
        );
        self.client(shard).batch_execute(&swap).unwrap();
    }
}

/// Somebody on a shard of three.
fn on(shard: usize, which: usize) -> Principal {
    let three = testing::routes(3);
    let mut people = (1..999).map(person);
    let is_there = |person: &Principal| three.shard_of(&person.to_string()) == shard;
    people.by_ref().filter(is_there).nth(which).unwrap()
}

fn actor() -> Principal {
    on(ACTORS, 0)
}

fn other() -> Principal {
    on(OTHERS, 0)
}

/// An act of one on somebody's records.
fn act_by(actor: Principal, whose: Principal, number: u128) -> Intent {
    let mut intent = put_of(whose, number, "a");
    intent.actor = actor;
    intent
}

fn act(whose: Principal, number: u128) -> Intent {
    act_by(actor(), whose, number)
}

fn after(mut intent: Intent, number: u128) -> Intent {
    intent.depends_on.push(Uuid::from_u128(number));
    intent
}

fn send_by(
    storage: &ShardedStorage,
    (client, actor): (&str, Principal),
    batch: u64,
    intents: &[Intent],
    decide: &dyn Decide,
) -> Result<Vec<Outcome>, StoreError> {
    match submit(storage, (client, actor), (1, batch), intents, decide)? {
        Judged::Outcomes(outcomes) => Ok(outcomes),
        Judged::Behind => panic!("the device is behind"),
        Judged::Forked => panic!("the device is forked"),
    }
}

fn send(storage: &ShardedStorage, batch: u64, intents: &[Intent]) -> Result<Vec<Outcome>, StoreError> {
    send_by(storage, (DEVICE, actor()), batch, intents, &Plain)
}

fn versions(outcomes: &[Outcome]) -> Vec<u64> {
    outcomes.iter().map(version).collect()
}

/// What a gateway does by itself, to the end.
fn forward(storage: &ShardedStorage) -> Forwarding {
    let mut all = Forwarding::default();
    let mut from = Some(Sweep::default());
    while let Some(at) = from {
        let done = storage.forward(&|_| Box::new(Plain), &at);
        all.settled += done.settled;
        all.failed = all.failed.or(done.failed);
        from = done.next;
    }
    all
}

fn settled(storage: &ShardedStorage) -> u64 {
    let done = forward(storage);
    assert!(done.failed.is_none(), "{:?}", done.failed);
    done.settled
}

fn under_way(storage: &ShardedStorage) -> u64 {
    storage.forwarded_length().unwrap()
}

fn lost(error: Option<StoreError>) -> (&'static str, bool) {
    let error = error.unwrap();
    (error.code(), error.retryable())
}

/// Does something the first time an act on another's records is decided, and not only tried.
struct Meanwhile<'a> {
    is_done: Cell<bool>,
    then: &'a dyn Fn(),
}

impl Decide for Meanwhile<'_> {
    fn decide(&self, intent: &Intent, records: &dyn RecordsNow) -> Result<Decision, StoreError> {
        let decision = Plain.decide(intent, records)?;
        if intent.principal != intent.actor && !self.is_done.replace(true) {
            (self.then)();
        }
        Ok(decision)
    }

    fn event(&self, intent: &Intent) -> Event {
        Plain.event(intent)
    }
}

/// Sends acts on others' records, and does something when the first is judged and not committed yet.
fn send_and_then(
    storage: &ShardedStorage,
    (client, actor): (&str, Principal),
    intents: &[Intent],
    then: &dyn Fn(),
) -> Option<StoreError> {
    let is_done = Cell::new(false);
    let decide = Meanwhile { is_done, then };
    send_by(storage, (client, actor), 1, intents, &decide).err()
}

/// Acts that were judged on the other's shard, as far as the first, and whose actor's shard knows nothing of it.
fn delivered_and_not_settled(world: &World, storage: &ShardedStorage, intents: &[Intent]) {
    let error = send_and_then(storage, (DEVICE, actor()), intents, &|| {
        world.swap(ACTORS, "forwarded");
    });
    world.swap(ACTORS, "forwarded");
    assert_eq!(lost(error), ("storage_failed", true));
    assert_eq!(world.count(OTHERS, "delivered"), 1);
    assert_eq!(
        world.count(ACTORS, "forwarded"),
        i64::try_from(intents.len()).unwrap()
    );
}

/// Acts that are under way and have not come to the other's shard.
fn not_delivered(world: &World, storage: &ShardedStorage, intents: &[Intent]) {
    world.swap(OTHERS, "delivered");
    let error = send(storage, 1, intents).err();
    world.swap(OTHERS, "delivered");
    assert_eq!(lost(error), ("storage_failed", true));
    assert_eq!(
        world.count(ACTORS, "forwarded"),
        i64::try_from(intents.len()).unwrap()
    );
}

pub(crate) fn down() {
    let world = World::apart();
    let storage = world.begun();
    let near = on(0, 0);
    let intents = [
        act(other(), 1),
        after(act(actor(), 2), 1),
        act(actor(), 3),
        act(near, 4),
        after(act(actor(), 5), 4),
    ];

    world.server(OTHERS).crash();
    let first = send(&storage, 1, &intents).err();
    let (own, theirs) = (effects(&storage, actor()), effects(&storage, near));
    let second = send(&storage, 1, &intents).err();
    let by_itself = forward(&storage);
    let waiting = world.count(ACTORS, "forwarded");
    world.server(OTHERS).restart();
    drop(storage);
    let storage = world.open();
    let outcomes = send(&storage, 1, &intents).unwrap();
    let again = send(&world.open(), 1, &intents).unwrap();

    assert_eq!([lost(first), lost(second)], [UNAVAILABLE, UNAVAILABLE]);
    assert_eq!(own, [(3, 1), (5, 1)].into(), "what does not wait for the other");
    assert_eq!(theirs, [(4, 1)].into());
    assert_eq!((by_itself.settled, lost(by_itself.failed)), (0, UNAVAILABLE));
    assert_eq!(waiting, 1);
    assert_eq!(versions(&outcomes), [1, 3, 1, 1, 2]);
    assert!(outcomes == again);
    assert_eq!(effects(&storage, actor()), [(2, 1), (3, 1), (5, 1)].into());
    assert_eq!(effects(&storage, other()), [(1, 1)].into());
    assert_eq!(under_way(&storage), 0);
    storage.check_journal().unwrap();
}

/// The device does not come back before it is done.
pub(crate) fn without_the_device() {
    let world = World::together();
    let storage = world.begun();
    let intents = [act(other(), 1), act(other(), 2), act(on(OTHERS, 1), 3)];
    not_delivered(&world, &storage, &intents);
    drop(storage);
    let storage = world.open();

    let waiting = under_way(&storage);
    let counts = [settled(&storage), settled(&storage)];
    let known = storage.acts(actor(), None, 9, &event("reader")).unwrap();
    let outcomes = send(&storage, 1, &intents).unwrap();

    assert_eq!((waiting, counts), (3, [3, 0]));
    assert_eq!(versions(&outcomes), [1, 2, 1]);
    assert!(known.iter().map(|act| &act.outcome).eq(&outcomes));
    assert_eq!(effects(&storage, other()), [(1, 1), (2, 1)].into());
    assert_eq!(under_way(&storage), 0);
}

/// The actor's shard crashes after the act was judged on the other's.
pub(crate) fn down_after_delivery() {
    let world = World::apart();
    let storage = world.begun();
    let intents = [act(other(), 1), act(other(), 2)];

    let crash = || world.server(ACTORS).crash();
    let error = send_and_then(&storage, (DEVICE, actor()), &intents, &crash);
    world.server(ACTORS).restart();
    drop(storage);
    let storage = world.open();
    let delivered = world.count(OTHERS, "delivered");
    let outcomes = send(&storage, 1, &intents).unwrap();

    assert_eq!((lost(error), delivered), (UNAVAILABLE, 1));
    assert_eq!(versions(&outcomes), [1, 2]);
    assert_eq!(effects(&storage, other()), [(1, 1), (2, 1)].into());
    let events = storage.events_about(&other().to_string(), None, 9).unwrap();
    assert_eq!(events.len(), 2, "one for each act");
}

/// A second delivery answers what the first came to, whatever happened in between.
pub(crate) fn delivered_twice() {
    let world = World::together();
    let storage = world.begun();
    let intents = [act(other(), 1), act(other(), 2)];
    delivered_and_not_settled(&world, &storage, &intents);
    let removal = Write {
        kind: "thing".to_owned(),
        id: "a".to_owned(),
        content: None,
    };
    let removed = storage.write(other(), &[removal], &event("state")).unwrap();
    storage.compact(other(), removed).unwrap();

    let storage = world.open();
    let outcomes = send(&storage, 1, &intents).unwrap();

    assert_eq!((removed, versions(&outcomes)), (2, vec![1, 3]));
    let Fate::Applied { records, .. } = &outcomes[0].fate else {
        panic!("it is applied")
    };
    assert_eq!(records[0].content, Some(json!(["1"])), "as it was right after");
    assert_eq!(effects(&storage, other()), [(2, 1)].into());
    assert!(send(&storage, 2, &intents).unwrap() == outcomes);
}

/// Two gateways carry the same acts at the same time, by themselves and for the device.
pub(crate) fn at_once() {
    let world = World::together();
    let gateways = [world.begun(), world.open()];
    let others: Vec<_> = (0..4).map(|which| on(OTHERS, which)).collect();
    for round in 0..12 {
        let number = |at: usize| u128::try_from(round * 10 + at).unwrap();
        let intents: Vec<_> = (0..8).map(|at| act(others[at % 4], number(at))).collect();
        let batch = u64::try_from(round + 1).unwrap();
        world.swap(OTHERS, "delivered");
        let error = send(&gateways[0], batch, &intents).err();
        world.swap(OTHERS, "delivered");
        assert_eq!(lost(error), ("storage_failed", true));

        let start = Barrier::new(4);
        let answers: Vec<_> = thread::scope(|scope| {
            let threads = [0, 1, 2, 3].map(|at| {
                let (start, gateway, intents) = (&start, &gateways[at % 2], &intents);
                scope.spawn(move || {
                    start.wait();
                    if at < 2 {
                        settled(gateway);
                    }
                    send(gateway, batch, intents).unwrap()
                })
            });
            threads.map(|thread| thread.join().unwrap()).into()
        });

        assert!(answers.iter().all(|answer| *answer == answers[0]));
        let two = u64::try_from(round * 2).unwrap();
        let expected = [1, 1, 1, 1, 2, 2, 2, 2].map(|version| two + version);
        assert_eq!(versions(&answers[0]), expected, "in their order");
    }
    for other in others {
        let effects = effects(&gateways[0], other);
        assert_eq!((effects.len(), effects.values().max()), (24, Some(&1)));
    }
    assert_eq!(under_way(&gateways[0]), 0);
    gateways[1].check_journal().unwrap();
}

/// One gateway at a time has the turn; it ends with it.
pub(crate) fn turns() {
    let world = World::together();
    let gateways = [world.open(), world.open()];

    let first = gateways[0].forwarding_turn().unwrap();
    let second = gateways[1].forwarding_turn().unwrap();
    let journal = gateways[1].delivery_turn().unwrap();
    assert!(matches!(first, Turn::Held(_)) && matches!(second, Turn::Elsewhere));
    assert!(matches!(journal, Turn::Held(_)), "another turn");

    drop(first);
    while !matches!(gateways[1].forwarding_turn().unwrap(), Turn::Held(_)) {
        thread::yield_now();
    }
}
