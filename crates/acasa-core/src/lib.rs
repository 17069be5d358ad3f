//! The app without a window: one handle per module, one file per use case.
//!
//! [`Acasa`] is what the shell, `devhost` and the command line hold. Each module hangs off it as a
//! handle (`acasa.documents()`, `acasa.scanner()` …); [`commands`] maps the table of commands onto
//! those handles, so that every host answers alike. What needs no profile is free of it:
//! [`inspect`], [`scan`], [`verify`].
//!
//! What it is not: an interface, a server, or a place for words.
//!
//! ```
//! use acasa_core::inspect;
//! let found = inspect::inspect("https://example.org");
//! assert_eq!(found.kind().as_str(), "link");
//! ```
#![forbid(unsafe_code)]

mod acasa;
mod acting;
mod activity;
mod app;
pub mod commands;
mod connection;
mod deployment;
mod documents;
mod error;
mod evidence;
mod fields;
mod files;
mod film;
mod host;
mod identity;
pub mod inspect;
mod link;
pub mod log;
mod notices;
mod preferences;
mod profiles;
mod reminders;
pub mod scan;
mod scanner;
mod settings;
mod setup;
mod showing;
mod sync;
mod trust;
mod vault;
mod verifier;
pub mod verify;
pub mod words;

pub use acasa::Acasa;
/// What crosses to an interface: the arguments and answers of [`commands`].
pub use acasa_api_types as api;
pub use acasa_client::NetworkGate;
pub use acasa_store::forbid_core_dumps;
pub use deployment::{Deployment, DeploymentError};
pub use error::CoreError;
pub use evidence::{KeptAct, KeptRecord, ProofEvidence, StateAct, StateRecords, TrustEvidence};
pub use host::{Host, NoHost};
pub use setup::{Setup, folder_fingerprint};
/// The parts of synchronising that a simulator drives by itself.
#[cfg(feature = "testing")]
pub use sync::testing as syncing;

/// A name for this run and nothing else: 32 random bytes in hex.
pub fn random_token() -> String {
    let bytes = acasa_crypto::random::make_bytes::<32>().expect("the system gives random bytes");
    data_encoding::HEXLOWER.encode(&bytes)
}

/// Whether two secrets are the same, in time that depends only on their lengths.
pub fn same_secret(one: &str, other: &str) -> bool {
    acasa_crypto::constant_time_eq(one.as_bytes(), other.as_bytes())
}
