//! What a reader asks for, and the reader's own signature (8.3.2.1.2.1, 9.1.4).

use super::{MdocError, SessionTranscript};
use crate::cbor::{self, Item};
use crate::cose::{CoseError, Sign1};
use acasa_crypto::VerifyingKey;
use ciborium::Value;

/// Elements asked for in one namespace, with the reader's intent to retain each.
pub type NamespaceRequest = (String, Vec<(String, bool)>);

/// A whole request.
#[derive(Debug, Clone)]
pub struct DeviceRequest {
    documents: Vec<DocRequest>,
}

/// A request for one document.
#[derive(Clone)]
pub struct DocRequest {
    items: ItemsRequest,
    items_raw: Vec<u8>,
    reader_auth: Option<Sign1>,
}

impl std::fmt::Debug for DocRequest {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("DocRequest")
            .field("items", &self.items)
            .finish_non_exhaustive()
    }
}

/// Which elements of which document type are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemsRequest {
    /// The document type.
    pub doc_type: String,
    /// The elements by namespace.
    pub namespaces: Vec<NamespaceRequest>,
}

impl DeviceRequest {
    /// Reads one request and nothing after it.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, MdocError> {
        let structure = MdocError::Structure("DeviceRequest");
        let item = cbor::read(bytes)?;
        if item.get("version").and_then(Item::as_text).ok_or(structure)? != "1.0" {
            return Err(MdocError::Unsupported("DeviceRequest version"));
        }
        let documents = item
            .get("docRequests")
            .and_then(Item::as_array)
            .ok_or(structure)?;
        if documents.is_empty() {
            return Err(structure);
        }
        Ok(Self {
            documents: documents.iter().map(DocRequest::read).collect::<Result<_, _>>()?,
        })
    }

    /// The documents asked for.
    pub fn documents(&self) -> &[DocRequest] {
        &self.documents
    }
}

impl DocRequest {
    fn read(item: &Item<'_>) -> Result<Self, MdocError> {
        let structure = MdocError::Structure("DocRequest");
        let items = item.get("itemsRequest").ok_or(structure)?;
        Ok(Self {
            items: ItemsRequest::from_slice(items.encoded().ok_or(structure)?)?,
            items_raw: items.raw().to_vec(),
            reader_auth: item.get("readerAuth").map(Sign1::read).transpose()?,
        })
    }

    /// What is asked for.
    pub const fn items(&self) -> &ItemsRequest {
        &self.items
    }

    /// The reader's signature, where it signed.
    pub const fn reader_auth(&self) -> Option<&Sign1> {
        self.reader_auth.as_ref()
    }

    /// Verifies the reader's signature over this request in a session (9.1.4.5).
    ///
    /// Whose key it is must be decided from the certificate chain of [`Self::reader_auth`].
    pub fn verify_reader(&self, key: &VerifyingKey, transcript: &SessionTranscript) -> Result<(), MdocError> {
        let auth = self
            .reader_auth
            .as_ref()
            .ok_or(CoseError::Structure("readerAuth"))?;
        let label = cbor::encode(&Value::from("ReaderAuthentication"));
        let signed = cbor::wrap_encoded(&cbor::encode_array(&[
            &label,
            transcript.as_bytes(),
            &self.items_raw,
        ]));
        Ok(auth.verify(key, Some(&signed), &[])?)
    }
}

impl ItemsRequest {
    /// Reads one items request and nothing after it.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, MdocError> {
        let structure = MdocError::Structure("ItemsRequest");
        let item = cbor::read(bytes)?;
        let mut namespaces = Vec::new();
        for (name, elements) in item.get("nameSpaces").and_then(Item::as_map).ok_or(structure)? {
            let elements = elements
                .as_map()
                .ok_or(structure)?
                .iter()
                .map(|(element, retain)| Some((element.as_text()?.to_owned(), as_bool(retain)?)))
                .collect::<Option<Vec<_>>>()
                .ok_or(structure)?;
            namespaces.push((name.as_text().ok_or(structure)?.to_owned(), elements));
        }
        let doc_type = item
            .get("docType")
            .and_then(Item::as_text)
            .ok_or(structure)?
            .to_owned();
        Ok(Self { doc_type, namespaces })
    }
}

fn as_bool(item: &Item<'_>) -> Option<bool> {
    if let cbor::Kind::Bool(value) = item.kind() {
        Some(*value)
    } else {
        None
    }
}
