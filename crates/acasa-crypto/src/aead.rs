//! AES-GCM (NIST SP 800-38D) with 96-bit nonces and 128-bit tags.
//!
//! [`seal`] and [`open`] draw and carry the nonce themselves and are what storage uses. The functions
//! with an explicit nonce exist for protocols that count their nonces (ISO/IEC 18013-5, 9.1.1.5).

use crate::{CryptoError, Key256, SecretBytes, random};
use ring::aead::{AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

/// What sealing adds: the nonce before and the tag behind.
pub const OVERHEAD: usize = NONCE_LEN + 16;

/// Seals `plaintext` by AES-256-GCM under a random nonce: nonce ‖ ciphertext ‖ tag.
///
/// A key may seal 2³² times (SP 800-38D, 8.3), which no vault record comes near.
pub fn seal(key: &Key256, associated: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, CryptoError> {
    let nonce = random::make_bytes::<NONCE_LEN>()?;
    let mut sealed = Vec::with_capacity(plaintext.len().saturating_add(OVERHEAD));
    sealed.extend_from_slice(&nonce);
    sealed.extend(seal_with_nonce(key.expose(), nonce, associated, plaintext)?);
    Ok(sealed)
}

/// Opens what [`seal`] made.
pub fn open(key: &Key256, associated: &[u8], sealed: &[u8]) -> Result<SecretBytes, CryptoError> {
    let (nonce, ciphertext) = sealed
        .split_first_chunk::<NONCE_LEN>()
        .ok_or(CryptoError::Sealed)?;
    open_with_nonce(key.expose(), *nonce, associated, ciphertext)
}

/// Seals with a nonce of the caller, who vouches that it never repeats under this key.
///
/// The key's length picks AES-128 or AES-256; AES-192 is outside the product.
pub fn seal_with_nonce(
    key: &[u8],
    nonce: [u8; NONCE_LEN],
    associated: &[u8],
    plaintext: &[u8],
) -> Result<Vec<u8>, CryptoError> {
    // The tag needs room from the start: growing in place would leave a copy of the plaintext behind.
    let mut buffer = Vec::with_capacity(plaintext.len().saturating_add(16));
    buffer.extend_from_slice(plaintext);
    less_safe(key)?
        .seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(associated),
            &mut buffer,
        )
        .map_err(|_| CryptoError::Parameters)?;
    Ok(buffer)
}

/// Opens ciphertext ‖ tag with an explicit nonce.
pub fn open_with_nonce(
    key: &[u8],
    nonce: [u8; NONCE_LEN],
    associated: &[u8],
    ciphertext: &[u8],
) -> Result<SecretBytes, CryptoError> {
    let mut buffer = ciphertext.to_vec();
    let length = less_safe(key)?
        .open_in_place(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(associated),
            &mut buffer,
        )
        .map_err(|_| CryptoError::Sealed)?
        .len();
    buffer.truncate(length);
    Ok(SecretBytes::new(buffer))
}

fn less_safe(key: &[u8]) -> Result<LessSafeKey, CryptoError> {
    let algorithm = match key.len() {
        16 => &AES_128_GCM,
        32 => &AES_256_GCM,
        _ => return Err(CryptoError::Key),
    };
    UnboundKey::new(algorithm, key)
        .map(LessSafeKey::new)
        .map_err(|_| CryptoError::Key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_sealed_opens_to_the_same(plaintext: Vec<u8>, associated: Vec<u8>, key: [u8; 32]) {
            let key = Key256::from_slice(&key).unwrap();

            let sealed = seal(&key, &associated, &plaintext).unwrap();

            prop_assert_eq!(sealed.len(), plaintext.len() + OVERHEAD);
            let opened = open(&key, &associated, &sealed).unwrap();
            prop_assert_eq!(opened.expose(), &plaintext[..]);
        }

        #[test]
        fn any_flipped_bit_is_noticed(plaintext: Vec<u8>, at: prop::sample::Index, bit in 0..8_u8) {
            let key = Key256::make_random().unwrap();
            let mut sealed = seal(&key, b"", &plaintext).unwrap();
            let at = at.index(sealed.len());

            sealed[at] ^= 1 << bit;

            prop_assert_eq!(open(&key, b"", &sealed).err(), Some(CryptoError::Sealed));
        }

        #[test]
        fn arbitrary_bytes_do_not_open_and_do_not_panic(sealed: Vec<u8>) {
            let key = Key256::make_random().unwrap();

            prop_assert!(open(&key, b"", &sealed).is_err());
        }
    }

    #[test]
    fn other_associated_data_does_not_open() {
        let key = Key256::make_random().unwrap();
        let sealed = seal(&key, b"profile 1", b"plaintext").unwrap();

        assert_eq!(open(&key, b"profile 2", &sealed).err(), Some(CryptoError::Sealed));
    }

    #[test]
    fn a_192_bit_key_is_refused() {
        assert_eq!(
            seal_with_nonce(&[0; 24], [0; 12], b"", b"").err(),
            Some(CryptoError::Key)
        );
    }
}
