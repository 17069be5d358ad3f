//! Looks into running processes for what is secret in a profile: `search_memory PROFILE STATE PID…`
//!
//! PROFILE is a profile's folder, whose PIN is read from standard input, STATE the gateway's
//! database, against whose hashes tokens are recognised. The keystore is the system's. It answers
//! one object in JSON: the names of what was found, by process. For the test of the window.
#![cfg(target_os = "linux")]
#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a tool of the tests speaks on its streams and fails by panicking"
)]

#[path = "../tests/support/secrets.rs"]
mod secrets;
#[path = "../tests/support/tokens.rs"]
mod tokens;

use acasa_crypto::digest::sha256;
use acasa_gateway_store::{RootKeys, SqliteStorage};
use acasa_keystore::{Keystore as _, KeystoreError, OsKeystore};
use acasa_store::{Pin, Secret, SlotError, Slots};
use acasa_testkit::memory::{search, search_planted};
use serde_json::{Map, json};
use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::PathBuf;
use std::sync::Arc;
use zeroize::Zeroizing;

/// The system's keystore, as the vault sees it.
struct Keystore(OsKeystore);

fn slot_error(error: &KeystoreError) -> SlotError {
    SlotError {
        code: error.code(),
        retryable: error.retryable(),
    }
}

impl Slots for Keystore {
    fn get(&self, profile: &str, slot: &str) -> Result<Option<Zeroizing<Vec<u8>>>, SlotError> {
        self.0.get(profile, slot).map_err(|error| slot_error(&error))
    }

    fn set(&self, profile: &str, slot: &str, secret: &[u8]) -> Result<(), SlotError> {
        self.0
            .set(profile, slot, secret)
            .map_err(|error| slot_error(&error))
    }

    fn delete(&self, profile: &str, slot: &str) -> Result<(), SlotError> {
        self.0.delete(profile, slot).map_err(|error| slot_error(&error))
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let profile = PathBuf::from(arguments.next().expect("a profile"));
    let state = PathBuf::from(arguments.next().expect("a state"));
    let mut pin = String::new();
    std::io::stdin().read_to_string(&mut pin).expect("a PIN");
    let secret = Secret::from(Pin::enter(pin.trim()).expect("six digits"));

    let keystore = Arc::new(Keystore(OsKeystore::new()));
    let key_file = std::fs::read(profile.join("key.json")).expect("a profile");
    let key_file: serde_json::Value = serde_json::from_slice(&key_file).expect("JSON");
    let name = key_file["profile"].as_str().expect("a name");
    let wrapping = keystore.get(name, "signing-keys").expect("a keystore");
    let wrapping = wrapping.map(|key| key.to_vec());
    let secrets = secrets::of_profile(&profile, Some(keystore), wrapping, (pin.trim(), &secret));

    let planted = search_planted(&secrets).expect("it is read");
    let all: BTreeSet<_> = secrets.forms().map(|(sighting, _)| sighting).collect();
    assert_eq!(planted.sightings.into_keys().collect::<BTreeSet<_>>(), all);

    let roots =
        std::fs::read(state.with_file_name("keys").join("payload.keys")).expect("the state's root keys");
    let roots = RootKeys::parse(&roots).expect("root keys");
    let storage = SqliteStorage::open(&state, sha256, &roots).expect("the state's records");
    let mut answer = Map::new();
    for process in arguments {
        let id = process.parse().expect("a process");
        let found = search(id, &secrets).expect("it is read");
        let mut names: BTreeSet<String> = found.names().into_iter().map(str::to_owned).collect();
        let [access, refresh] = tokens::count(id, &storage);
        if access + refresh > 0 {
            names.insert(format!("{access} access and {refresh} refresh tokens"));
        }
        answer.insert(process, json!({ "bytes": found.bytes, "found": names }));
    }
    println!("{}", serde_json::Value::Object(answer));
}
