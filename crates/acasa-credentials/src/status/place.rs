//! The place of a credential in a status list.

use super::StatusError;
use crate::cbor::Item;

/// Longest address that is read, in bytes.
const MAX_URI: usize = 2048;

/// Which entry of which list speaks about a credential (Token Status List, 6.2 and 6.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusPlace {
    index: u64,
    uri: String,
}

impl StatusPlace {
    /// A reference to entry `index` of the list at `uri`.
    pub fn new(index: u64, uri: impl Into<String>) -> Result<Self, StatusError> {
        let uri = uri.into();
        if uri.is_empty() || uri.len() > MAX_URI {
            Err(StatusError::Malformed)
        } else {
            Ok(Self { index, uri })
        }
    }

    /// Reads `{"idx", "uri"}`, the value of `status_list` in a JWT's `status`.
    pub fn from_json(list: &serde_json::Value) -> Result<Self, StatusError> {
        let index = list
            .get("idx")
            .and_then(serde_json::Value::as_u64)
            .ok_or(StatusError::Malformed)?;
        let uri = list
            .get("uri")
            .and_then(serde_json::Value::as_str)
            .ok_or(StatusError::Malformed)?;
        Self::new(index, uri)
    }

    /// Reads `{"idx", "uri"}`, the value of `status_list` in an MSO's or CWT's `status`.
    pub fn from_cbor(list: &Item<'_>) -> Result<Self, StatusError> {
        let index = list
            .get("idx")
            .and_then(Item::as_u64)
            .ok_or(StatusError::Malformed)?;
        let uri = list
            .get("uri")
            .and_then(Item::as_text)
            .ok_or(StatusError::Malformed)?;
        Self::new(index, uri)
    }

    /// The entry, counted from 0.
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// The list's address.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// The value of `status` in a JWT.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::json!({ "status_list": { "idx": self.index, "uri": self.uri } })
    }

    /// The value of `status` in an MSO, in deterministic order.
    pub fn to_cbor(&self) -> ciborium::Value {
        let entry = |name: &str, value| (ciborium::Value::from(name), value);
        let list = ciborium::Value::Map(vec![
            entry("idx", ciborium::Value::from(self.index)),
            entry("uri", ciborium::Value::from(self.uri.as_str())),
        ]);
        ciborium::Value::Map(vec![entry("status_list", list)])
    }
}
