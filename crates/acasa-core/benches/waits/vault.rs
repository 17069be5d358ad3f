//! Unlocking, and the first page of a long list.

#[path = "../../../acasa-store/benches/support/vault.rs"]
mod full;

use crate::measure;
use acasa_crypto::argon2id::{self, MIN_SALT, Parameters};
use acasa_store::{Cost, Page, Profile, Secret, Vault};
use std::hint::black_box;

pub(crate) fn measure_all() {
    measure("argon2id_minimum", || {
        let key = argon2id::derive(Parameters::MINIMUM, &[7; MIN_SALT], b"482913");
        assert!(black_box(key).is_ok());
    });
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (profile, vault, secret, _) = full::enrol(folder.path(), Cost::Minimum);
    measure("list_50_of_10000", || assert!(list(&vault) == 50));
    vault.lock();
    measure_unlock("unlock_minimum", &profile, &secret);

    let folder = tempfile::tempdir().expect("a temporary folder");
    let (profile, vault, secret, _) = full::enrol(folder.path(), Cost::Calibrated);
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
