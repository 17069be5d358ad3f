//! Documents: of the types that their signer's scope names, valid from today and for half a year at most.

use acasa_credentials::{
    cbor,
    cose::ToBeSigned,
    mdoc::{KeyAuthorizations, MobileSecurityObject, StatusMechanism},
    status::StatusPlace,
    trust::Certificate,
};
use acasa_crypto::{Algorithm, Hash, Jwk, jose::UnverifiedJws, json};
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{Asked, ES256, Kind, Reason, SKEW, days};
use crate::issuance::{
    COPY_DAYS,
    configurations::{EU_PID_VCT, IssuingBody},
};

/// Members of a security object that we make (ISO/IEC 18013-5, 9.1.2.4).
const MEMBERS: usize = 7;
/// The type of an SD-JWT VC.
const TYP: &str = "dc+sd-jwt";
/// Members of its header.
const HEADER: [&str; 3] = ["alg", "typ", "x5c"];
/// Claims in the open.
const CLAIMS: [&str; 9] = [
    "iss", "vct", "iat", "nbf", "exp", "status", "cnf", "_sd", "_sd_alg",
];
/// How old a document's first moment may be: it is that of the day, and clocks disagree.
const BEGUN_DAYS: i64 = 1;

pub(super) fn check(body: IssuingBody, asked: Asked<'_>) -> Result<Kind, Reason> {
    match std::str::from_utf8(asked.message) {
        Ok(text) if text.starts_with("ey") => check_sd_jwt(body, text, asked),
        Ok(_) | Err(_) => check_mdoc(body, asked),
    }
}

fn check_mdoc(body: IssuingBody, asked: Asked<'_>) -> Result<Kind, Reason> {
    let signed = ToBeSigned::from_slice(asked.message).map_err(|_| "structure")?;
    if signed.headers().algorithm() != ES256 || signed.headers().protected_count() != 1 {
        return Err("header");
    }
    let object = MobileSecurityObject::from_payload(signed.payload()).map_err(|_| "security_object")?;
    let wrapped = cbor::read(signed.payload()).map_err(|_| "security_object")?;
    let content = wrapped.encoded().ok_or("security_object")?;
    let content = cbor::read_deterministic(content).map_err(|_| "security_object")?;
    if content.as_map().is_none_or(|members| members.len() != MEMBERS)
        || object.digest_algorithm() != Hash::Sha256
        || *object.key_authorizations() != KeyAuthorizations::default()
    {
        return Err("security_object");
    }
    if object.doc_type() == EU_PID_VCT || !body.document_types().contains(&object.doc_type()) {
        return Err("document_type");
    }
    match object.status() {
        Some(StatusMechanism::StatusList { uri, .. }) if asked.is_status_list(uri) => {}
        Some(_) | None => return Err("status"),
    }
    let validity = object.validity();
    if validity.signed != validity.valid_from || validity.expected_update.is_some() {
        return Err("validity");
    }
    check_validity(validity.valid_from, validity.valid_until, asked)?;
    Ok(Kind::Mdoc)
}

fn check_sd_jwt(body: IssuingBody, text: &str, asked: Asked<'_>) -> Result<Kind, Reason> {
    // What is signed is a token without its signature.
    let token = UnverifiedJws::parse(&format!("{text}.")).map_err(|_| "structure")?;
    let header = token.header();
    let has_typ = header.get("typ").and_then(Value::as_str) == Some(TYP);
    let is_known = header.names().all(|name| HEADER.contains(&name));
    if header.algorithm() != Ok(Algorithm::Es256) || !has_typ || !is_known {
        return Err("header");
    }
    let chain = header.x5c().map_err(|_| "header")?;
    let Some([certificate]) = chain.as_deref() else {
        return Err("header");
    };
    let certificate = Certificate::from_der(certificate).map_err(|_| "header")?;
    if certificate.key() != asked.key {
        return Err("certificate");
    }
    let claims = json::parse_object(token.unverified_payload()).map_err(|_| "claims")?;
    if claims.keys().any(|name| !CLAIMS.contains(&name.as_str())) {
        return Err("claims");
    }
    check_claims(body, &claims, asked)?;
    Ok(Kind::SdJwt)
}

fn check_claims(body: IssuingBody, claims: &Map<String, Value>, asked: Asked<'_>) -> Result<(), Reason> {
    let text = |name| claims.get(name).and_then(Value::as_str);
    let time = |name| {
        let seconds = claims.get(name).and_then(Value::as_i64);
        seconds.and_then(|seconds| Timestamp::from_second(seconds).ok())
    };
    if text("iss") != Some(asked.address) || text("_sd_alg") != Some("sha-256") {
        return Err("claims");
    }
    if text("vct") != Some(EU_PID_VCT) || !body.document_types().contains(&EU_PID_VCT) {
        return Err("document_type");
    }
    let digests = claims.get("_sd").and_then(Value::as_array);
    if digests.is_none_or(|digests| digests.iter().any(|digest| !digest.is_string())) {
        return Err("claims");
    }
    let holder = only_member(claims, "cnf", "jwk").and_then(|key| Jwk::from_value(key.clone()).ok());
    holder.ok_or("holder")?;
    let place = only_member(claims, "status", "status_list");
    let place = place.and_then(|place| StatusPlace::from_json(place).ok());
    if !place.is_some_and(|place| asked.is_status_list(place.uri())) {
        return Err("status");
    }
    let (Some(issued), Some(from), Some(until)) = (time("iat"), time("nbf"), time("exp")) else {
        return Err("validity");
    };
    if issued != from {
        return Err("validity");
    }
    check_validity(from, until, asked)
}

/// The one member of an object within the claims.
fn only_member<'a>(claims: &'a Map<String, Value>, object: &str, member: &str) -> Option<&'a Value> {
    let object = claims.get(object)?.as_object()?;
    object.get(member).filter(|_| object.len() == 1)
}

fn check_validity(from: Timestamp, until: Timestamp, asked: Asked<'_>) -> Result<(), Reason> {
    let age = asked.now.duration_since(from);
    let is_today = -SKEW <= age && age <= days(BEGUN_DAYS) + SKEW;
    let length = until.duration_since(from);
    if is_today && length.is_positive() && length <= days(COPY_DAYS) {
        Ok(())
    } else {
        Err("validity")
    }
}
