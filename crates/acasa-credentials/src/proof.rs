//! The Smart QR proof `MD1:`: a document shown from one screen to one camera, with no network.
//!
//! The format is in `docs/formats/smart-qr.md`. It is an ISO/IEC 18013-5 `DeviceResponse` with the
//! issuer's certificate replaced by its thumbprint, and the time, challenge and hash of what is
//! shown under the holder's signature.

mod encoding;
mod make;
mod verify;

pub use encoding::{MAX_COMPRESSED, MAX_INFLATED, PREFIX, decode_text, encode_text};
pub use make::{Showing, make_proof};
pub use verify::{Freshness, ProofReport, Seen, verify_proof};

use crate::cbor::{self, Item};
use crate::mdoc::{DeviceResponse, MdocError, SessionTranscript};
use acasa_crypto::digest::sha256;
use jiff::Timestamp;
use std::fmt;

/// Documents in one proof: of two, the verifier could not tell that both are the same person's.
const DOCUMENTS: usize = 1;
const HANDOVER: &str = "MD1Handover";

/// Why a text is not a proof, or a proof was not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// It does not begin with `MD1:`.
    #[error("not a proof")]
    Prefix,
    /// Not base45 (RFC 9285).
    #[error("not base45")]
    Base45,
    /// Not a raw deflate stream (RFC 1951), or bytes follow it.
    #[error("not a raw deflate stream")]
    Deflate,
    /// Larger than any proof, before or after inflating.
    #[error("larger than any proof")]
    Size,
    /// Not deterministic CBOR.
    #[error("not deterministic CBOR: {0}")]
    Cbor(#[from] cbor::CborError),
    /// Not the structure of the format, at the named place.
    #[error("not as the format has it: {0}")]
    Structure(&'static str),
    /// A version this program does not know.
    #[error("a newer version of the format")]
    Version,
    /// The document in it is not acceptable.
    #[error("the document is not acceptable: {0}")]
    Mdoc(#[from] MdocError),
}

impl ProofError {
    /// A stable name for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Prefix => "proof_prefix",
            Self::Base45 => "proof_base45",
            Self::Deflate => "proof_deflate",
            Self::Size => "proof_size",
            Self::Cbor(error) => error.code(),
            Self::Structure(_) => "proof_structure",
            Self::Version => "proof_version",
            Self::Mdoc(error) => error.code(),
        }
    }

    /// Whether the same call may succeed later.
    pub const fn retryable(&self) -> bool {
        match self {
            Self::Mdoc(error) => error.retryable(),
            Self::Prefix
            | Self::Base45
            | Self::Deflate
            | Self::Size
            | Self::Cbor(_)
            | Self::Structure(_)
            | Self::Version => false,
        }
    }
}

/// A proof that was read: nothing in it is to be believed yet.
#[derive(Clone)]
pub struct UnverifiedProof {
    response: DeviceResponse,
    info: ProofInfo,
    info_raw: Vec<u8>,
}

/// What the holder's signature ties the documents to.
#[derive(Debug, Clone, PartialEq, Eq)]
struct ProofInfo {
    time: Timestamp,
    challenge: Option<[u8; 32]>,
    shown: [u8; 32],
}

impl fmt::Debug for UnverifiedProof {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("UnverifiedProof")
            .field("response", &self.response)
            .finish_non_exhaustive()
    }
}

impl UnverifiedProof {
    /// Reads the text of a code.
    pub fn from_text(text: &str) -> Result<Self, ProofError> {
        Self::from_cbor(&decode_text(text)?)
    }

    /// Reads the inflated CBOR.
    pub fn from_cbor(bytes: &[u8]) -> Result<Self, ProofError> {
        if bytes.len() > MAX_INFLATED {
            return Err(ProofError::Size);
        }
        let item = cbor::read_deterministic(bytes)?;
        let Some([version, response, info]) = item.as_array() else {
            return Err(ProofError::Structure("array of three"));
        };
        if version.as_u64() != Some(1) {
            return Err(ProofError::Version);
        }
        check_members(response)?;
        let response_read = DeviceResponse::read(response)?;
        for document in response_read.documents() {
            let headers = document.issuer_signed().issuer_auth().headers();
            // The unprotected header is under no signature: it holds the thumbprint and nothing else.
            if headers.x5t().map_err(MdocError::from)?.is_none() || headers.unprotected_count() != 1 {
                return Err(ProofError::Structure("x5t"));
            }
        }
        Ok(Self {
            response: response_read,
            info: read_info(info)?,
            info_raw: info.raw().to_vec(),
        })
    }

    /// The answer, its certificates still replaced by thumbprints.
    pub const fn response(&self) -> &DeviceResponse {
        &self.response
    }

    /// When the holder's device says it made it.
    pub const fn time(&self) -> Timestamp {
        self.info.time
    }

    /// The hash of the challenge it answers, where it answers one.
    pub const fn challenge_hash(&self) -> Option<&[u8; 32]> {
        self.info.challenge.as_ref()
    }

    /// The session the holder's device signed.
    pub fn transcript(&self) -> SessionTranscript {
        transcript_of(&self.info_raw)
    }

    /// Whether `shown` is the hash of the issuer's parts as sent.
    fn shows_what_was_signed(&self) -> bool {
        let parts: Vec<&[u8]> = self
            .response
            .documents()
            .iter()
            .map(|document| document.issuer_signed().raw())
            .collect();
        sha256(&parts.concat()) == self.info.shown
    }

    /// What makes a proof itself, whatever its encoding: SHA-256 over SHA-256(Info) and the device
    /// key's point. `None` where the device key cannot be read.
    pub fn identity(&self) -> Option<[u8; 32]> {
        let mut content = sha256(&self.info_raw).to_vec();
        for document in self.response.documents() {
            let object = document.issuer_signed().security_object().ok()?;
            let key = object.device_key();
            match (key.coordinates(), key.as_ed25519()) {
                (Some((_, x, y)), _) => content.extend([x, y].concat()),
                (None, Some(point)) => content.extend_from_slice(point),
                (None, None) => return None,
            }
        }
        Some(sha256(&content))
    }
}

/// `[null, null, ["MD1Handover", SHA-256(Info)]]`.
fn transcript_of(info: &[u8]) -> SessionTranscript {
    SessionTranscript::from_handover(HANDOVER, info)
}

/// Only the members of the format, at each level that no signature covers.
fn check_members(response: &Item<'_>) -> Result<(), ProofError> {
    only(response, &["status", "version", "documents"])?;
    if response.get("status").and_then(Item::as_u64) != Some(0) {
        return Err(ProofError::Structure("status"));
    }
    if response.get("version").and_then(Item::as_text) != Some("1.0") {
        return Err(ProofError::Structure("version"));
    }
    let documents = response
        .get("documents")
        .and_then(Item::as_array)
        .unwrap_or_default();
    if documents.len() != DOCUMENTS {
        return Err(ProofError::Structure("documents"));
    }
    for document in documents {
        only(document, &["docType", "issuerSigned", "deviceSigned"])?;
        if let Some(issuer_signed) = document.get("issuerSigned") {
            only(issuer_signed, &["nameSpaces", "issuerAuth"])?;
        }
        if let Some(device_signed) = document.get("deviceSigned") {
            only(device_signed, &["nameSpaces", "deviceAuth"])?;
            device_signed
                .get("deviceAuth")
                .map_or(Ok(()), |auth| only(auth, &["deviceSignature"]))?;
            // Nothing but the algorithm labels the device's signature.
            let parts = device_signed
                .get("deviceAuth")
                .and_then(|auth| auth.get("deviceSignature"));
            let parts = parts
                .and_then(Item::as_array)
                .ok_or(ProofError::Structure("deviceSignature"))?;
            if parts
                .get(1)
                .and_then(Item::as_map)
                .is_none_or(|header| !header.is_empty())
            {
                return Err(ProofError::Structure("deviceSignature"));
            }
        }
    }
    Ok(())
}

fn only(map: &Item<'_>, names: &[&str]) -> Result<(), ProofError> {
    let members = map.as_map().ok_or(ProofError::Structure("map"))?;
    let is_known = |name: &Item<'_>| name.as_text().is_some_and(|name| names.contains(&name));
    if members.iter().all(|(name, _)| is_known(name)) {
        Ok(())
    } else {
        Err(ProofError::Structure("unknown member"))
    }
}

fn read_info(item: &Item<'_>) -> Result<ProofInfo, ProofError> {
    let structure = ProofError::Structure("Info");
    let Some([time, challenge, shown]) = item.as_array() else {
        return Err(structure);
    };
    let hash = |item: &Item<'_>| item.as_bytes().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let seconds = time
        .as_u64()
        .and_then(|seconds| i64::try_from(seconds).ok())
        .ok_or(structure)?;
    Ok(ProofInfo {
        time: Timestamp::from_second(seconds).map_err(|_| structure)?,
        challenge: if challenge.is_null() {
            None
        } else {
            Some(hash(challenge).ok_or(structure)?)
        },
        shown: hash(shown).ok_or(structure)?,
    })
}

#[cfg(test)]
#[cfg(feature = "issuing")]
mod tests;
