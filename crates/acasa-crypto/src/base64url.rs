//! base64url without padding (RFC 7515, 2): strict, so that each byte string has one spelling.

use crate::CryptoError;
use data_encoding::BASE64URL_NOPAD;

/// Encodes `bytes`.
pub fn encode(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}

/// Decodes `text`; padding, white space, other alphabets and non-zero trailing bits are refused.
pub fn decode(text: &str) -> Result<Vec<u8>, CryptoError> {
    BASE64URL_NOPAD
        .decode(text.as_bytes())
        .map_err(|_| CryptoError::Malformed)
}
