//! `acasa signer` under `acasa gateway`, both the real binary.
#![cfg(unix)]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

#[path = "support/acasa.rs"]
mod support;

use serde_json::Value;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use support::acasa;
use tempfile::TempDir;

const ADDRESS: &str = "https://gateway.example";
/// A PKCS#8 private key on P-256 begins so, after its length: version 0, id-ecPublicKey, prime256v1.
const PKCS8_P256: &[u8] = &[
    0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A,
    0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x04,
];

/// A process that serves, with what it said when it began.
struct Running {
    process: Child,
    said: Value,
}

impl Running {
    fn start(arguments: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_acasa"))
            .arg("--json")
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the binary starts");
        let mut line = String::new();
        let out = process.stdout.take().expect("it is piped");
        BufReader::new(out).read_line(&mut line).expect("text");
        let said = serde_json::from_str(&line).expect("it says where it is");
        Self { process, said }
    }

    fn kill(mut self) {
        self.process.kill().expect("it runs");
        self.process.wait().expect("it ends");
    }

    /// As systems stop a service; whether it ended well.
    fn stop(mut self) -> bool {
        let told = Command::new("kill").arg(self.process.id().to_string()).status();
        assert!(told.expect("a shell's own tool").success());
        self.process.wait().expect("it ends").success()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Folders of a signer and of a gateway, apart.
struct Places(TempDir);

impl Places {
    fn new() -> Self {
        Self(TempDir::new().expect("a folder"))
    }

    fn folder(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn path(&self, name: &str) -> String {
        self.folder(name).to_str().expect("a plain path").to_owned()
    }

    fn socket(&self) -> String {
        self.path("signer/signer.sock")
    }

    fn signer(&self) -> Running {
        Running::start(&["signer", "--data", &self.path("signer"), "--address", ADDRESS])
    }

    /// The options of a gateway that asks the signer.
    fn gateway_options(&self) -> Vec<String> {
        let options = [
            "--signer",
            &self.socket(),
            "--address",
            ADDRESS,
            "--data",
            &self.path("gateway"),
        ];
        options.map(str::to_owned).into()
    }

    /// Such a gateway, and where it listens.
    fn gateway(&self) -> (Running, String) {
        let listen = {
            let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
            free.local_addr().expect("an address").to_string()
        };
        let options = self.gateway_options();
        let mut arguments = vec!["gateway", "--listen", listen.as_str()];
        arguments.extend(options.iter().map(String::as_str));
        (Running::start(&arguments), listen)
    }

    /// One step of a signer that is not served.
    fn step(&self, arguments: &[&str]) -> support::Ran {
        let data = self.path("signer");
        let mut all = vec!["signer", "--json", "--data", data.as_str(), "--address", ADDRESS];
        all.extend(arguments);
        acasa(&all)
    }
}

/// Status and body of a plain request.
fn get(listen: &str, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(listen).expect("it listens");
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"
    )
    .expect("it is sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("it answers");
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    (status.expect("a status"), answer)
}

/// Files below the folder that hold a private key, by name or by content.
fn private_keys(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(private_keys(&path));
            continue;
        }
        // A socket is no file to read.
        let bytes = fs::read(&path).unwrap_or_default();
        let holds = bytes.windows(PKCS8_P256.len()).any(|window| window == PKCS8_P256);
        let text = String::from_utf8_lossy(&bytes);
        if holds || text.contains("PRIVATE KEY") || path.extension().is_some_and(|kind| kind == "p8") {
            found.push(path);
        }
    }
    found
}

#[test]
fn a_gateway_with_a_signer_has_no_private_key_and_serves_its_lists() {
    let places = Places::new();
    let signer = places.signer();
    let (gateway, listen) = places.gateway();

    assert_eq!(get(&listen, "/trust").0, 200);
    assert_eq!(get(&listen, "/crl").0, 200);
    assert_eq!(get(&listen, "/readyz").0, 204);
    assert_eq!(gateway.said["trust_key"], signer.said["trust_key"]);
    assert_eq!(private_keys(&places.folder("gateway")), Vec::<PathBuf>::new());
    // The same search finds them where they are.
    assert_eq!(private_keys(&places.folder("signer")).len(), 7);
}

#[test]
fn a_signer_killed_meanwhile_makes_the_gateway_say_so_and_one_started_anew_is_found() {
    let places = Places::new();
    let signer = places.signer();
    let (_gateway, listen) = places.gateway();
    signer.kill();

    let (status, answer) = get(&listen, "/readyz");
    let list = get(&listen, "/trust");
    let signer = places.signer();

    assert_eq!(status, 503, "{answer}");
    assert!(answer.contains(r#""code":"signer_unreachable""#), "{answer}");
    assert!(answer.contains(r#""retryable":true"#), "{answer}");
    assert_eq!(list.0, 503);
    assert_eq!(get(&listen, "/readyz").0, 204);
    assert_eq!(get(&listen, "/trust").0, 200);
    assert!(signer.stop());
    assert!(!Path::new(&places.socket()).exists());
}

#[test]
fn keys_are_replaced_while_the_signer_is_stopped_and_every_step_is_in_the_journal() {
    let places = Places::new();
    let signer = places.signer();
    let running = places.step(&["--rotate", "asp"]);
    assert!(signer.stop());
    let before = fs::read(places.folder("signer/keys/asp.der")).expect("a certificate");

    let rotated = places.step(&["--rotate", "asp"]);
    let unknown = places.step(&["--revoke", "trust"]);
    let signer = places.signer();

    assert_eq!(running.error_code(), "signer_running");
    assert_eq!(rotated.answer()["rotated"], "asp");
    assert_eq!(unknown.error_code(), "authority_unknown_name");
    let after = fs::read(places.folder("signer/keys/asp.der")).expect("a certificate");
    assert_ne!(before, after);
    drop(signer);
    let checked = places.step(&["--check-journal"]);
    // Seven keys and six certificates; then one set aside, and a key and a certificate in its place.
    assert_eq!(checked.answer()["lines"], 16);
    let journal = places.folder("signer/signatures.jsonl");
    let text = fs::read_to_string(&journal).expect("text");
    fs::write(&journal, text.replacen("certificate", "mdoc", 1)).expect("it is ours");
    assert_eq!(
        places.step(&["--check-journal"]).error_code(),
        "signer_journal_broken"
    );
}

#[test]
fn keys_of_an_earlier_gateway_are_moved_to_the_signer() {
    let places = Places::new();
    let data = places.path("gateway");
    let alone = Running::start(&["gateway", "--address", ADDRESS, "--data", &data]);
    let trust_key = alone.said["trust_key"].clone();
    assert!(alone.stop());
    let root = fs::read(places.folder("gateway/keys/root.der")).expect("a root");
    fs::create_dir_all(places.folder("signer/keys")).expect("a folder");
    let mut arguments = vec!["gateway".to_owned(), "--json".to_owned()];
    arguments.extend(places.gateway_options());

    let refused = acasa(&arguments);
    for entry in fs::read_dir(places.folder("gateway/keys")).expect("a folder") {
        let name = entry.expect("an entry").file_name();
        if name != "payload.keys" {
            let (from, to) = (places.folder("gateway/keys"), places.folder("signer/keys"));
            fs::rename(from.join(&name), to.join(&name)).expect("it moves");
        }
    }
    let _signer = places.signer();
    let (gateway, listen) = places.gateway();

    assert_eq!(
        (refused.status, refused.error_code().as_str()),
        (2, "signer_keys_left")
    );
    assert_eq!(gateway.said["trust_key"], trust_key);
    assert_eq!(
        fs::read(places.folder("signer/keys/root.der")).expect("a root"),
        root
    );
    assert_eq!(get(&listen, "/trust").0, 200);
}

#[test]
fn what_is_the_signer_s_is_not_done_by_the_gateway() {
    let places = Places::new();
    let with = |more: &[&str]| {
        let mut arguments = vec!["gateway".to_owned(), "--json".to_owned()];
        arguments.extend(places.gateway_options());
        arguments.extend(more.iter().map(|word| (*word).to_owned()));
        acasa(&arguments).error_code()
    };

    assert_eq!(with(&[]), "signer_unreachable");
    assert_eq!(with(&["--rotate", "asp"]), "signer_holds_keys");
    assert_eq!(with(&["--revoke", "asp"]), "bad_arguments");
    assert_eq!(with(&["--minimum-app", "1.2.3"]), "bad_arguments");
}
