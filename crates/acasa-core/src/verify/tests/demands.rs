//! Tests of what a verifier asked for and did not get, of what is no credential, and of whose lists count.
use super::*;
use acasa_credentials::challenge::Question;
use acasa_credentials::issue::{
    CertificateDetails, CertificateUse, Issuance, issue_mdoc, make_certificate, make_root, whole_days,
};
use acasa_credentials::status::{Status, StatusListBuilder, StatusListTerms, StatusSize};
use acasa_credentials::trust::{Anchor, Certificate};
use acasa_crypto::{Signer as _, SigningKey, base64url, jose};
use serde_json::{Map, Value as Json, json};
use std::sync::LazyLock;

const NOW: i64 = 1_795_262_400;
const LIST: &str = "https://status.example/1";
const DAY: i64 = 86_400;

fn now() -> Timestamp {
    Timestamp::from_second(NOW).unwrap()
}

/// A root, and a signer under it.
struct Authority {
    root: Certificate,
    key: SigningKey,
    signer: Vec<u8>,
}

impl Authority {
    fn new(name: &str) -> Self {
        let (root_key, key) = (
            SigningKey::make_random().unwrap(),
            SigningKey::make_random().unwrap(),
        );
        let details = CertificateDetails {
            common_name: name,
            country: "MD",
            not_before: "2026-01-01T00:00:00Z".parse().unwrap(),
            not_after: "2027-01-01T00:00:00Z".parse().unwrap(),
            contact_uri: "https://authority.example",
            crl_uri: "https://authority.example/crl",
        };
        let root = Certificate::from_der(&make_root(&details, &root_key).unwrap()).unwrap();
        let subject = CertificateDetails {
            common_name: "Signer",
            ..details
        };
        let purpose = CertificateUse::DocumentSigner;
        let signer = make_certificate(purpose, &subject, &key.public_key(), &root, &root_key).unwrap();
        Self { root, key, signer }
    }

    fn jwt(&self, typ: Option<&str>, claims: &Json) -> String {
        let mut header = Map::new();
        header.insert("alg".to_owned(), json!("ES256"));
        header.insert(
            "x5c".to_owned(),
            json!([data_encoding::BASE64.encode(&self.signer)]),
        );
        if let Some(typ) = typ {
            header.insert("typ".to_owned(), json!(typ));
        }
        let encode = |value: &Json| base64url::encode(value.to_string().as_bytes());
        let signed = format!("{}.{}", encode(&Json::Object(header)), encode(claims));
        let signature = self.key.sign(signed.as_bytes()).unwrap();
        format!("{signed}.{}", base64url::encode(&signature))
    }

    fn credential(&self, more: &Json) -> String {
        let mut claims = json!({ "vct": "urn:md:pid", "iat": NOW - DAY, "exp": NOW + DAY });
        let more = more.as_object().unwrap().clone();
        claims.as_object_mut().unwrap().extend(more);
        format!("{}~", self.jwt(Some("dc+sd-jwt"), &claims))
    }

    fn mdoc(&self) -> Vec<u8> {
        let elements = vec![("ns".to_owned(), vec![("age_over_18".to_owned(), true.into())])];
        let device = SigningKey::make_random().unwrap();
        let issuance = Issuance {
            doc_type: "md.gov.wallet.pid.1",
            namespaces: &elements,
            device_key: &device.public_key(),
            validity: whole_days(now(), 30).unwrap(),
            status: None,
        };
        issue_mdoc(&issuance, &self.key, std::slice::from_ref(&self.signer)).unwrap()
    }

    /// A list issued at a time, in which entry 3 has a status.
    fn list(&self, issued_at: i64, entry: Status) -> Vec<u8> {
        let mut list = StatusListBuilder::new(StatusSize::from_bits(2).unwrap(), 16).unwrap();
        list.set(3, entry).unwrap();
        let terms = StatusListTerms {
            subject: LIST,
            issued_at,
            expires_at: issued_at + 30 * DAY,
            time_to_live: 3600,
            certificates: std::slice::from_ref(&self.signer),
        };
        list.sign_cwt(terms, &self.key).unwrap()
    }

    fn trust(&self) -> TrustStore {
        TrustStore::new(vec![Anchor::from_certificate(self.root.clone())])
    }
}

fn of(report: &Report, name: CheckName) -> (Verdict, &'static str, &'static str) {
    let check = report.documents[0].check(name).unwrap();
    (report.verdict(), check.outcome.as_str(), check.detail)
}

fn judge<'a>(bytes: &[u8], trust: &'a TrustStore, ask: impl FnOnce(&mut Options<'a>)) -> Report {
    static NO_LISTS: LazyLock<StatusBook> = LazyLock::new(StatusBook::default);
    let mut options = Options {
        trust: Some(trust),
        ..Options::new(now(), &NO_LISTS)
    };
    ask(&mut options);
    verify(bytes, &options)
}

#[test]
fn what_was_asked_for_and_the_format_cannot_answer_leaves_the_verdict_open() {
    use CheckName::{Freshness, KeyBinding, Transcript};
    let authority = Authority::new("Ours");
    let (mdoc, sd_jwt) = (authority.mdoc(), authority.credential(&json!({})));
    let trust = authority.trust();
    let challenge = Challenge::make(&Question::default()).unwrap();
    let session = SessionTranscript::from_handover("Test", b"session");
    let open = |detail| (Verdict::Unverifiable, "skipped", detail);
    for document in [mdoc.as_slice(), sd_jwt.as_bytes()] {
        assert_eq!(judge(document, &trust, |_| ()).verdict(), Verdict::Valid);
        let asked = judge(document, &trust, |ask| {
            ask.challenge = Some((&challenge, Duration::ZERO));
        });
        assert_eq!(of(&asked, Freshness), open("challenge_not_answered"));
        let asked = judge(document, &trust, |ask| ask.transcript = Some(&session));
        assert_eq!(of(&asked, Transcript), open("session_not_answered"));
    }
    for ask in [
        |ask: &mut Options<'_>| ask.nonce = Some("n"),
        |ask: &mut Options<'_>| ask.audience = Some("a"),
    ] {
        let asked = judge(&mdoc, &trust, ask);
        assert_eq!(of(&asked, KeyBinding), open("nonce_not_answered"));
        let asked = judge(sd_jwt.as_bytes(), &trust, ask);
        let absent = (Verdict::Invalid, "fail", "sd_jwt_key_binding_absent");
        assert_eq!(of(&asked, KeyBinding), absent);
    }
}

#[test]
fn another_token_of_a_trusted_signer_is_no_sd_jwt() {
    let authority = Authority::new("Ours");
    let trust = authority.trust();
    let judged = |typ, claims: &Json| {
        let text = format!("{}~", authority.jwt(typ, claims));
        of(&judge(text.as_bytes(), &trust, |_| ()), CheckName::Parse)
    };
    let other = (Verdict::Invalid, "fail", "not_an_sd_jwt");
    let valid = (Verdict::Valid, "pass", "ok");
    let plain = json!({ "sub": "a" });
    for typ in [
        Some("statuslist+jwt"),
        Some("at+jwt"),
        Some("kb+jwt"),
        Some("openid4vci-proof+jwt"),
        Some("JWT"),
        None,
    ] {
        assert_eq!(judged(typ, &plain), other, "{typ:?}");
    }
    assert_eq!(judged(Some("at+jwt"), &json!({ "vct": "urn:x" })), other);
    for typ in [
        "example+sd-jwt",
        "application/vnd.md+sd-jwt",
        "SD-JWT",
        "EXAMPLE+SD-JWT",
    ] {
        assert_eq!(judged(Some(typ), &plain), valid, "{typ}");
    }
    let digest = base64url::encode(&[7; 32]);
    for claims in [
        json!({ "vct": "urn:x" }),
        json!({ "_sd_alg": "sha-256" }),
        json!({ "_sd": [digest.as_str()] }),
        json!({ "address": { "_sd": [digest.as_str()] } }),
        json!({ "nationalities": [{ "...": digest.as_str() }] }),
    ] {
        assert_eq!(judged(None, &claims), valid, "{claims}");
    }
}

#[test]
fn a_key_binding_from_the_future_or_from_before_its_credential_is_open() {
    let authority = Authority::new("Ours");
    let trust = authority.trust();
    let holder = SigningKey::make_random().unwrap();
    let sd_jwt = authority.credential(&json!({ "cnf": { "jwk": holder.public_key().to_jwk().to_value() } }));
    let hash = base64url::encode(&acasa_crypto::digest::sha256(sd_jwt.as_bytes()));
    let judged = |issued_at: Json| {
        let claims = json!({ "iat": issued_at, "aud": "a", "nonce": "n", "sd_hash": hash });
        let binding = jose::sign_jwt(&holder, "kb+jwt", Map::new(), claims.as_object().unwrap()).unwrap();
        let asked = judge(format!("{sd_jwt}{binding}").as_bytes(), &trust, |ask| {
            (ask.nonce, ask.audience) = (Some("n"), Some("a"));
        });
        of(&asked, CheckName::KeyBinding)
    };
    let open = (Verdict::Unverifiable, "skipped", "sd_jwt_key_binding_time");
    for issued_at in [
        json!(NOW),
        json!(NOW - DAY),
        json!(f64::from(1_795_262_000_u32) + 0.5),
    ] {
        assert_eq!(judged(issued_at), (Verdict::Valid, "pass", "ok"));
    }
    for issued_at in [json!(1_000_000_000), json!(4_070_908_800_i64), json!(NOW + 601)] {
        assert_eq!(judged(issued_at), open);
    }
}

#[test]
fn a_credential_issued_in_the_future_or_before_its_signer_is_refused_to_the_half_second() {
    let authority = Authority::new("Ours");
    let trust = authority.trust();
    let judged = |issued: Json, name| {
        let text = authority.credential(&json!({ "iat": issued }));
        of(&judge(text.as_bytes(), &trust, |_| ()), name)
    };
    assert_eq!(
        judged(json!(NOW + 700), CheckName::Validity),
        (Verdict::Invalid, "fail", "not_yet_valid")
    );
    assert_eq!(judged(json!(NOW + 500), CheckName::Validity).0, Verdict::Valid);
    for early in [json!(1_000_000_000), json!(1_000_000_000.5)] {
        assert_eq!(
            judged(early, CheckName::IssuerChain),
            (Verdict::Invalid, "fail", "signed_outside_signer_validity")
        );
    }
}

/// The status of entry 3 by lists of ours and theirs, both roots trusted.
fn status_by(
    lists: impl FnOnce(&Authority, &Authority) -> Vec<Vec<u8>>,
) -> (Verdict, &'static str, &'static str) {
    let (ours, theirs) = (Authority::new("Ours"), Authority::new("Theirs"));
    let mut trust = ours.trust();
    trust.extend([Anchor::from_certificate(theirs.root.clone())]);
    let book = StatusBook::load(&lists(&ours, &theirs), Some(&trust), now()).unwrap();
    let text = ours.credential(&json!({ "status": { "status_list": { "idx": 3, "uri": LIST } } }));
    let options = Options {
        trust: Some(&trust),
        ..Options::new(now(), &book)
    };
    of(&verify(text.as_bytes(), &options), CheckName::Status)
}

#[test]
fn another_authority_neither_restores_nor_revokes() {
    let revoked = (Verdict::Invalid, "fail", "revoked");
    let valid = (Verdict::Valid, "pass", "ok");
    let unknown = (Verdict::Unverifiable, "skipped", "status_list_signer_unknown");
    let (old, new) = (NOW - 3600, NOW - 60);

    let restored =
        status_by(|ours, theirs| vec![ours.list(old, Status::Invalid), theirs.list(new, Status::Valid)]);
    let suspended =
        status_by(|ours, theirs| vec![ours.list(old, Status::Suspended), theirs.list(new, Status::Valid)]);
    let harmed =
        status_by(|ours, theirs| vec![ours.list(old, Status::Valid), theirs.list(new, Status::Invalid)]);

    assert_eq!(restored, revoked);
    assert_eq!(suspended, (Verdict::Invalid, "fail", "suspended"));
    assert_eq!(harmed, valid);
    assert_eq!(
        status_by(|_, theirs| vec![theirs.list(new, Status::Valid)]),
        unknown
    );
    assert_eq!(status_by(|ours, _| vec![ours.list(new, Status::Valid)]), valid);
}

#[test]
fn of_several_issues_the_newest_counts_and_what_was_revoked_stays_revoked() {
    let both = |older, newer| {
        status_by(move |ours, _| vec![ours.list(NOW - DAY, older), ours.list(NOW - 60, newer)])
    };
    assert_eq!(
        both(Status::Invalid, Status::Valid),
        (Verdict::Invalid, "fail", "revoked")
    );
    assert_eq!(
        both(Status::Suspended, Status::Valid),
        (Verdict::Valid, "pass", "ok")
    );
}

#[test]
fn a_list_without_an_end_counts_for_a_week_or_its_time_to_live() {
    let lst = base64url::encode(&miniz_oxide::deflate::compress_to_vec_zlib(&[0; 4], 6));
    let aged = |days: i64, ttl: i64, end: Option<Json>| {
        status_by(|ours, _| {
            let mut claims = json!({
                "sub": LIST, "iat": NOW - days * DAY, "ttl": ttl,
                "status_list": { "bits": 1, "lst": lst },
            });
            if let Some(end) = end {
                claims["exp"] = end;
            }
            vec![ours.jwt(Some("statuslist+jwt"), &claims).into_bytes()]
        })
    };
    let (valid, old) = (
        (Verdict::Valid, "pass", "ok"),
        (Verdict::Unverifiable, "skipped", "status_list_too_old"),
    );
    assert_eq!(aged(7, 3600, None), valid);
    assert_eq!(aged(8, 3600, None), old);
    assert_eq!(aged(8, 9 * DAY, None), valid);
    assert_eq!(aged(10, 9 * DAY, None), old);
    assert_eq!(aged(30, 3600, Some(json!(NOW + DAY))), valid);
    assert_eq!(aged(0, 3600, Some(json!(1_795_262_500.5))), valid);
}
