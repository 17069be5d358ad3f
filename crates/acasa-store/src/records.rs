//! One small repository for each kind of record.

mod acts;
mod checked;
mod confirmed;
mod copies;
mod documents;
mod intents;
mod journal;
mod kept_codes;
mod letters;
mod principals;
mod session;
mod showings;
mod signing_keys;
mod trust;

use jiff::Timestamp;

use crate::StoreError;

pub use acts::{Act, ActFate, Acts, NewAct};
pub use confirmed::{CheckpointPage, Confirmed, ConfirmedRecord};
pub use copies::{Copy, CopyKind, NewCopy};
pub use documents::{Document, DocumentId, DocumentStatus, Documents, NewDocument};
pub use intents::{IntentOutcome, IntentState, Intents, StoredBatch, StoredIntent};
pub use journal::{Journal, JournalEvent};
pub use kept_codes::{KeptCode, KeptCodes};
pub use letters::{
    Foreseen, Form, LETTERS, Letter, LetterEntry, LetterFilter, LetterIndex, Letters, MARKS, Marks, Shelf,
    Sought,
};
pub use principals::{PrincipalAccess, Principals};
pub use session::{Session, Settings};
pub use showings::{Showing, Showings};
pub use signing_keys::SigningKeyBlobs;
pub use trust::{StatusList, Trust, TrustList};

/// The most bytes one record may have: several times the largest credential with portrait, and
/// enough for the status list of a nation.
const MAX_RECORD: usize = 16 * 1024 * 1024;

/// Which part of a long list is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// How many to pass over.
    pub offset: u32,
    /// How many to return, at most 1000.
    pub limit: u32,
}

impl Page {
    /// The first `limit`.
    pub const fn first(limit: u32) -> Self {
        Self { offset: 0, limit }
    }

    fn bounds(self) -> (i64, i64) {
        (i64::from(self.limit.min(1000)), i64::from(self.offset))
    }
}

fn to_millis(time: Timestamp) -> i64 {
    time.as_millisecond()
}

fn from_millis(millis: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(millis).map_err(|_| StoreError::Damaged)
}

fn from_optional_millis(millis: Option<i64>) -> Result<Option<Timestamp>, StoreError> {
    millis.map(from_millis).transpose()
}

fn bounded(bytes: &[u8]) -> Result<(), StoreError> {
    if bytes.len() <= MAX_RECORD {
        Ok(())
    } else {
        Err(StoreError::TooLarge)
    }
}

fn one(changed: usize) -> Result<(), StoreError> {
    if changed == 0 {
        Err(StoreError::NotFound)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod contract;
