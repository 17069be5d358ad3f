//! What a scanned code says: every grammar, by its own detection and by each kind's name.
#![no_main]

use acasa_codes::{Inspection, inspect, inspect_bytes};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let of_bytes = inspect_bytes(data);
    if let Ok(text) = std::str::from_utf8(data) {
        let of_text: Inspection = inspect(text);
        let as_its_kind = acasa_codes::inspect_as(of_text.kind(), text);
        assert_eq!(
            of_text.kind(),
            as_its_kind.kind(),
            "the kind that was found is kept"
        );
        assert_eq!(of_text.kind(), of_bytes.kind(), "text is read as its bytes are");
    }
});
