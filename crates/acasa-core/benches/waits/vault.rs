//! Unlocking, and the first page of a long list.

use crate::measure;
use acasa_crypto::argon2id::{self, MIN_SALT, Parameters};
use acasa_store::{
    CopyKind, Cost, NewCopy, NewDocument, Page, Passphrase, Platform, Profile, Secret, SystemUptime, Vault,
};
use jiff::{Timestamp, ToSpan as _};
use std::hint::black_box;
use std::sync::Arc;

const DOCUMENTS: u32 = 10_000;

pub(crate) fn measure_all() {
    measure("argon2id_minimum", || {
        let key = argon2id::derive(Parameters::MINIMUM, &[7; MIN_SALT], b"482913");
        assert!(black_box(key).is_ok());
    });
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (profile, vault, secret) = enrol(&folder, Cost::Minimum);
    measure("list_50_of_10000", || assert!(list(&vault) == 50));
    vault.lock();
    measure_unlock("unlock_minimum", &profile, &secret);

    let folder = tempfile::tempdir().expect("a temporary folder");
    let (profile, vault, secret) = enrol(&folder, Cost::Calibrated);
    vault.lock();
    measure_unlock("unlock_calibrated", &profile, &secret);
}

/// From the last key pressed to the documents in hand, and locked again.
fn measure_unlock(name: &str, profile: &Profile, secret: &Secret) {
    measure(name, || {
        let vault = profile.unlock(secret).expect("the same words");
        assert!(list(&vault) == 50);
        vault.lock();
    });
}

fn list(vault: &Vault) -> usize {
    black_box(vault.documents().list(None, Page::first(50)))
        .expect("a list")
        .len()
}

/// A profile with ten thousand documents and a copy of each, on disk and encrypted.
fn enrol(folder: &tempfile::TempDir, cost: Cost) -> (Profile, Vault, Secret) {
    let platform = Platform {
        slots: None,
        uptime: Arc::new(SystemUptime::new()),
        cost,
    };
    let words: Secret = Passphrase::make_random(6).expect("six words").into();
    let (profile, vault) =
        Profile::enrol(&folder.path().join("profile"), platform, &words).expect("an empty folder");
    let holder = "urn:md:idnp:2999000000014".parse().expect("a synthetic number");
    vault.principals().set_holder(holder).expect("the first");
    let now = Timestamp::now();
    let until = now + 2400.hours();
    let documents: Vec<NewDocument> = (0..DOCUMENTS)
        .map(|position| NewDocument {
            principal: holder,
            doctype: "md.gov.wallet.pid.1".into(),
            summary: "x".repeat(300),
            portrait: None,
            position: position.into(),
            valid_until: until,
            received_at: now,
            copies: vec![NewCopy {
                kind: CopyKind::Full,
                format: "mso_mdoc".into(),
                batch: String::new(),
                credential: vec![7; 4096],
                key_handle: position.to_string(),
                status: None,
                valid_from: now,
                valid_until: until,
            }],
        })
        .collect();
    vault.documents().insert_all(&documents).expect("there is room");
    (profile, vault, words)
}
