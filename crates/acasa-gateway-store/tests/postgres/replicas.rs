//! Two gateways on one database.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Barrier,
        atomic::{AtomicU32, Ordering},
        mpsc,
    },
    thread,
};

use acasa_gateway_store::{
    Heard, Judged, NewCopies, ReplicaStorage as _, Storage as _, StoreError,
    testing::{
        PostgresServer, event,
        sync::{Plain, put_of, submit},
    },
};
use postgres::fallible_iterator::FallibleIterator as _;

use crate::{
    load::{device, effects, person, send, version},
    open, server,
};

const ACTS: u128 = 40;

/// Whoever may connect may listen.
pub(crate) fn told() {
    let server = server();
    let address = server.new_database();
    let replicas = [open(&server, &address), open(&server, &address)];
    let (person, name) = (person(1), person(1).to_string());
    device(&replicas[0], "a", person);
    let (tell, heard) = mpsc::channel();
    let hearing = replicas[1].hear(Arc::new(move |what| tell.send(what).unwrap()));
    assert_eq!(heard.recv().unwrap(), Heard::Anything);
    let mut anybody = server.client(address.rsplit('/').next().unwrap());
    anybody.batch_execute("LISTEN acasa_changes").unwrap();

    send(&replicas[0], ("a", person), 1, &[1]).unwrap();
    send(&replicas[0], ("a", person), 1, &[1]).unwrap();
    send(&replicas[0], ("a", person), 2, &[2]).unwrap();
    let told = heard.recv().unwrap();
    let payload = anybody.notifications().blocking_iter().next().unwrap().unwrap();
    let payload = payload.payload().to_owned();

    assert_eq!(told, Heard::Principal(replicas[0].tag_of(&name)));
    assert_eq!(replicas[0].tag_of(&name), replicas[1].tag_of(&name));
    let number = name.rsplit(':').next().unwrap();
    assert!(payload.len() < 50 && !payload.contains(number), "{payload}");
    let other = open(&server, &server.new_database());
    assert_ne!(
        other.tag_of(&name),
        replicas[0].tag_of(&name),
        "each has its secret"
    );
    drop(hearing);
}

/// Four devices of one person, two at each replica, send the same acts under the same names.
pub(crate) fn same_acts() {
    let server = server();
    let address = server.new_database();
    let replicas = [open(&server, &address), open(&server, &address)];
    let person = person(1);
    let devices = ["a", "b", "c", "d"];
    for name in devices {
        device(&replicas[0], name, person);
    }

    let answers: Vec<Vec<_>> = thread::scope(|scope| {
        let threads: Vec<_> = devices
            .iter()
            .enumerate()
            .map(|(at, name)| {
                let replica = &replicas[at % 2];
                scope.spawn(move || {
                    let mut answers = Vec::new();
                    for (batch, act) in (1..).zip(1..=ACTS) {
                        // Twice: as after an answer that was lost.
                        let first = send(replica, (name, person), batch, &[act]).unwrap();
                        let again = send(replica, (name, person), batch, &[act]).unwrap();
                        assert!(first == again);
                        answers.extend(first);
                    }
                    answers
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });

    assert!(
        answers.iter().all(|given| *given == answers[0]),
        "everybody gets the same answers"
    );
    let expected = (1..=ACTS).map(|act| (act, 1)).collect();
    assert_eq!(effects(&replicas[1], person), expected);
    let judged = replicas[0]
        .events_about(&person.to_string(), None, 1_000)
        .unwrap();
    assert_eq!(judged.len() as u128, ACTS);
    replicas[0].check_journal().unwrap();
}

/// Two devices write the same record with acts of their own.
pub(crate) fn two_devices() {
    let server = server();
    let address = server.new_database();
    let replicas = [open(&server, &address), open(&server, &address)];
    let person = person(1);
    for name in ["a", "b"] {
        device(&replicas[0], name, person);
    }

    let versions: Vec<u64> = thread::scope(|scope| {
        let threads: Vec<_> = [("a", 0), ("b", 1_000)]
            .into_iter()
            .zip(&replicas)
            .map(|((name, from), replica)| {
                scope.spawn(move || {
                    let acts = (1..).zip(from + 1..=from + ACTS);
                    let sent = acts.map(|(batch, act)| send(replica, (name, person), batch, &[act]).unwrap());
                    sent.map(|outcomes| version(&outcomes[0])).collect::<Vec<_>>()
                })
            })
            .collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect()
    });

    let distinct: BTreeSet<u64> = versions.into_iter().collect();
    assert_eq!(distinct, (1..=2 * u64::try_from(ACTS).unwrap()).collect());
    let effects = effects(&replicas[0], person);
    assert_eq!(effects.len() as u128, 2 * ACTS, "no write overwrites another");
    replicas[0].check_journal().unwrap();
}

/// A device and its clone send different batches under one number, each to its own replica.
pub(crate) fn clones() {
    let server = server();
    let address = server.new_database();
    let replicas = [open(&server, &address), open(&server, &address)];
    for round in 1..=20 {
        let (client, person) = (round.to_string(), person(round));
        device(&replicas[0], &client, person);
        let start = Barrier::new(2);

        let judged: Vec<Judged> = thread::scope(|scope| {
            let threads = [1, 2].map(|act| {
                let (client, start) = (&client, &start);
                let replica = &replicas[act % 2];
                scope.spawn(move || {
                    let acts = [put_of(person, act as u128, "a")];
                    start.wait();
                    submit(replica, (client, person), (1, 1), &acts, &Plain).unwrap()
                })
            });
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });

        let forks = judged
            .iter()
            .filter(|judged| matches!(judged, Judged::Forked))
            .count();
        assert_eq!(
            (forks, effects(&replicas[0], person).len()),
            (1, 1),
            "round {round}"
        );
    }
}

pub(crate) fn one_time_value() {
    let server = server();
    let address = server.new_database();
    let replicas = [open(&server, &address), open(&server, &address)];
    let firsts = AtomicU32::new(0);

    thread::scope(|scope| {
        for at in 0..8 {
            let (replica, firsts) = (&replicas[at % 2], &firsts);
            scope.spawn(move || {
                for value in 0..20 {
                    if replica.use_once(&[value; 32], 10, 1).unwrap() {
                        firsts.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    });

    assert_eq!(firsts.into_inner(), 20);
    assert!(
        replicas[0].use_once(&[0; 32], 30, 20).unwrap(),
        "an expired one is forgotten"
    );
}

/// Copies are made at one replica while their document is revoked at the other.
pub(crate) fn revocation() {
    let server = server();
    let address = server.new_database();
    let replicas = [open(&server, &address), open(&server, &address)];
    for round in 0..10_u32 {
        let copies = copies_of(&format!("document {round}"), 3);
        thread::scope(|scope| {
            for seed in 0..4 {
                let (copies, replica) = (&copies, &replicas[0]);
                scope.spawn(move || {
                    let mut next = seed;
                    let mut draw = |below: u32| {
                        next = (next * 31 + 7 + round) % below;
                        next
                    };
                    match replica.allocate(copies, &mut draw, &event("p")) {
                        Ok(_) | Err(StoreError::DocumentRevoked) => {}
                        Err(error) => panic!("{error}"),
                    }
                });
            }
            scope.spawn(|| replicas[1].revoke(&copies.document, &event("p")).unwrap());
        });
    }

    assert_eq!(
        count(&server, &address, "SELECT count(*) FROM copy WHERE NOT revoked"),
        0
    );
}

/// Copies of many documents are made at once.
pub(crate) fn copies() {
    let server = server();
    let address = server.new_database();
    let replicas = [open(&server, &address), open(&server, &address)];

    thread::scope(|scope| {
        for number in 0..8_u32 {
            let replica = &replicas[usize::from(number % 2 == 0)];
            scope.spawn(move || {
                for round in 0..10 {
                    let copies = copies_of(&format!("document {number} {round}"), 5);
                    let mut next = number;
                    let mut draw = |below: u32| {
                        next = (next * 31 + 7 + round) % below;
                        next
                    };
                    let slots = replica.allocate(&copies, &mut draw, &event("p")).unwrap();
                    assert_eq!(slots.len(), 5);
                }
            });
        }
    });

    let taken = count(&server, &address, "SELECT taken::bigint FROM status_list");
    assert_eq!(
        (taken, count(&server, &address, "SELECT count(*) FROM copy")),
        (400, 400)
    );
}

fn copies_of(document: &str, count: u32) -> NewCopies {
    NewCopies {
        document: document.to_owned(),
        subject: "s".to_owned(),
        configuration: "c".to_owned(),
        count,
        expires: 9,
    }
}

fn count(server: &PostgresServer, address: &str, query: &str) -> i64 {
    let mut client = server.client(address.rsplit('/').next().unwrap());
    client.query_one(query, &[]).unwrap().get(0)
}
