//! HKDF-SHA-256 (RFC 5869).

use crate::{CryptoError, SecretBytes};
use ring::hkdf;

/// Longest output: 255 blocks of the hash (RFC 5869, 2.3).
pub const MAX_OUTPUT: usize = 255 * 32;

struct Length(usize);

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

/// Extracts and expands `length` bytes; an empty `salt` stands for 32 zero bytes, as the RFC says.
pub fn derive_sha256(
    salt: &[u8],
    ikm: &[u8],
    info: &[u8],
    length: usize,
) -> Result<SecretBytes, CryptoError> {
    if length > MAX_OUTPUT {
        return Err(CryptoError::Parameters);
    }
    let mut output = vec![0; length];
    derive_sha256_into(salt, ikm, info, &mut output)?;
    Ok(SecretBytes::new(output))
}

/// As [`derive_sha256`], into memory of the caller.
pub fn derive_sha256_into(
    salt: &[u8],
    ikm: &[u8],
    info: &[u8],
    output: &mut [u8],
) -> Result<(), CryptoError> {
    let length = Length(output.len());
    hkdf::Salt::new(hkdf::HKDF_SHA256, salt)
        .extract(ikm)
        .expand(&[info], length)
        .and_then(|okm| okm.fill(output))
        .map_err(|_| CryptoError::Parameters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_5869_appendix_a_1_comes_out() {
        let salt = hex::decode("000102030405060708090a0b0c").unwrap();
        let info = hex::decode("f0f1f2f3f4f5f6f7f8f9").unwrap();

        let output = derive_sha256(&salt, &[0x0b; 22], &info, 42).unwrap();

        assert!(hex::encode(output.expose()).starts_with("3cb25f25faacd57a90434f64d0362f2a"));
    }

    #[test]
    fn an_output_of_more_than_255_blocks_is_refused() {
        assert_eq!(
            derive_sha256(b"", b"k", b"", MAX_OUTPUT + 1).err(),
            Some(CryptoError::Parameters)
        );
    }
}
