//! The registered claims a credential carries.

use super::SdJwtError;
use crate::status::StatusPlace;
use acasa_crypto::Jwk;
use acasa_crypto::jose::JwsHeader;
use serde_json::{Map, Value};

/// Media types of a credential: the present one and the one before November 2024.
const CREDENTIAL_TYPES: [&str; 2] = ["dc+sd-jwt", "vc+sd-jwt"];

/// Claims that an SD-JWT VC must carry in the open if it carries them (SD-JWT VC, 2.2.2.3).
const NEVER_CONCEALED: [&str; 8] = [
    "iss",
    "nbf",
    "exp",
    "cnf",
    "vct",
    "vct#integrity",
    "status",
    "aud",
];

/// How far ahead of the verifier's clock a credential may say it was issued, in seconds.
const ISSUED_AHEAD: i64 = 600;

/// When a credential may be used, seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Validity {
    /// First second of validity, if there is one.
    pub not_before: Option<i64>,
    /// First second after validity, if there is one.
    pub expires_at: Option<i64>,
    /// When it was issued, if it says so.
    pub issued_at: Option<i64>,
}

impl Validity {
    pub(super) fn read(contents: &Map<String, Value>) -> Result<Self, SdJwtError> {
        Ok(Self {
            not_before: time(contents, "nbf")?,
            expires_at: time(contents, "exp")?,
            issued_at: time(contents, "iat")?,
        })
    }

    /// Refuses a time outside, give or take `skew` seconds (RFC 7519, 4.1.4 and 4.1.5).
    pub fn check(&self, now: i64, skew: i64) -> Result<(), SdJwtError> {
        if self
            .not_before
            .is_some_and(|start| now.saturating_add(skew) < start)
        {
            return Err(SdJwtError::NotYetValid);
        }
        // Issuers round the time of issuance, so a little ahead is nothing; years ahead is not issued.
        if self
            .issued_at
            .is_some_and(|issued| now.saturating_add(skew).saturating_add(ISSUED_AHEAD) < issued)
        {
            return Err(SdJwtError::NotYetValid);
        }
        if self.expires_at.is_some_and(|end| now.saturating_sub(skew) >= end) {
            return Err(SdJwtError::Expired);
        }
        Ok(())
    }
}

/// A NumericDate in whole seconds (RFC 7519, 2).
pub(super) fn time(contents: &Map<String, Value>, name: &str) -> Result<Option<i64>, SdJwtError> {
    match contents.get(name) {
        None => Ok(None),
        Some(value) => numeric_date(value).map(Some).ok_or(SdJwtError::Time),
    }
}

/// The whole seconds of a NumericDate, which may have a fraction (RFC 7519, 2).
pub fn numeric_date(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| whole_seconds(value))
}

/// The whole seconds of a NumericDate with a fraction, within the years 0 to 9999.
fn whole_seconds(value: &Value) -> Option<i64> {
    let seconds = value.as_f64()?.trunc();
    if !(-62_167_219_200.0..=253_402_300_799.0).contains(&seconds) {
        return None;
    }
    format!("{seconds:.0}").parse().ok()
}

pub(super) fn holder_key(contents: &Map<String, Value>) -> Result<Option<Jwk>, SdJwtError> {
    match contents.get("cnf") {
        None => Ok(None),
        Some(confirmation) => {
            let jwk = confirmation.get("jwk").ok_or(SdJwtError::HolderKey)?;
            Jwk::from_value(jwk.clone())
                .map(Some)
                .map_err(|_| SdJwtError::HolderKey)
        }
    }
}

pub(super) fn status(contents: &Map<String, Value>) -> Result<Option<StatusPlace>, SdJwtError> {
    contents
        .get("status")
        .and_then(|status| {
            if status.is_object() {
                status.get("status_list")
            } else {
                Some(status)
            }
        })
        .map(|list| StatusPlace::from_json(list).map_err(|_| SdJwtError::Status))
        .transpose()
}

pub(super) fn check_credential(
    header: &JwsHeader,
    payload: &Map<String, Value>,
    contents: &Map<String, Value>,
) -> Result<(), SdJwtError> {
    let typed = header.typ().is_some_and(|typ| {
        CREDENTIAL_TYPES
            .iter()
            .any(|known| typ.eq_ignore_ascii_case(known))
    });
    let named = contents
        .get("vct")
        .and_then(Value::as_str)
        .is_some_and(|vct| !vct.is_empty());
    // Equal to what was signed in the open, down to the members within (`cnf`, `status`).
    let open = NEVER_CONCEALED
        .iter()
        .all(|name| contents.get(*name) == payload.get(*name));
    if typed && named && open {
        Ok(())
    } else {
        Err(SdJwtError::NotACredential)
    }
}
