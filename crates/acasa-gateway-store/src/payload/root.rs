//! The root keys: they wrap the principals' keys and nothing else, and are not in the database.

use std::{str, sync::Arc};

use acasa_crypto::{Key256, SecretBytes, aead, base64url};

use super::{DataKey, Wrapped};
use crate::StoreError;

/// What the name of a root key is derived for; never changed.
const NAME: &[u8] = b"acasa gateway root key name";
/// Keys of one file.
const MOST: usize = 16;

/// Root keys: the first wraps, the others still unwrap what they wrapped before it came.
#[derive(Clone)]
pub struct RootKeys(Arc<Vec<Root>>);

struct Root {
    name: String,
    key: Key256,
}

impl Root {
    fn new(key: Key256) -> Self {
        let name = Key256::derive_hkdf(b"", key.expose(), NAME);
        Self {
            name: base64url::encode(&name.expose()[..12]),
            key,
        }
    }
}

impl RootKeys {
    /// One new key.
    pub fn make_random() -> Result<Self, StoreError> {
        Ok(Self(Arc::new(vec![Root::new(Key256::make_random()?)])))
    }

    /// Reads what [`Self::to_text`] wrote.
    pub fn parse(text: &[u8]) -> Result<Self, StoreError> {
        let text = str::from_utf8(text).map_err(|_| StoreError::RootKeys)?;
        let read = |line: &str| {
            let key = base64url::decode(line).map(SecretBytes::new)?;
            Key256::from_slice(key.expose()).map(Root::new)
        };
        let roots = text
            .lines()
            .map(read)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|_| StoreError::RootKeys)?;
        if roots.is_empty() || roots.len() > MOST {
            return Err(StoreError::RootKeys);
        }
        Ok(Self(Arc::new(roots)))
    }

    /// A line for each key, base64url, the one that wraps first.
    pub fn to_text(&self) -> SecretBytes {
        let mut text = Vec::with_capacity(self.0.len() * 44);
        for root in self.0.iter() {
            let line = SecretBytes::new(base64url::encode(root.key.expose()).into_bytes());
            text.extend_from_slice(line.expose());
            text.push(b'\n');
        }
        SecretBytes::new(text)
    }

    /// These, and a new one that wraps from now on.
    pub fn rotated(&self) -> Result<Self, StoreError> {
        let mut roots = vec![Root::new(Key256::make_random()?)];
        for root in self.0.iter() {
            roots.push(Root::new(Key256::from_slice(root.key.expose())?));
        }
        if roots.len() > MOST {
            return Err(StoreError::RootKeys);
        }
        Ok(Self(Arc::new(roots)))
    }

    /// The one that wraps, alone.
    pub fn newest(&self) -> Result<Self, StoreError> {
        let root = self.0.first().ok_or(StoreError::RootKeys)?;
        let key = Key256::from_slice(root.key.expose())?;
        Ok(Self(Arc::new(vec![Root::new(key)])))
    }

    /// Names of the keys, the one that wraps first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|root| root.name.as_str())
    }

    /// The name of the key that wraps.
    pub(crate) fn first(&self) -> &str {
        self.0.first().map_or("", |root| &root.name)
    }

    /// A new key for a principal.
    pub(crate) fn make_key(&self, principal: &str) -> Result<(DataKey, Wrapped), StoreError> {
        let key = DataKey(Key256::make_random()?);
        let wrapped = self.wrap(principal, &key)?;
        Ok((key, wrapped))
    }

    fn wrap(&self, principal: &str, key: &DataKey) -> Result<Wrapped, StoreError> {
        let root = self.0.first().ok_or(StoreError::RootKeys)?;
        let sealed = aead::seal(&root.key, &associated(principal)?, key.0.expose())?;
        Ok(Wrapped {
            root: root.name.clone(),
            key: base64url::encode(&sealed),
        })
    }

    /// A principal's key.
    pub(crate) fn unwrap(&self, principal: &str, wrapped: &Wrapped) -> Result<DataKey, StoreError> {
        let unknown = || StoreError::RootKeyUnknown {
            name: wrapped.root.clone(),
        };
        let root = self.0.iter().find(|root| root.name == wrapped.root);
        let root = root.ok_or_else(unknown)?;
        let sealed = base64url::decode(&wrapped.key).map_err(|_| StoreError::PayloadBroken)?;
        let key = aead::open(&root.key, &associated(principal)?, &sealed);
        let key = key.map_err(|_| StoreError::PayloadBroken)?;
        Ok(DataKey(
            Key256::from_slice(key.expose()).map_err(|_| StoreError::PayloadBroken)?,
        ))
    }

    /// A principal's key under the root key that wraps now.
    pub(crate) fn rewrap(&self, principal: &str, wrapped: &Wrapped) -> Result<Wrapped, StoreError> {
        self.wrap(principal, &self.unwrap(principal, wrapped)?)
    }

    /// Refuses a database whose keys these do not unwrap.
    pub(crate) fn must_know(&self, name: &str) -> Result<(), StoreError> {
        if self.names().any(|known| known == name) {
            return Ok(());
        }
        Err(StoreError::RootKeyUnknown {
            name: name.to_owned(),
        })
    }
}

fn associated(principal: &str) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(&("principal key", principal)).map_err(|_| StoreError::Unreadable { what: "place" })
}
