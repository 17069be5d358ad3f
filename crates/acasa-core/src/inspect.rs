//! Use case: say what a scanned or pasted text is, and whether it is safe.
//!
//! No profile, no network and no clock: the answer is a pure function of the text. Nothing is acted
//! on here; the person is told first.

pub use acasa_codes::{ErrorCode, Finding, Inspection, Kind, WarningCode};

/// What a text is, what it says, what is broken and what is risky.
pub fn inspect(text: &str) -> Inspection {
    acasa_codes::inspect(text)
}

/// The same for the bytes of a code, which need not be UTF-8.
pub fn inspect_bytes(bytes: &[u8]) -> Inspection {
    acasa_codes::inspect_bytes(bytes)
}

/// Only the kind.
pub fn kind_of(text: &str) -> Kind {
    acasa_codes::kind_of(text)
}
