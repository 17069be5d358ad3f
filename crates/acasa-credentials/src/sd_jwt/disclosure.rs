//! Disclosures: salt, name and value of one concealed claim (RFC 9901, 4.2).

use super::SdJwtError;
use acasa_crypto::{CryptoError, Hash, base64url, json};
use serde_json::Value;

/// One disclosure, with the text it came as: its digest covers the text.
#[derive(Clone)]
pub(super) struct Disclosure {
    encoded: String,
    /// `None` for an element of an array.
    name: Option<String>,
    value: Value,
}

impl Disclosure {
    pub(super) fn parse(encoded: &str) -> Result<Self, SdJwtError> {
        let bytes = base64url::decode(encoded).map_err(|_| SdJwtError::Disclosure)?;
        let parts = json::parse(&bytes).map_err(|error| {
            if error == CryptoError::TooLarge {
                SdJwtError::TooLarge
            } else {
                SdJwtError::Disclosure
            }
        })?;
        let Value::Array(parts) = parts else {
            return Err(SdJwtError::Disclosure);
        };
        let mut parts = parts.into_iter();
        let (name, value) = match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(Value::String(_)), Some(Value::String(name)), Some(value), None) => (Some(name), value),
            (Some(Value::String(_)), Some(value), None, None) => (None, value),
            _ => return Err(SdJwtError::Disclosure),
        };
        // RFC 9901, 7.1, 3.c.ii: these names would be read as digests.
        if name.as_deref().is_some_and(|name| matches!(name, "_sd" | "...")) {
            return Err(SdJwtError::NameReserved);
        }
        Ok(Self {
            encoded: encoded.to_owned(),
            name,
            value,
        })
    }

    pub(super) fn encoded(&self) -> &str {
        &self.encoded
    }

    pub(super) fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    pub(super) fn value(&self) -> &Value {
        &self.value
    }

    /// The digest as it stands in the payload (RFC 9901, 4.2.3).
    pub(super) fn digest(&self, hash: Hash) -> String {
        base64url::encode(&hash.digest(self.encoded.as_bytes()))
    }
}
