//! Servers and connections that end in the middle.

use std::{
    collections::BTreeSet,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    thread,
};

use acasa_gateway_store::{
    Decide, Decision, Event, PostgresStorage, RecordsNow, Storage as _, StoreError,
    testing::{
        PostgresServer, event,
        sync::{Plain, put_of, submit},
    },
};
use acasa_protocol::sync::Intent;

use crate::{
    load::{device, effects, person, send},
    open, server,
};

const DEVICES: u64 = 8;

/// Devices send act after act through two replicas while `happens` does harm, told how many were acknowledged. What
/// was not acknowledged is sent again under its number, as devices do. Then every act is there once.
fn under_load(replicas: &[PostgresStorage; 2], happens: impl FnOnce(&dyn Fn() -> usize)) {
    for number in 0..DEVICES {
        device(&replicas[0], &number.to_string(), person(number));
    }
    let is_over = AtomicBool::new(false);
    let refused = AtomicU32::new(0);
    let acknowledged = Mutex::new(BTreeSet::new());

    thread::scope(|scope| {
        for number in 0..DEVICES {
            let replica = &replicas[usize::try_from(number % 2).unwrap()];
            let (is_over, refused, acknowledged) = (&is_over, &refused, &acknowledged);
            scope.spawn(move || {
                let (client, person) = (number.to_string(), person(number));
                let mut batch = 1;
                while !is_over.load(Ordering::Relaxed) {
                    match send(replica, (&client, person), batch, &[u128::from(batch)]) {
                        Ok(_) => {
                            acknowledged.lock().unwrap().insert((number, u128::from(batch)));
                            batch += 1;
                        }
                        Err(error) => {
                            assert_eq!((error.code(), error.retryable()), ("storage_unavailable", true));
                            refused.fetch_add(1, Ordering::Relaxed);
                            thread::yield_now();
                        }
                    }
                }
            });
        }
        happens(&|| acknowledged.lock().unwrap().len());
        is_over.store(true, Ordering::Relaxed);
    });

    let acknowledged = acknowledged.into_inner().unwrap();
    let (mut there, mut doubled, mut lost) = (0, 0, 0);
    for number in 0..DEVICES {
        let effects = effects(&replicas[0], person(number));
        there += effects.len();
        doubled += effects.values().filter(|times| **times != 1).count();
        let mine = acknowledged.iter().filter(|(device, _)| *device == number);
        assert!(mine.clone().count() > 0);
        lost += mine.filter(|(_, act)| !effects.contains_key(act)).count();
    }
    let (acknowledged, refused) = (acknowledged.len(), refused.into_inner());
    println!(
        "PostgreSQL killed: acts acknowledged {acknowledged}, tries refused {refused}, effects {there}, lost {lost}, doubled {doubled}"
    );
    assert_eq!((lost, doubled), (0, 0));
    assert!(refused > 0, "the harm was noticed");
    replicas[0].check_journal().unwrap();
}

/// The server's processes are killed in the middle, three times.
pub(crate) fn during_a_load() {
    let server = server();
    let address = server.new_database();
    let replicas = [open(&server, &address), open(&server, &address)];

    under_load(&replicas, |acknowledged| {
        for round in 1..=3 {
            wait_for(|| acknowledged() > round * 150);
            server.crash();
            server.restart();
        }
        wait_for(|| acknowledged() > 600);
    });
}

/// The primary is killed in the middle and does not come back: the standby takes its place.
pub(crate) fn failover() {
    let primary = server();
    let name = primary.new_database().rsplit('/').next().unwrap().to_owned();
    let standby = primary.start_standby().unwrap();
    let (first, second) = (primary.port(), standby.port());
    let hosts = format!("127.0.0.1:{first},127.0.0.1:{second}");
    let address = format!("postgres://postgres@{hosts}/{name}?target_session_attrs=read-write");
    let replicas = [open(&primary, &address), open(&primary, &address)];

    under_load(&replicas, |acknowledged| {
        wait_for(|| acknowledged() > 300);
        primary.crash();
        let before = acknowledged();
        standby.promote();
        wait_for(|| acknowledged() > before + 150);
    });
}

fn wait_for(mut happens: impl FnMut() -> bool) {
    while !happens() {
        thread::yield_now();
    }
}

/// Ends the connection of the transaction that asks it.
struct CutOff<'a> {
    server: &'a PostgresServer,
    times: AtomicU32,
}

impl Decide for CutOff<'_> {
    fn decide(&self, intent: &Intent, records: &dyn RecordsNow) -> Result<Decision, StoreError> {
        self.times.fetch_add(1, Ordering::Relaxed);
        cut_off(self.server);
        Plain.decide(intent, records)
    }

    fn event(&self, intent: &Intent) -> Event {
        Plain.event(intent)
    }
}

fn cut_off(server: &PostgresServer) {
    server.run(
        "postgres",
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'acasa-gateway'",
    );
}

pub(crate) fn lost_halfway() {
    let server = server();
    let storage = open(&server, &server.new_database());
    let person = person(1);
    device(&storage, "a", person);
    let cut = CutOff {
        server: &server,
        times: AtomicU32::new(0),
    };

    let lost = submit(&storage, ("a", person), (1, 1), &[put_of(person, 1, "a")], &cut);
    let lost = lost.err().unwrap();

    assert_eq!((lost.code(), lost.retryable()), ("storage_unavailable", true));
    assert_eq!(
        cut.times.into_inner(),
        1,
        "nothing is sent again that may have taken place"
    );
    assert!(effects(&storage, person).is_empty());
    send(&storage, ("a", person), 1, &[1]).unwrap();
    assert_eq!(effects(&storage, person), [(1, 1)].into());
}

pub(crate) fn replaced() {
    let server = server();
    let storage: PostgresStorage = open(&server, &server.new_database());
    for _ in 0..3 {
        cut_off(&server);
        storage.record(&event("p")).unwrap();
        cut_off(&server);
        assert!(storage.client("nobody").unwrap().is_none());
    }
    assert_eq!(storage.check_journal().unwrap(), 3);
}
