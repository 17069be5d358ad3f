//! What is left in the memory of the core's process once the vault is closed, as a dump would show it.
#![cfg(target_os = "linux")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

#[path = "support/devhost.rs"]
#[expect(
    dead_code,
    reason = "each file of tests is a crate of its own and uses some of this"
)]
mod devhost;
#[path = "support/secrets.rs"]
mod secrets;
#[path = "support/tokens.rs"]
mod tokens;

use acasa_crypto::digest::sha256;
use acasa_gateway_store::{RootKeys, SqliteStorage};
use acasa_sandbox::{Options, Sandbox};
use acasa_store::{Passphrase, Secret};
use acasa_testkit::leaks::Secrets;
use acasa_testkit::memory::{Found, is_root, possible_tokens, search, search_planted};
use devhost::{Devhost, command};
use serde_json::json;
use std::collections::BTreeSet;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

/// Connections close in the background, right after the lock.
const MOMENT: Duration = Duration::from_secs(2);

/// What is in the process once its connections had a moment to close.
fn settled(process: u32, secrets: &Secrets) -> Found {
    let began = Instant::now();
    loop {
        let found = search(process, secrets).expect("it is read");
        if found.sightings.is_empty() || began.elapsed() > MOMENT {
            return found;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_lock_the_core_s_memory_holds_no_key_no_token_no_words_and_nothing_of_the_documents() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let (state, app) = (folder.path().join("state"), folder.path().join("app"));
    let sandbox = Sandbox::start(Options::new(7).with_data(state.clone())).await;
    let sandbox = sandbox.expect("it starts");
    let ready = serde_json::to_string(&sandbox.ready()).expect("JSON");
    let devhost = Devhost::start(&app, &ready);
    if !is_root() {
        let refused = possible_tokens(devhost.id(), tokens::TOKEN).expect_err("it forbids it");
        assert_eq!(refused.kind(), std::io::ErrorKind::PermissionDenied);
        return;
    }
    let words = devhost.enrol("1");
    let secret = Secret::from(Passphrase::enter(&words));
    let mut secrets = secrets::of_profile(&profile_folder(&app), None, None, (&words, &secret));
    for document in devhost.documents() {
        let id = &document["id"];
        devhost.must("documents_get", &json!({ "id": id }));
        let begin = json!({ "document": id, "preset": "name_number_expiry", "challenge": null });
        let Ok(showing) = devhost.ask("showing_begin", &begin) else {
            continue;
        };
        let text = showing["text"].as_str().expect("a proof");
        secrets.add("a proof", &text.as_bytes()[text.len() / 2..][..64]);
        devhost.must("showing_renew", &json!({ "id": showing["id"] }));
    }
    devhost.must("vault_lock", &json!({}));
    assert_eq!(devhost.unlock(&words), "opened");
    devhost.must("documents_refresh", &json!({}));
    let shown = devhost.documents();

    let roots = std::fs::read(state.join("keys/payload.keys")).expect("the state's root keys");
    let roots = RootKeys::parse(&roots).expect("root keys");
    let storage =
        SqliteStorage::open(&state.join("gateway.db"), sha256, &roots).expect("the state's records");
    let planted = search_planted(&secrets).expect("it is read");
    let open = search(devhost.id(), &secrets).expect("it is read");
    let open_tokens = tokens::count(devhost.id(), &storage);
    devhost.must("vault_lock", &json!({}));
    let locked = settled(devhost.id(), &secrets);
    let locked_tokens = tokens::count(devhost.id(), &storage);

    assert!(!shown.is_empty());
    // The search finds each of them where it is, and sees what must be there while the vault is open.
    let all: BTreeSet<_> = secrets.forms().map(|(sighting, _)| sighting).collect();
    assert_eq!(planted.sightings.into_keys().collect::<BTreeSet<_>>(), all);
    let found = open.names();
    for name in [
        "the wrapping key",
        "the client's key",
        "the refresh token",
        "the IDNP",
    ] {
        assert!(found.contains(name), "{name} is not found in {found:?}");
    }
    assert_eq!(open_tokens, [1, 1]);
    assert_eq!(locked.sightings, std::collections::BTreeMap::new());
    assert_eq!(locked_tokens, [0, 0]);
    sandbox.stop().await;
}

/// How a process ends that is told to leave a core, where cores are allowed.
fn end_with_core(mut command: Command, folder: &Path) -> ExitStatus {
    let program = command.get_program().to_owned();
    let arguments: Vec<_> = command.get_args().map(ToOwned::to_owned).collect();
    let mut shell = Command::new("sh");
    shell
        .args(["-c", r#"ulimit -c unlimited && exec "$@""#, "sh"])
        .arg(program)
        .args(arguments);
    shell.envs(
        command
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    shell
        .current_dir(folder)
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::piped());
    command = shell;
    let mut process = command.spawn().expect("it starts");
    let mut first = [0];
    let stdout = process.stdout.as_mut().expect("it is piped");
    std::io::Read::read_exact(stdout, &mut first).expect("it speaks");
    let id = process.id().to_string();
    let sent = Command::new("kill").args(["-ABRT", &id]).status();
    assert!(sent.expect("kill is there").success());
    process.wait().expect("it ends")
}

#[test]
fn the_process_leaves_no_core_where_another_would() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let mut other = Command::new("sh");
    other.args(["-c", "echo ready; exec sleep 600"]);

    let other = end_with_core(other, folder.path());
    let own = end_with_core(command(folder.path(), "{}"), folder.path());

    assert_eq!((other.signal(), own.signal()), (Some(6), Some(6)));
    // Where the machine keeps no cores at all there is nothing to compare with.
    if other.core_dumped() {
        assert!(!own.core_dumped());
    }
    let names = std::fs::read_dir(folder.path()).expect("it is read");
    let cores: BTreeSet<_> = names.flatten().map(|entry| entry.file_name()).collect();
    assert!(
        cores
            .iter()
            .filter(|name| name.to_string_lossy().starts_with("core"))
            .count()
            <= 1
    );
}

/// The folder of the only profile.
fn profile_folder(folder: &Path) -> PathBuf {
    let mut profiles = std::fs::read_dir(folder.join("profiles")).expect("profiles");
    profiles.next().expect("a profile").expect("it is read").path()
}
