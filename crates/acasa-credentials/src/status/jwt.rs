//! The JWT form (Token Status List, 5.1).

use super::{StatusError, StatusList, StatusListToken, StatusSize};
use crate::sd_jwt::numeric_date;
use acasa_crypto::jose::UnverifiedJws;
use acasa_crypto::{CryptoError, VerifyingKey, base64url};
use serde_json::Value;

pub(super) const TYP: &str = "statuslist+jwt";

pub(super) fn parse(text: &str) -> Result<UnverifiedJws, StatusError> {
    UnverifiedJws::parse_up_to(text, super::MAX_INFLATED).map_err(size_or_form)
}

pub(super) fn verify(jws: UnverifiedJws, key: &VerifyingKey) -> Result<StatusListToken, StatusError> {
    let algorithm = key
        .only_algorithm()
        .ok_or(StatusError::Signature(CryptoError::Algorithm))?;
    let jws = jws.verify(key, algorithm).map_err(StatusError::Signature)?;
    jws.require_typ(TYP).map_err(StatusError::Signature)?;
    let claims = jws.claims().map_err(size_or_form)?;
    let list = claims.get("status_list").ok_or(StatusError::Malformed)?;
    let bits = list
        .get("bits")
        .and_then(Value::as_u64)
        .ok_or(StatusError::Malformed)?;
    let compressed = list
        .get("lst")
        .and_then(Value::as_str)
        .ok_or(StatusError::Malformed)?;
    let compressed = base64url::decode(compressed).map_err(|_| StatusError::Malformed)?;
    let optional = |name: &str| claims.get(name);
    Ok(StatusListToken {
        subject: claims
            .get("sub")
            .and_then(Value::as_str)
            .ok_or(StatusError::Malformed)?
            .to_owned(),
        issued_at: claims
            .get("iat")
            .and_then(numeric_date)
            .ok_or(StatusError::Malformed)?,
        expires_at: optional("exp")
            .map(|end| numeric_date(end).ok_or(StatusError::Malformed))
            .transpose()?,
        time_to_live: optional("ttl").map(|ttl| positive(ttl.as_u64())).transpose()?,
        list: StatusList::inflate(StatusSize::from_bits(bits)?, &compressed)?,
    })
}

fn size_or_form(error: CryptoError) -> StatusError {
    if error == CryptoError::TooLarge {
        StatusError::TooLarge
    } else {
        StatusError::Malformed
    }
}

/// A time to live is a positive number of seconds (Token Status List, 5.1).
pub(super) fn positive(seconds: Option<u64>) -> Result<u64, StatusError> {
    seconds
        .filter(|seconds| *seconds > 0)
        .ok_or(StatusError::Malformed)
}
