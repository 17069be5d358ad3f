//! Tests of what a verifier's screen remembers, shows and calls green.
use super::*;
use acasa_credentials::Value;
use acasa_credentials::issue::{
    CertificateDetails, CertificateUse, Issuance, issue_mdoc, make_certificate, make_root, whole_days,
};
use acasa_credentials::mdoc::{Elements, IssuerSigned};
use acasa_credentials::proof::{Showing, make_proof};
use acasa_credentials::report::Holder;
use acasa_credentials::trust::Certificate;
use acasa_credentials::verdict::CheckName;
use acasa_crypto::{Signer as _, SigningKey};
use acasa_store::Moment;
use jiff::SignedDuration;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A clock that is moved by hand.
#[derive(Clone, Default)]
struct ByHand(Arc<AtomicU64>);

impl Uptime for ByHand {
    fn now(&self) -> Moment {
        Moment {
            boot: [0; 16],
            since_boot: Duration::from_secs(self.0.load(Ordering::Relaxed)),
        }
    }
}

fn app(folder: &tempfile::TempDir) -> Acasa {
    let setup = crate::Setup::new(folder.path().to_owned(), Arc::new(crate::NoHost));
    Acasa::start(setup.with_keys_in_memory())
}

/// A genuine proof by an authority that the app does not know.
fn proof(challenge: Option<&Challenge>) -> String {
    let [root_key, signer_key, device] = [(); 3].map(|()| SigningKey::make_random().unwrap());
    let now = Timestamp::now();
    let details = CertificateDetails {
        common_name: "Test",
        country: "MD",
        not_before: now - SignedDuration::from_hours(24 * 30),
        not_after: now + SignedDuration::from_hours(24 * 300),
        contact_uri: "https://example.org",
        crl_uri: "https://example.org/crl",
    };
    let root = Certificate::from_der(&make_root(&details, &root_key).unwrap()).unwrap();
    let purpose = CertificateUse::DocumentSigner;
    let signer = make_certificate(purpose, &details, &signer_key.public_key(), &root, &root_key).unwrap();
    let namespaces: Elements = vec![("ns".to_owned(), vec![("age_over_18".to_owned(), true.into())])];
    let issuance = Issuance {
        doc_type: "md.gov.wallet.pid.1",
        namespaces: &namespaces,
        device_key: &device.public_key(),
        validity: whole_days(now, 30).unwrap(),
        status: None,
    };
    let document = issue_mdoc(&issuance, &signer_key, &[signer]).unwrap();
    let showing = Showing {
        document: &IssuerSigned::from_slice(&document).unwrap(),
        selection: &[("ns", &["age_over_18"])],
        time: now,
        challenge,
    };
    make_proof(showing, &device).unwrap()
}

fn check(acasa: &Acasa, text: &str) -> (Headline, String) {
    let view = acasa.verifier().check(&VerifierCheck {
        text: text.to_owned(),
        photo_compared: false,
    });
    (view.headline, view.reason)
}

#[test]
fn a_proof_that_could_not_be_judged_is_not_called_seen_before_when_it_is_checked_again() {
    let folder = tempfile::TempDir::new().unwrap();
    let acasa = app(&folder);
    let proof = proof(None);

    let first = check(&acasa, &proof);
    acasa.verifier().clear();
    let second = check(&acasa, &proof);

    assert!(matches!(first.0, Headline::Incomplete), "{}", first.1);
    assert_eq!(first.1, second.1);
}

#[test]
fn a_challenge_grows_old_by_a_clock_that_counts_sleep() {
    let folder = tempfile::TempDir::new().unwrap();
    let acasa = app(&folder);
    let clock = ByHand::default();
    hold(&acasa.inner.verifier).clock = Box::new(clock.clone());
    let draft = ChallengeDraft {
        elements: vec!["age_over_18".to_owned()],
        purpose: String::new(),
    };
    let shown = acasa.verifier().challenge(&draft).unwrap();
    let proof = proof(Some(&Challenge::from_text(&shown.text).unwrap()));

    clock.0.store(120, Ordering::Relaxed);
    let in_time = check(&acasa, &proof);
    clock.0.store(121, Ordering::Relaxed);
    let too_late = check(&acasa, &proof);

    assert!(matches!(in_time.0, Headline::Incomplete), "{}", in_time.1);
    assert_eq!(too_late.1, "challenge_too_old");
}

fn genuine(disclosed: Elements) -> ProofReport {
    let document = DocumentReport {
        doc_type: "md.gov.wallet.pid.1".to_owned(),
        issuer: None,
        holder: Holder::Bound,
        valid_until: None,
        disclosed,
        checks: vec![Check::pass(CheckName::IssuerSignature, "ok")],
    };
    ProofReport {
        documents: vec![document],
        identity: None,
        challenge_answered: false,
    }
}

#[test]
fn a_compared_photograph_makes_green_only_where_one_was_shown() {
    let of = |name: &str, value: Value| {
        let report = genuine(vec![("ns".to_owned(), vec![(name.to_owned(), value)])]);
        [false, true].map(|compared| view(&report, compared, None, Instant::now()).reason)
    };
    let portrait = Value::Bytes(vec![0xFF, 0xD8, 0xFF, 0xE0, 0, 16]);
    assert_eq!(of("portrait", portrait), ["authentic_not_bound", "authentic"]);
    assert_eq!(of("age_over_18", true.into()), ["authentic_not_bound"; 2]);
}

#[test]
fn an_element_in_two_namespaces_is_shown_once_and_by_the_first() {
    let namespace = |name: &str, value| {
        let element = ("document_number".to_owned(), Value::from(value));
        (name.to_owned(), vec![element])
    };
    let report = genuine(vec![namespace("a", "A1"), namespace("b", "B2")]);

    let shown = view(&report, false, None, Instant::now()).fields;

    assert_eq!(shown.len(), 1);
    assert!(matches!(&shown[0].value, FieldValueView::Text(text) if text == "A1"));
}

#[test]
fn the_oldest_proofs_are_forgotten_first() {
    let mut seen = Seen::default();
    for number in 0..=u32::try_from(REMEMBERED).unwrap() {
        let mut identity = [0; 32];
        identity[..4].copy_from_slice(&number.to_be_bytes());
        seen.insert(identity);
    }
    assert_eq!(seen.known.len(), REMEMBERED);
    assert!(!seen.known.contains(&[0; 32]));
}

#[test]
fn the_reason_is_the_check_that_decided() {
    use acasa_credentials::verdict::CheckName;
    let checks = [
        Check::open(CheckName::IssuerChain, "unknown_signer"),
        Check::fail(CheckName::Status, "revoked"),
    ];
    assert_eq!(reason(Headline::Rejected, &checks), "revoked");
    assert_eq!(reason(Headline::Incomplete, &checks), "unknown_signer");
}
