//! Requests to present documents: OpenID for Verifiable Presentations 1.0, section 5, with the
//! profiles of EVO Wallet and HAIP 1.0. A request by reference says who asks only after it is fetched
//! and its signature checked; here it is read as it stands in the code.

use crate::openid4vci::https;
use crate::{ErrorCode, Inspection, Kind, WarningCode, dcql, json, parameters};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

const SCHEMES: [&str; 6] = [
    "openid4vp",
    "eudi-openid4vp",
    "haip-vp",
    "haip",
    "mdoc-openid4vp",
    "eudi-wallet",
];
/// Parameters whose value is JSON.
const STRUCTURED: [&str; 4] = [
    "dcql_query",
    "client_metadata",
    "transaction_data",
    "verifier_info",
];
/// 5.9.3; `origin` is reserved and never comes from outside.
const PREFIXES: [&str; 6] = [
    "redirect_uri",
    "openid_federation",
    "decentralized_identifier",
    "verifier_attestation",
    "x509_san_dns",
    "x509_hash",
];

/// One of the schemes, an https link with a request in it, or the request itself.
pub(crate) fn recognises(text: &str) -> bool {
    if text.trim_start().starts_with('{') {
        let request = json::parse(text.trim());
        return request.is_some_and(|request| {
            request.get("dcql_query").is_some() || asks_for_token(&request["response_type"])
        });
    }
    parameters::read(text).is_some_and(|(scheme, pairs)| {
        let given = |wanted: &str| pairs.iter().any(|(name, _)| name == wanted);
        let asks = pairs
            .iter()
            .any(|(name, value)| name == "response_type" && value.contains("vp_token"));
        let request = given("client_id") && (given("request_uri") || given("dcql_query") || asks);
        SCHEMES.contains(&scheme.as_str()) || (scheme == "https" && request)
    })
}

fn asks_for_token(response_type: &Value) -> bool {
    response_type
        .as_str()
        .is_some_and(|kind| kind.split(' ').any(|part| part == "vp_token"))
}

pub(crate) fn inspect(text: &str) -> Inspection {
    let mut inspection = Inspection::new(Kind::OpenId4Vp);
    let object = if let Some(Value::Object(object)) = json::parse(text.trim()) {
        object
    } else {
        let (scheme, pairs) = parameters::read(text).unwrap_or_default();
        inspection.set("scheme", scheme);
        parameters::object(&pairs, &STRUCTURED, &mut inspection)
    };
    client(&object, &mut inspection);
    object
        .iter()
        .for_each(|(name, value)| inspection.set(name, value.clone()));
    let by_reference = object.contains_key("request_uri");
    let by_value = object.contains_key("request");
    inspection.require(
        !(by_reference && by_value),
        ErrorCode::FieldConflict,
        "request_uri",
    );
    if by_reference {
        reference(&object, &mut inspection);
    } else if by_value {
        signed(&object, &mut inspection);
    } else {
        inspection.require(
            !object.contains_key("request_uri_method"),
            ErrorCode::FieldUnexpected,
            "request_uri_method",
        );
        inline(&object, &mut inspection);
    }
    inspection
}

/// 5.9: the identifier, and what its prefix asks of it.
fn client(object: &Map<String, Value>, inspection: &mut Inspection) {
    let Some(client_id) = object
        .get("client_id")
        .and_then(Value::as_str)
        .filter(|id| !id.is_empty())
    else {
        return inspection.error(ErrorCode::FieldMissing, "client_id");
    };
    let Some((prefix, rest)) = client_id.split_once(':') else {
        return inspection.set("client_id_prefix", "pre-registered");
    };
    inspection.set(
        "client_id_prefix",
        if PREFIXES.contains(&prefix) {
            prefix
        } else {
            "pre-registered"
        },
    );
    let valid = match prefix {
        "x509_hash" => URL_SAFE_NO_PAD.decode(rest).is_ok_and(|hash| hash.len() == 32),
        "x509_san_dns" => url::Host::parse(rest).is_ok_and(|host| matches!(host, url::Host::Domain(_))),
        "redirect_uri" | "openid_federation" => url::Url::parse(rest).is_ok(),
        "decentralized_identifier" => rest.starts_with("did:"),
        "origin" => false,
        _ => !rest.is_empty(),
    };
    inspection.require(valid, ErrorCode::FieldInvalid, "client_id");
    if prefix == "x509_san_dns" {
        inspection.warn_all(crate::host::warnings_of_text(&format!("https://{rest}/")));
    }
}

/// 5.10 and RFC 9101, 5.2.
fn reference(object: &Map<String, Value>, inspection: &mut Inspection) {
    inspection.set("request", "by_reference");
    let address = object
        .get("request_uri")
        .and_then(Value::as_str)
        .unwrap_or_default();
    https(address, "request_uri", inspection);
    let method = object.get("request_uri_method");
    let known = method.is_none_or(|method| matches!(method.as_str(), Some("get" | "post")));
    inspection.require(known, ErrorCode::FieldInvalid, "request_uri_method");
}

/// RFC 9101, 5.1: a signed request in the code itself.
fn signed(object: &Map<String, Value>, inspection: &mut Inspection) {
    let token = object.get("request").and_then(Value::as_str).unwrap_or_default();
    let parts: Vec<&str> = token.split('.').collect();
    let decoded = |part: &&str| {
        URL_SAFE_NO_PAD
            .decode(part)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
    };
    let payload = parts.get(1).and_then(decoded).and_then(|text| json::parse(&text));
    let header = parts
        .first()
        .and_then(decoded)
        .and_then(|text| json::parse(&text));
    inspection.set("request", "by_value");
    let (3, Some(header), Some(Value::Object(payload))) = (parts.len(), header, payload) else {
        return inspection.error(ErrorCode::StructureInvalid, "request");
    };
    if header["alg"] == "none" {
        inspection.warn(WarningCode::UnsignedRequest);
    }
    inspection.warn(WarningCode::SignatureNotChecked);
    let same = payload
        .get("client_id")
        .is_none_or(|id| Some(id) == object.get("client_id"));
    inspection.require(same, ErrorCode::FieldConflict, "client_id");
    parameters_of(&payload, inspection);
    payload
        .into_iter()
        .filter(|(name, _)| name != "client_id" && name != "request")
        .for_each(|(name, value)| inspection.set(&name, value));
}

/// A request in plain parameters: nobody has signed it.
fn inline(object: &Map<String, Value>, inspection: &mut Inspection) {
    inspection.warn(WarningCode::UnsignedRequest);
    inspection.set("request", "inline");
    let prefix = object
        .get("client_id")
        .and_then(Value::as_str)
        .and_then(|id| id.split_once(':'))
        .map(|(prefix, _)| prefix);
    // 5.9.3: these prefixes identify by a signature, which an inline request has not.
    let signed_only = matches!(
        prefix,
        Some("x509_hash" | "x509_san_dns" | "verifier_attestation" | "decentralized_identifier")
    );
    inspection.require(!signed_only, ErrorCode::FieldConflict, "client_id");
    parameters_of(object, inspection);
}

/// 5.1 to 5.6 and 8.2: what every request has, however it came.
fn parameters_of(object: &Map<String, Value>, inspection: &mut Inspection) {
    let given = |name: &str| object.get(name).is_some_and(|value| value.as_str() != Some(""));
    match object.get("response_type") {
        Some(kind) => inspection.require(asks_for_token(kind), ErrorCode::FieldInvalid, "response_type"),
        None => inspection.error(ErrorCode::FieldMissing, "response_type"),
    }
    inspection.require(given("nonce"), ErrorCode::FieldMissing, "nonce");
    match (object.get("dcql_query"), given("scope")) {
        (Some(_), true) => inspection.error(ErrorCode::FieldConflict, "scope"),
        (Some(query), false) => {
            if let Some(at) = dcql::flaw(query) {
                inspection.error(ErrorCode::DcqlInvalid, format!("dcql_query.{at}"));
            }
        }
        (None, true) => {}
        (None, false) => inspection.error(ErrorCode::FieldMissing, "dcql_query"),
    }
    let mode = object
        .get("response_mode")
        .and_then(Value::as_str)
        .unwrap_or("fragment");
    if mode.starts_with("direct_post") {
        inspection.require(given("response_uri"), ErrorCode::FieldMissing, "response_uri");
        inspection.require(!given("redirect_uri"), ErrorCode::FieldConflict, "redirect_uri");
        if let Some(address) = object.get("response_uri").and_then(Value::as_str) {
            https(address, "response_uri", inspection);
        }
    }
}

#[cfg(test)]
mod tests;
