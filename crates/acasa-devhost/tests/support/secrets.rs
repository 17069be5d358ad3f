//! What is secret in a profile, taken from its files by who knows the PIN or the words: the process
//! that is searched has no part in it.

use acasa_crypto::aead;
use acasa_store::testing::keys_of;
use acasa_store::{CopyKind, Cost, Page, Platform, Profile, Secret, Slots, SystemUptime, Vault};
use acasa_testkit::leaks::Secrets;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// Where the scalar lies in the PKCS#8 of a P-256 key (RFC 5958, RFC 5915).
const SCALAR: std::ops::Range<usize> = 36..68;
/// So much of something long is enough to know it by.
const PART: usize = 32;

/// Everything secret of the profile in `folder`, which may be open elsewhere.
///
/// `wrapping` is the key of the device keys where it lies in the keystore.
pub(crate) fn of_profile(
    folder: &Path,
    slots: Option<Arc<dyn Slots>>,
    wrapping: Option<Vec<u8>>,
    secret: (&str, &Secret),
) -> Secrets {
    let (text, secret) = secret;
    let copy = tempfile::TempDir::new().expect("a folder");
    for file in fs::read_dir(folder).expect("a profile") {
        let file = file.expect("a file");
        fs::copy(file.path(), copy.path().join(file.file_name())).expect("it is copied");
    }
    let mut secrets = Secrets::default();
    secrets.add("the PIN or the words", text.as_bytes());
    let keys = keys_of(copy.path(), slots.as_deref(), secret).expect("the secret is right");
    secrets.add("the KEK", keys.kek.expose());
    secrets.add("the data key", keys.data_key.expose());
    if let Some(device_secret) = keys.device_secret {
        secrets.add("the device secret", &device_secret);
    }
    let platform = Platform {
        slots,
        uptime: Arc::new(SystemUptime::new()),
        cost: Cost::Minimum,
    };
    let profile = Profile::open(copy.path(), platform).expect("a profile");
    let vault = profile.unlock(secret).expect("it opens");
    add_session(&mut secrets, &vault);
    add_documents(&mut secrets, &vault, wrapping);
    secrets
}

fn add_session(secrets: &mut Secrets, vault: &Vault) {
    let kept = |name| vault.session().get(name).expect("it reads").expect("it is kept");
    for (name, kept) in [
        ("the client's key", kept("client-key")),
        ("the DPoP key", kept("dpop-key")),
    ] {
        secrets.add(name, &kept[SCALAR]);
    }
    let session: Value = serde_json::from_slice(&kept("session")).expect("JSON");
    let refresh = session["refresh"].as_str().expect("a token");
    secrets.add("the refresh token", refresh.as_bytes());
}

/// Of each document: its texts, a part of the credential, and the key that the next showing of its
/// number will use.
fn add_documents(secrets: &mut Secrets, vault: &Vault, wrapping: Option<Vec<u8>>) {
    let wrapping = match wrapping {
        Some(key) => acasa_crypto::Key256::from_slice(&key).expect("256 bits"),
        None => vault.signing_keys().wrapping_key().expect("a key"),
    };
    secrets.add("the wrapping key", wrapping.expose());
    let holder = vault.principals().holder().expect("it reads").expect("somebody");
    let urn = holder.to_string();
    let number = urn.rsplit(':').next().expect("a number");
    secrets.add("the IDNP", number.as_bytes());
    let documents = vault
        .documents()
        .list(None, Page::first(50))
        .expect("they are read");
    assert!(!documents.is_empty());
    for document in documents {
        let summary: Value = serde_json::from_str(&document.summary).expect("JSON");
        add_texts(secrets, &document.doctype, &summary);
        let kind = CopyKind::Companion("number".to_owned());
        let now = jiff::Timestamp::now();
        let Ok(copy) = vault.documents().take_copy(document.id, &kind, now) else {
            continue;
        };
        let middle = copy.credential.len() / 2;
        let name = format!("a credential of {}", document.doctype);
        secrets.add(&name, &copy.credential[middle..middle + PART]);
        let sealed = vault.signing_keys().load(&copy.key_handle);
        let sealed = sealed.expect("it is read").expect("it is there");
        let handle = [b"acasa/signing-key/v1/", copy.key_handle.as_bytes()].concat();
        let key = aead::open(&wrapping, &handle, &sealed).expect("it opens");
        let name = format!("a device key of {}", document.doctype);
        secrets.add(&name, &key.expose()[SCALAR]);
    }
}

/// The texts of a card that are somebody's: neither a word of the format nor a date.
fn add_texts(secrets: &mut Secrets, doctype: &str, card: &Value) {
    for key in ["family_name", "given_name", "number", "portrait"] {
        let Some(text) = card.get(key).and_then(Value::as_str) else {
            continue;
        };
        // From the middle: pictures begin alike.
        let from = if text.len() > 2 * PART { text.len() / 2 } else { 0 };
        let part: String = text.chars().skip(from).take(2 * PART).collect();
        if part.len() > 4 {
            secrets.add(&format!("{key} on {doctype}"), part.as_bytes());
        }
    }
}
