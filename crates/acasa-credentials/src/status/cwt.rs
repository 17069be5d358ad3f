//! The CWT form (Token Status List, 5.2).

use super::{StatusError, StatusList, StatusListToken, StatusSize, jwt};
use crate::cbor::{self, CborError, Item, Kind};
#[cfg(feature = "issuing")]
use crate::cose::ToBeSigned;
use crate::cose::{CoseError, HEADER_TYP, Headers, Sign1};
use acasa_crypto::{CryptoError, VerifyingKey};

/// CBOR tag of a CWT (RFC 8392, 6).
const TAG_CWT: u64 = 61;
pub(super) const CLAIM_SUBJECT: i64 = 2;
pub(super) const CLAIM_EXPIRES: i64 = 4;
pub(super) const CLAIM_ISSUED: i64 = 6;
pub(super) const CLAIM_STATUS_LIST: i64 = 65533;
pub(super) const CLAIM_TIME_TO_LIVE: i64 = 65534;

pub(super) fn parse(bytes: &[u8]) -> Result<Sign1, StatusError> {
    let item = cbor::read(bytes).map_err(cbor_error)?;
    Sign1::read(item.tagged(TAG_CWT).unwrap_or(&item)).map_err(|_| StatusError::Malformed)
}

pub(super) fn verify(message: &Sign1, key: &VerifyingKey) -> Result<StatusListToken, StatusError> {
    if key.only_algorithm().is_none() {
        return Err(StatusError::Signature(CryptoError::Algorithm));
    }
    message.verify(key, None, &[]).map_err(|error| {
        StatusError::Signature(match error {
            CoseError::Algorithm | CoseError::Unsupported => CryptoError::Algorithm,
            CoseError::Cbor(_) | CoseError::Structure(_) => CryptoError::Malformed,
            CoseError::Mismatch | CoseError::Signing(_) => CryptoError::Signature,
        })
    })?;
    check_type(message.headers())?;
    read_claims(message.payload().ok_or(StatusError::Malformed)?)
}

/// What is about to be signed as a list.
#[cfg(feature = "issuing")]
pub(super) fn read_unsigned(list: &ToBeSigned) -> Result<StatusListToken, StatusError> {
    check_type(list.headers())?;
    read_claims(list.payload())
}

fn check_type(headers: &Headers) -> Result<(), StatusError> {
    let typ = headers.protected(HEADER_TYP).and_then(ciborium::Value::as_text);
    if typ.is_some_and(|typ| typ.eq_ignore_ascii_case(super::MEDIA_TYPE_CWT)) {
        Ok(())
    } else {
        Err(StatusError::Signature(CryptoError::Header))
    }
}

fn read_claims(payload: &[u8]) -> Result<StatusListToken, StatusError> {
    let claims = cbor::read(payload).map_err(cbor_error)?;
    let list = claims.get_i64(CLAIM_STATUS_LIST).ok_or(StatusError::Malformed)?;
    let bits = list
        .get("bits")
        .and_then(Item::as_u64)
        .ok_or(StatusError::Malformed)?;
    let compressed = list
        .get("lst")
        .and_then(Item::as_bytes)
        .ok_or(StatusError::Malformed)?;
    let expires_at = claims.get_i64(CLAIM_EXPIRES);
    let time_to_live = claims.get_i64(CLAIM_TIME_TO_LIVE);
    Ok(StatusListToken {
        subject: claims
            .get_i64(CLAIM_SUBJECT)
            .and_then(Item::as_text)
            .ok_or(StatusError::Malformed)?
            .to_owned(),
        issued_at: claims
            .get_i64(CLAIM_ISSUED)
            .and_then(numeric_date)
            .ok_or(StatusError::Malformed)?,
        expires_at: expires_at
            .map(|end| numeric_date(end).ok_or(StatusError::Malformed))
            .transpose()?,
        time_to_live: time_to_live.map(|ttl| jwt::positive(ttl.as_u64())).transpose()?,
        list: StatusList::inflate(StatusSize::from_bits(bits)?, compressed)?,
    })
}

/// A NumericDate is an integer or a float (RFC 8392, 2); fractions of a second are dropped.
fn numeric_date(item: &Item<'_>) -> Option<i64> {
    if let Kind::Float(value) = *item.kind() {
        crate::sd_jwt::numeric_date(&serde_json::Value::from(value))
    } else {
        item.as_i64()
    }
}

fn cbor_error(error: CborError) -> StatusError {
    if error == CborError::Limit {
        StatusError::TooLarge
    } else {
        StatusError::Malformed
    }
}
