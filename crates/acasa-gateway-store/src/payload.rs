//! Contents as they are kept: sealed under a key of their principal, which is kept wrapped by a root key.
//!
//! What is sealed is bound to its place. Copied to another, or to another principal, it does not open.

mod kept;
mod root;

use acasa_crypto::{Key256, SecretBytes, aead, base64url};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

pub(crate) use kept::{KEPT_LIKE, keep_bare, keep_fate, read_fate};
pub use root::RootKeys;

use crate::StoreError;

/// How everything that is sealed begins: the first form of it.
const FORM: &str = "k1.";
/// What is sealed, in SQL.
pub(crate) const SEALED_LIKE: &str = "k1.%";

/// Where a content stands. Columns that may change without the content are not part of it.
#[derive(Clone, Copy)]
pub(crate) enum Place<'a> {
    /// A record's content.
    Record {
        principal: &'a str,
        kind: &'a str,
        id: &'a str,
        version: i64,
    },
    /// The text of an act.
    Text { actor: &'a str, id: Uuid },
    /// What an act came to.
    Fate { actor: &'a str, id: Uuid },
}

impl Place<'_> {
    /// Unambiguous, and never changed: what is kept was sealed with it.
    fn associated(self) -> Result<Vec<u8>, StoreError> {
        let text = match self {
            Self::Record {
                principal,
                kind,
                id,
                version,
            } => serde_json::to_vec(&("record", principal, kind, id, version)),
            Self::Text { actor, id } => serde_json::to_vec(&("text", actor, id)),
            Self::Fate { actor, id } => serde_json::to_vec(&("outcome", actor, id)),
        };
        text.map_err(|_| StoreError::Unreadable { what: "place" })
    }
}

/// A principal's key.
pub(crate) struct DataKey(Key256);

/// A principal's key as it is kept.
pub(crate) struct Wrapped {
    /// Which root key wraps it.
    pub(crate) root: String,
    /// Sealed under that.
    pub(crate) key: String,
}

impl DataKey {
    /// A text as it is kept in its place.
    pub(crate) fn seal(&self, place: Place<'_>, text: &str) -> Result<String, StoreError> {
        let sealed = aead::seal(&self.0, &place.associated()?, text.as_bytes())?;
        Ok(format!("{FORM}{}", base64url::encode(&sealed)))
    }

    /// As [`Self::seal`], of a value.
    pub(crate) fn seal_json(&self, place: Place<'_>, value: &impl Serialize) -> Result<String, StoreError> {
        self.seal(place, &crate::values::json(value)?)
    }

    /// What was sealed in this place.
    pub(crate) fn open(&self, place: Place<'_>, kept: &str) -> Result<SecretBytes, StoreError> {
        let broken = StoreError::PayloadBroken;
        let sealed = kept.strip_prefix(FORM).ok_or(broken)?;
        let sealed = base64url::decode(sealed).map_err(|_| StoreError::PayloadBroken)?;
        aead::open(&self.0, &place.associated()?, &sealed).map_err(|_| StoreError::PayloadBroken)
    }

    /// As [`Self::open`], a value.
    pub(crate) fn open_json<T: DeserializeOwned>(
        &self,
        place: Place<'_>,
        kept: &str,
    ) -> Result<T, StoreError> {
        let text = self.open(place, kept)?;
        serde_json::from_slice(text.expose()).map_err(|_| StoreError::Unreadable { what: "content" })
    }
}

/// What is kept without a key for it is as broken as what does not open.
pub(crate) fn needed(key: Option<&DataKey>) -> Result<&DataKey, StoreError> {
    key.ok_or(StoreError::PayloadBroken)
}

#[cfg(test)]
mod tests;
