//! The grammar of what a scanned code says, and the warnings about it.
//!
//! A person points a camera at a code; this crate says what the code is (its [`Kind`]), what it says
//! (the fields, named as the standard names them), in what way it is broken ([`ErrorCode`]) and what
//! is risky about it ([`WarningCode`]). It reads text and nothing else: no network, no clock, no keys.
//! It therefore never says that a document is genuine or that a payee is honest, only that the text
//! is well formed. Whatever the text is, the answer is an [`Inspection`], never a panic, and the work
//! is bounded: see [`MAX_CHARACTERS`] and [`MAX_INFLATED_BYTES`].
//!
//! The closed lists of kinds, fields and codes are in `docs/formats/inspect.md`.
//!
//! ```
//! let inspection = acasa_codes::inspect("https://mpay-gov.md/amenda");
//! assert_eq!(inspection.kind(), acasa_codes::Kind::Link);
//! assert!(inspection.warnings().contains(&acasa_codes::WarningCode::LookAlikeHost));
//! ```
#![forbid(unsafe_code)]

mod cbor;
mod charset;
mod code;
mod contact;
mod content_line;
mod dcql;
mod detect;
mod emvco;
mod epc;
mod event;
mod hcert;
mod host;
mod inspection;
mod json;
mod lines;
mod link;
mod mia;
mod mpay;
mod openid4vci;
mod openid4vp;
mod parameters;
mod reference;
mod semicolon;
mod smart_qr;
mod swissqr;
mod text;
mod wifi;

pub use code::{ErrorCode, Kind, WarningCode};
pub use detect::{inspect, inspect_as, inspect_bytes, kind_of};
pub use inspection::{Finding, Inspection};
pub use reference::{is_creditor_reference, is_qr_reference};

/// The longest text that is read, in characters; Smart QR has limits of its own. A version 40 code
/// holds 7,089 digits.
pub const MAX_CHARACTERS: usize = 8192;

/// The most that a compressed payload may inflate to, in bytes.
pub const MAX_INFLATED_BYTES: usize = 64 * 1024;
