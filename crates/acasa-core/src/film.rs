//! A proof as the payload of a moving code: its compressed bytes, without the text form that a
//! still code needs.

use acasa_credentials::proof::PREFIX;

/// The bytes a film carries of a proof's text.
pub(crate) fn payload_of(text: &str) -> Option<Vec<u8>> {
    base45::decode(text.strip_prefix(PREFIX)?).ok()
}

/// The proof's text from the bytes of a film.
pub(crate) fn text_of(payload: &[u8]) -> String {
    format!("{PREFIX}{}", base45::encode(payload))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_film_gives_back_the_very_text(payload in proptest::collection::vec(any::<u8>(), 0..2000)) {
            let text = text_of(&payload);
            prop_assert_eq!(payload_of(&text).map(|payload| text_of(&payload)), Some(text));
        }
    }

    #[test]
    fn what_is_no_proof_has_no_film() {
        assert!(payload_of("HELLO").is_none());
    }
}
