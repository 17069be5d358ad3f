//! What the service does, as the gateway and others see it.

use std::{
    fs,
    io::{Read as _, Write as _},
    os::unix::net::UnixStream,
    path::PathBuf,
    sync::{Arc, Mutex},
};

use acasa_credentials::{
    mdoc::{
        IssuerSigned,
        verify::{Context, verify_issuer_signed},
    },
    trust::{PinnedKeys, TrustList, TrustStore},
    verdict::Verdict,
};
use acasa_crypto::base64url;
use acasa_gateway::{
    Authority, Retirement,
    signer::{JOURNAL, Settings, check_journal},
};
use acasa_protocol::paths;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    child::{Signer, clock},
    world::{Answer, Device, NOW, Setting, World},
};

/// A gateway with a service beside it, and somebody who is signed in.
struct Office {
    world: World,
    signer: Signer,
    device: Device,
    tokens: Answer,
}

impl Office {
    async fn open() -> Self {
        let kept = Arc::new(Mutex::new(None));
        let keep = Arc::clone(&kept);
        let world = World::start_with(Setting {
            authority: Some(Box::new(move |address| {
                let signer = Signer::start(address);
                let authority = Authority::of_service(&signer.socket(), address).unwrap();
                *keep.lock().unwrap() = Some(signer);
                authority
            })),
            ..Setting::default()
        })
        .await;
        let signer = kept.lock().unwrap().take().unwrap();
        let device = world.register().await;
        let tokens = world.sign_in(&device).await;
        Self {
            world,
            signer,
            device,
            tokens,
        }
    }

    async fn issue(&self, copies: usize) -> Answer {
        let proofs = self.world.key_proofs(&self.device, copies).await;
        self.world.credentials(&self.device, &self.tokens, &proofs).await
    }

    /// The verdict on each copy, by the trust list as it is now.
    async fn verdicts(&self, answer: &Answer) -> Vec<Verdict> {
        let list = self.world.request("GET", paths::TRUST_LIST).send().await.unwrap();
        let list = list.bytes().await.unwrap();
        let pinned = PinnedKeys {
            current: self.world.gateway.authority().trust_key(),
            successor: None,
        };
        let trust = TrustList::verify(&list, &pinned, None, now())
            .unwrap()
            .into_store();
        let copies = answer.body["credentials"].as_array().unwrap().iter();
        copies.map(|copy| verdict(copy, &trust)).collect()
    }

    fn journal(&self) -> PathBuf {
        self.signer.folder.path().join(JOURNAL)
    }

    /// How often the journal has that kind.
    fn count(&self, kind: &str) -> usize {
        let text = fs::read_to_string(self.journal()).unwrap();
        text.matches(&format!(r#""kind":"{kind}""#)).count()
    }
}

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn verdict(copy: &Value, trust: &TrustStore) -> Verdict {
    let issued = base64url::decode(copy["credential"].as_str().unwrap()).unwrap();
    let context = Context {
        at: now(),
        trust: Some(trust),
        status: &Context::no_status_list,
        allow_unchecked_status: true,
        transcript: None,
        reader_key: None,
    };
    verify_issuer_signed(&IssuerSigned::from_slice(&issued).unwrap(), &context).verdict()
}

fn run(case: impl Future<Output = ()>) {
    tokio::runtime::Runtime::new().unwrap().block_on(case);
}

pub(crate) fn issues() {
    run(async {
        let office = Office::open().await;

        let answer = office.issue(3).await;

        assert_eq!(office.verdicts(&answer).await, [Verdict::Valid; 3]);
        for path in ["/status/1", "/crl", paths::READYZ] {
            assert!(office.world.get(path).await.status < 300, "{path}");
        }
        let kinds = [
            "mdoc",
            "status_list",
            "trust_list",
            "crl",
            "certificate",
            "key_made",
        ];
        assert_eq!(kinds.map(|kind| office.count(kind)), [3, 1, 1, 1, 6, 7]);
        assert_eq!(check_journal(&office.journal()).unwrap(), 19);
        let journal = fs::read_to_string(office.journal()).unwrap();
        assert!(!journal.contains(crate::world::PERSON) && !journal.contains("Probă"));
    });
}

pub(crate) fn killed() {
    run(async {
        let mut office = Office::open().await;
        let before = office.issue(2).await;
        office.signer.kill();

        let refused = office.issue(2).await;
        let ready = office.world.get(paths::READYZ).await;
        office.signer.start_again(None);
        let after = office.issue(2).await;
        // Connections that were kept lead nowhere now; nobody is to notice.
        office.signer.kill();
        office.signer.start_again(None);
        let unnoticed = office.issue(2).await;

        assert_eq!(refused.refusal(), (503, "signer_unreachable"));
        assert_eq!(refused.body["retryable"], true);
        assert_eq!(ready.refusal(), (503, "signer_unreachable"));
        assert_eq!(office.world.get(paths::READYZ).await.status, 204);
        for answer in [before, after, unnoticed] {
            assert_eq!(office.verdicts(&answer).await, [Verdict::Valid; 2]);
        }
        assert_eq!(office.count("mdoc"), 6);
        check_journal(&office.journal()).unwrap();
    });
}

pub(crate) fn rotated() {
    run(async {
        let mut office = Office::open().await;
        let before = office.issue(1).await;
        let settings = office.signer.settings();
        let running = settings.retire("asp", Retirement::Replaced, &clock());
        let elsewhere = Settings {
            journal: settings.data.join("another.jsonl"),
            ..settings
        };
        let beside = elsewhere.retire("asp", Retirement::Revoked, &clock());
        office.signer.kill();
        let settings = office.signer.settings();
        settings.retire("asp", Retirement::Replaced, &clock()).unwrap();
        office.signer.start_again(None);

        let (first, second) = (office.issue(1).await, office.issue(1).await);

        assert_eq!(running.unwrap_err().code(), "signer_running");
        // A journal of one's own is no way around it.
        assert_eq!(beside.unwrap_err().code(), "authority_in_use");
        assert_eq!(first.refusal(), (503, "signer_key_changed"));
        for answer in [before, second] {
            assert_eq!(office.verdicts(&answer).await, [Verdict::Valid]);
        }
        assert_eq!(office.count("key_replaced"), 1);
        check_journal(&office.journal()).unwrap();
    });
}

pub(crate) fn journal_full() {
    run(async {
        let mut office = Office::open().await;
        office.signer.kill();
        let kept = office.signer.folder.path().join("kept");
        fs::rename(office.journal(), &kept).unwrap();
        std::os::unix::fs::symlink("/dev/full", office.journal()).unwrap();
        office.signer.start_again(None);

        let refused = office.issue(1).await;
        let list = office.world.get(paths::TRUST_LIST).await;
        office.signer.kill();
        fs::rename(&kept, office.journal()).unwrap();
        office.signer.start_again(None);
        let after = office.issue(1).await;

        assert_eq!(refused.refusal(), (503, "signer_journal"));
        assert_eq!(list.refusal(), (503, "signer_journal"));
        assert_eq!(office.verdicts(&after).await, [Verdict::Valid]);
    });
}

pub(crate) fn ceiling() {
    run(async {
        let mut office = Office::open().await;
        office.signer.kill();
        office.signer.start_again(Some(3));

        let (first, second) = (office.issue(3).await, office.issue(1).await);
        let other = office.world.get("/status/1").await;

        assert_eq!(first.status, 200);
        assert_eq!(second.refusal(), (503, "signer_busy"));
        assert_eq!(other.status, 200);
        assert_eq!(office.count("mdoc"), 3);
    });
}

pub(crate) fn another_address() {
    let signer = Signer::start("https://one.example");

    let refused = Authority::of_service(&signer.socket(), "https://other.example")
        .err()
        .unwrap();

    assert_eq!((refused.code(), refused.retryable()), ("signer_address", false));
}

/// Says that, and reads one answer.
fn say(stream: &mut UnixStream, text: &[u8]) -> std::io::Result<Value> {
    let length = u32::try_from(text.len()).unwrap();
    stream.write_all(&length.to_be_bytes())?;
    stream.write_all(text)?;
    let mut head = [0; 4];
    stream.read_exact(&mut head)?;
    let mut answer = vec![0; u32::from_be_bytes(head) as usize];
    stream.read_exact(&mut answer)?;
    Ok(serde_json::from_slice(&answer).unwrap())
}

pub(crate) fn refused_at_the_socket() {
    let signer = Signer::start("https://gateway.example");
    let mut stream = UnixStream::connect(signer.socket()).unwrap();
    let keys = say(&mut stream, br#""keys""#).unwrap();
    let thumbprint = |role: &str| {
        let certificates = keys["keys"]["certificates"].as_array().unwrap().iter();
        let found = certificates.clone().find(|one| one[0] == role).unwrap();
        let der = base64url::decode(found[1].as_str().unwrap()).unwrap();
        base64url::encode(&acasa_crypto::digest::sha256(&der))
    };
    // A certificate that the root has signed: the bytes are right, and still not for whoever asks.
    let root = fs::read(signer.folder.path().join("keys/asp.der")).unwrap();
    let mut sign = |role: &str, certificate: String, message: &[u8]| {
        let ask = json!({ "sign": {
            "role": role, "certificate": certificate, "message": base64url::encode(message),
        }});
        say(&mut stream, ask.to_string().as_bytes()).unwrap()
    };

    let refused = json!({ "refused": "signer_refused" });
    assert_eq!(sign("root", thumbprint("root"), &root), refused);
    assert_eq!(sign("trust", thumbprint("root"), b"any"), refused);
    assert_eq!(sign("payload", thumbprint("root"), b"any"), refused);
    assert_eq!(sign("asp", thumbprint("asp"), b"any"), refused);
    assert_eq!(sign("status", thumbprint("status"), &root), refused);
    let changed = json!({ "refused": "signer_key_changed" });
    assert_eq!(sign("asp", thumbprint("igm"), b"any"), changed);
    let list = say(&mut stream, br#"{"trust_list":{"entries":[]}}"#).unwrap();
    assert_eq!(list, json!({ "refused": "signer_malformed" }));
    let journal = fs::read_to_string(signer.folder.path().join(JOURNAL)).unwrap();
    assert_eq!(journal.lines().count(), 13);
}

pub(crate) fn slow_and_malformed() {
    let signer = Signer::start("https://gateway.example");
    let slow: Vec<_> = (0..50)
        .map(|said| {
            let mut stream = UnixStream::connect(signer.socket()).unwrap();
            stream.write_all(&[0, 0, 1, 0][..said % 5]).unwrap();
            stream
        })
        .collect();
    let mut stream = UnixStream::connect(signer.socket()).unwrap();

    let ready = say(&mut stream, br#""ready""#).unwrap();
    let nonsense = say(&mut stream, b"\xff\xfe").unwrap();
    let mut large = UnixStream::connect(signer.socket()).unwrap();
    large.write_all(&u32::MAX.to_be_bytes()).unwrap();

    assert_eq!(ready, json!("ready"));
    assert_eq!(nonsense, json!({ "refused": "signer_malformed" }));
    assert_eq!(large.read(&mut [0]).unwrap_or(0), 0);
    assert_eq!(say(&mut stream, br#""ready""#).unwrap(), json!("ready"));
    drop(slow);
}

pub(crate) fn stranger() {
    let signer = Signer::start("https://gateway.example");

    assert_eq!(signer.ask_as_stranger(), "signer_unreachable");
    let own = Authority::of_service(&signer.socket(), "https://gateway.example");
    assert!(own.is_ok());
}
