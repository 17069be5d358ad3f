//! The device vault: a profile's records in encrypted SQLite, on disk or in memory.
//!
//! A [`Profile`] is a folder with one vault, opened by one process at a time. A PIN or passphrase
//! ([`Secret`]) unlocks it, together with a device secret that lies outside the folder behind
//! [`Slots`]; the result is a [`Vault`], with one small repository for each kind of record. Every
//! record belongs to a principal. Nothing here touches the network or judges a document.
//!
//! ```
//! # use std::sync::Arc;
//! use acasa_store::{Cost, Pin, Platform, Profile, StoreError, Vault};
//! # use acasa_store::testing::{FakeUptime, MemorySlots};
//!
//! # let folder = tempfile::tempdir().expect("a temporary folder");
//! # let slots = Arc::new(MemorySlots::default());
//! let platform = Platform {
//!     slots: Some(slots), // the keystore, seen through `Slots`; `None` where there is none
//!     uptime: Arc::new(FakeUptime::default()), // `SystemUptime::new()` in the product
//!     cost: Cost::Minimum, // `Cost::Calibrated` in the product
//! };
//! let pin = Pin::choose("482913").expect("not a simple one");
//! let (profile, vault) = Profile::enrol(folder.path(), platform, &pin.into())?;
//! vault.principals().set_holder("urn:md:idnp:2999000000014".parse().expect("synthetic"))?;
//! vault.settings().set("language", &"ro")?;
//! vault.lock();
//!
//! let typed = Pin::enter("482913").expect("six digits");
//! let vault: Vault = profile.unlock(&typed.into())?;
//! assert_eq!(vault.settings().get::<String>("language")?.as_deref(), Some("ro"));
//! # Ok::<(), StoreError>(())
//! ```
#![forbid(unsafe_code)]

mod attempts;
mod clock;
mod cost;
mod error;
mod key_file;
mod process;
mod profile;
mod records;
mod secret;
mod slots;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod vault;

pub use clock::{Moment, SystemUptime, Uptime};
pub use cost::Cost;
pub use error::StoreError;
pub use process::forbid_core_dumps;
pub use profile::{LockState, Platform, Profile};
pub use records::{
    Act, ActFate, Acts, CheckpointPage, Confirmed, ConfirmedRecord, Copy, CopyKind, Document, DocumentId,
    DocumentStatus, Documents, Foreseen, Form, IntentOutcome, IntentState, Intents, Journal, JournalEvent,
    KeptCode, KeptCodes, LETTERS, Letter, LetterEntry, LetterFilter, LetterIndex, Letters, MARKS, Marks,
    NewAct, NewCopy, NewDocument, Page, PrincipalAccess, Principals, Session, Settings, Shelf, Showing,
    Showings, SigningKeyBlobs, Sought, StatusList, StoredBatch, StoredIntent, Trust, TrustList,
};
pub use secret::{MIN_WORDS, Passphrase, Pin, PinError, Secret, SecretKind};
pub use slots::{SlotError, Slots};
pub use vault::Vault;
