//! A verifier whom the state has certified, from their key to the screen of a person who is asked.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

#[path = "support/acasa.rs"]
mod support;

use acasa_core::api::{Nothing, ReadChallengeView, ScannedText};
use acasa_core::{Acasa, Deployment, NetworkGate, NoHost, Setup, commands};
use rcgen::{CertificateParams, KeyPair};
use serde_json::Value;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use support::acasa;
use tempfile::TempDir;

const NAME: &str = "Inspectoratul de Poliție Soroca";

/// A sandbox that runs, and how apps join it.
struct State {
    process: Child,
    ready: String,
}

impl State {
    fn start(data: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_acasa"))
            .args(["--json", "sandbox", "--no-letters", "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut ready = String::new();
        let out = process.stdout.take().expect("it is piped");
        BufReader::new(out).read_line(&mut ready).expect("text");
        let told: Value = serde_json::from_str(&ready).expect("JSON");
        Self {
            process,
            ready: told["sandbox"].to_string(),
        }
    }
}

impl Drop for State {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A verifier's folder, with a key, a request for a certificate, and one that they made for themselves.
fn verifier(folder: &Path) {
    let key = KeyPair::generate().expect("a key");
    let mut wish = CertificateParams::new(Vec::new()).expect("parameters");
    wish.distinguished_name.push(rcgen::DnType::CommonName, NAME);
    let request = wish.serialize_request(&key).expect("a request");
    let own = wish.self_signed(&key).expect("a certificate");
    for (name, text) in [
        ("key.pem", key.serialize_pem()),
        ("request.pem", request.pem().expect("PEM")),
        ("own.pem", own.pem()),
    ] {
        fs::write(folder.join(name), text).expect("written");
    }
}

fn challenge(folder: &Path, certificate: &str) -> String {
    let path = |name: &str| folder.join(name).display().to_string();
    let run = acasa(&[
        "challenge",
        "--ask",
        "portrait",
        "--keep",
        "--purpose",
        "Control",
        "--certificate",
        &path(certificate),
        "--key",
        &path("key.pem"),
    ]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    run.stdout.trim().to_owned()
}

async fn read(app: &Acasa, text: &str) -> ReadChallengeView {
    let text = ScannedText {
        text: text.to_owned(),
    };
    let view = commands::scanner_text(app, text).await.expect("it is named");
    let found = view.found.into_iter().next().expect("something is found");
    found.challenge.expect("a challenge")
}

#[tokio::test]
async fn whom_the_state_has_certified_is_known_by_that_name_and_nobody_else_is() {
    let folder = TempDir::new().expect("a folder");
    let data = folder.path().join("state");
    let state = State::start(&data);
    verifier(folder.path());
    let certified = acasa(&[
        "gateway",
        "--data",
        &data.display().to_string(),
        "--certify-reader",
        &folder.path().join("request.pem").display().to_string(),
        "--reader-name",
        NAME,
    ]);
    assert_eq!(certified.status, 0, "{}", certified.stderr);
    fs::write(folder.path().join("access.pem"), &certified.stdout).expect("written");
    let setup = Setup {
        deployment: Deployment::built_in().joined_to(&state.ready).expect("a sandbox"),
        ..Setup::new(folder.path().join("app"), Arc::new(NoHost)).with_keys_in_memory()
    };
    let app = Acasa::start_behind(setup, NetworkGate::default());
    let known = challenge(folder.path(), "access.pem");

    let before = read(&app, &known).await;
    commands::verifier_update(&app, Nothing {})
        .await
        .expect("fetched");
    let after = read(&app, &known).await;
    let own = read(&app, &challenge(folder.path(), "own.pem")).await;

    assert!(!before.known, "nothing is trusted before there is a list");
    assert_eq!((after.known, after.verifier.as_str()), (true, NAME));
    assert_eq!((after.purpose.as_str(), after.retain), ("Control", true));
    assert_eq!((own.known, own.verifier.as_str()), (false, NAME));
}

#[test]
fn what_is_no_request_or_no_name_is_refused_and_a_key_of_another_signs_nothing() {
    let folder = TempDir::new().expect("a folder");
    let other = TempDir::new().expect("a folder");
    let data = folder.path().join("state");
    drop(State::start(&data));
    verifier(folder.path());
    verifier(other.path());
    let certify = |request: &str, name: &str| {
        acasa(&[
            "--json",
            "gateway",
            "--data",
            &data.display().to_string(),
            "--certify-reader",
            &folder.path().join(request).display().to_string(),
            "--reader-name",
            name,
        ])
    };

    let no_request = certify("own.pem", NAME);
    let no_name = certify("request.pem", "A,C=RU");
    let foreign_key = acasa(&[
        "--json",
        "challenge",
        "--certificate",
        &folder.path().join("own.pem").display().to_string(),
        "--key",
        &other.path().join("key.pem").display().to_string(),
    ]);
    let unsigned = acasa(&["challenge", "--ask", "portrait", "--keep"]);

    for (run, code) in [
        (no_request, "reader_request"),
        (no_name, "reader_name"),
        (foreign_key, "bad_access_key"),
    ] {
        assert_eq!(run.status, 2, "{code}");
        assert!(run.stderr.contains(code), "{}", run.stderr);
    }
    assert_eq!(unsigned.status, 2, "only a signed challenge may keep");
}
