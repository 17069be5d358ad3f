//! A vault written by version 1 of the schema still opens, with everything in it.
//!
//! The fixture is a profile folder made by that version: passphrase in `passphrase.txt`, no
//! keystore. It is never made anew; a new version of the schema adds one of its own, made by the
//! example `make_fixture`.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use acasa_store::{ActFate, CopyKind, Cost, Page, Passphrase, Platform, Profile, SystemUptime};
use jiff::Timestamp;

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/vault-v1")
}

fn platform() -> Platform {
    Platform {
        slots: None,
        uptime: Arc::new(SystemUptime::new()),
        cost: Cost::Minimum,
    }
}

fn time() -> Timestamp {
    "2026-11-21T10:00:00Z".parse().expect("a time")
}

#[test]
fn a_vault_of_version_1_opens_with_its_records() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["key.json", "vault.db"] {
        fs::copy(fixture().join(name), folder.path().join(name)).unwrap();
    }
    let words = fs::read_to_string(fixture().join("passphrase.txt")).unwrap();

    let profile = Profile::open(folder.path(), platform()).unwrap();
    let vault = profile.unlock(&Passphrase::enter(&words).into()).unwrap();

    let documents = vault.documents().list(None, Page::first(9)).unwrap();
    assert_eq!(documents.len(), 2);
    assert_eq!(documents[0].summary, r#"{"of":"holder"}"#);
    assert_eq!(documents[1].summary, r#"{"of":"company"}"#);
    let copy = vault
        .documents()
        .take_copy(documents[1].id, &CopyKind::Full, time())
        .unwrap();
    assert_eq!(
        (copy.credential.as_slice(), copy.uses),
        ([0xA1, 0x01, 0x02].as_slice(), 0)
    );
    let acts = vault.acts().list(Page::first(9)).unwrap();
    assert_eq!(
        (acts[0].name.as_str(), acts[0].fate),
        ("document.issue", ActFate::Waiting)
    );
    assert_eq!(vault.trust().list().unwrap().unwrap().version, 7);
    assert_eq!(
        vault.settings().get::<String>("language").unwrap().as_deref(),
        Some("ro")
    );
    assert_eq!(
        vault.session().get("token").unwrap().unwrap().as_slice(),
        b"token"
    );
}
