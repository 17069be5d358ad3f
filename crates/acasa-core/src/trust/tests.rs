use super::*;
use crate::{Deployment, NoHost, Setup};
use acasa_credentials::issue::{CertificateDetails, CertificateUse, make_certificate, make_root};
use acasa_credentials::status::{Status, StatusListBuilder, StatusListTerms, StatusSize};
use acasa_credentials::trust::{Anchor, Certificate, Purpose, Scope, TrustEntry, sign_trust_list};
use acasa_crypto::{Signer as _, SigningKey};
use acasa_keystore::{Keystore, MemoryKeystore};
use std::collections::BTreeMap;
use tempfile::TempDir;

/// A publisher of trust lists, and a device that pins its key.
struct World {
    publisher: SigningKey,
    folder: TempDir,
    keystore: Arc<dyn Keystore>,
}

impl World {
    fn new() -> Self {
        Self {
            publisher: SigningKey::make_random().unwrap(),
            folder: TempDir::new().unwrap(),
            keystore: Arc::new(MemoryKeystore::new()),
        }
    }

    /// The app, started anew.
    fn app(&self) -> Acasa {
        let mut deployment = Deployment::built_in();
        deployment.trust_keys = vec![self.publisher.public_key().to_jwk()];
        let setup = Setup::new(self.folder.path().to_owned(), Arc::new(NoHost));
        Acasa::start(Setup {
            deployment,
            keystore: Arc::clone(&self.keystore),
            ..setup
        })
    }

    fn list(&self, version: u64) -> Vec<u8> {
        let now = Timestamp::now();
        let next = now + SignedDuration::from_hours(24);
        sign_trust_list(version, now, next, &[], None, &self.publisher).unwrap()
    }

    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let files = fs::read_dir(self.folder.path().join("trust")).unwrap();
        files
            .map(|entry| entry.unwrap().path())
            .map(|path| (path.clone(), fs::read(path).unwrap()))
            .collect()
    }
}

fn version(acasa: &Acasa) -> Option<u64> {
    acasa.trust().list.map(|list| list.version)
}

#[test]
fn an_older_list_put_back_into_the_folder_is_refused_because_the_keystore_knows_a_newer_one() {
    let mut world = World::new();
    world.app().keep_trust(&world.list(7), &[]).unwrap();
    let older = world.files();
    world.app().keep_trust(&world.list(8), &[]).unwrap();
    let newer = world.files();

    for (path, bytes) in &older {
        fs::write(path, bytes).unwrap();
    }
    let with_the_older = version(&world.app());
    for (path, bytes) in &newer {
        fs::write(path, bytes).unwrap();
    }
    let with_the_newer = version(&world.app());
    for (path, bytes) in &older {
        fs::write(path, bytes).unwrap();
    }
    world.keystore = Arc::new(MemoryKeystore::new());
    let on_another_keystore = version(&world.app());

    assert_eq!(with_the_older, None);
    assert_eq!(with_the_newer, Some(8));
    // Nothing but the keystore stood in its way.
    assert_eq!(on_another_keystore, Some(7));
}

#[test]
fn an_older_list_from_the_gateway_is_refused_though_the_folder_was_removed() {
    let world = World::new();
    world.app().keep_trust(&world.list(8), &[]).unwrap();
    fs::remove_dir_all(world.folder.path().join("trust")).unwrap();
    let acasa = world.app();

    let refused = acasa.keep_trust(&world.list(7), &[]).err();
    let refused = refused.as_ref().map(CoreError::code);
    let empty = version(&acasa);
    acasa.keep_trust(&world.list(9), &[]).unwrap();

    assert_eq!((refused, empty), (Some("trust_not_accepted"), None));
    assert_eq!(version(&acasa), Some(9));
}

/// Who signs status lists, and what certified it.
struct StatusSigner {
    key: SigningKey,
    certificate: Certificate,
}

impl StatusSigner {
    fn new() -> Self {
        let (root_key, key) = (
            SigningKey::make_random().unwrap(),
            SigningKey::make_random().unwrap(),
        );
        let now = Timestamp::now();
        let details = CertificateDetails {
            common_name: "Test",
            country: "MD",
            not_before: now - SignedDuration::from_hours(24),
            not_after: now + SignedDuration::from_hours(24 * 300),
            contact_uri: "https://example.org",
            crl_uri: "https://example.org/crl",
        };
        let root = Certificate::from_der(&make_root(&details, &root_key).unwrap()).unwrap();
        let purpose = CertificateUse::StatusSigner;
        let der = make_certificate(purpose, &details, &key.public_key(), &root, &root_key).unwrap();
        Self {
            key,
            certificate: Certificate::from_der(&der).unwrap(),
        }
    }

    /// A list issued so many hours ago, in which entry 3 has a status.
    fn list(&self, hours: i64, entry: Status) -> Vec<u8> {
        let issued_at = Timestamp::now().as_second() - hours * 3600;
        let mut list = StatusListBuilder::new(StatusSize::from_bits(2).unwrap(), 16).unwrap();
        list.set(3, entry).unwrap();
        let terms = StatusListTerms {
            subject: "https://status.example/1",
            issued_at,
            expires_at: issued_at + 7 * 24 * 3600,
            time_to_live: 3600,
            certificates: &[self.certificate.as_der().to_vec()],
        };
        list.sign_cwt(terms, &self.key).unwrap()
    }

    fn entry(&self, doc_type: &str) -> TrustEntry {
        TrustEntry {
            is_root: false,
            certificate: self.certificate.clone(),
            scope: Scope {
                doc_types: Some(vec![doc_type.to_owned()]),
                purposes: vec![Purpose::Status],
            },
        }
    }
}

/// What is said of entry 3 to a document of a type, whose signer is vouched for by what signs the lists.
fn said(trust: &Trust, doc_type: &str) -> &'static str {
    let reference = StatusMechanism::StatusList {
        index: 3,
        uri: "https://status.example/1".to_owned(),
    };
    let anchors: Vec<&Anchor> = trust.store.iter().flat_map(TrustStore::anchors).collect();
    let credential = Certified {
        doc_type,
        anchors: &anchors,
    };
    trust
        .check_status(&reference, credential, Timestamp::now())
        .detail
}

#[test]
fn an_older_status_list_does_not_replace_a_newer_one_and_another_signers_counts_for_nothing() {
    let world = World::new();
    let signer = StatusSigner::new();
    let now = Timestamp::now();
    let next = now + SignedDuration::from_hours(24);
    let entries = [signer.entry("a")];
    let list = sign_trust_list(1, now, next, &entries, None, &world.publisher).unwrap();
    let acasa = world.app();
    let keep = |status: Vec<u8>| acasa.keep_trust(&list, &[status]).unwrap();

    let newer = keep(signer.list(1, Status::Suspended));
    let after_older = keep(signer.list(2, Status::Valid));
    let after_start = world.app().trust();
    let after_newest = keep(signer.list(0, Status::Valid));
    let of_a_stranger = keep(StatusSigner::new().list(0, Status::Invalid));

    assert_eq!(said(&newer, "a"), "suspended");
    assert_eq!(said(&after_older, "a"), "suspended");
    assert_eq!(said(&after_start, "a"), "suspended");
    assert_eq!(said(&after_newest, "a"), "ok");
    assert_eq!(said(&of_a_stranger, "a"), "no_status_list");
    // The signer was named for documents of one type.
    assert_eq!(said(&after_newest, "b"), "status_list_signer_unknown");
}
