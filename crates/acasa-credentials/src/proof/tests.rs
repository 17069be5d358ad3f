//! Tests of the proof: what is shown, when, to whom, and what happens when someone touches it.
use super::make::make_proof_cbor;
use super::*;
use crate::challenge::{Asked, Challenge, Question};
use crate::mdoc::verify::{Certified, Context};
use crate::mdoc::{IssuerSigned, StatusMechanism};
use crate::report::Holder;
use crate::testing::{Authority, DOC_TYPE, at, context, elements};
use crate::trust::{Scope, TrustStore};
use crate::verdict::{Check, CheckName, Outcome, Verdict};
use acasa_crypto::{Signer as _, SigningKey};
use ciborium::Value;
use miniz_oxide::deflate::compress_to_vec;
use proptest::prelude::*;
use std::time::Duration;

const AGE: &[(&str, &[&str])] = &[("md.gov.wallet", &["age_over_18"])];

struct Scene {
    authority: Authority,
    trust: TrustStore,
    device: SigningKey,
    document: IssuerSigned,
}

impl Scene {
    fn new() -> Self {
        Self::with_status(None)
    }

    fn with_status(index: Option<u64>) -> Self {
        let authority = Authority::make();
        let device = SigningKey::make_random().unwrap();
        let bytes = authority.issue_with(&device.public_key(), &elements(), index);
        let document = IssuerSigned::from_slice(&bytes).unwrap();
        Self {
            trust: authority.trust_signer(Scope::everything()),
            authority,
            device,
            document,
        }
    }

    fn showing<'a>(&'a self, challenge: Option<&'a Challenge>) -> Showing<'a> {
        Showing {
            document: &self.document,
            selection: AGE,
            time: at(),
            challenge,
        }
    }

    fn cbor(&self, challenge: Option<&Challenge>) -> Vec<u8> {
        make_proof_cbor(self.showing(challenge), &self.device).unwrap()
    }

    fn proof(&self, challenge: Option<&Challenge>) -> UnverifiedProof {
        UnverifiedProof::from_text(&make_proof(self.showing(challenge), &self.device).unwrap()).unwrap()
    }

    fn context(&self) -> Context<'_> {
        Context {
            trust: Some(&self.trust),
            ..context()
        }
    }

    fn verify(&self, proof: &UnverifiedProof) -> ProofReport {
        verify_proof(proof, Freshness::NoChallenge, None, &self.context())
    }
}

/// A proof of so many documents, all of them the same one.
fn with_documents(scene: &Scene, count: usize) -> Result<(), ProofError> {
    let whole = scene.cbor(None);
    let Value::Array(mut parts) = cbor::read(&whole).unwrap().to_value() else {
        panic!("an array of three");
    };
    let members = parts[1].as_map_mut().unwrap();
    let documents = members
        .iter_mut()
        .find(|(name, _)| name.as_text() == Some("documents"));
    let documents = documents.unwrap().1.as_array_mut().unwrap();
    *documents = vec![documents[0].clone(); count];
    UnverifiedProof::from_cbor(&cbor::encode(&Value::Array(parts))).map(|_| ())
}

#[test]
fn a_proof_of_none_or_of_several_documents_is_refused() {
    let scene = Scene::new();
    assert_eq!(with_documents(&scene, 1), Ok(()));
    for count in [0, 2] {
        assert_eq!(
            with_documents(&scene, count),
            Err(ProofError::Structure("documents")),
            "{count}"
        );
    }
}

fn challenge() -> Challenge {
    let asked = vec![Asked {
        element: "age_over_18".to_owned(),
        retain: false,
    }];
    Challenge::make(&Question {
        asked,
        ..Question::default()
    })
    .unwrap()
}

fn detail(report: &ProofReport, name: CheckName) -> (&'static str, &'static str) {
    let check = report.documents[0].check(name).unwrap();
    (check.outcome.as_str(), check.detail)
}

#[test]
fn a_proof_shows_the_chosen_elements_and_no_other() {
    let scene = Scene::new();
    let report = scene.verify(&scene.proof(None));
    assert_eq!(
        report.verdict(),
        Verdict::Valid,
        "{:?}",
        report.documents[0].checks
    );
    let shown = &report.documents[0].disclosed;
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0].1, [("age_over_18".to_owned(), Value::Bool(true))]);
    assert_eq!(report.documents[0].holder, Holder::Bound);
}

#[test]
fn the_age_proof_fits_a_still_code() {
    let scene = Scene::new();
    let text = make_proof(scene.showing(None), &scene.device).unwrap();
    // QR version 25 at level L holds 1853 alphanumeric characters (ISO/IEC 18004, Table 7).
    assert!(text.len() <= 1853, "{} characters", text.len());
}

#[test]
fn an_answered_challenge_is_fresh_whatever_the_clocks_say() {
    let scene = Scene::new();
    let challenge = challenge();
    let proof = scene.proof(Some(&challenge));
    let context = Context {
        at: "2026-11-22T00:00:00Z".parse().unwrap(),
        ..scene.context()
    };
    let within = Freshness::Challenge(&challenge, Duration::from_mins(2));
    let report = verify_proof(&proof, within, None, &context);
    assert_eq!(report.verdict(), Verdict::Valid);
    assert!(report.challenge_answered);
    let late = Freshness::Challenge(&challenge, Duration::from_secs(121));
    let report = verify_proof(&proof, late, None, &context);
    assert_eq!(
        detail(&report, CheckName::Freshness),
        ("fail", "challenge_too_old")
    );
}

#[test]
fn a_proof_to_another_challenge_or_to_none_is_refused() {
    let scene = Scene::new();
    let (ours, theirs) = (challenge(), challenge());
    let freshness = Freshness::Challenge(&ours, Duration::ZERO);
    let report = verify_proof(&scene.proof(Some(&theirs)), freshness, None, &scene.context());
    assert_eq!(report.verdict(), Verdict::Invalid);
    assert_eq!(detail(&report, CheckName::Freshness), ("fail", "other_challenge"));
    let report = verify_proof(&scene.proof(None), freshness, None, &scene.context());
    assert_eq!(
        detail(&report, CheckName::Freshness),
        ("fail", "challenge_not_answered")
    );
    let report = scene.verify(&scene.proof(Some(&theirs)));
    assert_eq!(report.verdict(), Verdict::Unverifiable);
    assert_eq!(
        detail(&report, CheckName::Freshness),
        ("skipped", "challenge_not_given")
    );
}

#[test]
fn an_old_proof_without_a_challenge_is_amber() {
    let scene = Scene::new();
    let proof = scene.proof(None);
    for (time, verdict) in [
        ("2026-11-21T12:02:00Z", Verdict::Valid),
        ("2026-11-21T12:02:01Z", Verdict::Unverifiable),
        ("2026-11-21T11:57:59Z", Verdict::Unverifiable),
    ] {
        let context = Context {
            at: time.parse().unwrap(),
            ..scene.context()
        };
        let report = verify_proof(&proof, Freshness::NoChallenge, None, &context);
        assert_eq!(report.verdict(), verdict, "{time}");
        assert!(!report.challenge_answered);
    }
}

#[test]
fn a_copied_code_shown_twice_is_refused() {
    let scene = Scene::new();
    let proof = scene.proof(None);
    let identity = proof.identity().unwrap();
    let seen = |found: &[u8; 32]| *found == identity;
    let report = verify_proof(&proof, Freshness::NoChallenge, Some(&seen), &scene.context());
    assert_eq!(detail(&report, CheckName::Replay), ("fail", "seen_before"));
    let fresh = |_: &[u8; 32]| false;
    let report = verify_proof(&proof, Freshness::NoChallenge, Some(&fresh), &scene.context());
    assert_eq!(detail(&report, CheckName::Replay), ("pass", "ok"));
}

#[test]
fn a_re_encoding_of_the_same_content_is_the_same_proof() {
    let scene = Scene::new();
    let cbor = scene.cbor(None);
    let other_text = format!("{PREFIX}{}", base45::encode(compress_to_vec(&cbor, 0)));
    assert_ne!(other_text, encode_text(&cbor));
    let other = UnverifiedProof::from_text(&other_text).unwrap();
    assert_eq!(
        other.identity(),
        UnverifiedProof::from_cbor(&cbor).unwrap().identity()
    );
}

#[test]
fn every_flipped_bit_of_a_proof_is_refused() {
    let scene = Scene::new();
    let cbor = scene.cbor(None);
    let mut readable = 0;
    for bit in 0..cbor.len() * 8 {
        let mut changed = cbor.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let Ok(proof) = UnverifiedProof::from_cbor(&changed) else {
            continue;
        };
        readable += 1;
        assert_ne!(scene.verify(&proof).verdict(), Verdict::Valid, "bit {bit}");
    }
    println!("{} bits flipped, {readable} still read, 0 valid", cbor.len() * 8);
    assert!(readable > 0);
}

#[test]
fn a_dropped_element_is_noticed_though_the_device_signature_still_verifies() {
    let scene = Scene::new();
    let both: &[(&str, &[&str])] = &[("md.gov.wallet", &["age_over_18", "family_name"])];
    let whole = make_proof_cbor(
        Showing {
            selection: both,
            ..scene.showing(None)
        },
        &scene.device,
    )
    .unwrap();
    let item = cbor::read(&whole).unwrap();
    let [version, response, info] = item.as_array().unwrap() else {
        panic!("three parts")
    };
    let document = &response.get("documents").unwrap().as_array().unwrap()[0];
    let issued = document.get("issuerSigned").unwrap();
    let items = issued
        .get("nameSpaces")
        .unwrap()
        .get("md.gov.wallet")
        .unwrap()
        .as_array()
        .unwrap();
    let items = cbor::encode_array(&[items[0].raw()]);
    let namespaces = cbor::encode_text_map(&[("md.gov.wallet", &items)]);
    let issued = cbor::encode_text_map(&[
        ("nameSpaces", &namespaces),
        ("issuerAuth", issued.get("issuerAuth").unwrap().raw()),
    ]);
    let document = cbor::encode_text_map(&[
        ("docType", document.get("docType").unwrap().raw()),
        ("issuerSigned", &issued),
        ("deviceSigned", document.get("deviceSigned").unwrap().raw()),
    ]);
    let response = cbor::encode_text_map(&[
        ("version", response.get("version").unwrap().raw()),
        ("documents", &cbor::encode_array(&[&document])),
        ("status", response.get("status").unwrap().raw()),
    ]);
    let cut = cbor::encode_array(&[version.raw(), &response, info.raw()]);
    let report = scene.verify(&UnverifiedProof::from_cbor(&cut).unwrap());
    assert_eq!(detail(&report, CheckName::DeviceSignature), ("pass", "ok"));
    assert_eq!(detail(&report, CheckName::Transcript), ("fail", "shown_mismatch"));
    assert_eq!(report.verdict(), Verdict::Invalid);
    assert_eq!(report.documents[0].holder, Holder::Unbound);
}

#[test]
fn a_signer_nobody_listed_is_unverifiable() {
    let scene = Scene::new();
    let others = Authority::make().trust_signer(Scope::everything());
    let context = Context {
        trust: Some(&others),
        ..context()
    };
    let report = verify_proof(&scene.proof(None), Freshness::NoChallenge, None, &context);
    assert_eq!(report.verdict(), Verdict::Unverifiable);
    assert_eq!(
        detail(&report, CheckName::IssuerChain),
        ("skipped", "signer_unknown")
    );
    let report = verify_proof(&scene.proof(None), Freshness::NoChallenge, None, &self::context());
    assert_eq!(
        detail(&report, CheckName::IssuerChain),
        ("skipped", "trust_not_given")
    );
}

#[test]
fn a_signer_outside_its_scope_is_refused() {
    let scene = Scene::new();
    let scope = Scope {
        doc_types: Some(vec!["org.iso.18013.5.1.mDL".to_owned()]),
        ..Scope::everything()
    };
    let trust = scene.authority.trust_signer(scope);
    let context = Context {
        trust: Some(&trust),
        ..context()
    };
    let report = verify_proof(&scene.proof(None), Freshness::NoChallenge, None, &context);
    assert_eq!(
        detail(&report, CheckName::IssuerChain),
        ("fail", "signer_out_of_scope")
    );
}

#[test]
fn an_expired_document_is_refused() {
    let scene = Scene::new();
    let time = "2026-12-21T00:00:00Z".parse().unwrap();
    let showing = Showing {
        time,
        ..scene.showing(None)
    };
    let proof = UnverifiedProof::from_text(&make_proof(showing, &scene.device).unwrap()).unwrap();
    let context = Context {
        at: time,
        ..scene.context()
    };
    let report = verify_proof(&proof, Freshness::NoChallenge, None, &context);
    assert_eq!(detail(&report, CheckName::Validity), ("fail", "expired"));
}

#[test]
fn a_status_that_cannot_be_looked_up_is_open_and_a_revoked_one_fails() {
    let scene = Scene::with_status(Some(5));
    let proof = scene.proof(None);
    let report = scene.verify(&proof);
    assert_eq!(report.verdict(), Verdict::Unverifiable);
    assert_eq!(detail(&report, CheckName::Status), ("skipped", "no_status_list"));
    let allowed = Context {
        allow_unchecked_status: true,
        ..scene.context()
    };
    assert_eq!(
        verify_proof(&proof, Freshness::NoChallenge, None, &allowed).verdict(),
        Verdict::Valid
    );
    let revoked = |reference: &StatusMechanism, credential: Certified<'_>| {
        assert_eq!((credential.doc_type, credential.anchors.len()), (DOC_TYPE, 1));
        assert!(matches!(reference, StatusMechanism::StatusList { index: 5, .. }));
        Check {
            name: CheckName::Status,
            outcome: Outcome::Fail,
            detail: "revoked",
        }
    };
    let context = Context {
        status: &revoked,
        allow_unchecked_status: true,
        ..scene.context()
    };
    let report = verify_proof(&proof, Freshness::NoChallenge, None, &context);
    assert_eq!(detail(&report, CheckName::Status), ("fail", "revoked"));
}

#[test]
fn a_document_is_not_shown_with_another_devices_key() {
    let scene = Scene::new();
    let stranger = SigningKey::make_random().unwrap();
    assert!(make_proof(scene.showing(None), &stranger).is_err());
}

#[test]
fn an_element_the_document_lacks_cannot_be_shown() {
    let scene = Scene::new();
    let selection: &[(&str, &[&str])] = &[("md.gov.wallet", &["portrait"])];
    let refused = make_proof(
        Showing {
            selection,
            ..scene.showing(None)
        },
        &scene.device,
    );
    assert_eq!(refused, Err(ProofError::Mdoc(MdocError::NoSuchElement)));
}

proptest! {
    #[test]
    fn any_bytes_are_a_proof_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = UnverifiedProof::from_cbor(&bytes);
    }
}

/// The folder's own word for "write the examples anew"; otherwise the committed ones are verified.
const REWRITE: &str = "ACASA_REWRITE_EXAMPLES";

#[test]
fn the_committed_examples_verify() {
    let path =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/formats/smart-qr-examples.json");
    if std::env::var_os(REWRITE).is_some() {
        std::fs::write(&path, serde_json::to_string_pretty(&examples()).unwrap() + "\n").unwrap();
    }
    let file: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let text = |name: &str| file[name].as_str().unwrap();
    let certificate =
        crate::trust::Certificate::from_der(&hex::decode(text("document_signer")).unwrap()).unwrap();
    let trust = TrustStore::new(vec![crate::trust::Anchor::from_certificate(certificate)]);
    let context = Context {
        trust: Some(&trust),
        at: text("at").parse().unwrap(),
        ..context()
    };
    let challenge = Challenge::from_text(text("challenge")).unwrap();
    let proof = UnverifiedProof::from_text(text("proof")).unwrap();
    let answer = UnverifiedProof::from_text(text("proof_answering_challenge")).unwrap();
    let unasked = verify_proof(&proof, Freshness::NoChallenge, None, &context);
    assert_eq!(unasked.verdict(), Verdict::Valid);
    assert_eq!(hex::encode(unasked.identity.unwrap()), text("proof_identity"));
    let answered = verify_proof(
        &answer,
        Freshness::Challenge(&challenge, Duration::ZERO),
        None,
        &context,
    );
    assert_eq!(answered.verdict(), Verdict::Valid);
    assert!(answered.challenge_answered);
}

fn examples() -> serde_json::Value {
    let scene = Scene::new();
    let asked = vec![Asked {
        element: "age_over_18".to_owned(),
        retain: false,
    }];
    let question = Question {
        verifier: Some("Farmacia 7".to_owned()),
        asked,
        purpose: None,
    };
    let challenge = Challenge::from_nonce(&[7; 16], &question, None).unwrap();
    let proof = make_proof(scene.showing(None), &scene.device).unwrap();
    let identity = UnverifiedProof::from_text(&proof).unwrap().identity().unwrap();
    serde_json::json!({
        "about": "Examples of docs/formats/smart-qr.md, made with keys that were thrown away",
        "at": at().to_string(),
        "document_signer": hex::encode(scene.authority.signer.as_der()),
        "challenge": challenge.to_text(),
        "proof": proof,
        "proof_identity": hex::encode(identity),
        "proof_answering_challenge": make_proof(scene.showing(Some(&challenge)), &scene.device).unwrap(),
    })
}
