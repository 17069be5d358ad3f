//! The proof in a code: its text, the CBOR inside it, and its verification.
#![no_main]

use acasa_credentials::proof::{Freshness, UnverifiedProof, encode_text, verify_proof};
use acasa_fuzz::context;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = UnverifiedProof::from_text(text);
    }
    if let Ok(proof) = UnverifiedProof::from_cbor(data) {
        let report = verify_proof(&proof, Freshness::NoChallenge, Some(&|_| false), &context());
        let _ = report.verdict();
        assert!(
            UnverifiedProof::from_text(&encode_text(data)).is_ok(),
            "a proof that was read can be written as a code"
        );
    }
});
