//! Tests of purposes, of what limits an authority, and of who may speak of whose documents.
use super::super::*;
use crate::issue::build_certificate;
use crate::testing::{DOC_TYPE, at, details};
use acasa_crypto::{Signer as _, SigningKey};
use der::Encode as _;
use der::asn1::{ObjectIdentifier, OctetString};
use der::oid::AssociatedOid as _;
use x509_cert::builder::profile::BuilderProfile;
use x509_cert::certificate::TbsCertificate;
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage};
use x509_cert::name::Name;
use x509_cert::spki::SubjectPublicKeyInfoRef;

struct Party {
    key: SigningKey,
    certificate: Certificate,
}

/// A certificate with these extensions and no other.
struct Plain {
    issuer: Name,
    subject: Name,
    extensions: Vec<Extension>,
}

impl BuilderProfile for Plain {
    fn get_issuer(&self, _: &Name) -> Name {
        self.issuer.clone()
    }

    fn get_subject(&self) -> Name {
        self.subject.clone()
    }

    fn build_extensions(
        &self,
        _: SubjectPublicKeyInfoRef<'_>,
        _: SubjectPublicKeyInfoRef<'_>,
        _: &TbsCertificate,
    ) -> x509_cert::builder::Result<Vec<Extension>> {
        Ok(self.extensions.clone())
    }
}

fn make(name: &str, issuer: Option<&Party>, extensions: Vec<Extension>) -> Party {
    let key = SigningKey::make_random().unwrap();
    let subject: Name = format!("CN={name},C=MD").parse().unwrap();
    let profile = Plain {
        issuer: issuer.map_or_else(|| subject.clone(), |issuer| issuer.certificate.subject_name()),
        subject,
        extensions,
    };
    let signer = issuer.map_or(&key, |issuer| &issuer.key);
    let der = build_certificate(profile, &details("unused"), &key.public_key(), signer).unwrap();
    Party {
        certificate: Certificate::from_der(&der).unwrap(),
        key,
    }
}

fn extension(id: &str, content: &[u8]) -> Extension {
    Extension {
        extn_id: ObjectIdentifier::new_unwrap(id),
        critical: true,
        extn_value: OctetString::new(content).unwrap(),
    }
}

fn authority(most_below: Option<u8>) -> Extension {
    let constraints = BasicConstraints {
        ca: true,
        path_len_constraint: most_below,
    };
    extension(&BasicConstraints::OID.to_string(), &constraints.to_der().unwrap())
}

fn purposes(ids: &[&str]) -> Extension {
    let usage = ExtendedKeyUsage(ids.iter().map(|id| ObjectIdentifier::new_unwrap(id)).collect());
    extension(&ExtendedKeyUsage::OID.to_string(), &usage.to_der().unwrap())
}

fn trusting(parties: &[&Party]) -> TrustStore {
    let anchors = parties.iter().map(|party| party.certificate.clone());
    TrustStore::new(anchors.map(Anchor::from_certificate).collect())
}

fn evaluate(trust: &TrustStore, chain: &[&Party], purpose: Purpose) -> ChainOutcome {
    let chain: Vec<Certificate> = chain.iter().map(|party| party.certificate.clone()).collect();
    trust.evaluate(query(&chain, purpose))
}

fn query(chain: &[Certificate], purpose: Purpose) -> ChainQuery<'_> {
    ChainQuery {
        chain,
        purpose,
        doc_type: Some(DOC_TYPE),
        signed_at: None,
        at: at(),
        profile: SignerProfile::Generic,
    }
}

#[test]
fn a_signer_certified_for_something_else_signs_neither_documents_nor_status() {
    let root = make("Root", None, vec![authority(None)]);
    let trust = trusting(&[&root]);
    let refused = ChainOutcome::Refused("extended_key_usage");
    let trusted = ChainOutcome::Trusted;
    // Reader authentication, TLS servers, OCSP answers; document signers of two standards, any;
    // status; documents for people; a purpose that fits beside one that does not.
    for (usages, document, status) in [
        (&["1.0.18013.5.1.6"][..], refused, refused),
        (&["1.3.6.1.5.5.7.3.1"], refused, refused),
        (&["1.3.6.1.5.5.7.3.9"], refused, refused),
        (&["1.0.18013.5.1.2"], trusted, trusted),
        (&["1.0.23220.4.1.2"], trusted, trusted),
        (&["2.5.29.37.0"], trusted, trusted),
        (&["1.3.6.1.5.5.7.3.30"], refused, trusted),
        (&["1.3.6.1.5.5.7.3.36"], trusted, refused),
        (&["1.3.6.1.5.5.7.3.1", "1.0.18013.5.1.2"], trusted, trusted),
    ] {
        let signer = make("Signer", Some(&root), vec![purposes(usages)]);
        let found = [Purpose::Document, Purpose::Status].map(|purpose| evaluate(&trust, &[&signer], purpose));
        assert_eq!(found, [document, status], "{usages:?}");
    }
    let plain = make("Signer", Some(&root), Vec::new());
    assert_eq!(evaluate(&trust, &[&plain], Purpose::Document), trusted);
}

#[test]
fn a_path_is_no_longer_than_each_authority_on_it_admits() {
    let chain = |root_admits, middle_admits| {
        let root = make("Root", None, vec![authority(root_admits)]);
        let upper = make("Upper", Some(&root), vec![authority(middle_admits)]);
        let lower = make("Lower", Some(&upper), vec![authority(None)]);
        let long = make("Signer", Some(&lower), Vec::new());
        let short = make("Signer", Some(&upper), Vec::new());
        let trust = trusting(&[&root]);
        [
            evaluate(&trust, &[&long, &lower, &upper], Purpose::Document),
            evaluate(&trust, &[&short, &upper], Purpose::Document),
        ]
    };
    let (trusted, refused) = (ChainOutcome::Trusted, ChainOutcome::Refused("path_too_long"));
    assert_eq!(chain(None, None), [trusted, trusted]);
    assert_eq!(chain(Some(2), Some(1)), [trusted, trusted]);
    assert_eq!(chain(Some(1), None), [refused, trusted]);
    assert_eq!(chain(None, Some(0)), [refused, trusted]);
    assert_eq!(chain(Some(0), None), [refused, refused]);
}

#[test]
fn an_authority_with_limits_that_are_not_understood_certifies_nobody() {
    let under = |limit: Extension| {
        let root = make("Root", None, vec![authority(None)]);
        let middle = make("Middle", Some(&root), vec![authority(None), limit.clone()]);
        let limited_root = make("Limited", None, vec![authority(None), limit]);
        let signer = make("Signer", Some(&middle), Vec::new());
        let other = make("Signer", Some(&limited_root), Vec::new());
        [
            evaluate(&trusting(&[&root]), &[&signer, &middle], Purpose::Document),
            evaluate(&trusting(&[&limited_root]), &[&other], Purpose::Document),
        ]
    };
    let unknown = ChainOutcome::Refused("unknown_critical_extension");
    let harmless = Extension {
        critical: false,
        ..extension("1.2.3.4.5", &[5, 0])
    };
    let names = Extension {
        critical: false,
        ..extension("2.5.29.30", &[0x30, 0])
    };
    assert_eq!(under(extension("1.2.3.4.5", &[5, 0])), [unknown, unknown]);
    assert_eq!(under(harmless), [ChainOutcome::Trusted, ChainOutcome::Trusted]);
    let constrained = ChainOutcome::Refused("name_constraints");
    assert_eq!(under(names), [constrained, constrained]);
}

#[test]
fn a_root_signs_no_document_and_a_signer_named_by_itself_does() {
    let root = make("Root", None, vec![authority(None)]);
    let alone = make("Alone", None, Vec::new());
    let trust = trusting(&[&root, &alone]);
    let signed_by = |party: &Party| {
        trust.evaluate(ChainQuery {
            profile: SignerProfile::DocumentSigner,
            ..query(std::slice::from_ref(&party.certificate), Purpose::Document)
        })
    };
    assert_eq!(
        [signed_by(&root), signed_by(&alone)],
        [
            ChainOutcome::Refused("signer_is_an_authority"),
            ChainOutcome::Trusted
        ]
    );
}

#[test]
fn only_the_authority_of_a_document_speaks_of_its_status() {
    let ours = make("Ours", None, vec![authority(None)]);
    let theirs = make("Theirs", None, vec![authority(None)]);
    let document = make("Signer", Some(&ours), Vec::new());
    let our_list = make("List", Some(&ours), Vec::new());
    let their_list = make("List", Some(&theirs), Vec::new());
    let speaks = |trust: &TrustStore, list: &Party| {
        let vouching = |party: &Party, purpose| {
            let chain = std::slice::from_ref(&party.certificate);
            trust
                .vouching(query(chain, purpose))
                .into_iter()
                .cloned()
                .collect::<Vec<_>>()
        };
        let list = vouching(list, Purpose::Status);
        let document = vouching(&document, Purpose::Document);
        assert!(!list.is_empty() && !document.is_empty());
        speaks_for(
            &list.iter().collect::<Vec<_>>(),
            &document.iter().collect::<Vec<_>>(),
        )
    };
    let roots = trusting(&[&ours, &theirs]);
    assert_eq!(
        [&our_list, &their_list].map(|list| speaks(&roots, list)),
        [true, false]
    );
    // The document's signer named by itself, under the root of the list's signer or not.
    let signer = trusting(&[&document, &ours, &theirs]);
    assert_eq!(
        [&our_list, &their_list].map(|list| speaks(&signer, list)),
        [true, false]
    );
    // A trust list that names another root for documents of this type.
    let mut scoped = trusting(&[&ours]);
    scoped.extend([Anchor {
        kind: AnchorKind::Root(theirs.certificate.clone()),
        scope: Scope {
            doc_types: Some(vec![DOC_TYPE.to_owned()]),
            ..Scope::everything()
        },
    }]);
    assert!(speaks(&scoped, &their_list));
    assert!(!speaks_for(&roots.anchors().iter().collect::<Vec<_>>(), &[]));
}
