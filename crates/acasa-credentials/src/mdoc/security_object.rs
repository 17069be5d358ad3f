//! The mobile security object: digests, device key, validity and status, under the issuer's
//! signature (9.1.2.4).

use super::{MdocError, read_key, read_tdate};
use crate::cbor::{self, Item};
use crate::status;
use acasa_crypto::{Hash, VerifyingKey};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// When a document may be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ValidityInfo {
    /// When the issuer signed.
    pub signed: Timestamp,
    /// First moment of validity.
    pub valid_from: Timestamp,
    /// Last moment of validity.
    pub valid_until: Timestamp,
    /// When the issuer expects to have renewed it.
    pub expected_update: Option<Timestamp>,
}

/// What the device key may sign besides the transcript: namespaces whole, or elements by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyAuthorizations {
    /// Namespaces in which the device may assert anything.
    pub namespaces: Vec<String>,
    /// Elements the device may assert, by namespace.
    pub elements: Vec<(String, Vec<String>)>,
}

impl KeyAuthorizations {
    /// Whether the device may assert an element (9.1.2.4).
    pub fn allows(&self, namespace: &str, element: &str) -> bool {
        self.namespaces.iter().any(|name| name == namespace)
            || self
                .elements
                .iter()
                .any(|(name, elements)| name == namespace && elements.iter().any(|found| found == element))
    }
}

/// Where a credential says its revocation is to be looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatusMechanism {
    /// In a Token Status List.
    StatusList {
        /// Position in the list.
        index: u64,
        /// Address and name of the list.
        uri: String,
    },
    /// By another mechanism, which this program does not know.
    Other,
}

/// What the issuer signed.
#[derive(Clone)]
pub struct MobileSecurityObject {
    digest_algorithm: Hash,
    doc_type: String,
    value_digests: BTreeMap<String, BTreeMap<u64, Vec<u8>>>,
    device_key: VerifyingKey,
    key_authorizations: KeyAuthorizations,
    validity: ValidityInfo,
    status: Option<StatusMechanism>,
}

impl MobileSecurityObject {
    /// Reads `MobileSecurityObjectBytes`: the object inside `#6.24(bstr)`.
    pub fn from_payload(payload: &[u8]) -> Result<Self, MdocError> {
        let wrapped = cbor::read(payload)?;
        let content = wrapped
            .encoded()
            .ok_or(MdocError::Structure("MobileSecurityObjectBytes"))?;
        Self::read(&cbor::read(content)?)
    }

    fn read(item: &Item<'_>) -> Result<Self, MdocError> {
        let structure = MdocError::Structure("MobileSecurityObject");
        let text = |name| item.get(name).and_then(Item::as_text).ok_or(structure);
        if !super::is_version_1(text("version")?) {
            return Err(MdocError::Unsupported("MobileSecurityObject version"));
        }
        let key_info = item.get("deviceKeyInfo").ok_or(structure)?;
        let object = Self {
            digest_algorithm: Hash::from_iana_name(text("digestAlgorithm")?)
                .map_err(|_| MdocError::Unsupported("digestAlgorithm"))?,
            doc_type: text("docType")?.to_owned(),
            value_digests: read_digests(item.get("valueDigests").ok_or(structure)?)?,
            device_key: read_key(key_info.get("deviceKey").ok_or(structure)?)?,
            key_authorizations: key_info
                .get("keyAuthorizations")
                .map_or(Ok(KeyAuthorizations::default()), read_authorizations)?,
            validity: read_validity(item.get("validityInfo").ok_or(structure)?)?,
            status: item.get("status").map(read_status).transpose()?,
        };
        let authorized = &object.key_authorizations;
        // 9.1.2.4: a namespace authorized whole may not stand among the elements too.
        if authorized
            .elements
            .iter()
            .any(|(name, _)| authorized.namespaces.contains(name))
        {
            return Err(MdocError::Duplicate("keyAuthorizations"));
        }
        Ok(object)
    }

    /// The algorithm of the digests.
    pub const fn digest_algorithm(&self) -> Hash {
        self.digest_algorithm
    }

    /// The document type.
    pub fn doc_type(&self) -> &str {
        &self.doc_type
    }

    /// How many digests each namespace has.
    pub fn digest_counts(&self) -> impl Iterator<Item = (&str, usize)> {
        self.value_digests
            .iter()
            .map(|(name, digests)| (name.as_str(), digests.len()))
    }

    /// The digest of an item.
    pub fn digest(&self, namespace: &str, digest_id: u64) -> Option<&[u8]> {
        self.value_digests
            .get(namespace)?
            .get(&digest_id)
            .map(Vec::as_slice)
    }

    /// The key the holder's device signs with.
    pub const fn device_key(&self) -> &VerifyingKey {
        &self.device_key
    }

    /// What the device may assert by itself.
    pub const fn key_authorizations(&self) -> &KeyAuthorizations {
        &self.key_authorizations
    }

    /// When the document may be relied on.
    pub const fn validity(&self) -> &ValidityInfo {
        &self.validity
    }

    /// Where its revocation is to be looked up.
    pub const fn status(&self) -> Option<&StatusMechanism> {
        self.status.as_ref()
    }
}

fn read_digests(item: &Item<'_>) -> Result<BTreeMap<String, BTreeMap<u64, Vec<u8>>>, MdocError> {
    let structure = MdocError::Structure("valueDigests");
    let mut namespaces = BTreeMap::new();
    for (name, digests) in item.as_map().ok_or(structure)? {
        let digests = digests
            .as_map()
            .ok_or(structure)?
            .iter()
            .map(|(id, digest)| Some((id.as_u64()?, digest.as_bytes()?.to_vec())))
            .collect::<Option<BTreeMap<_, _>>>()
            .ok_or(structure)?;
        namespaces.insert(name.as_text().ok_or(structure)?.to_owned(), digests);
    }
    Ok(namespaces)
}

fn read_authorizations(item: &Item<'_>) -> Result<KeyAuthorizations, MdocError> {
    let structure = MdocError::Structure("keyAuthorizations");
    let namespaces = item
        .get("nameSpaces")
        .map_or(Ok(Vec::new()), |names| texts(names, structure))?;
    let mut elements = Vec::new();
    if let Some(map) = item.get("dataElements") {
        for (name, names) in map.as_map().ok_or(structure)? {
            elements.push((
                name.as_text().ok_or(structure)?.to_owned(),
                texts(names, structure)?,
            ));
        }
    }
    Ok(KeyAuthorizations { namespaces, elements })
}

fn texts(item: &Item<'_>, error: MdocError) -> Result<Vec<String>, MdocError> {
    let items = item.as_array().ok_or(error)?;
    items
        .iter()
        .map(|text| text.as_text().map(str::to_owned).ok_or(error))
        .collect()
}

fn read_validity(item: &Item<'_>) -> Result<ValidityInfo, MdocError> {
    let structure = MdocError::Structure("validityInfo");
    let time = |name| read_tdate(item.get(name).ok_or(structure)?);
    let validity = ValidityInfo {
        signed: time("signed")?,
        valid_from: time("validFrom")?,
        valid_until: time("validUntil")?,
        expected_update: item.get("expectedUpdate").map(read_tdate).transpose()?,
    };
    // 9.1.2.4: validFrom is not before signed, validUntil is after validFrom.
    if validity.valid_from < validity.signed || validity.valid_until <= validity.valid_from {
        return Err(structure);
    }
    Ok(validity)
}

fn read_status(item: &Item<'_>) -> Result<StatusMechanism, MdocError> {
    let structure = MdocError::Structure("status");
    item.as_map().ok_or(structure)?;
    let Some(list) = item.get("status_list") else {
        return Ok(StatusMechanism::Other);
    };
    let place = status::StatusPlace::from_cbor(list).map_err(|_| structure)?;
    Ok(StatusMechanism::StatusList {
        index: place.index(),
        uri: place.uri().to_owned(),
    })
}
