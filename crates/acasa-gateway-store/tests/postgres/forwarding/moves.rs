//! Acts under way while actors and principals move to another shard.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
};

use super::*;
use crate::moves::{World as Moving, with_interruptions};

/// Somebody on a shard of three and on another of four.
fn moving(from: usize, to: usize, which: usize) -> Principal {
    let four = testing::routes(4);
    let all = (0..99).map(|which| on(from, which));
    let mut theirs = all.filter(|person| four.shard_of(&person.to_string()) == to);
    theirs.nth(which).unwrap()
}

fn run(world: &Moving, shard: usize, sql: &str) {
    let name = world.addresses[shard].rsplit('/').next().unwrap();
    world.server.run(name, sql);
}

fn reshard(storage: &ShardedStorage) -> u64 {
    storage.reshard(&mut |_| Ok(())).unwrap()
}

/// Both move between the judgement and its return: what was judged is known at the new place.
pub(crate) fn moved_after_delivery() {
    let world = Moving::new(crate::quick_server());
    let tool = world.announced();
    let gateway = world.open(4);
    let (actor, other) = (moving(1, 3, 0), moving(2, 3, 0));
    device(&gateway, DEVICE, actor);
    let intents = [1, 2].map(|number| act_by(actor, other, number));
    let error = send_and_then(&gateway, (DEVICE, actor), &intents, &|| {
        run(&world, 1, "ALTER TABLE forwarded RENAME TO away");
    });
    run(&world, 1, "ALTER TABLE away RENAME TO forwarded");

    let moved = reshard(&tool);
    let left = [
        (1, "forwarded"),
        (2, "delivered"),
        (3, "forwarded"),
        (3, "delivered"),
    ]
    .map(|(shard, table)| {
        let name = world.addresses[shard].rsplit('/').next().unwrap();
        let count = format!("SELECT count(*) FROM {table}");
        let row = world.server.client(name).query_one(&count, &[]);
        row.unwrap().get::<_, i64>(0)
    });
    assert_eq!(
        (lost(error), moved, left),
        (("storage_failed", true), 2, [0, 0, 2, 1])
    );
    assert_eq!(settled(&gateway), 2);
    let outcomes = send_by(&world.open(4), (DEVICE, actor), 1, &intents, &Plain).unwrap();

    assert_eq!(versions(&outcomes), [1, 2]);
    assert_eq!(effects(&gateway, other), [(1, 1), (2, 1)].into());
    assert_eq!(under_way(&gateway), 0);
    gateway.check_journal().unwrap();
}

/// Devices send acts on each other's records through two gateways while everybody may move, and the run is interrupted
/// again and again.
pub(crate) fn under_load() {
    const PEOPLE: u64 = 12;
    let world = Moving::new(crate::quick_server());
    let tool = world.announced();
    let gateways = [world.open(4), world.open(4)];
    for number in 0..PEOPLE {
        device(&gateways[0], &number.to_string(), person(number));
    }
    let is_over = AtomicBool::new(false);
    let sent: Mutex<BTreeMap<u64, Vec<u128>>> = Mutex::default();
    // Everybody may be waiting for the one who is between two shards: that counts, too.
    let tries = AtomicU32::new(0);

    let runs = thread::scope(|scope| {
        for thread in 0..3 {
            let gateway = &gateways[usize::try_from(thread % 2).unwrap()];
            let (is_over, sent, tries) = (&is_over, &sent, &tries);
            scope.spawn(move || {
                let mut round = 0;
                while !is_over.load(Ordering::Relaxed) {
                    round += 1;
                    for number in (0..PEOPLE).filter(|number| number % 3 == thread) {
                        let other = (number + 1 + round % (PEOPLE - 1)) % PEOPLE;
                        let id = u128::from(round * 100 + number);
                        let own = after(put_of(person(number), id + 50, "own"), id);
                        let acts = [act_by(person(number), person(other), id), own];
                        let who = (number.to_string(), person(number));
                        while let Err(error) = send_by(gateway, (&who.0, who.1), round, &acts, &Plain) {
                            assert_eq!(lost(Some(error)), ("storage_moving", true));
                            tries.fetch_add(3, Ordering::Relaxed);
                        }
                        tries.fetch_add(1, Ordering::Relaxed);
                        sent.lock().unwrap().entry(other).or_default().push(id);
                    }
                    forward(gateway);
                }
            });
        }
        let go_on = |more| {
            let before = tries.load(Ordering::Relaxed);
            while tries.load(Ordering::Relaxed) < before + more {
                thread::yield_now();
            }
        };
        go_on(24);
        let runs = with_interruptions(&tool, &|| go_on(6));
        go_on(24);
        is_over.store(true, Ordering::Relaxed);
        runs
    });

    let storage = world.open(4);
    let mut judged = 0;
    for (whose, acts) in sent.into_inner().unwrap() {
        let mut theirs = effects(&storage, person(whose));
        theirs.retain(|act, _| act % 100 < 50);
        judged += acts.len();
        assert_eq!(
            theirs,
            acts.into_iter().map(|act| (act, 1)).collect(),
            "each once"
        );
    }
    println!("acts on others' records while everybody moves: {judged}, runs {runs}");
    assert!(runs > 5, "{runs}");
    assert_eq!(settled(&storage), 0, "each was seen done");
    assert_eq!(under_way(&storage), 0);
    storage.check_journal().unwrap();
}
