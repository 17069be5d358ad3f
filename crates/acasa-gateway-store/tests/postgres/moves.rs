//! One more shard, while gateways serve.

use std::{
    collections::BTreeSet,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use acasa_domain::Principal;
use acasa_gateway_store::{
    InboxStorage as _, Letter, MoveStep, PostgresSettings, PrincipalStorage as _, ShardedStorage,
    Storage as _, StoreError, SyncStorage, Write,
    testing::{self, PostgresServer, digest, event, roots},
};
use acasa_protocol::{
    acts::PREFERENCE,
    notices::MARK,
    sync::{Cursor, Page},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::load::{device, effects, person, send};

const PEOPLE: u64 = 16;

/// Three shards that are in use, and a fourth.
pub(crate) struct World {
    pub(crate) server: PostgresServer,
    pub(crate) addresses: Vec<String>,
}

impl World {
    pub(crate) fn new(server: PostgresServer) -> Self {
        let addresses = (0..4).map(|_| server.new_database()).collect();
        Self { server, addresses }
    }

    fn settings(&self, count: usize) -> Vec<PostgresSettings> {
        let first = self.addresses.iter().take(count);
        first.map(|address| self.server.settings(address)).collect()
    }

    pub(crate) fn open(&self, count: usize) -> ShardedStorage {
        ShardedStorage::open(self.settings(count), digest, &roots()).unwrap()
    }

    pub(crate) fn announced(&self) -> ShardedStorage {
        drop(self.open(3));
        ShardedStorage::announce(self.settings(4), digest, &roots()).unwrap();
        self.open(4)
    }

    /// How many principals stand on a shard.
    fn count(&self, shard: usize) -> i64 {
        let name = self.addresses[shard].rsplit('/').next().unwrap();
        let mut client = self.server.client(name);
        let count = "SELECT count(*) FROM principal_state WHERE place = (SELECT number FROM shard)";
        client.query_one(count, &[]).unwrap().get(0)
    }
}

pub(crate) fn name(number: u64) -> String {
    person(number).to_string()
}

/// Whom the fourth of four shards gets.
pub(crate) fn movers() -> impl Iterator<Item = u64> {
    let four = testing::routes(4);
    (0..99).filter(move |number| four.shard_of(&name(*number)) == 3)
}

/// Ends a run, as the end of its process would.
fn interrupted() -> StoreError {
    StoreError::Unavailable {
        state: "interrupted".to_owned(),
    }
}

/// Runs to the end, interrupted before each step in turn; answers how many runs it took.
pub(crate) fn with_interruptions(storage: &ShardedStorage, between: &dyn Fn()) -> u32 {
    let mut reached: u32 = 0;
    for run in 1.. {
        let mut steps = 0;
        let done = storage.reshard(&mut |_| {
            steps += 1;
            // Each run gets further than the one before it, or as far.
            if steps > run % 6 {
                Err(interrupted())
            } else {
                Ok(())
            }
        });
        reached += 1;
        between();
        if done.is_ok() {
            return reached;
        }
    }
    unreachable!()
}

/// Devices send act after act through two gateways that are never told of new routes, others come anew, and the run is
/// interrupted again and again.
pub(crate) fn under_load() {
    let world = World::new(crate::quick_server());
    let tool = world.announced();
    let gateways = [world.open(4), world.open(4)];
    for number in 0..PEOPLE {
        device(&gateways[0], &number.to_string(), person(number));
    }
    let is_over = AtomicBool::new(false);
    let acknowledged = Mutex::new(BTreeSet::new());

    let runs = thread::scope(|scope| {
        for thread in 0..4 {
            let gateway = &gateways[usize::try_from(thread % 2).unwrap()];
            let (is_over, acknowledged) = (&is_over, &acknowledged);
            scope.spawn(move || {
                let mut round = 0;
                while !is_over.load(Ordering::Relaxed) {
                    round += 1;
                    for number in (0..PEOPLE).filter(|number| number % 4 == thread) {
                        while let Err(error) = send(
                            gateway,
                            (&number.to_string(), person(number)),
                            round,
                            &[u128::from(round)],
                        ) {
                            assert_eq!((error.code(), error.retryable()), ("storage_moving", true));
                        }
                        acknowledged.lock().unwrap().insert((number, u128::from(round)));
                    }
                    // Somebody who was never here.
                    let new = 1_000 + thread * 10_000 + round;
                    device(gateway, &new.to_string(), person(new));
                    send(gateway, (&new.to_string(), person(new)), 1, &[1]).unwrap();
                    acknowledged.lock().unwrap().insert((new, 1));
                }
            });
        }
        let count = || acknowledged.lock().unwrap().len();
        let go_on = |more: usize| {
            let before = count();
            while count() < before + more {
                thread::yield_now();
            }
        };
        go_on(40);
        let runs = with_interruptions(&tool, &|| go_on(4));
        go_on(40);
        is_over.store(true, Ordering::Relaxed);
        runs
    });

    assert!(runs > 5, "{runs}");
    let acknowledged = acknowledged.into_inner().unwrap();
    let people: BTreeSet<u64> = acknowledged.iter().map(|(number, _)| *number).collect();
    let storage = world.open(4);
    for number in people.iter().copied() {
        let effects = effects(&storage, person(number));
        let mine = acknowledged.iter().filter(|(of, _)| *of == number);
        let expected = mine.map(|(_, act)| (*act, 1)).collect();
        assert_eq!(effects, expected, "each act once");
    }
    for gateway in &gateways {
        assert!(gateway.check_journal().unwrap() > 0);
        assert_eq!(
            effects(gateway, person(0)),
            effects(&storage, person(0)),
            "whoever missed everything finds it"
        );
    }
    let shares: Vec<i64> = people.iter().fold(vec![0; 4], |mut shares, number| {
        shares[storage.routes().shard_of(&name(*number))] += 1;
        shares
    });
    let stand: Vec<i64> = (0..4).map(|shard| world.count(shard)).collect();
    assert!(shares[3] > 2, "{shares:?}");
    assert_eq!(stand, shares, "each where the routes say, and nobody twice");
    assert_eq!(
        ShardedStorage::open(world.settings(3), digest, &roots())
            .err()
            .unwrap()
            .code(),
        "storage_shard_count"
    );
}

fn everything(storage: &ShardedStorage, person: Principal) -> Page {
    let start = Cursor {
        since: 0,
        began: None,
    };
    storage.pull(person, start, 1_000, &event("reader")).unwrap()
}

pub(crate) fn write(
    storage: &ShardedStorage,
    person: Principal,
    kind: &str,
    id: &str,
    content: Option<Value>,
) -> u64 {
    let write = Write {
        kind: kind.to_owned(),
        id: id.to_owned(),
        content,
    };
    storage.write(person, &[write], &event("writer")).unwrap()
}

/// All that is kept of a person comes along.
pub(crate) fn whole() {
    let world = World::new(crate::quick_server());
    drop(world.open(3));
    let early = ShardedStorage::open(world.settings(4), digest, &roots());
    assert_eq!(early.err().unwrap().code(), "storage_shard_count");
    let tool = world.announced();
    let gateway = world.open(4);
    let number = movers().next().unwrap();
    let person = person(number);
    device(&gateway, "a", person);
    send(&gateway, ("a", person), 1, &[1, 2]).unwrap();
    for at in 0..700 {
        write(&gateway, person, "note", &format!("{at:03}"), Some(json!(at)));
    }
    let letter = Letter {
        principal: person,
        id: Uuid::from_u128(7),
        content: json!({}),
        reported: true,
    };
    assert!(gateway.take(&letter, None, &event(&name(number))).unwrap());
    write(
        &gateway,
        person,
        MARK,
        &letter.id.to_string(),
        Some(json!({ "read": true })),
    );
    write(
        &gateway,
        person,
        PREFERENCE,
        "sms",
        Some(json!({ "key": "sms", "value": false })),
    );
    let told = gateway.preference_reports(9).unwrap();
    gateway.preferences_reported(person, told[0].version).unwrap();
    write(&gateway, person, "note", "000", None);

    // Copied once, then changed before it goes: what was removed and forgotten does not come back.
    let mut copied = 0;
    let stopped = tool.reshard(&mut |step| {
        copied += 1;
        if step == MoveStep::Depart {
            return Err(interrupted());
        }
        Ok(())
    });
    assert!(stopped.is_err() && copied == 3);
    let removed = write(&gateway, person, "note", "001", None);
    gateway.compact(person, removed).unwrap();
    let before = everything(&gateway, person);
    let (letters, events) = (
        gateway.letter_reports(9).unwrap(),
        gateway.events_about(&name(number), None, 1_000).unwrap().len(),
    );
    assert_eq!(tool.reshard(&mut |_| Ok(())).unwrap(), 1);
    let after = everything(&gateway, person);

    let name_of_home = world.addresses[0].rsplit('/').next().unwrap();
    let routes = world
        .server
        .client(name_of_home)
        .query_one("SELECT count(*) FROM route", &[]);
    assert_eq!(routes.unwrap().get::<_, i64>(0), 0, "the name says it now");
    assert_eq!(world.count(3), 1);
    assert_eq!(tool.routes().shard_of(&name(number)), 3);
    assert!(before.version == after.version && before.records == after.records);
    assert!(before.records.len() > 690);
    assert!(gateway.letter_reports(9).unwrap() == letters && letters[0].read);
    assert!(
        gateway.preference_reports(9).unwrap().is_empty(),
        "nothing has changed"
    );
    assert_eq!(
        gateway.events_about(&name(number), None, 1_000).unwrap().len(),
        events
    );
    let device = gateway.sync_device("a").unwrap().unwrap();
    assert_eq!((device.position.number, device.principal), (1, person));
    let again = send(&gateway, ("a", person), 1, &[1, 2]).unwrap();
    assert_eq!(again.len(), 2);
    send(&gateway, ("a", person), 2, &[1, 3]).unwrap();
    let acts = everything(&gateway, person).records;
    let acts = acts.iter().find(|record| record.kind == "thing").unwrap();
    assert_eq!(acts.content, Some(json!(["1", "2", "3"])), "each judged once");
    assert!(!gateway.take(&letter, None, &event(&name(number))).unwrap());
    assert_eq!(tool.reshard(&mut |_| Ok(())).unwrap(), 0, "it is over");
    gateway.check_journal().unwrap();
}

/// Runs until a step, and ends there as the end of its process would.
pub(crate) fn run_until(storage: &ShardedStorage, last: MoveStep) {
    let stopped = storage.reshard(&mut |step| if step == last { Err(interrupted()) } else { Ok(()) });
    assert!(stopped.is_err());
}

/// Copied, erased, and copied again: nothing is left that no key opens. Erased half-way is refused.
pub(crate) fn erased_on_the_way() {
    let world = World::new(crate::quick_server());
    let tool = world.announced();
    let gateway = world.open(4);
    let mut movers = movers();
    let (number, other) = (movers.next().unwrap(), movers.next().unwrap());
    for (client, number) in [("a", number), ("b", other)] {
        device(&gateway, client, person(number));
        send(&gateway, (client, person(number)), 1, &[1, 2]).unwrap();
    }

    run_until(&tool, MoveStep::Depart);
    gateway.erase(person(number), &event(&name(number))).unwrap();
    run_until(&tool, MoveStep::Clear);
    let moving = [number, other].map(|number| gateway.erase(person(number), &event(&name(number))));
    tool.reshard(&mut |_| Ok(())).unwrap();

    assert_eq!(world.count(3), 2);
    let refused: Vec<_> = moving.iter().filter_map(|erased| erased.as_ref().err()).collect();
    assert_eq!(refused.len(), 1, "whose move is not over");
    assert_eq!(refused[0].code(), "storage_moving");
    for (client, number) in [("a", number), ("b", other)] {
        let acts = gateway.kept_acts(person(number), None, 9).unwrap();
        assert_eq!(acts.len(), 2, "what was judged stays known");
        send(&gateway, (client, person(number)), 2, &[1, 3]).unwrap();
    }
    assert!(gateway.erase(person(other), &event(&name(other))).is_ok());
}

/// Who came first while others moved is asked for where they are.
pub(crate) fn newcomers() {
    let world = World::new(crate::quick_server());
    let tool = world.announced();
    let (gateway, late) = (world.open(4), world.open(4));
    let mut movers = movers();
    let (first, new) = (movers.next().unwrap(), movers.next().unwrap());
    device(&gateway, "first", person(first));
    run_until(&tool, MoveStep::Copy);

    device(&gateway, "new", person(new));
    send(&gateway, ("new", person(new)), 1, &[1, 2]).unwrap();

    for storage in [&gateway, &late] {
        assert_eq!(storage.kept_acts(person(new), None, 9).unwrap().len(), 2);
        let acts = SyncStorage::acts(storage, person(new), None, 9, &event(&name(new)));
        assert_eq!(acts.unwrap().len(), 2);
        assert_eq!(storage.held(person(new)).unwrap().acts, 2);
    }
    tool.reshard(&mut |_| Ok(())).unwrap();
    assert_eq!(late.kept_acts(person(new), None, 9).unwrap().len(), 2);
}

/// Shards that were added keep the contract, too.
pub(crate) fn contract() {
    let world = World::new(crate::quick_server());
    testing::contract(&|| {
        for address in &world.addresses {
            world.server.empty(address);
        }
        let storage = world.announced();
        assert_eq!(storage.reshard(&mut |_| Ok(())).unwrap(), 0);
        Box::new(storage)
    });
}
