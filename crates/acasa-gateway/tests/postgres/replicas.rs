//! Two gateways on one database.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use acasa_gateway::{
    DatabaseSettings,
    ports::{AuditJournal, PortError},
};
use acasa_gateway_store::{
    JournalEntry,
    testing::{PostgresServer, roots},
};
use acasa_protocol::paths;
use async_trait::async_trait;
use tokio::{
    runtime::Runtime,
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    time::timeout,
};

use crate::{
    aside, databases,
    sender::{Sender, outcomes, sms},
    storage, world,
    world::{PERSON, Setting, World},
};

/// Nothing here takes as long.
pub(crate) const LONG: Duration = Duration::from_secs(30);
/// Long enough for what must not come.
const SHORT: Duration = Duration::from_millis(300);

pub(crate) fn hints(server: &PostgresServer) {
    let databases = databases(server, 2);
    Runtime::new().unwrap().block_on(async {
        let (one, other) = (world(&databases).await, world(&databases).await);
        let (actor, listener) = (Sender::enrol(&one).await, Sender::enrol(&other).await);
        let request = other
            .bound(&listener.device, "GET", paths::SYNC_HINTS, &listener.token)
            .await;
        let mut stream = request.send().await.unwrap();
        // Both gateways listen by now, or will have said that anything may have happened.
        while told(&mut stream, SHORT).await {}

        let first = actor.push(&one, 1, &[sms(1, false)]).await;
        assert_eq!(outcomes(&first)[0].0, "applied");
        assert!(told(&mut stream, LONG).await, "a change elsewhere");
        assert!(!told(&mut stream, SHORT).await, "it is told once");

        end_sessions(server, "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'acasa-gateway'");
        assert!(told(&mut stream, LONG).await, "nobody was heard for a while");
        while told(&mut stream, SHORT).await {}
        actor.push(&one, 2, &[sms(2, true)]).await;
        assert!(told(&mut stream, LONG).await, "a change after that");

        one.stop().await;
        other.stop().await;
    });
}

fn end_sessions(server: &PostgresServer, sql: &str) {
    aside(|| server.run("postgres", sql));
}

async fn told(stream: &mut reqwest::Response, time: Duration) -> bool {
    match timeout(time, stream.chunk()).await {
        Ok(chunk) => chunk
            .unwrap()
            .expect("the stream goes on")
            .starts_with(b"event: news"),
        Err(_) => false,
    }
}

pub(crate) fn one_more_shard(server: &PostgresServer) {
    let mut shards = databases(server, 1);
    Runtime::new().unwrap().block_on(async {
        let before = world(&shards).await;
        before.stop().await;
        aside(|| {
            let new = (1..8).map(|_| server.new_database());
            shards.addresses.extend(new);
            shards.announce(&roots()).unwrap();
        });
        let world = world(&shards).await;
        let sender = Sender::enrol(&world).await;
        let first = sender.push(&world, 1, &[sms(1, false)]).await;

        let moved = aside(|| shards.reshard(&roots()).unwrap());
        let second = sender.push(&world, 2, &[sms(2, true)]).await;
        let page = sender.pull(&world).await;

        assert_eq!(moved, 1, "the name of the only person gives it the last of them");
        assert_eq!(
            (outcomes(&first)[0].0.as_str(), outcomes(&second)[0].0.as_str()),
            ("applied", "applied")
        );
        assert_eq!(page.body["version"].as_u64(), Some(2));
        world.gateway.check_journal().await.unwrap();
        world.stop().await;
    });
}

/// MLog as one gateway reaches it.
struct Told {
    gateway: usize,
    told: UnboundedSender<(usize, i64)>,
}

#[async_trait]
impl AuditJournal for Told {
    async fn register(&self, entries: &[JournalEntry]) -> Result<(), PortError> {
        for entry in entries {
            let _ = self.told.send((self.gateway, entry.sequence));
        }
        Ok(())
    }
}

pub(crate) fn deliveries(server: &PostgresServer) {
    let databases = databases(server, 2);
    Runtime::new().unwrap().block_on(async {
        let (told, mut heard) = unbounded_channel();
        let mut worlds = vec![
            gateway(&databases, 0, &told).await,
            gateway(&databases, 1, &told).await,
        ];

        let mut delivered = BTreeSet::new();
        revoke(&worlds).await;
        let whose = receive(&mut heard, &mut delivered, 10).await;
        assert_eq!(whose.len(), 1, "one gateway has delivered everything");

        let first = whose.first().copied().unwrap();
        worlds.remove(first).stop().await;
        revoke(&worlds).await;
        let whose = receive(&mut heard, &mut delivered, 15).await;
        assert_eq!(whose, [1 - first].into(), "then the other one does");

        // Whoever has the turn loses its session, as a gateway does that dies or is cut off.
        worlds.push(gateway(&databases, 2, &told).await);
        end_sessions(
            server,
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks JOIN pg_stat_activity USING (pid)
             WHERE locktype = 'advisory' AND application_name = 'acasa-gateway'",
        );
        revoke(&worlds).await;
        let whose = receive(&mut heard, &mut delivered, 25).await;
        assert_eq!(whose.len(), 1, "one of the two");
        for world in worlds {
            world.stop().await;
        }
        assert!(heard.try_recv().is_err(), "nothing comes twice");
    });
}

async fn gateway(
    databases: &DatabaseSettings,
    gateway: usize,
    told: &UnboundedSender<(usize, i64)>,
) -> World {
    World::start_with(Setting {
        storage: storage(databases).await,
        journal: Arc::new(Told {
            gateway,
            told: told.clone(),
        }),
        ..Setting::default()
    })
    .await
}

/// Five events through each gateway.
async fn revoke(worlds: &[World]) {
    for world in worlds {
        for _ in 0..5 {
            let revoked = world.gateway.revoke(PERSON.parse().unwrap(), "document");
            revoked.await.unwrap();
        }
    }
}

/// Who delivered, until so many have come.
async fn receive(
    heard: &mut UnboundedReceiver<(usize, i64)>,
    delivered: &mut BTreeSet<i64>,
    until: usize,
) -> BTreeSet<usize> {
    let mut whose = BTreeSet::new();
    while delivered.len() < until {
        let (gateway, sequence) = timeout(LONG, heard.recv()).await.unwrap().unwrap();
        assert!(delivered.insert(sequence), "{sequence} comes twice");
        whose.insert(gateway);
    }
    whose
}
