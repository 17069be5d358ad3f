//! The two spellings of an SD-JWT: compact and JWS JSON.

use super::disclosure::Disclosure;
use super::{MAX_DISCLOSURES, MAX_LENGTH, SdJwtError, UnverifiedSdJwt};
use acasa_crypto::jose::UnverifiedJws;
use acasa_crypto::{CryptoError, json};
use serde_json::Value;

pub(super) fn parse_compact(text: &str) -> Result<UnverifiedSdJwt, SdJwtError> {
    if text.len() > MAX_LENGTH {
        return Err(SdJwtError::TooLarge);
    }
    let mut parts = text.split('~');
    let issuer_jwt = parts.next().ok_or(SdJwtError::Malformed)?;
    // What follows the last `~` is the key binding, or empty: without any `~` it is a plain JWT.
    let key_binding = parts.next_back().ok_or(SdJwtError::Malformed)?;
    let key_binding = (!key_binding.is_empty()).then(|| key_binding.to_owned());
    build(issuer_jwt.to_owned(), parts, key_binding)
}

pub(super) fn parse_json(text: &str) -> Result<UnverifiedSdJwt, SdJwtError> {
    if text.len() > MAX_LENGTH {
        return Err(SdJwtError::TooLarge);
    }
    let value = json::parse(text.as_bytes()).map_err(|_| SdJwtError::Malformed)?;
    let signed = match value.get("signatures") {
        None => &value,
        Some(signatures) => signatures.get(0).ok_or(SdJwtError::Malformed)?,
    };
    let issuer_jwt = format!(
        "{}.{}.{}",
        text_member(signed, "protected")?,
        text_member(&value, "payload")?,
        text_member(signed, "signature")?
    );
    let header = signed.get("header");
    let disclosures: Option<Vec<&str>> = match header.and_then(|header| header.get("disclosures")) {
        None => Some(Vec::new()),
        Some(Value::Array(disclosures)) => disclosures.iter().map(Value::as_str).collect(),
        Some(_) => None,
    };
    let key_binding = match header.and_then(|header| header.get("kb_jwt")) {
        None => None,
        Some(Value::String(jwt)) => Some(jwt.clone()),
        Some(_) => return Err(SdJwtError::Malformed),
    };
    build(
        issuer_jwt,
        disclosures.ok_or(SdJwtError::Malformed)?.into_iter(),
        key_binding,
    )
}

fn build<'a>(
    issuer_jwt: String,
    disclosures: impl Iterator<Item = &'a str>,
    key_binding: Option<String>,
) -> Result<UnverifiedSdJwt, SdJwtError> {
    let jws = UnverifiedJws::parse(&issuer_jwt).map_err(|error| {
        if error == CryptoError::TooLarge {
            SdJwtError::TooLarge
        } else {
            SdJwtError::Malformed
        }
    })?;
    let mut parsed = Vec::new();
    for encoded in disclosures {
        if parsed.len() == MAX_DISCLOSURES {
            return Err(SdJwtError::TooLarge);
        }
        parsed.push(Disclosure::parse(encoded)?);
    }
    Ok(UnverifiedSdJwt {
        issuer_jwt,
        jws,
        disclosures: parsed,
        key_binding,
    })
}

fn text_member<'a>(value: &'a Value, name: &str) -> Result<&'a str, SdJwtError> {
    value
        .get(name)
        .and_then(Value::as_str)
        .ok_or(SdJwtError::Malformed)
}
