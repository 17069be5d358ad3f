//! What a whole `acasa demo` logs, in all its processes, at the most talkative level.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use acasa_sandbox::country::{Country, Person};
use acasa_testkit::leaks::Secrets;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

const SEED: u64 = 31;
/// The PIN of the demo's holder.
const PIN: &str = "739154";
/// So much of something long is enough to know it by.
const PART: usize = 32;

/// From the middle: pictures and proofs begin alike.
fn part(long: &[u8]) -> &[u8] {
    let middle = long.len() / 2;
    &long[middle..(middle + PART).min(long.len())]
}

fn add_person(secrets: &mut Secrets, number: usize, person: &Person) {
    let mut texts = vec![
        ("IDNP", person.idnp.as_str().to_owned()),
        ("family name", person.family_name.clone()),
        ("name", format!("{} {}", person.given_name, person.family_name)),
        ("street", person.address.street.clone()),
    ];
    for document in &person.documents {
        texts.push(("document", document.number.clone()));
    }
    for (what, text) in texts.into_iter().filter(|(_, text)| text.len() > 4) {
        secrets.add(&format!("{what} of person {number}"), text.as_bytes());
    }
    let pictures = person.pictures();
    secrets.add(&format!("portrait of {number}"), part(&pictures.full));
    secrets.add(&format!("small portrait of {number}"), part(&pictures.companion));
}

/// Everybody's data in the demo's two states, and what it showed.
fn secrets(kept: &Path) -> Secrets {
    let mut secrets = Secrets::default();
    for seed in [SEED, SEED + 1] {
        for (number, person) in Country::generate(seed).people.iter().enumerate() {
            add_person(&mut secrets, number + 1, person);
        }
    }
    secrets.add("the PIN", PIN.as_bytes());
    for name in ["proof.txt", "answer.txt", "portrait.txt", "challenge.txt"] {
        let text = fs::read(kept.join(name)).expect("it is kept");
        secrets.add(name, part(&text));
    }
    let response = fs::read(kept.join("response.cbor")).expect("it is kept");
    secrets.add("the payload", part(&response));
    secrets
}

#[test]
fn the_logs_of_the_whole_demo_at_the_most_talkative_level_hold_nothing_of_anybody() {
    let folder = TempDir::new().expect("a folder");
    let (kept, log) = (folder.path().join("kept"), folder.path().join("log"));

    let status = Command::new(env!("CARGO_BIN_EXE_acasa"))
        .args(["demo", "--seed", &SEED.to_string(), "--keep"])
        .arg(&kept)
        .env("ACASA_LOG", "trace")
        .stdout(Stdio::null())
        .stderr(File::create(&log).expect("a file"))
        .status()
        .expect("it runs");

    assert!(status.success());
    let text = untimed(&fs::read_to_string(log).expect("it is text"));
    // Both kinds of processes spoke, and the libraries below them.
    for said in ["vault locked", "request.served", "TRACE", "hyper"] {
        assert!(text.contains(said), "{said} is not in the log");
    }
    let secrets = secrets(&kept);
    assert_eq!(
        secrets.found_in(text.as_bytes()).into_iter().collect::<Vec<_>>(),
        []
    );
    // Tokens are opaque; these are what they travel in.
    for carrier in [
        "access_token",
        "refresh_token",
        "DPoP ey",
        "client_assertion=",
        "code_verifier=",
    ] {
        assert!(!text.contains(carrier), "{carrier} is in the log");
    }
    assert!(!is_token_in(&text), "a token is in the log");
}

/// Without the time before each line: its digits could be those of a PIN.
fn untimed(log: &str) -> String {
    let lines = log.lines().map(|line| match line.split_once(' ') {
        Some((time, rest)) if time.ends_with('Z') => rest,
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Whether there is something that looks like a token of the gateway: 32 bytes in base64url, which
/// has to be of mixed characters.
fn is_token_in(text: &str) -> bool {
    let is_of_token = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    let mut words = text.split(|letter| !is_of_token(letter));
    words.any(|word| {
        word.len() == 43
            && word.bytes().any(|byte| byte.is_ascii_uppercase())
            && word.bytes().any(|byte| byte.is_ascii_lowercase())
            && word.bytes().any(|byte| byte.is_ascii_digit())
    })
}
