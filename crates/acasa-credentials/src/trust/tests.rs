//! Tests of chains, scopes and the signed list.
use super::*;
use crate::issue::CertificateDetails;
use crate::testing::{Authority, DOC_TYPE, at, certify, details};
use acasa_crypto::{Signer as _, SigningKey};
use proptest::prelude::*;

fn evaluate(trust: &TrustStore, signer: &Certificate) -> ChainOutcome {
    trust.evaluate(query(std::slice::from_ref(signer)))
}

fn query(chain: &[Certificate]) -> ChainQuery<'_> {
    ChainQuery {
        chain,
        purpose: Purpose::Document,
        doc_type: Some(DOC_TYPE),
        signed_at: Some("2026-11-20T00:00:00Z".parse().unwrap()),
        at: at(),
        profile: SignerProfile::DocumentSigner,
    }
}

fn signer_with(authority: &Authority, details: &CertificateDetails<'_>) -> Certificate {
    certify(
        &authority.root,
        &authority.root_key,
        &authority.signer_key.public_key(),
        details,
    )
}

#[test]
fn a_signer_under_a_trusted_root_is_trusted() {
    let authority = Authority::make();
    assert_eq!(
        evaluate(&authority.trust(), &authority.signer),
        ChainOutcome::Trusted
    );
}

#[test]
fn a_signer_under_no_trusted_root_is_unknown_and_not_refused() {
    let other = Authority::make();
    assert_eq!(
        evaluate(&other.trust(), &Authority::make().signer),
        ChainOutcome::Unknown("signer_unknown")
    );
    assert_eq!(
        evaluate(&TrustStore::default(), &other.signer),
        ChainOutcome::Unknown("signer_unknown")
    );
}

#[test]
fn a_signer_outside_its_scope_is_refused() {
    let authority = Authority::make();
    let other_type = Scope {
        doc_types: Some(vec!["org.iso.18013.5.1.mDL".to_owned()]),
        ..Scope::everything()
    };
    let other_purpose = Scope {
        doc_types: None,
        purposes: vec![Purpose::Status],
    };
    for scope in [other_type, other_purpose] {
        let refused = ChainOutcome::Refused("signer_out_of_scope");
        assert_eq!(
            evaluate(&authority.trust_with(scope.clone()), &authority.signer),
            refused
        );
        assert_eq!(
            evaluate(&authority.trust_signer(scope), &authority.signer),
            refused
        );
    }
}

#[test]
fn a_signer_that_lives_too_long_is_refused() {
    let authority = Authority::make();
    let long = CertificateDetails {
        not_after: "2027-06-01T00:00:00Z".parse().unwrap(),
        ..details("Long")
    };
    let signer = signer_with(&authority, &long);
    assert_eq!(
        evaluate(&authority.trust(), &signer),
        ChainOutcome::Refused("signer_lives_too_long")
    );
}

#[test]
fn an_expired_signer_is_refused_even_where_it_is_trusted_itself() {
    let authority = Authority::make();
    let old = CertificateDetails {
        not_after: "2026-11-21T00:00:00Z".parse().unwrap(),
        ..details("Old")
    };
    let signer = signer_with(&authority, &old);
    let refused = ChainOutcome::Refused("signer_expired_or_not_yet_valid");
    assert_eq!(evaluate(&authority.trust(), &signer), refused);
    assert_eq!(
        evaluate(
            &TrustStore::new(vec![Anchor::from_certificate(signer.clone())]),
            &signer
        ),
        refused
    );
}

#[test]
fn a_document_signed_before_its_signer_existed_is_refused() {
    let authority = Authority::make();
    let new = CertificateDetails {
        not_before: "2026-11-21T00:00:00Z".parse().unwrap(),
        ..details("New")
    };
    let signer = signer_with(&authority, &new);
    assert_eq!(
        evaluate(&authority.trust(), &signer),
        ChainOutcome::Refused("signed_outside_signer_validity")
    );
}

#[test]
fn a_signer_of_another_country_than_its_root_is_refused() {
    let authority = Authority::make();
    let foreign = CertificateDetails {
        country: "RO",
        ..details("Foreign")
    };
    let signer = signer_with(&authority, &foreign);
    assert_eq!(
        evaluate(&authority.trust(), &signer),
        ChainOutcome::Refused("place_differs_from_root")
    );
}

#[test]
fn a_certificate_for_readers_signs_no_documents() {
    use crate::issue::{CertificateUse, make_certificate};
    let authority = Authority::make();
    let key = authority.signer_key.public_key();
    let der = make_certificate(
        CertificateUse::Reader,
        &details("Reader"),
        &key,
        &authority.root,
        &authority.root_key,
    );
    let reader = Certificate::from_der(&der.unwrap()).unwrap();
    assert_eq!(
        evaluate(&authority.trust(), &reader),
        ChainOutcome::Refused("extended_key_usage")
    );
}

#[test]
fn a_root_signs_no_documents_itself() {
    let authority = Authority::make();
    assert_eq!(
        evaluate(&authority.trust(), &authority.root),
        ChainOutcome::Refused("signer_is_an_authority")
    );
}

#[test]
fn a_certificate_changed_in_one_bit_is_never_trusted() {
    let authority = Authority::make();
    let trust = authority.trust();
    let der = authority.signer.as_der();
    for bit in 0..der.len() * 8 {
        let mut changed = der.to_vec();
        changed[bit / 8] ^= 1 << (bit % 8);
        if let Ok(certificate) = Certificate::from_der(&changed) {
            assert_ne!(evaluate(&trust, &certificate), ChainOutcome::Trusted, "bit {bit}");
        }
    }
}

#[test]
fn a_certificate_larger_than_16_kilobytes_is_not_parsed() {
    let refused = |bytes: usize| Certificate::from_der(&vec![0x30; bytes]).map(|_| ());
    assert_eq!(refused(16 << 10), Err(TrustError::Certificate("der")));
    assert_eq!(refused((16 << 10) + 1), Err(TrustError::Certificate("size")));
}

#[test]
fn a_list_of_more_than_4096_entries_is_refused() {
    let mut publisher = Publisher::new(&Authority::make());
    let entry = publisher.entries[0].certificate.clone();
    let signer = Certificate::from_der(entry.as_der()).unwrap();
    publisher.entries.clear();
    publisher.entries.resize_with(4097, || TrustEntry {
        is_root: true,
        certificate: signer.clone(),
        scope: Scope::everything(),
    });
    let mut of = |count: usize| {
        publisher.entries.truncate(count);
        let bytes = publisher.sign(1, &publisher.key);
        TrustList::verify(&bytes, &publisher.pinned(), None, at()).map(|_| ())
    };
    assert_eq!(of(4097), Err(TrustError::Format("members")));
    assert_eq!(of(4096), Ok(()));
}

/// The blocks of a PEM file, each of one kind.
fn pem(label: &str, der: &[u8]) -> String {
    format!(
        "text\r\n-----BEGIN {label}-----\r\n{}\r\n-----END {label}-----\r\n",
        data_encoding::BASE64.encode(der)
    )
}

#[test]
fn a_pem_file_may_hold_certificates_and_public_keys_beside_other_blocks() {
    let authority = Authority::make();
    let key = authority.root.key().to_spki_der().unwrap();
    let file = [
        pem("EC PARAMETERS", &[1]),
        pem("PUBLIC KEY", &key),
        pem("CERTIFICATE", authority.root.as_der()),
    ]
    .concat();
    let anchors = load_anchors(file.as_bytes()).unwrap();
    assert_eq!(anchors.len(), 2);
    assert!(matches!(&anchors[0].kind, AnchorKind::Key(_, None)));
    assert!(load_anchors(pem("PRIVATE KEY", &[1]).as_bytes()).is_err());
}

#[test]
fn a_file_of_more_than_1024_anchors_is_refused() {
    let root = Authority::make().root;
    let of = |count: usize| load_anchors(pem("CERTIFICATE", root.as_der()).repeat(count).as_bytes());
    assert_eq!(of(1024).unwrap().len(), 1024);
    assert!(matches!(of(1024 + 1), Err(TrustError::NoAnchor)));
}

struct Publisher {
    key: SigningKey,
    next: SigningKey,
    entries: Vec<TrustEntry>,
    minimum_app: Option<AppVersion>,
}

impl Publisher {
    fn new(authority: &Authority) -> Self {
        let scope = Scope {
            doc_types: Some(vec![DOC_TYPE.to_owned()]),
            purposes: vec![Purpose::Document],
        };
        let entries = vec![
            TrustEntry {
                is_root: true,
                certificate: authority.root.clone(),
                scope: Scope::everything(),
            },
            TrustEntry {
                is_root: false,
                certificate: authority.signer.clone(),
                scope,
            },
        ];
        Self {
            key: SigningKey::make_random().unwrap(),
            next: SigningKey::make_random().unwrap(),
            entries,
            minimum_app: None,
        }
    }

    fn pinned(&self) -> PinnedKeys {
        PinnedKeys {
            current: self.key.public_key(),
            successor: Some(self.next.public_key()),
        }
    }

    fn sign(&self, version: u64, key: &SigningKey) -> Vec<u8> {
        let issued_at = "2026-11-20T00:00:00Z".parse().unwrap();
        let next_update = "2026-11-27T00:00:00Z".parse().unwrap();
        sign_trust_list(
            version,
            issued_at,
            next_update,
            &self.entries,
            self.minimum_app,
            key,
        )
        .unwrap()
    }
}

#[test]
fn a_list_by_the_pinned_key_becomes_a_store() {
    let authority = Authority::make();
    let publisher = Publisher::new(&authority);
    let list = TrustList::verify(
        &publisher.sign(7, &publisher.key),
        &publisher.pinned(),
        Some(6),
        at(),
    )
    .unwrap();
    assert_eq!((list.version(), list.is_by_successor()), (7, false));
    let store = list.into_store();
    assert_eq!(evaluate(&store, &authority.signer), ChainOutcome::Trusted);
    assert!(
        store
            .certificate_by_thumbprint(authority.signer.sha256())
            .is_some()
    );
}

#[test]
fn the_planned_successor_may_sign_and_a_stranger_may_not() {
    let publisher = Publisher::new(&Authority::make());
    let list = TrustList::verify(
        &publisher.sign(1, &publisher.next),
        &publisher.pinned(),
        None,
        at(),
    );
    assert!(list.unwrap().is_by_successor());
    let stranger = SigningKey::make_random().unwrap();
    let refused = TrustList::verify(&publisher.sign(1, &stranger), &publisher.pinned(), None, at());
    assert_eq!(refused.map(|_| ()), Err(TrustError::Signature));
}

#[test]
fn a_list_never_goes_back() {
    let publisher = Publisher::new(&Authority::make());
    let verify = |version, seen| {
        TrustList::verify(
            &publisher.sign(version, &publisher.key),
            &publisher.pinned(),
            Some(seen),
            at(),
        )
        .map(|list| list.version())
    };
    assert_eq!(verify(4, 5), Err(TrustError::Rollback));
    assert_eq!(verify(5, 5), Ok(5));
}

#[test]
fn a_list_past_its_next_update_trusts_nobody_and_refuses_nobody() {
    let authority = Authority::make();
    let publisher = Publisher::new(&authority);
    let list = TrustList::verify(
        &publisher.sign(1, &publisher.key),
        &publisher.pinned(),
        None,
        at(),
    )
    .unwrap();
    let later = ChainQuery {
        at: "2026-11-28T00:00:00Z".parse().unwrap(),
        ..query(std::slice::from_ref(&authority.signer))
    };
    assert_eq!(
        list.into_store().evaluate(later),
        ChainOutcome::Unknown("trust_list_expired")
    );
}

#[test]
fn a_list_may_name_the_oldest_app_that_may_act_and_need_not() {
    let mut publisher = Publisher::new(&Authority::make());
    let read = |publisher: &Publisher| {
        let bytes = publisher.sign(1, &publisher.key);
        TrustList::verify(&bytes, &publisher.pinned(), None, at())
            .unwrap()
            .minimum_app()
    };
    assert_eq!(read(&publisher), None);
    publisher.minimum_app = Some([1, 20, 3]);
    assert_eq!(read(&publisher), Some([1, 20, 3]));
}

#[test]
fn a_list_from_the_future_is_refused() {
    let publisher = Publisher::new(&Authority::make());
    let before = "2026-11-19T23:00:00Z".parse().unwrap();
    let refused = TrustList::verify(
        &publisher.sign(1, &publisher.key),
        &publisher.pinned(),
        None,
        before,
    );
    assert_eq!(refused.map(|_| ()), Err(TrustError::NotYetIssued));
}

proptest! {
    #[test]
    fn any_bytes_are_a_certificate_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = Certificate::from_der(&bytes);
    }
}
