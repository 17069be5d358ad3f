//! `MD1:` + base45 (RFC 9285) of raw deflate (RFC 1951), bounded on both sides.

use super::ProofError;
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

/// What the text of a proof begins with.
pub const PREFIX: &str = "MD1:";
/// Largest compressed proof, in bytes. The one with a portrait is about 6 KiB.
pub const MAX_COMPRESSED: usize = 16 << 10;
/// Largest inflated proof, in bytes.
pub const MAX_INFLATED: usize = 32 << 10;
/// Base45 makes three characters of two bytes.
const MAX_TEXT: usize = PREFIX.len() + MAX_COMPRESSED.div_ceil(2) * 3;
/// The slowest and smallest: a proof is made once and a module less is a cheaper scan.
const LEVEL: u8 = 10;

/// The text of a proof from its CBOR.
pub fn encode_text(cbor: &[u8]) -> String {
    format!("{PREFIX}{}", base45::encode(compress_to_vec(cbor, LEVEL)))
}

/// The CBOR of a proof from its text.
pub fn decode_text(text: &str) -> Result<Vec<u8>, ProofError> {
    if text.len() > MAX_TEXT {
        return Err(ProofError::Size);
    }
    let body = text.strip_prefix(PREFIX).ok_or(ProofError::Prefix)?;
    let compressed = base45::decode(body).map_err(|_| ProofError::Base45)?;
    if compressed.len() > MAX_COMPRESSED {
        return Err(ProofError::Size);
    }
    inflate(&compressed)
}

/// Inflates one whole stream with nothing after it, into at most [`MAX_INFLATED`] bytes.
fn inflate(compressed: &[u8]) -> Result<Vec<u8>, ProofError> {
    let mut output = vec![0; MAX_INFLATED];
    let mut state = Box::<DecompressorOxide>::default();
    let (status, read, written) = decompress(
        &mut state,
        compressed,
        &mut output,
        0,
        TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF,
    );
    if status == TINFLStatus::HasMoreOutput {
        return Err(ProofError::Size);
    }
    if status != TINFLStatus::Done || read != compressed.len() {
        return Err(ProofError::Deflate);
    }
    output.truncate(written);
    Ok(output)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_stream_that_inflates_beyond_the_limit_is_refused() {
        let bomb = compress_to_vec(&vec![0; MAX_INFLATED + 1], LEVEL);
        assert!(bomb.len() < 100);
        assert_eq!(inflate(&bomb), Err(ProofError::Size));
        let largest = compress_to_vec(&vec![0; MAX_INFLATED], LEVEL);
        assert_eq!(inflate(&largest).map(|bytes| bytes.len()), Ok(MAX_INFLATED));
    }

    #[test]
    fn bytes_after_the_stream_and_a_cut_stream_are_refused() {
        let whole = compress_to_vec(b"abc abc abc", LEVEL);
        assert_eq!(
            inflate(&[whole.as_slice(), &[0]].concat()),
            Err(ProofError::Deflate)
        );
        assert_eq!(inflate(&whole[..whole.len() - 1]), Err(ProofError::Deflate));
    }

    #[test]
    fn a_text_too_long_is_refused_before_it_is_decoded() {
        assert_eq!(decode_text(&"A".repeat(MAX_TEXT + 1)), Err(ProofError::Size));
    }

    proptest! {
        #[test]
        fn any_text_is_decoded_or_refused(text in "(MD1:)?[0-9A-Z $%*+./:-]{0,200}") {
            let _ = decode_text(&text);
        }

        #[test]
        fn what_was_encoded_is_decoded(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
            prop_assert_eq!(decode_text(&encode_text(&bytes)), Ok(bytes));
        }
    }
}
