//! What a scanned code says: by its own look, and as every kind whatever it looks like.
#![no_main]

use acasa_codes::{Kind, inspect_as, inspect_bytes};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let found = inspect_bytes(data);
    assert_eq!(
        found.well_formed(),
        found.errors().is_empty(),
        "well formed is without errors"
    );
    if let Ok(text) = std::str::from_utf8(data) {
        for kind in Kind::ALL {
            let _ = inspect_as(*kind, text);
        }
    }
});
