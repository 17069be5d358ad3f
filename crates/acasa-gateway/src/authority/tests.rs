use std::{collections::BTreeMap, path::Path};

use acasa_credentials::trust::{PinnedKeys, TrustList, TrustStore};
use acasa_crypto::base64url;
use jiff::SignedDuration;

use super::*;

const ADDRESS: &str = "https://a.example";

fn now() -> Timestamp {
    "2026-11-21T10:00:00Z".parse().unwrap()
}

fn open(folder: &Path, at: Timestamp) -> Result<Authority, AuthorityError> {
    open_as("Acasa", folder, at)
}

fn open_as(name: &str, folder: &Path, at: Timestamp) -> Result<Authority, AuthorityError> {
    let custody = Custody::in_folder(folder.to_owned());
    Authority::open_or_make(&custody, &name.parse().unwrap(), ADDRESS, at)
}

fn retire(folder: &Path, name: &str, how: Retirement) -> Result<(), AuthorityError> {
    Authority::retire(&Custody::in_folder(folder.to_owned()), name, how, now())
}

/// Its certificates by name, which stay when it is closed.
fn certificates(authority: &Authority) -> BTreeMap<&'static str, Certificate> {
    let owned = |(name, certificate): (_, &Certificate)| (name, certificate.clone());
    authority.certificates().into_iter().map(owned).collect()
}

fn certificate(authority: &Authority, name: &str) -> Certificate {
    certificates(authority)[name].clone()
}

fn trust_of(authority: &Authority, at: Timestamp) -> TrustStore {
    let pinned = PinnedKeys {
        current: authority.trust_key(),
        successor: None,
    };
    let list = authority.trust_list(at).unwrap();
    TrustList::verify(&list, &pinned, None, at).unwrap().into_store()
}

fn names(trust: &TrustStore, certificate: &Certificate) -> bool {
    trust.certificate_by_thumbprint(certificate.sha256()).is_some()
}

#[test]
fn keys_in_a_folder_are_the_same_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();

    let (first, second) = (
        open(folder.path(), now()).unwrap(),
        open(folder.path(), now()).unwrap(),
    );

    assert!(first.certificates() == second.certificates());
    assert!(first.trust_key() == second.trust_key());
}

#[test]
fn certificates_are_called_after_the_authority_from_when_they_are_made() {
    let folder = tempfile::tempdir().unwrap();
    let first = certificates(&open_as("Acasa", folder.path(), now()).unwrap());
    retire(folder.path(), "asp", Retirement::Replaced).unwrap();

    let renamed = open_as("Acasa de probe", folder.path(), now()).unwrap();

    let second = certificates(&renamed);
    for (name, due) in [
        ("root", "Acasa IACA"),
        ("asp", "Acasa ASP Document Signer"),
        ("cnddcm", "Acasa CNDDCM Document Signer"),
        ("status", "Acasa Status"),
    ] {
        let found = first[name].subject();
        assert!(
            found.split(',').any(|part| part == format!("CN={due}")),
            "{found}"
        );
    }
    let asp = second["asp"].subject();
    assert!(asp.contains("CN=Acasa de probe ASP Document Signer"));
    assert_eq!(second["root"].subject(), first["root"].subject());
    assert!(names(&trust_of(&renamed, now()), &second["asp"]));
}

#[test]
fn a_signer_near_its_end_is_replaced_and_stays_trusted() {
    let folder = tempfile::tempdir().unwrap();
    let before = open(folder.path(), now()).unwrap();
    let later = now() + SignedDuration::from_hours(24 * 300);

    let after = open(folder.path(), later).unwrap();

    let trust = trust_of(&after, later);
    for name in ["asp", "status"] {
        assert!(certificate(&before, name) != certificate(&after, name), "{name}");
        assert!(names(&trust, &certificate(&before, name)), "{name}");
    }
}

#[test]
fn a_signer_replaced_by_hand_stays_trusted() {
    let folder = tempfile::tempdir().unwrap();
    let before = certificates(&open(folder.path(), now()).unwrap());

    retire(folder.path(), "asp", Retirement::Replaced).unwrap();

    let after = open(folder.path(), now()).unwrap();
    assert!(before["asp"].key() != certificate(&after, "asp").key());
    assert!(before["igm"] == certificate(&after, "igm"));
    let trust = trust_of(&after, now());
    assert!(names(&trust, &before["asp"]) && names(&trust, after.root()));
}

#[test]
fn a_revoked_signer_is_not_trusted_by_way_of_the_root_either() {
    let folder = tempfile::tempdir().unwrap();
    let before = certificates(&open(folder.path(), now()).unwrap());

    retire(folder.path(), "asp", Retirement::Revoked).unwrap();

    let after = open(folder.path(), now()).unwrap();
    let trust = trust_of(&after, now());
    assert!(!names(&trust, &before["asp"]) && !names(&trust, after.root()));
    assert!(names(&trust, &certificate(&after, "asp")));
    // Once the revoked one has ended by itself, the root says nothing of it any more.
    let later = before["asp"].not_after() + SignedDuration::from_hours(1);
    assert!(names(&trust_of(&after, later), after.root()));
}

#[test]
fn no_key_ends_while_somebody_works_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let working = [
        open(folder.path(), now()).unwrap(),
        open(folder.path(), now()).unwrap(),
    ];

    for working in working {
        for how in [Retirement::Replaced, Retirement::Revoked] {
            let refused = retire(folder.path(), "asp", how).unwrap_err();
            assert_eq!((refused.code(), refused.retryable()), ("authority_in_use", true));
        }
        drop(working);
    }

    retire(folder.path(), "asp", Retirement::Revoked).unwrap();
}

#[test]
fn a_signer_that_was_put_aside_can_be_revoked_by_its_file_s_name() {
    let folder = tempfile::tempdir().unwrap();
    let before = certificate(&open(folder.path(), now()).unwrap(), "asp");
    retire(folder.path(), "asp", Retirement::Replaced).unwrap();
    let name = format!("asp@{}", base64url::encode(before.sha256()));

    retire(folder.path(), &name, Retirement::Revoked).unwrap();

    let after = open(folder.path(), now()).unwrap();
    assert!(!names(&trust_of(&after, now()), &before));
}

#[test]
fn a_revoked_root_takes_everything_it_certified_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let first = open(folder.path(), now()).unwrap();
    let (before, trust_key) = (certificates(&first), first.trust_key());
    drop(first);

    retire(folder.path(), "root", Retirement::Revoked).unwrap();

    let after = open(folder.path(), now()).unwrap();
    let trust = trust_of(&after, now());
    for (name, certificate) in &before {
        assert!(!names(&trust, certificate), "{name}");
    }
    for (name, certificate) in after.certificates() {
        assert!(names(&trust, certificate), "{name}");
    }
    assert!(trust_key == after.trust_key());
}

#[test]
fn a_stop_after_a_revocation_was_recorded_does_not_undo_it() {
    let folder = tempfile::tempdir().unwrap();
    let before = certificate(&open(folder.path(), now()).unwrap(), "asp");
    let key = std::fs::read(folder.path().join("asp.p8")).unwrap();
    retire(folder.path(), "asp", Retirement::Revoked).unwrap();
    std::fs::write(folder.path().join("asp.der"), before.as_der()).unwrap();
    std::fs::write(folder.path().join("asp.p8"), key).unwrap();

    let after = certificate(&open(folder.path(), now()).unwrap(), "asp");

    assert!(after != before && after.key() != before.key());
}

#[test]
fn only_keys_that_can_be_replaced_are_retired() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path(), now()).unwrap();
    let set_aside = format!("other@{}", "A".repeat(43));
    let refused = [
        (set_aside.as_str(), Retirement::Revoked),
        ("root", Retirement::Replaced),
        ("trust", Retirement::Replaced),
        ("trust", Retirement::Revoked),
        ("asp@../trust", Retirement::Revoked),
        ("../keys/asp", Retirement::Revoked),
        ("", Retirement::Revoked),
    ];

    for (name, how) in refused {
        let error = retire(folder.path(), name, how).unwrap_err();
        assert_eq!(error.code(), "authority_unknown_name", "{name}");
    }
}

#[test]
fn a_certificate_without_its_key_is_not_given_a_new_one() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path(), now()).unwrap();
    std::fs::remove_file(folder.path().join("root.p8")).unwrap();

    let refused = open(folder.path(), now()).err().unwrap();

    assert_eq!(refused.code(), "authority_key_missing");
    assert!(!folder.path().join("root.p8").exists());
}

#[test]
fn a_certificate_with_another_key_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path(), now()).unwrap();
    std::fs::copy(folder.path().join("igm.p8"), folder.path().join("asp.p8")).unwrap();

    let refused = open(folder.path(), now()).err().unwrap();

    assert_eq!(refused.code(), "authority_key_mismatch");
}

#[cfg(unix)]
#[test]
fn key_files_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys");
    open(&keys, now()).unwrap();
    retire(&keys, "asp", Retirement::Revoked).unwrap();

    for entry in std::fs::read_dir(&keys).unwrap() {
        let mode = entry.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0);
    }
}
