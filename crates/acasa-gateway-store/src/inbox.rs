//! Keeping letters of the state, and what their senders are still to be told.

use acasa_domain::Principal;
use serde_json::Value;
use uuid::Uuid;

use crate::{Event, StoreError};

/// How far a feed of letters was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxPosition {
    /// Which feed: numbers of another mean nothing.
    pub feed: String,
    /// The last number that was dealt with.
    pub number: u64,
}

/// A letter to keep.
#[derive(Clone)]
pub struct Letter {
    /// Whose it is.
    pub principal: Principal,
    /// Its identifier, the same however often it comes.
    pub id: Uuid,
    /// The record's content.
    pub content: Value,
    /// Whether its sender wants to know what becomes of it.
    pub reported: bool,
}

/// What a letter's sender is to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LetterReport {
    /// Which letter.
    pub id: Uuid,
    /// That it was read; otherwise, that it is here.
    pub read: bool,
}

/// A person's preferences that MNotify does not know yet.
#[derive(Clone, PartialEq)]
pub struct PreferenceReport {
    /// Whose.
    pub principal: Principal,
    /// The version that changed them last.
    pub version: u64,
    /// Contents of the records; what is not there is as at the beginning.
    pub preferences: Vec<Value>,
}

/// What the inbox keeps. Every method is one transaction.
pub trait InboxStorage: Send + Sync {
    /// How far the feed was read; nothing at the very beginning.
    fn inbox_position(&self) -> Result<Option<InboxPosition>, StoreError>;

    /// Passes over what is no letter.
    fn pass(&self, position: &InboxPosition) -> Result<(), StoreError>;

    /// Keeps a letter with its event, and the position with both. A letter that is known already changes nothing but
    /// the position; then false.
    fn take(
        &self,
        letter: &Letter,
        position: Option<&InboxPosition>,
        event: &Event,
    ) -> Result<bool, StoreError>;

    /// A record that is read for its owner, with the event that says so; where there is none, there is no event.
    fn read_record(
        &self,
        principal: Principal,
        kind: &str,
        id: &str,
        event: &Event,
    ) -> Result<Option<Value>, StoreError>;

    /// What senders are still to be told about letters.
    fn letter_reports(&self, limit: u32) -> Result<Vec<LetterReport>, StoreError>;

    /// They were told.
    fn letters_reported(&self, reports: &[LetterReport]) -> Result<(), StoreError>;

    /// What MNotify is still to be told about preferences.
    fn preference_reports(&self, limit: u32) -> Result<Vec<PreferenceReport>, StoreError>;

    /// It was told, unless they changed again meanwhile.
    fn preferences_reported(&self, principal: Principal, version: u64) -> Result<(), StoreError>;
}
