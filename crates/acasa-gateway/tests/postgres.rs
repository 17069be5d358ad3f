//! The real gateway on the loopback address, over a real PostgreSQL server for each case.
//!
//! Without PostgreSQL (Debian's package `postgresql`) the cases are ignored; under `CI=true` they fail.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "postgres/forwarding.rs"]
mod forwarding;
#[path = "postgres/replicas.rs"]
mod replicas;
#[path = "world/sender.rs"]
mod sender;
#[expect(dead_code, reason = "the tests over HTTP use the rest")]
#[path = "world/world.rs"]
mod world;

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
    process::ExitCode,
    sync::Arc,
};

use acasa_gateway::{DatabaseSettings, Settings, Standalone, StartError};
use acasa_gateway_store::{
    Storage,
    testing::{PostgresServer, roots},
};
use acasa_protocol::paths;
use libtest_mimic::{Arguments, Failed, Trial};
use sender::{Sender, outcomes, records, sms};
use tokio::runtime::Runtime;
use world::{Setting, World};

/// A sentence, and what shows it on a fresh server.
type Case = (&'static str, fn(&PostgresServer));

const CASES: &[Case] = &[
    ("a_batch_and_a_checkpoint_go_through_one_database", one_database),
    ("a_batch_and_a_checkpoint_go_through_three_shards", three_shards),
    (
        "a_database_that_is_down_is_told_to_try_later_and_loses_nothing",
        down,
    ),
    ("a_gateway_starts_with_the_password_from_a_file", from_settings),
    (
        "a_change_through_one_gateway_wakes_devices_at_another",
        replicas::hints,
    ),
    (
        "a_gateway_serves_while_a_shard_is_added",
        replicas::one_more_shard,
    ),
    (
        "the_journal_is_delivered_by_one_gateway_and_then_by_the_next",
        replicas::deliveries,
    ),
    (
        "acts_under_way_between_shards_are_carried_at_the_start",
        forwarding::carried,
    ),
];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let is_there = PostgresServer::programs().is_some();
    let must_be = std::env::var_os("CI").is_some_and(|value| value == "true");
    let trials = CASES.iter().map(|(name, case)| {
        let run = move || {
            if !is_there {
                return Err(Failed::from(
                    "PostgreSQL is not installed: Debian's package is postgresql",
                ));
            }
            case(&PostgresServer::start("")?);
            Ok(())
        };
        Trial::test(*name, run)
            .with_kind(if is_there { "" } else { "no PostgreSQL" })
            .with_ignored_flag(!is_there && !must_be)
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

fn databases(server: &PostgresServer, count: usize) -> DatabaseSettings {
    let addresses = (0..count).map(|_| server.new_database()).collect();
    DatabaseSettings::new(addresses).with_password(Some(server.password().to_owned()))
}

async fn storage(databases: &DatabaseSettings) -> Arc<dyn Storage> {
    let databases = databases.clone();
    let storage = tokio::task::spawn_blocking(move || databases.open(&roots()).unwrap()).await;
    Arc::new(storage.unwrap())
}

async fn world(databases: &DatabaseSettings) -> World {
    World::start_with(Setting {
        storage: storage(databases).await,
        ..Setting::default()
    })
    .await
}

/// The client waits for the server, which an asynchronous thread must not.
fn aside<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| scope.spawn(work).join().unwrap())
}

fn one_database(server: &PostgresServer) {
    goes_through(&databases(server, 1));
}

fn three_shards(server: &PostgresServer) {
    goes_through(&databases(server, 3));
}

fn goes_through(databases: &DatabaseSettings) {
    Runtime::new().unwrap().block_on(async {
        let world = world(databases).await;
        let sender = Sender::enrol(&world).await;
        let texts = [sms(1, false), sms(2, true)];
        let batch = sender.sign(&sender.claims(&world, 1, &texts));

        let first = sender.send(&world, &batch, &texts).await;
        let again = sender.send(&world, &batch, &texts).await;
        let page = sender.pull(&world).await;
        let accesses = sender.ask(&world, "GET", paths::ACCESSES, None).await;

        assert_eq!(outcomes(&first)[0].0, "applied");
        assert_eq!(first.body, again.body);
        assert_eq!((page.body["version"].as_u64(), records(&page)), (Some(2), 1));
        // The sign-in, the documents it looked for, two acts, a checkpoint, and this.
        let items = accesses.body["items"].as_array().unwrap();
        let sequences: Vec<_> = items
            .iter()
            .map(|item| item["sequence"].as_u64().unwrap())
            .collect();
        assert_eq!(sequences, [6, 5, 4, 3, 2, 1]);
        assert_eq!(world.gateway.check_journal().await.unwrap(), 6);
        world.stop().await;
    });
}

fn down(server: &PostgresServer) {
    let databases = databases(server, 1);
    Runtime::new().unwrap().block_on(async {
        let world = world(&databases).await;
        let sender = Sender::enrol(&world).await;
        assert_eq!(world.get(paths::READYZ).await.status, 204);

        server.crash();
        let (alive, ready) = (world.get(paths::HEALTHZ).await, world.get(paths::READYZ).await);
        let lost = sender.push(&world, 1, &[sms(1, false)]).await;
        server.restart();
        let sent = sender.push(&world, 1, &[sms(1, false)]).await;

        assert_eq!(alive.status, 204);
        assert_eq!(ready.refusal(), (503, "storage_unavailable"));
        assert_eq!(lost.refusal(), (503, "storage_unavailable"));
        assert_eq!(lost.body["retryable"].as_bool(), Some(true));
        assert_eq!(outcomes(&sent)[0].0, "applied");
        assert_eq!(world.get(paths::READYZ).await.status, 204);
        world.stop().await;
    });
}

fn from_settings(server: &PostgresServer) {
    let folder = tempfile::tempdir().unwrap();
    let password = folder.path().join("password");
    fs::write(&password, format!("{}\n", server.password())).unwrap();
    let mut databases = DatabaseSettings::new(vec![server.new_database()]);
    databases.password_file = Some(password.clone());
    let start = |mode| {
        fs::set_permissions(&password, Permissions::from_mode(mode)).unwrap();
        Standalone::start(Settings {
            data: Some(folder.path().join("data")),
            database: Some(databases.clone()),
            ..Settings::new("127.0.0.1:0".parse().unwrap())
        })
    };
    Runtime::new().unwrap().block_on(async {
        // Installs the cryptography of the client below.
        let world = World::start().await;

        let refused = start(0o640).await.err();
        let gateway = start(0o600).await.unwrap();
        let ready = gateway.address().join(paths::READYZ).unwrap();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let status = client.get(ready).send().await.unwrap().status();

        assert_eq!(
            refused.as_ref().map(StartError::code),
            Some("database_password_permissions")
        );
        assert_eq!(status, 204);
        assert!(!folder.path().join("data/gateway.db").exists());
        gateway.stop().await;
        world.stop().await;
    });
}
