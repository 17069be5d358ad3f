//! Mobile documents (ISO/IEC 18013-5:2021): what the issuer signed, what the device adds, what a
//! reader asks.
//!
//! Reading never re-encodes: items, digests and signed structures are the bytes that came. Reading
//! is not verifying; [`verify`] makes the checks and says what came of each.

mod cose_key;
mod issuer_signed;
mod present;
mod reader_key;
mod request;
mod response;
mod security_object;
mod time;
mod transcript;
pub mod verify;

pub use cose_key::{encode_key, read_key};
pub use issuer_signed::{Elements, IssuerSigned, IssuerSignedItem};
pub use present::{Selection, present, select};
pub use reader_key::read_reader_key;
pub use request::{DeviceRequest, DocRequest, ItemsRequest, NamespaceRequest};
pub use response::{DeviceAuth, DeviceResponse, DeviceSigned, Document};
pub use security_object::{KeyAuthorizations, MobileSecurityObject, StatusMechanism, ValidityInfo};
pub use time::{encode_full_date, encode_tdate, read_tdate};
pub use transcript::SessionTranscript;

use crate::cbor::CborError;
use crate::cose::CoseError;

/// Whether a version is 1 with any minor: minor versions add members, which are passed over.
fn is_version_1(version: &str) -> bool {
    let minor = version.strip_prefix("1.").unwrap_or_default();
    !minor.is_empty() && minor.bytes().all(|digit| digit.is_ascii_digit())
}

/// Why bytes are not a mobile document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MdocError {
    /// Not CBOR, or not acceptable CBOR.
    #[error("not acceptable CBOR: {0}")]
    Cbor(#[from] CborError),
    /// A signature structure is not acceptable.
    #[error("not an acceptable COSE message: {0}")]
    Cose(#[from] CoseError),
    /// Not the structure of the standard, at the named place.
    #[error("not as ISO/IEC 18013-5 has it: {0}")]
    Structure(&'static str),
    /// An element or digest identifier stands twice.
    #[error("stands twice: {0}")]
    Duplicate(&'static str),
    /// A version, algorithm or key type that is not supported.
    #[error("not supported: {0}")]
    Unsupported(&'static str),
    /// An element that was asked for is not in the document.
    #[error("the document has no such element")]
    NoSuchElement,
    /// The device key refused to sign.
    #[error("the key did not sign")]
    Signing(#[source] acasa_crypto::CryptoError),
}

impl MdocError {
    /// A stable name for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Cbor(error) => error.code(),
            Self::Cose(error) => error.code(),
            Self::Structure(_) => "mdoc_structure",
            Self::Duplicate(_) => "mdoc_duplicate",
            Self::Unsupported(_) => "mdoc_unsupported",
            Self::NoSuchElement => "mdoc_no_such_element",
            Self::Signing(_) => "mdoc_signing",
        }
    }

    /// Whether the same call may succeed later.
    pub const fn retryable(&self) -> bool {
        matches!(self, Self::Signing(_))
    }

    /// Whether it may be a genuine document that another program can read: unverifiable, not invalid.
    pub const fn is_unsupported(&self) -> bool {
        matches!(self, Self::Unsupported(_) | Self::Cose(CoseError::Unsupported))
    }
}
