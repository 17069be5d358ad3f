//! A batch before the gateway: as it came, and its lines as the intents of a batch that a device signed.
#![no_main]

use acasa_crypto::{Signer as _, digest::sha256, jose};
use acasa_domain::Idnp;
use acasa_fuzz::{at, signing_key};
use acasa_gateway::Desk;
use acasa_gateway_store::{Client, SqliteStorage, Storage as _};
use acasa_protocol::sync::{
    BATCH_TYPE, Batch, Cursor, Intent, MAX_BATCH, MAX_DEPENDENCIES, MAX_INTENT, NewGeneration,
};
use libfuzzer_sys::fuzz_target;
use serde_json::json;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

const CLIENT: &str = "01890000-0000-7000-8000-000000000001";
const ISSUER: &str = "https://gateway.example";

static NUMBER: AtomicU64 = AtomicU64::new(1);
/// A gateway's records, with one device that has begun its first generation.
static STORAGE: LazyLock<SqliteStorage> = LazyLock::new(|| {
    let storage = SqliteStorage::in_memory(sha256).expect("there is memory");
    let client = Client {
        id: CLIENT.to_owned(),
        jwk: "{}".to_owned(),
        redirect_uris: Vec::new(),
        registered: 1,
    };
    storage.register_client(&client).expect("a new client");
    let begun = NewGeneration {
        generation: 1,
        jwk: signing_key().public_key().to_jwk().to_value(),
    };
    desk(&storage).begin_generation(begun).expect("the first generation");
    storage
});

fuzz_target!(|data: &[u8]| {
    let desk = desk(&STORAGE);
    if let Ok(batch) = serde_json::from_slice::<Batch>(data) {
        assert!(desk.judge(batch).is_err(), "nobody but the device signs for it");
    }
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let intents: Vec<String> = text.lines().map(str::to_owned).collect();
    let (count, is_whole) = (intents.len(), is_whole(&intents));
    let batch = signed(intents);
    let again = Batch {
        batch: batch.batch.clone(),
        intents: batch.intents.clone(),
    };
    match desk.judge(batch) {
        Ok(answer) => {
            assert!(is_whole, "judged beyond a limit");
            assert_eq!(answer.outcomes.len(), count, "an outcome for each intent");
            let answered = desk.judge(again).expect("a batch may come again");
            assert!(answered.outcomes == answer.outcomes, "and is answered the same");
        }
        Err(error) => {
            assert_eq!(error.code(), "batch_refused", "nothing else is wrong with what the device signed");
            assert!(!is_whole, "within the limits each intent is judged");
        }
    }
    let page = desk.records(Cursor {
        since: 0,
        began: None,
    });
    assert!(page.is_ok(), "whatever was judged, records can be read");
});

/// Whether a batch of these keeps the limits, and each can be read as an intent.
fn is_whole(intents: &[String]) -> bool {
    let is_intent = |text: &String| {
        let intent = serde_json::from_str::<Intent>(text);
        text.len() <= MAX_INTENT && intent.is_ok_and(|intent| intent.depends_on.len() <= MAX_DEPENDENCIES)
    };
    (1..=MAX_BATCH).contains(&intents.len()) && intents.iter().all(is_intent)
}

fn desk(storage: &SqliteStorage) -> Desk<'_> {
    Desk {
        storage,
        issuer: ISSUER,
        client: CLIENT,
        person: "2999000000003".parse::<Idnp>().expect("a synthetic number"),
        now: at(),
        correlation: "fuzz",
    }
}

fn signed(intents: Vec<String>) -> Batch {
    let digests: Vec<String> = intents
        .iter()
        .map(|text| hex::encode(sha256(text.as_bytes())))
        .collect();
    let claims = json!({
        "iss": CLIENT, "aud": ISSUER, "generation": 1, "number": NUMBER.fetch_add(1, Ordering::Relaxed),
        "intents": digests,
    });
    let header = json!({ "typ": BATCH_TYPE });
    let header = header.as_object().cloned().unwrap_or_default();
    let batch = jose::sign(signing_key(), header, claims.to_string().as_bytes()).expect("the key signs");
    Batch { batch, intents }
}
