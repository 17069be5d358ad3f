//! Telling formats apart.

use acasa_credentials::cbor::{self, MAX_BYTES};
use acasa_credentials::proof;
use data_encoding::{BASE64URL_NOPAD, HEXLOWER_PERMISSIVE};

/// What was verified: a closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A Smart QR proof.
    SmartQr,
    /// An mdoc `DeviceResponse`.
    DeviceResponse,
    /// An mdoc `IssuerSigned`.
    IssuerSigned,
    /// An SD-JWT, with or without key binding.
    SdJwt,
    /// None of these.
    Unknown,
}

impl Format {
    /// The word as programs see it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SmartQr => "smart_qr",
            Self::DeviceResponse => "device_response",
            Self::IssuerSigned => "issuer_signed",
            Self::SdJwt => "sd_jwt",
            Self::Unknown => "unknown",
        }
    }
}

/// What bytes claim to be.
pub(super) enum Input {
    /// The text of a proof.
    Proof(String),
    /// CBOR of a `DeviceResponse`.
    DeviceResponse(Vec<u8>),
    /// CBOR of an `IssuerSigned`.
    IssuerSigned(Vec<u8>),
    /// An SD-JWT in either serialization.
    SdJwt(String),
    /// None of these, and why.
    Unknown(&'static str),
}

/// Hex or base64url (padded or not, or in the alphabet of RFC 4648, 4) of at least 20 bytes; white space
/// around and between is skipped.
const MIN_ENCODED: usize = 27;

/// What bytes claim to be, by their first characters or their CBOR members.
pub(super) fn recognise(bytes: &[u8]) -> Input {
    if bytes.len() > 2 * MAX_BYTES + MAX_BYTES / 2 {
        return Input::Unknown("too_large");
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        // Base45 uses the space: only line ends are cut off a proof.
        let line = text.trim_matches(['\r', '\n', '\u{feff}']);
        let trimmed = line.trim();
        if trimmed.starts_with(proof::PREFIX) {
            return Input::Proof(line.trim_start().to_owned());
        }
        if trimmed.starts_with("ey") && trimmed.contains('.') {
            // Standards and mails break the compact form into lines.
            return Input::SdJwt(trimmed.split_whitespace().collect());
        }
        if trimmed.starts_with('{') {
            return Input::SdJwt(trimmed.to_owned());
        }
    }
    let cbor = decode_binary(bytes);
    let item = match cbor::read(&cbor) {
        Ok(item) => item,
        // A document cut short is still recognised by its first bytes.
        Err(error) => return named_inside(&cbor, error.code()),
    };
    if item.get("issuerAuth").is_some() {
        return Input::IssuerSigned(cbor);
    }
    if item.get("version").is_some() || item.get("documents").is_some() {
        return Input::DeviceResponse(cbor);
    }
    Input::Unknown("unknown_format")
}

fn named_inside(cbor: &[u8], detail: &'static str) -> Input {
    let holds = |name: &[u8]| cbor.windows(name.len()).any(|window| window == name);
    if holds(b"documents") {
        Input::DeviceResponse(cbor.to_vec())
    } else if holds(b"issuerAuth") {
        Input::IssuerSigned(cbor.to_vec())
    } else {
        Input::Unknown(detail)
    }
}

/// Whether a text given in place of a file can be a document.
pub fn is_document_text(text: &str) -> bool {
    let text = text.trim();
    text.starts_with(proof::PREFIX)
        || text.starts_with('{')
        || (text.starts_with("ey") && text.contains('.'))
        || decode_text(text).is_some()
}

/// The bytes that hex or base64url text stands for; bytes that are no such text, as they are.
pub fn decode_binary(bytes: &[u8]) -> Vec<u8> {
    std::str::from_utf8(bytes)
        .ok()
        .and_then(decode_text)
        .unwrap_or_else(|| bytes.to_vec())
}

fn decode_text(text: &str) -> Option<Vec<u8>> {
    let text: String = text
        .trim_start_matches('\u{feff}')
        .chars()
        .filter(|character| !character.is_whitespace())
        .map(|character| match character {
            '+' => '-',
            '/' => '_',
            other => other,
        })
        .collect();
    if text.len() < MIN_ENCODED {
        return None;
    }
    let unpadded = text.trim_end_matches('=').as_bytes();
    HEXLOWER_PERMISSIVE
        .decode(text.as_bytes())
        .or_else(|_| BASE64URL_NOPAD.decode(unpadded))
        .ok()
}
