//! What the issuer signed: items with their salts, and the signature over their digests (8.3.2.1.2.2).

use super::{MdocError, MobileSecurityObject};
use crate::cbor::{self, Item};
use crate::cose::Sign1;
use ciborium::Value;
use std::collections::BTreeSet;
use std::fmt;

/// Elements by namespace, in the order they came: values are personal data.
pub type Elements = Vec<(String, Vec<(String, Value)>)>;

/// One element with its digest identifier and salt, and the bytes its digest covers.
#[derive(Clone)]
pub struct IssuerSignedItem {
    digest_id: u64,
    identifier: String,
    value: Value,
    raw: Vec<u8>,
}

impl IssuerSignedItem {
    fn read(item: &Item<'_>) -> Result<Self, MdocError> {
        let structure = MdocError::Structure("IssuerSignedItem");
        let content = cbor::read(item.encoded().ok_or(structure)?)?;
        let field = |name| content.get(name).ok_or(structure);
        if content.as_map().is_none_or(|entries| entries.len() != 4) {
            return Err(structure);
        }
        field("random")?.as_bytes().ok_or(structure)?;
        Ok(Self {
            digest_id: field("digestID")?.as_u64().ok_or(structure)?,
            identifier: field("elementIdentifier")?.as_text().ok_or(structure)?.to_owned(),
            value: field("elementValue")?.to_value(),
            raw: item.raw().to_vec(),
        })
    }

    /// The identifier under which the security object has its digest.
    pub const fn digest_id(&self) -> u64 {
        self.digest_id
    }

    /// The element's name.
    pub fn identifier(&self) -> &str {
        &self.identifier
    }

    /// The element's value.
    pub const fn value(&self) -> &Value {
        &self.value
    }

    /// `IssuerSignedItemBytes`, tag 24 included, as it came: what the digest covers (9.1.2.5).
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }
}

/// The issuer's part of a document.
#[derive(Clone)]
pub struct IssuerSigned {
    namespaces: Vec<(String, Vec<IssuerSignedItem>)>,
    issuer_auth: Sign1,
    raw: Vec<u8>,
}

/// Elements are personal data: only their number is shown.
impl fmt::Debug for IssuerSigned {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "IssuerSigned({} elements)", self.items().count())
    }
}

impl IssuerSigned {
    /// Reads one structure and nothing after it.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, MdocError> {
        Self::read(&cbor::read(bytes)?)
    }

    /// Reads a structure that stands inside another.
    pub fn read(item: &Item<'_>) -> Result<Self, MdocError> {
        let structure = MdocError::Structure("IssuerSigned");
        let auth = item.get("issuerAuth").ok_or(structure)?;
        let namespaces = match item.get("nameSpaces") {
            None => Vec::new(),
            Some(map) => read_namespaces(map)?,
        };
        Ok(Self {
            namespaces,
            issuer_auth: Sign1::read(auth)?,
            raw: item.raw().to_vec(),
        })
    }

    /// Items by namespace.
    pub fn namespaces(&self) -> &[(String, Vec<IssuerSignedItem>)] {
        &self.namespaces
    }

    /// Every item with its namespace.
    pub fn items(&self) -> impl Iterator<Item = (&str, &IssuerSignedItem)> {
        self.namespaces
            .iter()
            .flat_map(|(name, items)| items.iter().map(move |item| (name.as_str(), item)))
    }

    /// The issuer's signature.
    pub const fn issuer_auth(&self) -> &Sign1 {
        &self.issuer_auth
    }

    /// The structure as it came.
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// What the signature covers. Nothing in it is to be believed before the signature is verified.
    pub fn security_object(&self) -> Result<MobileSecurityObject, MdocError> {
        let payload = self
            .issuer_auth
            .payload()
            .ok_or(MdocError::Structure("issuerAuth payload"))?;
        MobileSecurityObject::from_payload(payload)
    }

    /// The elements' values.
    pub fn elements(&self) -> Elements {
        self.namespaces
            .iter()
            .map(|(name, items)| {
                (
                    name.clone(),
                    items
                        .iter()
                        .map(|item| (item.identifier.clone(), item.value.clone()))
                        .collect(),
                )
            })
            .collect()
    }
}

fn read_namespaces(map: &Item<'_>) -> Result<Vec<(String, Vec<IssuerSignedItem>)>, MdocError> {
    let structure = MdocError::Structure("nameSpaces");
    let mut namespaces = Vec::new();
    for (name, items) in map.as_map().ok_or(structure)? {
        let name = name.as_text().ok_or(structure)?;
        let items = items
            .as_array()
            .filter(|items| !items.is_empty())
            .ok_or(structure)?;
        let items = items
            .iter()
            .map(IssuerSignedItem::read)
            .collect::<Result<Vec<_>, _>>()?;
        let mut identifiers = BTreeSet::new();
        let mut digests = BTreeSet::new();
        for item in &items {
            if !identifiers.insert(item.identifier.as_str()) {
                return Err(MdocError::Duplicate("element"));
            }
            // ISO/IEC 18013-5, 9.1.2.4: unique within a namespace.
            if !digests.insert(item.digest_id) {
                return Err(MdocError::Duplicate("digestID"));
            }
        }
        namespaces.push((name.to_owned(), items));
    }
    Ok(namespaces)
}
