use std::sync::{LazyLock, Mutex};

use acasa_credentials::{
    Value,
    cose::{self, HEADER_TYP, Unsigned},
    issue::{
        CertificateDetails, CertificateUse, Issuance, issue_mdoc, make_certificate, make_root, whole_days,
    },
    mdoc::{Elements, StatusMechanism, ValidityInfo},
    sd_jwt::{ClaimPath, SdJwtIssuance, make_sd_jwt},
    status::{StatusListBuilder, StatusListTerms, StatusSize},
    trust::{Certificate, sign_trust_list},
};
use acasa_crypto::{Algorithm, CryptoError, Signer, SigningKey};
use acasa_gateway_store::STATUS_LIST_SIZE;
use proptest::prelude::*;
use serde_json::{Map, json};

use super::*;
use crate::{
    authority::{READER_DAYS, ROOT_DAYS, SIGNER_DAYS},
    issuance::configurations::{DISABILITY, EU_PID_VCT, IssuingBody, PID, STUDENT},
};

const ADDRESS: &str = "https://gateway.example";
const ASP: Role = Role::Document(IssuingBody::PublicServices);

/// Keeps what it was given to sign.
struct Recorder {
    key: SigningKey,
    message: Mutex<Vec<u8>>,
}

impl Recorder {
    fn new() -> Self {
        Self {
            key: SigningKey::from_scalar(&[0x2a; 32]).unwrap(),
            message: Mutex::default(),
        }
    }

    /// What was to be signed while that was made.
    fn record<T, E: std::fmt::Debug>(make: impl FnOnce(&Self) -> Result<T, E>) -> Vec<u8> {
        let recorder = Self::new();
        make(&recorder).unwrap();
        recorder.message.into_inner().unwrap()
    }
}

impl Signer for Recorder {
    fn algorithm(&self) -> Algorithm {
        self.key.algorithm()
    }

    fn public_key(&self) -> VerifyingKey {
        self.key.public_key()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, CryptoError> {
        message.clone_into(&mut self.message.lock().unwrap());
        self.key.sign(message)
    }
}

fn now() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

fn check_by(role: Role, message: &[u8]) -> Result<Kind, Reason> {
    let key = Recorder::new().public_key();
    let asked = Asked {
        message,
        key: &key,
        address: ADDRESS,
        now: now(),
    };
    check(role, asked)
}

/// How a mobile security object is made, where it is not as usual.
struct Mdoc {
    doc_type: &'static str,
    validity: ValidityInfo,
    status: Option<String>,
}

impl Default for Mdoc {
    fn default() -> Self {
        Self {
            doc_type: PID,
            validity: whole_days(now(), 180).unwrap(),
            status: Some(format!("{ADDRESS}/status/3")),
        }
    }
}

impl Mdoc {
    fn message(self) -> Vec<u8> {
        let namespaces: Elements = vec![(
            "md.gov.wallet".to_owned(),
            vec![("age_over_18".to_owned(), Value::Bool(true))],
        )];
        let status = self
            .status
            .map(|uri| StatusMechanism::StatusList { index: 5, uri });
        Recorder::record(|signer| {
            let issuance = Issuance {
                doc_type: self.doc_type,
                namespaces: &namespaces,
                device_key: &signer.public_key(),
                validity: self.validity,
                status,
            };
            issue_mdoc(&issuance, signer, &[vec![1]])
        })
    }

    fn checked(self, body: IssuingBody) -> Result<Kind, Reason> {
        check_by(Role::Document(body), &self.message())
    }
}

fn details(days: i64) -> CertificateDetails<'static> {
    CertificateDetails {
        common_name: "A",
        country: "MD",
        not_before: now() - SignedDuration::from_hours(48),
        not_after: now() - SignedDuration::from_hours(48) + super::days(days),
        contact_uri: ADDRESS,
        crl_uri: "https://gateway.example/crl",
    }
}

static ROOT: LazyLock<Certificate> = LazyLock::new(|| {
    let der = make_root(&details(ROOT_DAYS), &Recorder::new()).unwrap();
    Certificate::from_der(&der).unwrap()
});

/// An SD-JWT VC with these claims changed, and these members of its header.
fn sd_jwt(
    change: impl FnOnce(&mut Map<String, serde_json::Value>),
    header: &[(&str, serde_json::Value)],
) -> Vec<u8> {
    let day = whole_days(now(), 180).unwrap();
    let claims = json!({
        "iss": ADDRESS, "vct": EU_PID_VCT,
        "iat": day.signed.as_second(), "nbf": day.valid_from.as_second(), "exp": day.valid_until.as_second(),
        "status": { "status_list": { "idx": 1, "uri": format!("{ADDRESS}/status/1") } },
        "family_name": "Probă",
    });
    let mut claims = claims.as_object().unwrap().clone();
    change(&mut claims);
    let own = data_encoding::BASE64.encode(ROOT.as_der());
    let mut members = Map::from_iter([("x5c".to_owned(), json!([own]))]);
    members.extend(
        header
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone())),
    );
    Recorder::record(|signer| {
        let issuance = SdJwtIssuance {
            claims,
            concealed: &[ClaimPath::of_names(["family_name"])],
            holder: Some(&signer.key.to_jwk()),
            header: members,
        };
        make_sd_jwt(signer, issuance)
    })
}

fn status_terms(subject: &str) -> StatusListTerms<'_> {
    StatusListTerms {
        subject,
        issued_at: now().as_second(),
        expires_at: now().as_second() + 7 * 86_400,
        time_to_live: 43_200,
        certificates: &[],
    }
}

fn status_list(size: StatusSize, entries: u32, terms: StatusListTerms<'_>) -> Vec<u8> {
    let list = StatusListBuilder::new(size, entries.into()).unwrap();
    Recorder::record(|signer| list.sign_cwt(terms, signer))
}

fn own_status_list() -> Vec<u8> {
    status_list(
        StatusSize::One,
        STATUS_LIST_SIZE,
        status_terms("https://gateway.example/status/3"),
    )
}

fn trust_list(days: i64) -> Vec<u8> {
    Recorder::record(|signer| sign_trust_list(1, now(), now() + super::days(days), &[], None, signer))
}

fn certificate(purpose: CertificateUse, days: i64) -> Vec<u8> {
    Recorder::record(|signer| make_certificate(purpose, &details(days), &signer.public_key(), &ROOT, signer))
}

/// One message of each kind, with the role whose key is for it.
static ACCEPTED: LazyLock<Vec<(Role, Kind, Vec<u8>)>> = LazyLock::new(|| {
    let student = Mdoc {
        doc_type: STUDENT,
        ..Mdoc::default()
    };
    vec![
        (ASP, Kind::Mdoc, Mdoc::default().message()),
        (
            Role::Document(IssuingBody::Education),
            Kind::Mdoc,
            student.message(),
        ),
        (ASP, Kind::SdJwt, sd_jwt(|_| (), &[])),
        (Role::Status, Kind::StatusList, own_status_list()),
        (Role::Trust, Kind::TrustList, trust_list(30)),
        (
            Role::Root,
            Kind::Certificate,
            certificate(CertificateUse::DocumentSigner, SIGNER_DAYS),
        ),
        (
            Role::Root,
            Kind::Certificate,
            Recorder::record(|signer| make_root(&details(ROOT_DAYS), signer)),
        ),
    ]
});

#[test]
fn each_key_signs_what_it_is_for_and_no_other_key_does() {
    for (role, kind, message) in ACCEPTED.iter() {
        for other in Role::all() {
            let expected = if other == *role { Some(*kind) } else { None };
            assert_eq!(check_by(other, message).ok(), expected, "{other:?} {kind:?}");
        }
    }
}

#[test]
fn a_document_of_a_type_outside_the_scope_is_refused() {
    let of = |doc_type, body| {
        let mdoc = Mdoc {
            doc_type,
            ..Mdoc::default()
        };
        mdoc.checked(body)
    };

    assert_eq!(of(STUDENT, IssuingBody::Education), Ok(Kind::Mdoc));
    for (doc_type, body) in [
        (PID, IssuingBody::Education),
        (DISABILITY, IssuingBody::PublicServices),
        ("org.example.any", IssuingBody::PublicServices),
        (EU_PID_VCT, IssuingBody::PublicServices),
    ] {
        assert_eq!(of(doc_type, body), Err("document_type"), "{doc_type}");
    }
}

#[test]
fn a_document_for_longer_than_half_a_year_or_not_from_today_is_refused() {
    let (day, hour) = (SignedDuration::from_hours(24), SignedDuration::from_hours(1));
    let of = |validity| {
        let mdoc = Mdoc {
            validity,
            ..Mdoc::default()
        };
        mdoc.checked(IssuingBody::PublicServices)
    };
    let usual = whole_days(now(), 180).unwrap();
    let later = ValidityInfo {
        valid_from: usual.valid_from + hour,
        ..usual
    };
    let updated = ValidityInfo {
        expected_update: Some(usual.valid_from + hour),
        ..usual
    };

    assert_eq!(of(usual), Ok(Kind::Mdoc));
    assert_eq!(of(whole_days(now(), 1).unwrap()), Ok(Kind::Mdoc));
    for validity in [
        whole_days(now(), 181).unwrap(),
        whole_days(now() + day, 10).unwrap(),
        whole_days(now() - day * 2, 10).unwrap(),
        later,
        updated,
    ] {
        assert_eq!(of(validity), Err("validity"), "{validity:?}");
    }
}

#[test]
fn a_document_without_a_place_in_a_list_of_this_authority_is_refused() {
    let elsewhere = [
        "https://other.example/status/3",
        "https://gateway.example.other/status/3",
        "https://gateway.example/status/03",
        "https://gateway.example/status/+3",
        "https://gateway.example/status/",
        "https://gateway.example/crl/3",
    ];
    let with = |status: Option<&str>| {
        let mdoc = Mdoc {
            status: status.map(str::to_owned),
            ..Mdoc::default()
        };
        mdoc.checked(IssuingBody::PublicServices)
    };

    for uri in elsewhere {
        assert_eq!(with(Some(uri)), Err("status"), "{uri}");
    }
    assert_eq!(with(None), Err("security_object"));
}

#[test]
fn a_structure_with_more_in_its_header_or_another_payload_is_refused() {
    let payload = cose::ToBeSigned::from_slice(&Mdoc::default().message())
        .unwrap()
        .payload()
        .to_vec();
    let signed = |protected: &[(i64, Value)], payload: &[u8]| {
        let unsigned = Unsigned {
            protected,
            unprotected: &[],
            payload,
            detached: false,
        };
        check_by(ASP, &Recorder::record(|signer| cose::sign1(unsigned, signer)))
    };

    assert_eq!(signed(&[], &payload), Ok(Kind::Mdoc));
    assert_eq!(
        signed(&[(HEADER_TYP, Value::from("any"))], &payload),
        Err("header")
    );
    assert_eq!(signed(&[], b""), Err("security_object"));
    assert_eq!(check_by(ASP, &payload), Err("structure"));
    assert_eq!(check_by(ASP, b""), Err("structure"));
}

#[test]
fn an_sd_jwt_with_other_claims_or_another_header_is_refused() {
    let changed = |change: &dyn Fn(&mut Map<String, serde_json::Value>)| check_by(ASP, &sd_jwt(change, &[]));
    let set = |name: &'static str, value: serde_json::Value| {
        changed(&|claims| {
            claims.insert(name.to_owned(), value.clone());
        })
    };
    let day = whole_days(now(), 1).unwrap().signed.as_second();
    let other = make_root(&details(1), &SigningKey::from_scalar(&[8; 32]).unwrap()).unwrap();

    assert_eq!(set("iss", json!("https://other.example")), Err("claims"));
    assert_eq!(set("vct", json!(PID)), Err("document_type"));
    assert_eq!(set("given_name", json!("în clar")), Err("claims"));
    assert_eq!(set("exp", json!(day + 181 * 86_400)), Err("validity"));
    assert_eq!(set("nbf", json!(day - 3 * 86_400)), Err("validity"));
    assert_eq!(set("status", json!({})), Err("status"));
    let place = json!({ "idx": 1, "uri": "https://other.example/status/1" });
    assert_eq!(set("status", json!({ "status_list": place })), Err("status"));
    let header = |name, value| check_by(ASP, &sd_jwt(|_| (), &[(name, value)]));
    assert_eq!(header("kid", json!("any")), Err("header"));
    let chain = json!([data_encoding::BASE64.encode(&other)]);
    assert_eq!(header("x5c", chain), Err("certificate"));
    assert_eq!(
        check_by(Role::Document(IssuingBody::Education), &sd_jwt(|_| (), &[])),
        Err("document_type")
    );
}

#[test]
fn a_status_list_of_another_address_size_or_time_is_refused() {
    let with = |change: &dyn Fn(&mut StatusListTerms<'_>)| {
        let mut terms = status_terms("https://gateway.example/status/3");
        change(&mut terms);
        check_by(
            Role::Status,
            &status_list(StatusSize::One, STATUS_LIST_SIZE, terms),
        )
    };
    let sized = |size, entries| {
        let terms = status_terms("https://gateway.example/status/3");
        check_by(Role::Status, &status_list(size, entries, terms))
    };

    assert_eq!(with(&|_| ()), Ok(Kind::StatusList));
    assert_eq!(
        with(&|terms| terms.subject = "https://other.example/status/3"),
        Err("address")
    );
    assert_eq!(with(&|terms| terms.expires_at += 1), Err("validity"));
    assert_eq!(with(&|terms| terms.expires_at = terms.issued_at), Err("validity"));
    assert_eq!(with(&|terms| terms.time_to_live += 1), Err("validity"));
    assert_eq!(with(&|terms| terms.issued_at -= 3600), Err("validity"));
    assert_eq!(sized(StatusSize::Two, STATUS_LIST_SIZE), Err("size"));
    assert_eq!(sized(StatusSize::One, STATUS_LIST_SIZE * 2), Err("size"));
}

#[test]
fn a_trust_list_that_is_current_for_longer_is_refused() {
    assert_eq!(check_by(Role::Trust, &trust_list(31)), Err("validity"));
    assert_eq!(check_by(Role::Trust, &trust_list(0)), Err("validity"));
}

#[test]
fn a_certificate_of_another_profile_key_or_length_is_refused() {
    let signer = CertificateUse::DocumentSigner;
    let other = SigningKey::from_scalar(&[8; 32]).unwrap();
    let too_long = Recorder::record(|recorder| make_root(&details(ROOT_DAYS + 1), recorder));

    assert_eq!(
        check_by(
            Role::Root,
            &certificate(CertificateUse::StatusSigner, SIGNER_DAYS)
        ),
        Ok(Kind::Certificate)
    );
    let reader = |days| check_by(Role::Root, &certificate(CertificateUse::Reader, days));
    assert_eq!(reader(READER_DAYS), Ok(Kind::Certificate));
    assert_eq!(reader(READER_DAYS + 1), Err("validity"));
    assert_eq!(
        check_by(Role::Root, &certificate(signer, SIGNER_DAYS + 1)),
        Err("validity")
    );
    assert_eq!(check_by(Role::Root, &too_long), Err("validity"));
    let key = other.public_key();
    let message = Recorder::record(|recorder| make_root(&details(ROOT_DAYS), recorder));
    let asked = Asked {
        message: &message,
        key: &key,
        address: ADDRESS,
        now: now(),
    };
    assert_eq!(check(Role::Root, asked), Err("authority"));
}

proptest! {
    #[test]
    fn a_changed_byte_makes_no_message_one_of_another_key(
        which in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        to in any::<u8>(),
    ) {
        let (role, _, message) = which.get(&ACCEPTED);
        let mut message = message.clone();
        *at.get_mut(&mut message) = to;
        for other in Role::all().filter(|other| other != role) {
            prop_assert!(check_by(other, &message).is_err(), "{other:?}");
        }
    }

    #[test]
    fn arbitrary_bytes_are_signed_by_no_key(message in prop::collection::vec(any::<u8>(), 0..300)) {
        for role in Role::all() {
            prop_assert!(check_by(role, &message).is_err());
        }
    }
}
