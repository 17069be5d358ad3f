//! Two processes, and processes that are killed.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

#[path = "support/devhost.rs"]
mod devhost;

use acasa_sandbox::{Options, Sandbox};
use acasa_testkit::seeded;
use devhost::{Devhost, list};
use rand::RngExt as _;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;
use tempfile::TempDir;

/// Kills among writes.
const KILLS: u32 = 8;
/// Writes between two kills, at most.
const WRITES: u32 = 20;

/// A state, and a folder for an app.
struct World {
    sandbox: Sandbox,
    ready: String,
    folder: TempDir,
}

impl World {
    async fn start() -> Self {
        let sandbox = Sandbox::start(Options::new(7)).await.expect("it starts");
        Self {
            ready: serde_json::to_string(&sandbox.ready()).expect("JSON"),
            sandbox,
            folder: TempDir::new().expect("a folder"),
        }
    }

    fn app(&self) -> PathBuf {
        self.folder.path().join("app")
    }

    fn devhost(&self) -> Devhost {
        Devhost::start(&self.app(), &self.ready)
    }
}

fn state(devhost: &Devhost) -> (Value, Value) {
    let state = devhost.must("app_state", &json!({}));
    (state["phase"].clone(), state["blocked"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_process_on_the_same_profile_is_told_so_and_opens_it_once_the_first_is_killed() {
    let world = World::start().await;
    let first = world.devhost();
    let words = first.enrol("1");
    let before = first.documents();

    let second = world.devhost();
    let beside = state(&second);
    let refused = second.ask("vault_unlock", &json!({ "secret": words }));
    let unharmed = (state(&first), first.documents());
    first.kill();
    let after_kill = state(&second);
    let opened = second.unlock(&words);

    assert_eq!(beside, (json!("blocked"), json!("vault_in_use")));
    assert_eq!(refused.expect_err("the first has it")["code"], "vault_in_use");
    assert_eq!(unharmed, ((json!("unlocked"), Value::Null), before.clone()));
    assert_eq!(after_kill, (json!("locked"), Value::Null));
    assert_eq!((opened, second.documents()), (json!("opened"), before));
    world.sandbox.stop().await;
}

/// Writes one code after another until the app is gone, and says which were acknowledged.
fn write_on(devhost: &Devhost, round: u32, acknowledged: &mpsc::Sender<String>) {
    for number in 0.. {
        let text = format!("https://example.org/{round}/{number}");
        let kept = devhost.post("/api/scanner_keep", &json!({ "text": text }));
        if !kept.is_ok_and(|(head, _)| head.starts_with("HTTP/1.1 200")) || acknowledged.send(text).is_err() {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_among_writes_the_vault_opens_and_holds_every_write_that_was_acknowledged() {
    let world = World::start().await;
    let mut devhost = world.devhost();
    let words = devhost.enrol("1");
    let documents = devhost.documents();
    let mut random = seeded(20_261_121);
    let mut kept = BTreeSet::new();

    for round in 0..KILLS {
        let until = random.random_range(1..=WRITES);
        let (sender, receiver) = mpsc::channel();
        thread::scope(|scope| {
            let app = &devhost;
            let writer = scope.spawn(move || write_on(app, round, &sender));
            kept.extend(receiver.iter().take(until as usize));
            // In the middle of the write after that one, or of the one behind it.
            for _ in 0..random.random_range(0..200_000) {
                std::hint::spin_loop();
            }
            let id = devhost.id().to_string();
            let killed = std::process::Command::new("kill").args(["-KILL", &id]).status();
            assert!(killed.expect("kill is there").success());
            writer.join().expect("it ends");
            kept.extend(receiver.iter());
        });
        devhost = world.devhost();

        assert_eq!(devhost.unlock(&words), "opened", "after kill {round}");
        let codes = devhost.must("scanner_kept", &json!({}));
        let codes: BTreeSet<String> = list(&codes["codes"])
            .iter()
            .filter_map(|code| code["found"]["text"].as_str().map(str::to_owned))
            .collect();
        assert!(kept.is_subset(&codes), "after kill {round}");
        // At most the write under way is there besides.
        assert!(codes.len() <= kept.len() + 1, "after kill {round}");
        assert_eq!(devhost.documents(), documents, "after kill {round}");
        kept = codes;
    }
    assert!(kept.len() >= KILLS as usize);
    world.sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_documents_arrive_the_vault_opens_and_what_is_missing_can_be_received_again() {
    let world = World::start().await;
    let mut devhost = world.devhost();
    devhost.must("sandbox_sign_in", &json!({ "person": "1" }));
    let words = devhost.must("vault_suggest_passphrase", &json!({}));
    let words: Vec<&str> = list(&words["words"]).iter().filter_map(Value::as_str).collect();
    let words = words.join(" ");
    devhost.must("vault_create", &json!({ "kind": "passphrase", "secret": words }));
    let offers = devhost.must("consent_offers", &json!({}));
    let all: Vec<&Value> = list(&offers["offers"]).iter().map(|offer| &offer["id"]).collect();
    let done = |receipt: &Value| {
        list(&receipt["items"])
            .iter()
            .filter(|item| item["state"] == "done")
            .count()
    };

    for arrived in 0..all.len() {
        let mut receipt = devhost.must("documents_receive", &json!({ "offers": all }));
        while receipt["finished"] != true && done(&receipt) < arrived {
            receipt = devhost.must("documents_receipt", &json!({}));
        }
        devhost.kill();
        devhost = world.devhost();

        assert_eq!(devhost.unlock(&words), "opened", "after {arrived}");
        let held = devhost.documents();
        assert!(held.len() <= all.len(), "after {arrived}");
        for document in &held {
            let whole = devhost.must("documents_get", &json!({ "id": document["id"] }));
            assert!(whole["copiesLeft"].as_u64() > Some(0), "after {arrived}");
        }
    }
    devhost.receive();

    assert_eq!(devhost.documents().len(), all.len());
    world.sandbox.stop().await;
}
