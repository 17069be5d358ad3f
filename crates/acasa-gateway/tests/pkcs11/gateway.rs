//! A whole gateway on a token.

use std::{
    fs::Permissions,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use acasa_credentials::{
    mdoc::{
        IssuerSigned,
        verify::{Context, verify_issuer_signed},
    },
    trust::{Anchor, TrustStore},
    verdict::Verdict,
};
use acasa_crypto::{Signer as _, base64url};
use acasa_gateway::{
    Authority, AuthorityError, AuthorityName, Custody, Retirement,
    ports::Clock,
    signer::{self, JOURNAL},
};
use acasa_protocol::paths;
use jiff::Timestamp;
use tempfile::TempDir;
use tokio::sync::watch;

use crate::{
    softhsm::{LABEL, PIN, SoftHsm},
    world::{NOW, Setting, World},
};

/// A PKCS#8 private key on P-256 begins so, after its length: version 0, id-ecPublicKey, prime256v1.
const PKCS8_P256: &[u8] = &[
    0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A,
    0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x04,
];

/// A data folder beside a PIN file.
struct Disk(TempDir);

impl Disk {
    fn new(pin_mode: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let disk = Self(folder);
        std::fs::write(disk.pin(), format!("{PIN}\n")).unwrap();
        std::fs::set_permissions(disk.pin(), Permissions::from_mode(pin_mode)).unwrap();
        disk
    }

    fn pin(&self) -> PathBuf {
        self.0.path().join("pin")
    }

    fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }

    fn custody(&self, hsm: &SoftHsm, label: &str) -> Custody {
        let settings = hsm.settings(label, self.pin());
        Custody::of(Some(&self.data()), Some(&settings)).unwrap()
    }

    fn open(custody: &Custody) -> Result<Authority, AuthorityError> {
        Authority::open_or_make(custody, &AuthorityName::default(), "http://127.0.0.1:1", now())
    }
}

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

/// Files below the folder that hold a private key, by name or by content.
fn private_keys(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(private_keys(&path));
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        let holds = bytes.windows(PKCS8_P256.len()).any(|window| window == PKCS8_P256);
        let text = String::from_utf8_lossy(&bytes);
        if holds || text.contains("PRIVATE KEY") || path.extension().is_some_and(|kind| kind == "p8") {
            found.push(path);
        }
    }
    found
}

pub(crate) fn issues(hsm: &SoftHsm) {
    let disk = Disk::new(0o600);
    let custody = disk.custody(hsm, LABEL);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let world = World::start_with(Setting {
            custody,
            ..Setting::default()
        })
        .await;
        let device = world.register().await;
        let tokens = world.sign_in(&device).await;
        let proofs = world.key_proofs(&device, 2).await;

        let answer = world.credentials(&device, &tokens, &proofs).await;

        let copies = answer.body["credentials"].as_array().unwrap();
        assert_eq!(copies.len(), 2);
        let root = world.gateway.authority().root().clone();
        let trust = TrustStore::new(vec![Anchor::from_certificate(root)]);
        for copy in copies {
            let issued = base64url::decode(copy["credential"].as_str().unwrap()).unwrap();
            let context = Context {
                at: now(),
                trust: Some(&trust),
                status: &Context::no_status_list,
                allow_unchecked_status: true,
                transcript: None,
                reader_key: None,
            };
            let report = verify_issuer_signed(&IssuerSigned::from_slice(&issued).unwrap(), &context);
            assert_eq!(report.verdict(), Verdict::Valid, "{:?}", report.checks);
        }
        for path in [paths::TRUST_LIST, "/status/1", "/crl"] {
            assert_eq!(world.get(path).await.status, 200, "{path}");
        }
    });
    assert_eq!(private_keys(&disk.data()), Vec::<PathBuf>::new());
    // The same search finds the keys of an authority that keeps files.
    let files = tempfile::tempdir().unwrap();
    Disk::open(&Custody::in_folder(files.path().to_owned())).unwrap();
    assert_eq!(private_keys(files.path()).len(), 7);
}

/// The moment at which the world stands still.
struct Standing;

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        now()
    }
}

pub(crate) fn signs_apart(hsm: &SoftHsm) {
    let disk = Disk::new(0o600);
    let (data, token) = (disk.data(), hsm.settings(LABEL, disk.pin()));
    let journal = data.join(JOURNAL);
    let serve = move |address: &str| {
        let settings = signer::Settings {
            journal: data.join(JOURNAL),
            socket: data.join("s"),
            data,
            allowed: None,
            token: Some(token),
            authority: AuthorityName::default(),
            address: address.parse().unwrap(),
            minimum_app: None,
            ceiling: signer::CEILING,
        };
        let service = signer::Service::open(&settings, Arc::new(Standing)).unwrap();
        let (stop, stopping) = watch::channel(false);
        tokio::spawn(async move {
            service.serve(stopping).await.unwrap();
            drop(stop);
        });
        Authority::of_service(&settings.socket, address).unwrap()
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let world = World::start_with(Setting {
            authority: Some(Box::new(serve)),
            ..Setting::default()
        })
        .await;
        let device = world.register().await;
        let tokens = world.sign_in(&device).await;
        let proofs = world.key_proofs(&device, 2).await;

        let answer = world.credentials(&device, &tokens, &proofs).await;

        assert_eq!(answer.body["credentials"].as_array().unwrap().len(), 2);
        assert_eq!(world.get(paths::TRUST_LIST).await.status, 200);
    });
    drop(runtime);
    assert_eq!(private_keys(&disk.data()), Vec::<PathBuf>::new());
    // Seven keys, six certificates, two documents, a list.
    assert_eq!(signer::check_journal(&journal).unwrap(), 16);
}

pub(crate) fn starts_again(hsm: &SoftHsm) {
    let disk = Disk::new(0o400);
    let first = Disk::open(&disk.custody(hsm, LABEL)).unwrap();
    let (certificates, trust_key) = (
        first
            .certificates()
            .iter()
            .map(|(_, certificate)| (*certificate).clone())
            .collect::<Vec<_>>(),
        first.trust_key(),
    );
    // A token is open once in a process.
    drop(first);

    let second = Disk::open(&disk.custody(hsm, LABEL)).unwrap();

    let again: Vec<_> = second
        .certificates()
        .into_iter()
        .map(|(_, certificate)| certificate.clone())
        .collect();
    assert!(again == certificates && second.trust_key() == trust_key);
}

pub(crate) fn rotates(hsm: &SoftHsm) {
    let disk = Disk::new(0o600);
    let custody = disk.custody(hsm, LABEL);
    drop(Disk::open(&custody).unwrap());
    drop(custody);
    let key = |name: &str| {
        let token = hsm.open(PIN).unwrap();
        token.signer(name).unwrap().public_key()
    };
    let (asp, igm) = (key("acasa-asp"), key("acasa-igm"));

    let custody = disk.custody(hsm, LABEL);
    Authority::retire(&custody, "asp", Retirement::Replaced, now()).unwrap();
    drop(Disk::open(&custody).unwrap());
    drop(custody);

    assert!(key("acasa-asp") != asp);
    assert!(key("acasa-igm") == igm);
}

pub(crate) fn refuses_another_token(hsm: &SoftHsm) {
    let disk = Disk::new(0o600);
    drop(Disk::open(&disk.custody(hsm, LABEL)).unwrap());
    hsm.add_token("other");

    let refused = Disk::open(&disk.custody(hsm, "other")).err().unwrap();

    assert_eq!(refused.code(), "authority_key_missing");
    let other = hsm.open_token("other", PIN).unwrap();
    assert_eq!(
        other.signer("acasa-root").unwrap_err().code(),
        "pkcs11_key_missing"
    );
}

pub(crate) fn refuses_open_pin_file(hsm: &SoftHsm) {
    let disk = Disk::new(0o640);

    let refused = hsm.settings(LABEL, disk.pin()).open().unwrap_err();

    assert_eq!(refused.code(), "pkcs11_pin_file_permissions");
}
