//! What the tests of this crate share: an authority and a document.

use crate::issue::{
    CertificateDetails, CertificateUse, Issuance, issue_mdoc, make_certificate, make_root, whole_days,
};
use crate::mdoc::verify::Context;
use crate::mdoc::{Elements, StatusMechanism, encode_full_date};
use crate::trust::{Anchor, AnchorKind, Certificate, Scope, TrustStore};
use acasa_crypto::{Signer as _, SigningKey, VerifyingKey};
use ciborium::Value;
use jiff::Timestamp;

/// The type of the shared document.
pub(crate) const DOC_TYPE: &str = "md.gov.wallet.pid.1";
/// The list the shared document's status is in.
pub(crate) const STATUS_URI: &str = "https://status.example/1";

/// The time of the tests.
pub(crate) fn at() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

/// A context without trust, status or transcript.
pub(crate) fn context() -> Context<'static> {
    Context {
        at: at(),
        trust: None,
        status: &Context::no_status_list,
        allow_unchecked_status: false,
        transcript: None,
        reader_key: None,
    }
}

/// The elements of the shared document: an invented person.
pub(crate) fn elements() -> Elements {
    let text = |name: &str, value: &str| (name.to_owned(), Value::from(value));
    let elements = vec![
        text("family_name", "Popescu"),
        text("given_name", "Ana"),
        (
            "birth_date".to_owned(),
            encode_full_date("1990-05-17".parse().unwrap()),
        ),
        ("age_over_18".to_owned(), Value::Bool(true)),
        text("document_number", "B12345678"),
        (
            "expiry_date".to_owned(),
            encode_full_date("2031-01-01".parse().unwrap()),
        ),
    ];
    vec![("md.gov.wallet".to_owned(), elements)]
}

/// A root and a document signer under it.
pub(crate) struct Authority {
    pub(crate) root: Certificate,
    pub(crate) root_key: SigningKey,
    pub(crate) signer: Certificate,
    pub(crate) signer_key: SigningKey,
}

impl Authority {
    pub(crate) fn make() -> Self {
        let root_key = SigningKey::make_random().unwrap();
        let signer_key = SigningKey::make_random().unwrap();
        let details = details("Acasa Test IACA");
        let details = CertificateDetails {
            not_after: "2035-01-01T00:00:00Z".parse().unwrap(),
            ..details
        };
        let root = Certificate::from_der(&make_root(&details, &root_key).unwrap()).unwrap();
        let signer = certify(
            &root,
            &root_key,
            &signer_key.public_key(),
            &self::details("Acasa Test Document Signer"),
        );
        Self {
            root,
            root_key,
            signer,
            signer_key,
        }
    }

    /// A store that trusts the root for everything, and knows the signer.
    pub(crate) fn trust(&self) -> TrustStore {
        self.trust_with(Scope::everything())
    }

    pub(crate) fn trust_with(&self, scope: Scope) -> TrustStore {
        TrustStore::new(vec![Anchor {
            kind: AnchorKind::Root(self.root.clone()),
            scope,
        }])
    }

    /// The signer itself, as a trust list carries it for codes.
    pub(crate) fn trust_signer(&self, scope: Scope) -> TrustStore {
        TrustStore::new(vec![Anchor {
            kind: AnchorKind::Signer(self.signer.clone()),
            scope,
        }])
    }

    pub(crate) fn issue(&self, device_key: &VerifyingKey, namespaces: &Elements) -> Vec<u8> {
        self.issue_with(device_key, namespaces, None)
    }

    pub(crate) fn issue_with(
        &self,
        device_key: &VerifyingKey,
        namespaces: &Elements,
        status: Option<u64>,
    ) -> Vec<u8> {
        let status = status.map(|index| StatusMechanism::StatusList {
            index,
            uri: STATUS_URI.to_owned(),
        });
        let validity = whole_days("2026-11-20T09:30:00Z".parse().unwrap(), 30).unwrap();
        let issuance = Issuance {
            doc_type: DOC_TYPE,
            namespaces,
            device_key,
            validity,
            status,
        };
        issue_mdoc(&issuance, &self.signer_key, &[self.signer.as_der().to_vec()]).unwrap()
    }
}

pub(crate) fn certify(
    root: &Certificate,
    root_key: &SigningKey,
    key: &VerifyingKey,
    details: &CertificateDetails<'_>,
) -> Certificate {
    let der = make_certificate(CertificateUse::DocumentSigner, details, key, root, root_key).unwrap();
    Certificate::from_der(&der).unwrap()
}

pub(crate) fn details(common_name: &'static str) -> CertificateDetails<'static> {
    CertificateDetails {
        common_name,
        country: "MD",
        not_before: "2026-01-01T00:00:00Z".parse().unwrap(),
        not_after: "2027-01-01T00:00:00Z".parse().unwrap(),
        contact_uri: "https://authority.example",
        crl_uri: "https://authority.example/crl",
    }
}
