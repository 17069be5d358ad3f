//! HMAC (RFC 2104) over SHA-2; truncated tags only where a standard names them.

use crate::{CryptoError, Hash, constant_time_eq};
use ring::hmac;

/// The whole tag of `message`.
pub fn sign(hash: Hash, key: &[u8], message: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(algorithm(hash), key), message)
        .as_ref()
        .to_vec()
}

/// Checks a whole tag in constant time.
pub fn verify(hash: Hash, key: &[u8], message: &[u8], tag: &[u8]) -> Result<(), CryptoError> {
    verify_truncated(hash, key, message, tag, hash.output_length())
}

/// Checks a tag cut to `length` bytes (RFC 9053, 3.1 names 8 of 32), in constant time.
///
/// `length` is the caller's, never the tag's own: otherwise a one-byte tag would do. Under 8 bytes is refused.
pub fn verify_truncated(
    hash: Hash,
    key: &[u8],
    message: &[u8],
    tag: &[u8],
    length: usize,
) -> Result<(), CryptoError> {
    let whole = sign(hash, key, message);
    let expected = whole
        .get(..length)
        .filter(|_| length >= 8)
        .ok_or(CryptoError::Parameters)?;
    if constant_time_eq(expected, tag) {
        Ok(())
    } else {
        Err(CryptoError::Signature)
    }
}

fn algorithm(hash: Hash) -> hmac::Algorithm {
    match hash {
        Hash::Sha256 => hmac::HMAC_SHA256,
        Hash::Sha384 => hmac::HMAC_SHA384,
        Hash::Sha512 => hmac::HMAC_SHA512,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_4231_case_2_comes_out() {
        let tag = sign(Hash::Sha256, b"Jefe", b"what do ya want for nothing?");

        assert!(hex::encode(&tag).starts_with("5bdcc146bf60754e6a042426089575c7"));
        assert_eq!(
            verify(Hash::Sha256, b"Jefe", b"what do ya want for nothing?", &tag),
            Ok(())
        );
    }

    #[test]
    fn a_shortened_tag_is_not_a_whole_one() {
        let tag = sign(Hash::Sha256, b"key", b"message");

        assert_eq!(
            verify(Hash::Sha256, b"key", b"message", &tag[..16]),
            Err(CryptoError::Signature)
        );
        assert_eq!(
            verify_truncated(Hash::Sha256, b"key", b"message", &tag[..8], 8),
            Ok(())
        );
        assert_eq!(
            verify_truncated(Hash::Sha256, b"key", b"message", &tag[..4], 4),
            Err(CryptoError::Parameters)
        );
    }
}
