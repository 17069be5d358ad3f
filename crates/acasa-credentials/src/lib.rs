//! mdoc and SD-JWT VC: parsing, verifying, presenting; trust lists, status lists, proofs, verdicts.
//!
//! Verification is a pure function of bytes, trust, status, time and transcript: nothing here reads
//! a clock, a file or a network. What was received is kept byte for byte, and nothing signed is
//! re-encoded. Issuing is behind the feature `issuing`, which the app does not have.
//!
//! ```
//! use acasa_credentials::mdoc::IssuerSigned;
//!
//! assert!(IssuerSigned::from_slice(b"not a document").is_err());
//! ```
#![forbid(unsafe_code)]

pub mod cbor;
pub mod challenge;
pub mod cose;
#[cfg(feature = "issuing")]
pub mod issue;
pub mod mdoc;
pub mod openid4vp;
pub mod proof;
pub mod report;
pub mod sd_jwt;
pub mod selective;
pub mod status;
#[cfg(test)]
#[cfg(feature = "issuing")]
mod testing;
pub mod trust;
pub mod verdict;

/// CBOR values, as elements of documents hold them.
pub use ciborium::Value;
