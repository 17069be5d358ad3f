//! EU digital health certificates: eHealth Network, "Electronic Health Certificate Specification" 1.0.5:
//! `HC1:`, base45, zlib, COSE_Sign1, CWT. The signature is not checked: that needs the issuers' keys.

mod schema;

use crate::{ErrorCode, Inspection, Kind, MAX_INFLATED_BYTES, WarningCode, cbor};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ciborium::Value as Cbor;
use coset::iana::EnumI64;
use coset::{CborSerializable, CoseSign1, RegisteredLabelWithPrivate, TaggedCborSerializable, iana};
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_zlib_with_limit};

/// CWT claims (RFC 8392, 4), and the one for health certificates.
const ISSUER: i64 = 1;
const EXPIRES: i64 = 4;
const ISSUED: i64 = 6;
const HEALTH_CERTIFICATE: i64 = -260;
/// The one kind of health certificate there is: the EU's.
const EU_CERTIFICATE: i64 = 1;
/// The tag of a CWT (RFC 8392, 6), which may wrap the signed structure.
const CWT_TAG: u64 = 61;

/// `HC` and one character of version (specification, 4.1).
pub(crate) fn recognises(text: &str) -> bool {
    let mut characters = text.chars();
    let prefix = characters
        .next()
        .zip(characters.next())
        .map(|(h, c)| (h.to_ascii_uppercase(), c.to_ascii_uppercase()));
    prefix == Some(('H', 'C'))
        && characters
            .next()
            .is_some_and(|version| version.is_ascii_alphanumeric())
        && characters.next() == Some(':')
}

pub(crate) fn inspect(text: &str) -> Inspection {
    let mut inspection = Inspection::new(Kind::Hcert);
    inspection.warn(WarningCode::SignatureNotChecked);
    inspection.set("signature", "not_checked");
    if let Err((code, at)) = read(text, &mut inspection) {
        inspection.error(code, at);
    }
    inspection
}

type Step<T> = Result<T, (ErrorCode, &'static str)>;

fn read(text: &str, inspection: &mut Inspection) -> Step<()> {
    let encoded = text
        .strip_prefix("HC1:")
        .ok_or((ErrorCode::VersionUnsupported, "prefix"))?;
    let compressed = base45_decode(encoded).ok_or((ErrorCode::Base45Invalid, "base45"))?;
    let signed = decompress_to_vec_zlib_with_limit(&compressed, MAX_INFLATED_BYTES).map_err(|error| {
        let full = error.status == TINFLStatus::HasMoreOutput;
        let code = if full {
            ErrorCode::PayloadTooLarge
        } else {
            ErrorCode::CompressionInvalid
        };
        (code, "compression")
    })?;
    let sign1 = cose(&signed).ok_or((ErrorCode::CoseInvalid, "cose"))?;
    header(&sign1, inspection);
    let payload = sign1
        .payload
        .as_deref()
        .ok_or((ErrorCode::CoseInvalid, "payload"))?;
    let claims: Cbor = ciborium::from_reader(payload).map_err(|_| (ErrorCode::CborInvalid, "cwt"))?;
    claims_of(&claims, inspection)
}

/// Base45 as RFC 9285, 4 and 6 ask: a group that encodes more than its bytes can hold is refused,
/// which the re-encoding shows.
pub(crate) fn base45_decode(text: &str) -> Option<Vec<u8>> {
    base45::decode(text)
        .ok()
        .filter(|bytes| base45::encode(bytes) == text)
}

/// With the COSE_Sign1 tag, without it (some issuers), or inside the CWT tag.
fn cose(bytes: &[u8]) -> Option<CoseSign1> {
    if let Ok(sign1) = CoseSign1::from_tagged_slice(bytes) {
        return Some(sign1);
    }
    if let Cbor::Tag(CWT_TAG, inner) = ciborium::from_reader(bytes).ok()? {
        let mut unwrapped = Vec::new();
        ciborium::into_writer(&inner, &mut unwrapped).ok()?;
        return CoseSign1::from_tagged_slice(&unwrapped).ok();
    }
    CoseSign1::from_slice(bytes).ok()
}

fn header(sign1: &CoseSign1, inspection: &mut Inspection) {
    let protected = &sign1.protected.header;
    let algorithm = protected.alg.as_ref().or(sign1.unprotected.alg.as_ref());
    match algorithm {
        Some(RegisteredLabelWithPrivate::Assigned(algorithm)) => {
            inspection.set("algorithm", name(*algorithm));
        }
        _ => inspection.error(ErrorCode::FieldMissing, "algorithm"),
    }
    // The protected key identifier goes first (specification, 3.3.2).
    let key = if protected.key_id.is_empty() {
        &sign1.unprotected.key_id
    } else {
        &protected.key_id
    };
    inspection.set("key_id", STANDARD.encode(key));
}

/// The two algorithms of the specification (3.3.1) by name, any other by its number.
fn name(algorithm: iana::Algorithm) -> String {
    match algorithm.to_i64() {
        -7 => "ES256".to_owned(),
        -37 => "PS256".to_owned(),
        other => other.to_string(),
    }
}

fn claims_of(claims: &Cbor, inspection: &mut Inspection) -> Step<()> {
    let claim = |key: i64| entry(claims, key);
    if let Some(issuer) = claim(ISSUER).and_then(Cbor::as_text) {
        inspection.set("issuer", issuer);
    }
    for (key, name) in [(ISSUED, "issued_at"), (EXPIRES, "expires_at")] {
        match claim(key).and_then(instant) {
            Some(instant) => inspection.set(name, instant),
            None => inspection.error(ErrorCode::DateInvalid, name),
        }
    }
    let certificate = claim(HEALTH_CERTIFICATE).and_then(|kinds| entry(kinds, EU_CERTIFICATE));
    let certificate = certificate.ok_or((ErrorCode::FieldMissing, "hcert"))?;
    let certificate = cbor::to_json(certificate).ok_or((ErrorCode::CborInvalid, "hcert"))?;
    schema::check(&certificate, inspection);
    let object = certificate.as_object().ok_or((ErrorCode::CborInvalid, "hcert"))?;
    object
        .iter()
        .for_each(|(name, value)| inspection.set(name, value.clone()));
    Ok(())
}

fn entry(map: &Cbor, key: i64) -> Option<&Cbor> {
    let entries = map.as_map()?;
    entries
        .iter()
        .find(|(name, _)| *name == Cbor::from(key))
        .map(|(_, value)| value)
}

/// Seconds since 1970, whole or not, with or without the tag for them, as RFC 3339 in UTC.
fn instant(value: &Cbor) -> Option<String> {
    let value = value
        .as_tag()
        .filter(|(tag, _)| *tag == 1)
        .map_or(value, |(_, inner)| inner);
    // Bounded before the cast: the year 9999 and no further.
    let fractional = value
        .as_float()
        .filter(|number| (0.0..2.5e11).contains(number))
        .map(whole);
    let seconds = value
        .as_integer()
        .and_then(|number| i64::try_from(number).ok())
        .or(fractional)?;
    jiff::Timestamp::from_second(seconds)
        .ok()
        .map(|instant| instant.to_string())
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the caller bounds the number far inside i64"
)]
fn whole(number: f64) -> i64 {
    number as i64
}

#[cfg(test)]
mod tests;
