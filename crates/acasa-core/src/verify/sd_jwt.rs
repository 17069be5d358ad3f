//! SD-JWT: the same checks under the same names.

use super::Options;
use acasa_credentials::Value;
use acasa_credentials::mdoc::StatusMechanism;
use acasa_credentials::mdoc::verify::Certified;
use acasa_credentials::report::{DocumentReport, Holder, IssuerSummary};
use acasa_credentials::sd_jwt::{MAX_DEPTH, SdJwtError, UnverifiedSdJwt, VerifiedSdJwt, numeric_date};
use acasa_credentials::trust::{
    Anchor, Certificate, ChainOutcome, ChainQuery, Purpose, SignerProfile, TrustError, TrustStore,
};
use acasa_credentials::verdict::{Check, CheckName, Outcome};
use acasa_crypto::VerifyingKey;
use acasa_crypto::digest::sha256;
use jiff::Timestamp;
use serde_json::Value as Json;

/// Media types under which an SD-JWT claims to be a credential.
const CREDENTIAL_TYPES: [&str; 2] = ["dc+sd-jwt", "vc+sd-jwt"];
/// What explicit types of SD-JWTs end with (RFC 9901, 9.11).
const TYPE_SUFFIX: &str = "+sd-jwt";
/// Signatures others may make and this program cannot verify (RFC 8812, RFC 9864, RFC 9881).
const UNSUPPORTED_ALGORITHMS: [&str; 6] = [
    "ES256K",
    "Ed25519",
    "Ed448",
    "ML-DSA-44",
    "ML-DSA-65",
    "ML-DSA-87",
];
/// How far the holder's clock may be ahead of the verifier's, in seconds.
const CLOCK_SKEW: i64 = 600;
/// Namespace of the claims where the credential names no type.
const NO_TYPE: &str = "claims";

/// Verifies an SD-JWT in the compact or a JSON serialization.
pub(super) fn verify(text: &str, options: &Options<'_>) -> DocumentReport {
    let parsed = if text.starts_with('{') {
        UnverifiedSdJwt::parse_json(text)
    } else {
        UnverifiedSdJwt::parse(text)
    };
    let (sd_jwt, claims) = match parsed.and_then(|sd_jwt| {
        let claims = sd_jwt.unverified_claims()?;
        Ok((sd_jwt, claims))
    }) {
        Ok(parsed) => parsed,
        Err(error) => return DocumentReport::unreadable(error.code()),
    };
    let doc_type = claims
        .get("vct")
        .and_then(Json::as_str)
        .unwrap_or_default()
        .to_owned();
    let mut report = DocumentReport {
        doc_type,
        issuer: None,
        holder: Holder::Unbound,
        valid_until: None,
        disclosed: Vec::new(),
        checks: vec![Check::pass(CheckName::Parse, "ok")],
    };
    for name in [CheckName::DeviceSignature, CheckName::Transcript] {
        report.set(Check::not_applicable(name, "not_an_mdoc"));
    }
    for name in [CheckName::Freshness, CheckName::Replay] {
        report.set(Check::not_applicable(name, "not_a_proof"));
    }
    let named = sd_jwt.header().get("alg").and_then(Json::as_str);
    if named.is_some_and(|named| UNSUPPORTED_ALGORITHMS.contains(&named)) {
        report.set(Check::open(CheckName::IssuerSignature, "algorithm_not_supported"));
        return report;
    }
    // `none`, a symmetric or an unknown algorithm is no signature, whoever is trusted.
    if sd_jwt.header().algorithm().is_err() {
        report.set(Check::fail(CheckName::IssuerSignature, "algorithm_not_accepted"));
        return report;
    }
    if !is_sd_jwt(sd_jwt.header().typ(), &claims) {
        report.set(Check::fail(CheckName::Parse, "not_an_sd_jwt"));
    }
    let signer = find_signer(&sd_jwt, &report.doc_type, &claims, options);
    report.set(signer.chain);
    report.issuer = signer.issuer;
    if signer.keys.is_empty() {
        report.set(Check::open(CheckName::IssuerSignature, signer.chain.detail));
        return report;
    }
    match verify_with_any(&sd_jwt, &signer.keys) {
        Ok((verified, key)) => {
            report.issuer.get_or_insert_with(|| summary_of_key(&key, &claims));
            let anchors = signer
                .anchors
                .unwrap_or_else(|| by_key(&key, &report.doc_type, options));
            check_contents(&verified, &anchors, options, &mut report);
        }
        Err(SdJwtError::IssuerSignature(_)) => {
            report.set(Check::fail(CheckName::IssuerSignature, "signature_mismatch"));
        }
        // The signature is checked first: what fails after it are the disclosures.
        Err(error) => {
            report.set(Check::pass(CheckName::IssuerSignature, "ok"));
            report.set(Check::fail(CheckName::Digests, error.code()));
        }
    }
    report
}

/// Whether a signed text is an SD-JWT: by its type, or without one by what only SD-JWTs hold. Whoever
/// signs those signs other tokens too, and any of them with a `~` behind it looks like one.
fn is_sd_jwt(typ: Option<&str>, claims: &serde_json::Map<String, Json>) -> bool {
    let typ = typ.unwrap_or("jwt").to_ascii_lowercase();
    match typ.strip_prefix("application/").unwrap_or(&typ) {
        // `JWT` says as little as no type (RFC 7519, 5.1).
        "jwt" => claims.contains_key("vct") || claims.contains_key("_sd_alg") || conceals(claims, 0),
        "sd-jwt" => true,
        named => named.ends_with(TYPE_SUFFIX),
    }
}

/// Whether something is concealed, at any depth that was read.
fn conceals(claims: &serde_json::Map<String, Json>, depth: usize) -> bool {
    let inside = |value: &Json| match value {
        Json::Object(members) => conceals(members, depth + 1),
        Json::Array(items) => items
            .iter()
            .filter_map(Json::as_object)
            .any(|item| conceals(item, depth + 1)),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => false,
    };
    let here = claims.contains_key("_sd") || claims.contains_key("...");
    here || (depth < MAX_DEPTH && claims.values().any(inside))
}

struct Signer<'a> {
    chain: Check,
    keys: Vec<VerifyingKey>,
    issuer: Option<IssuerSummary>,
    /// What vouches for the certificate; keys are vouched for one by one.
    anchors: Option<Vec<&'a Anchor>>,
}

/// The certificate in `x5c`, or keys that are trusted by themselves; by `kid` where both sides have one.
fn find_signer<'a>(
    sd_jwt: &UnverifiedSdJwt,
    doc_type: &str,
    claims: &serde_json::Map<String, Json>,
    options: &Options<'a>,
) -> Signer<'a> {
    let name = CheckName::IssuerChain;
    let without_keys = |chain| Signer {
        chain,
        keys: Vec::new(),
        issuer: None,
        anchors: None,
    };
    let Ok(certificates) = sd_jwt.header().x5c() else {
        return without_keys(Check::fail(name, "x5c"));
    };
    if let Some(certificates) = certificates.filter(|certificates| !certificates.is_empty()) {
        return match Certificate::read_chain(&certificates) {
            Ok(chain) => by_certificate(&chain, doc_type, claims, options),
            // A foreign signer's, on a curve that only others can verify.
            Err(error @ TrustError::Key) => without_keys(Check::open(name, error.code())),
            Err(error) => without_keys(Check::fail(name, error.code())),
        };
    }
    let Some(trust) = options.trust else {
        return without_keys(Check::open(name, "trust_not_given"));
    };
    let kid = sd_jwt.header().kid();
    let doc_type = (!doc_type.is_empty()).then_some(doc_type);
    let keys: Vec<VerifyingKey> = trust
        .keys(Purpose::Document, doc_type)
        .filter(|(_, id)| kid.is_none() || id.is_none() || kid == *id)
        // A certificate that carries the key must be acceptable now.
        .filter(|(key, _)| {
            !trust
                .vouching_for_key(key, Purpose::Document, doc_type, options.at)
                .is_empty()
        })
        .map(|(key, _)| key.clone())
        .collect();
    if keys.is_empty() {
        return without_keys(Check::open(name, "signer_unknown"));
    }
    Signer {
        chain: Check::pass(name, "ok"),
        keys,
        issuer: None,
        anchors: None,
    }
}

fn by_key<'a>(key: &VerifyingKey, doc_type: &str, options: &Options<'a>) -> Vec<&'a Anchor> {
    let doc_type = (!doc_type.is_empty()).then_some(doc_type);
    let vouching =
        |trust: &'a TrustStore| trust.vouching_for_key(key, Purpose::Document, doc_type, options.at);
    options.trust.map(vouching).unwrap_or_default()
}

fn by_certificate<'a>(
    chain: &[Certificate],
    doc_type: &str,
    claims: &serde_json::Map<String, Json>,
    options: &Options<'a>,
) -> Signer<'a> {
    let name = CheckName::IssuerChain;
    let Some(signer) = chain.first() else {
        return Signer {
            chain: Check::fail(name, "x5c"),
            keys: Vec::new(),
            issuer: None,
            anchors: None,
        };
    };
    let signed_at = claims
        .get("iat")
        .and_then(numeric_date)
        .and_then(|iat| Timestamp::from_second(iat).ok());
    let query = ChainQuery {
        chain,
        purpose: Purpose::Document,
        doc_type: (!doc_type.is_empty()).then_some(doc_type),
        signed_at,
        at: options.at,
        profile: SignerProfile::Generic,
    };
    let anchors = options.trust.map(|trust| trust.vouching(query));
    let check = match options.trust.map(|trust| trust.evaluate(query)) {
        None => Check::open(name, "trust_not_given"),
        Some(ChainOutcome::Trusted) => Check::pass(name, "ok"),
        Some(ChainOutcome::Unknown(detail)) => Check::open(name, detail),
        Some(ChainOutcome::Refused(detail)) => Check::fail(name, detail),
    };
    let issuer = IssuerSummary {
        subject: signer.subject(),
        sha256: *signer.sha256(),
    };
    Signer {
        chain: check,
        keys: vec![signer.key().clone()],
        issuer: Some(issuer),
        anchors: Some(anchors.unwrap_or_default()),
    }
}

fn summary_of_key(key: &VerifyingKey, claims: &serde_json::Map<String, Json>) -> IssuerSummary {
    let subject = claims
        .get("iss")
        .and_then(Json::as_str)
        .unwrap_or_default()
        .to_owned();
    IssuerSummary {
        subject,
        sha256: sha256(&key.to_spki_der().unwrap_or_default()),
    }
}

fn verify_with_any(
    sd_jwt: &UnverifiedSdJwt,
    keys: &[VerifyingKey],
) -> Result<(VerifiedSdJwt, VerifyingKey), SdJwtError> {
    let mut refused = SdJwtError::IssuerSignature(acasa_crypto::CryptoError::Key);
    for key in keys {
        let named = sd_jwt
            .header()
            .algorithm()
            .ok()
            .filter(|algorithm| key.supports(*algorithm));
        let Some(algorithm) = named else { continue };
        match sd_jwt.verify(key, algorithm) {
            Ok(verified) => return Ok((verified, key.clone())),
            Err(SdJwtError::IssuerSignature(_)) => {}
            Err(other) => refused = other,
        }
    }
    Err(refused)
}

fn check_contents(
    verified: &VerifiedSdJwt,
    anchors: &[&Anchor],
    options: &Options<'_>,
    report: &mut DocumentReport,
) {
    report.set(Check::pass(CheckName::IssuerSignature, "ok"));
    let typ = verified.header().typ().map(str::to_ascii_lowercase);
    let is_credential = typ.is_some_and(|typ| CREDENTIAL_TYPES.contains(&typ.as_str()));
    report.set(match verified.check_credential() {
        Err(error) if is_credential => Check::fail(CheckName::Digests, error.code()),
        Ok(()) | Err(_) => Check::pass(CheckName::Digests, "ok"),
    });
    let namespace = if report.doc_type.is_empty() {
        NO_TYPE
    } else {
        &report.doc_type
    };
    let claims = verified
        .contents()
        .iter()
        .map(|(name, value)| (name.clone(), from_json(value)));
    report.disclosed = vec![(namespace.to_owned(), claims.collect())];
    let expires_at = verified.validity().ok().and_then(|validity| validity.expires_at);
    report.valid_until = expires_at.and_then(|end| Timestamp::from_second(end).ok());
    report.set(match verified.check_validity(options.at.as_second(), 0) {
        Ok(()) => Check::pass(CheckName::Validity, "ok"),
        Err(SdJwtError::Expired) => Check::fail(CheckName::Validity, "expired"),
        Err(SdJwtError::NotYetValid) => Check::fail(CheckName::Validity, "not_yet_valid"),
        Err(error) => Check::fail(CheckName::Validity, error.code()),
    });
    let certified = Certified {
        doc_type: &report.doc_type,
        anchors,
    };
    let status = check_status(verified, certified, options);
    report.set(status);
    let key_binding = check_key_binding(verified, options);
    if key_binding.outcome == Outcome::Pass {
        report.holder = Holder::Bound;
    }
    report.set(key_binding);
}

fn check_status(verified: &VerifiedSdJwt, certified: Certified<'_>, options: &Options<'_>) -> Check {
    let name = CheckName::Status;
    let check = match verified.status() {
        Ok(None) if verified.contents().contains_key("status") => {
            Check::open(name, super::status::UNKNOWN_MECHANISM)
        }
        Ok(None) => Check::not_applicable(name, "no_status_reference"),
        Ok(Some(place)) => {
            let reference = StatusMechanism::StatusList {
                index: place.index(),
                uri: place.uri().to_owned(),
            };
            options
                .status
                .check(&reference, certified, options.trust, options.at)
        }
        Err(error) => Check::fail(name, error.code()),
    };
    if check.outcome == Outcome::Open && options.allow_unchecked_status {
        return Check::not_applicable(name, "unchecked_as_allowed");
    }
    check
}

/// Whose key, for whom, and to which nonce (RFC 9901, 7.3).
fn check_key_binding(verified: &VerifiedSdJwt, options: &Options<'_>) -> Check {
    let name = CheckName::KeyBinding;
    let is_demanded = options.nonce.is_some() || options.audience.is_some();
    if !verified.has_key_binding() {
        return if is_demanded {
            Check::fail(name, SdJwtError::KeyBindingAbsent.code())
        } else {
            Check::not_applicable(name, "no_key_binding")
        };
    }
    let binding = match verified.key_binding() {
        Ok(binding) => binding,
        Err(error) => return Check::fail(name, error.code()),
    };
    let audience = options
        .audience
        .map_or(Ok(()), |audience| binding.check_audience(audience));
    let nonce = options.nonce.map_or(Ok(()), |nonce| binding.check_nonce(nonce));
    if let Err(error) = audience.and(nonce) {
        return Check::fail(name, error.code());
    }
    let issued = verified.validity().unwrap_or_default();
    if let Err(error) = binding.check_time(issued, options.at.as_second(), CLOCK_SKEW) {
        return Check::open(name, error.code());
    }
    match (options.audience, options.nonce) {
        (Some(_), Some(_)) => Check::pass(name, "ok"),
        (None, _) => Check::open(name, "audience_not_given"),
        (Some(_), None) => Check::open(name, "nonce_not_given"),
    }
}

fn from_json(value: &Json) -> Value {
    match value {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::String(text) => Value::Text(text.clone()),
        Json::Array(items) => Value::Array(items.iter().map(from_json).collect()),
        Json::Object(members) => Value::Map(
            members
                .iter()
                .map(|(name, value)| (Value::Text(name.clone()), from_json(value)))
                .collect(),
        ),
        Json::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (Some(value), _, _) => Value::from(value),
            (None, Some(value), _) => Value::from(value),
            (None, None, value) => value.map_or(Value::Null, Value::Float),
        },
    }
}
