//! A digest behind each value that may be longer than a page.
//!
//! SQLCipher authenticates pages, but when the last page of a long value does not authenticate
//! SQLite is handed zeros in its place and reports no error (measured with SQLCipher as bundled by
//! libsqlite3-sys 0.39). The digest turns that into the damage it is. Inside the encrypted file it
//! needs no key.

use acasa_crypto::digest::sha256;

use crate::StoreError;

const LENGTH: usize = 16;

/// The value as it is stored.
pub(super) fn protect(value: &[u8]) -> Vec<u8> {
    let mut stored = Vec::with_capacity(value.len() + LENGTH);
    stored.extend_from_slice(value);
    stored.extend_from_slice(&sha256(value)[..LENGTH]);
    stored
}

/// The value as it was given.
pub(super) fn reveal(stored: &[u8]) -> Result<&[u8], StoreError> {
    let (value, digest) = stored.split_last_chunk::<LENGTH>().ok_or(StoreError::Damaged)?;
    if sha256(value)[..LENGTH] == *digest {
        Ok(value)
    } else {
        Err(StoreError::Damaged)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_value_is_revealed_as_given_and_refused_with_any_byte_changed(value: Vec<u8>, at: usize) {
            let mut stored = protect(&value);
            prop_assert_eq!(reveal(&stored).unwrap(), value.as_slice());
            let at = at % stored.len();
            stored[at] ^= 1;
            prop_assert!(matches!(reveal(&stored), Err(StoreError::Damaged)));
        }

        #[test]
        fn arbitrary_bytes_never_panic(stored: Vec<u8>) {
            let _ = reveal(&stored);
        }
    }
}
