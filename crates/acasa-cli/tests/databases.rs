//! `acasa gateway migrate` and `acasa gateway reshard` on the real binary and a real PostgreSQL.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

#[path = "support/acasa.rs"]
mod support;

use acasa_domain::{Idnp, Principal};
use acasa_gateway::{Custody, DatabaseSettings};
use acasa_gateway_store::testing::{PostgresServer, event};
use acasa_gateway_store::{ShardedStorage, SyncStorage as _, Write};
use acasa_protocol::sync::Cursor;
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use support::{Ran, acasa};
use tempfile::TempDir;

const PEOPLE: u64 = 24;

/// A server with three databases, and a gateway's folder.
struct World {
    server: PostgresServer,
    addresses: Vec<String>,
    folder: TempDir,
    password: PathBuf,
}

impl World {
    fn start() -> Self {
        let server = PostgresServer::start("fsync = off").expect("the server starts");
        let folder = TempDir::new().expect("a folder");
        let password = folder.path().join("password");
        let mut options = fs::File::options();
        let file = options.create_new(true).write(true).mode(0o600).open(&password);
        std::io::Write::write_all(&mut file.expect("a file"), server.password().as_bytes()).expect("written");
        Self {
            addresses: (0..3).map(|_| server.new_database()).collect(),
            server,
            folder,
            password,
        }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn arguments(&self, shards: usize) -> Vec<String> {
        let mut arguments = vec![
            "--data".to_owned(),
            self.data().display().to_string(),
            "--database-password-file".to_owned(),
            self.password.display().to_string(),
        ];
        for address in self.addresses.iter().take(shards) {
            arguments.extend(["--database".to_owned(), address.clone()]);
        }
        arguments
    }

    fn step(&self, step: &str, shards: usize, more: &[&str]) -> Ran {
        let mut line = vec!["--json".to_owned(), "gateway".to_owned(), step.to_owned()];
        line.extend(self.arguments(shards));
        line.extend(more.iter().map(|word| (*word).to_owned()));
        acasa(&line)
    }

    fn serve(&self, shards: usize) -> Serving {
        let mut process = Command::new(env!("CARGO_BIN_EXE_acasa"))
            .args(["gateway", "--json"])
            .args(self.arguments(shards))
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut line = String::new();
        let out = process.stdout.take().expect("it is piped");
        BufReader::new(out).read_line(&mut line).expect("text");
        Serving {
            process,
            said: serde_json::from_str(&line).unwrap_or_default(),
        }
    }

    fn storage(&self, shards: usize) -> ShardedStorage {
        let addresses = self.addresses.iter().take(shards).cloned();
        let settings = DatabaseSettings::new(addresses.collect());
        let settings = settings.with_password(Some(self.server.password().to_owned()));
        let custody = Custody::of(Some(&self.data()), None).expect("a folder");
        let roots = custody.root_keys().expect("root keys");
        settings.open(&roots).expect("it opens")
    }
}

/// A gateway that runs.
struct Serving {
    process: Child,
    said: Value,
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn is_installed() -> bool {
    let found = PostgresServer::programs().is_some();
    assert!(
        found || std::env::var_os("CI").is_none(),
        "PostgreSQL is not installed"
    );
    found
}

fn person(number: u64) -> Principal {
    let idnp = Idnp::from_body(&format!("2999{number:08}"));
    idnp.expect("a synthetic number").into()
}

fn setting(storage: &ShardedStorage, number: u64) -> Option<Value> {
    let cursor = Cursor {
        since: 0,
        began: None,
    };
    let page = storage
        .pull(person(number), cursor, 10, &event("reader"))
        .expect("it is read");
    page.records.into_iter().next().and_then(|record| record.content)
}

#[test]
fn tables_are_made_a_shard_is_added_and_nobody_loses_anything() {
    if !is_installed() {
        return;
    }
    let world = World::start();
    let migrated = world.step("migrate", 2, &[]);
    assert_eq!(migrated.status, 0, "{}", migrated.stderr);
    assert_eq!(migrated.answer()["migrated"], true);
    {
        let storage = world.storage(2);
        for number in 0..PEOPLE {
            let write = Write {
                kind: "preference".to_owned(),
                id: "sms".to_owned(),
                content: Some(json!(number)),
            };
            storage
                .write(person(number), &[write], &event("writer"))
                .expect("written");
        }
    }
    let early = world.step("reshard", 3, &[]);
    let announced = world.step("reshard", 3, &["--announce"]);
    let serving = world.serve(3);
    let moved = world.step("reshard", 3, &[]);
    let again = world.step("reshard", 3, &[]);
    drop(serving);
    let former = world.step("migrate", 2, &[]);

    assert_ne!(
        early.status, 0,
        "nobody is moved before gateways know of the shard"
    );
    assert_eq!(announced.answer(), json!({ "announced": 3 }));
    let count = moved.answer()["moved"].as_u64().expect("a number");
    assert!(0 < count && count < PEOPLE, "{count}");
    assert_eq!(again.answer(), json!({ "moved": 0, "shards": 3 }));
    assert_ne!(former.status, 0, "a shard may not be left out");
    let storage = world.storage(3);
    let routes = storage.routes();
    let on_the_third = (0..PEOPLE).filter(|number| routes.shard_of(&person(*number).to_string()) == 2);
    assert_eq!(on_the_third.count() as u64, count);
    for number in 0..PEOPLE {
        assert_eq!(setting(&storage, number), Some(json!(number)));
    }
}

#[test]
fn who_only_serves_needs_the_tables_made_before() {
    if !is_installed() {
        return;
    }
    let world = World::start();
    world
        .server
        .run("postgres", "CREATE ROLE serving LOGIN PASSWORD 'of a test'");
    let migrated = world.step("migrate", 1, &["--serving-role", "serving"]);
    let unknown = world.step("migrate", 1, &["--serving-role", "nobody"]);
    let mut served = world;
    served.addresses[0] = served.addresses[0].replace("postgres@", "serving@");
    let serving = served.serve(1);

    assert_eq!(migrated.answer()["serving_role"], "serving");
    assert_ne!(unknown.status, 0);
    assert!(serving.said["gateway"].is_string(), "{}", serving.said);
}
