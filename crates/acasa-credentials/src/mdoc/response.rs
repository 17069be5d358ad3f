//! A device's answer: documents, each with the issuer's part and the device's (8.3.2.1.2.2).

use super::{Elements, IssuerSigned, MdocError, SessionTranscript};
use crate::cbor::{self, Item};
use crate::cose::{Mac0, Sign1};
use ciborium::Value;
use std::fmt;

/// More documents than any answer holds.
const MAX_DOCUMENTS: usize = 32;

/// A whole answer.
#[derive(Clone)]
pub struct DeviceResponse {
    documents: Vec<Document>,
    has_document_errors: bool,
    status: u64,
    raw: Vec<u8>,
}

/// One document of an answer.
#[derive(Clone)]
pub struct Document {
    doc_type: String,
    issuer_signed: IssuerSigned,
    device_signed: DeviceSigned,
    has_errors: bool,
}

/// What the device adds: its own elements, and a signature or tag over them and the session.
#[derive(Clone)]
pub struct DeviceSigned {
    namespaces_raw: Vec<u8>,
    elements: Elements,
    auth: DeviceAuth,
}

/// How the device authenticated.
#[derive(Clone)]
pub enum DeviceAuth {
    /// By its key's signature (9.1.3.6).
    Signature(Sign1),
    /// By a tag under a key shared with the reader (9.1.3.5).
    Mac(Mac0),
}

/// Elements are personal data: only the number of documents is shown.
impl fmt::Debug for DeviceResponse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "DeviceResponse({} documents, status {})",
            self.documents.len(),
            self.status
        )
    }
}

impl DeviceResponse {
    /// Reads one answer and nothing after it.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, MdocError> {
        Self::read(&cbor::read(bytes)?)
    }

    /// Reads an answer that stands inside another structure.
    pub fn read(item: &Item<'_>) -> Result<Self, MdocError> {
        let structure = MdocError::Structure("DeviceResponse");
        if !super::is_version_1(item.get("version").and_then(Item::as_text).ok_or(structure)?) {
            return Err(MdocError::Unsupported("DeviceResponse version"));
        }
        let status = item.get("status").and_then(Item::as_u64).ok_or(structure)?;
        let documents = match item.get("documents") {
            None => Vec::new(),
            Some(documents) => documents
                .as_array()
                .filter(|documents| (1..=MAX_DOCUMENTS).contains(&documents.len()))
                .ok_or(structure)?
                .iter()
                .map(Document::read)
                .collect::<Result<_, _>>()?,
        };
        let has_document_errors = match item.get("documentErrors") {
            None => false,
            Some(errors) => !errors.as_array().ok_or(structure)?.is_empty(),
        };
        Ok(Self {
            documents,
            has_document_errors,
            status,
            raw: item.raw().to_vec(),
        })
    }

    /// The documents.
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// Whether the device said that it could not return a document.
    pub const fn has_document_errors(&self) -> bool {
        self.has_document_errors
    }

    /// 0 for success (8.3.2.1.2.3).
    pub const fn status(&self) -> u64 {
        self.status
    }

    /// The answer as it came.
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }
}

impl Document {
    fn read(item: &Item<'_>) -> Result<Self, MdocError> {
        let structure = MdocError::Structure("Document");
        let has_errors = match item.get("errors") {
            None => false,
            Some(errors) => !errors.as_map().ok_or(structure)?.is_empty(),
        };
        Ok(Self {
            doc_type: item
                .get("docType")
                .and_then(Item::as_text)
                .ok_or(structure)?
                .to_owned(),
            issuer_signed: IssuerSigned::read(item.get("issuerSigned").ok_or(structure)?)?,
            device_signed: DeviceSigned::read(item.get("deviceSigned").ok_or(structure)?)?,
            has_errors,
        })
    }

    /// The type the device claims; it must be the one the issuer signed.
    pub fn doc_type(&self) -> &str {
        &self.doc_type
    }

    /// The issuer's part.
    pub const fn issuer_signed(&self) -> &IssuerSigned {
        &self.issuer_signed
    }

    /// The device's part.
    pub const fn device_signed(&self) -> &DeviceSigned {
        &self.device_signed
    }

    /// Whether the device said that it withheld elements.
    pub const fn has_errors(&self) -> bool {
        self.has_errors
    }

    /// `DeviceAuthenticationBytes` of this document in a session (9.1.3.4).
    pub fn device_authentication(&self, transcript: &SessionTranscript) -> Vec<u8> {
        device_authentication(transcript, &self.doc_type, &self.device_signed.namespaces_raw)
    }
}

/// `#6.24(bstr .cbor ["DeviceAuthentication", SessionTranscript, DocType, DeviceNameSpacesBytes])`.
pub(crate) fn device_authentication(
    transcript: &SessionTranscript,
    doc_type: &str,
    namespaces_raw: &[u8],
) -> Vec<u8> {
    let label = cbor::encode(&Value::from("DeviceAuthentication"));
    let doc_type = cbor::encode(&Value::from(doc_type));
    cbor::wrap_encoded(&cbor::encode_array(&[
        &label,
        transcript.as_bytes(),
        &doc_type,
        namespaces_raw,
    ]))
}

impl DeviceSigned {
    fn read(item: &Item<'_>) -> Result<Self, MdocError> {
        let structure = MdocError::Structure("DeviceSigned");
        let namespaces = item.get("nameSpaces").ok_or(structure)?;
        let elements = read_elements(&cbor::read(namespaces.encoded().ok_or(structure)?)?)?;
        let auth = item.get("deviceAuth").ok_or(structure)?;
        let auth = match (auth.get("deviceSignature"), auth.get("deviceMac")) {
            (Some(signature), None) => DeviceAuth::Signature(Sign1::read(signature)?),
            (None, Some(mac)) => DeviceAuth::Mac(Mac0::read(mac)?),
            (Some(_), Some(_)) | (None, None) => return Err(MdocError::Structure("deviceAuth")),
        };
        Ok(Self {
            namespaces_raw: namespaces.raw().to_vec(),
            elements,
            auth,
        })
    }

    /// Elements the device asserts by itself.
    pub const fn elements(&self) -> &Elements {
        &self.elements
    }

    /// The signature or tag.
    pub const fn auth(&self) -> &DeviceAuth {
        &self.auth
    }

    /// `DeviceNameSpacesBytes`, tag 24 included, as it came.
    pub fn namespaces_raw(&self) -> &[u8] {
        &self.namespaces_raw
    }
}

fn read_elements(map: &Item<'_>) -> Result<Elements, MdocError> {
    let structure = MdocError::Structure("DeviceNameSpaces");
    let mut namespaces = Vec::new();
    for (name, items) in map.as_map().ok_or(structure)? {
        let items = items
            .as_map()
            .ok_or(structure)?
            .iter()
            .map(|(name, value)| Some((name.as_text()?.to_owned(), value.to_value())))
            .collect::<Option<Vec<_>>>()
            .ok_or(structure)?;
        namespaces.push((name.as_text().ok_or(structure)?.to_owned(), items));
    }
    Ok(namespaces)
}
