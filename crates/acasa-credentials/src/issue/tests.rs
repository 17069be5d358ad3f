//! Tests of issuing: what is made here must satisfy the verifier.
use super::*;
use crate::mdoc::IssuerSigned;
use crate::mdoc::verify::{Context, verify_issuer_signed};
use crate::testing::{Authority, DOC_TYPE, at, elements};
use crate::verdict::{CheckName, Verdict};
use acasa_crypto::SigningKey;

fn issued(authority: &Authority) -> IssuerSigned {
    let device = SigningKey::make_random().unwrap();
    IssuerSigned::from_slice(&authority.issue(&device.public_key(), &elements())).unwrap()
}

#[test]
fn an_issued_document_is_valid_under_its_root() {
    let authority = Authority::make();
    let trust = authority.trust();
    let context = Context {
        trust: Some(&trust),
        ..crate::testing::context()
    };
    let report = verify_issuer_signed(&issued(&authority), &context);
    assert_eq!(report.verdict(), Verdict::Valid, "{:?}", report.checks);
    assert_eq!(report.doc_type, DOC_TYPE);
    assert_eq!(report.disclosed, elements());
    assert_eq!(
        report.issuer.unwrap().subject,
        "CN=Acasa Test Document Signer,C=MD"
    );
}

#[test]
fn salts_are_long_and_never_repeat() {
    let document = issued(&Authority::make());
    let mut items: Vec<&[u8]> = document.items().map(|(_, item)| item.raw()).collect();
    let count = items.len();
    items.sort_unstable();
    items.dedup();
    assert_eq!(items.len(), count);
    assert!(items.iter().all(|item| item.len() > SALT_LENGTH));
}

#[test]
fn times_are_whole_days() {
    let validity = whole_days("2026-11-21T20:45:17Z".parse().unwrap(), 14).unwrap();
    assert_eq!(validity.signed, "2026-11-21T00:00:00Z".parse().unwrap());
    assert_eq!(validity.valid_until, "2026-12-05T00:00:00Z".parse().unwrap());
    assert!(whole_days(at(), 0).is_err());
}

#[test]
fn nothing_is_issued_without_elements_or_certificate() {
    let key = SigningKey::make_random().unwrap();
    let public = key.public_key();
    let validity = whole_days(at(), 30).unwrap();
    let (none, some) = (Vec::new(), elements());
    let issuance = |namespaces| Issuance {
        doc_type: DOC_TYPE,
        namespaces,
        device_key: &public,
        validity,
        status: None,
    };
    assert!(issue_mdoc(&issuance(&none), &key, &[vec![0]]).is_err());
    assert!(issue_mdoc(&issuance(&some), &key, &[]).is_err());
}

#[test]
fn a_name_that_could_change_the_subject_is_refused() {
    let details = CertificateDetails {
        common_name: "Evil,O=State",
        ..crate::testing::details("Evil")
    };
    assert!(make_root(&details, &SigningKey::make_random().unwrap()).is_err());
}

#[test]
fn a_changed_element_fails_its_digest_alone() {
    let authority = Authority::make();
    let device = SigningKey::make_random().unwrap();
    let bytes = authority.issue(&device.public_key(), &elements());
    let place = bytes.windows(7).position(|window| window == b"Popescu").unwrap();
    let mut changed = bytes.clone();
    changed[place] = b'Q';
    let trust = authority.trust();
    let context = Context {
        trust: Some(&trust),
        ..crate::testing::context()
    };
    let report = verify_issuer_signed(&IssuerSigned::from_slice(&changed).unwrap(), &context);
    assert_eq!(report.verdict(), Verdict::Invalid);
    assert_eq!(
        report.check(CheckName::Digests).unwrap().detail,
        "digest_mismatch"
    );
    assert!(report.passed(CheckName::IssuerSignature));
}
