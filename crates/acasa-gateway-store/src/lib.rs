//! The gateway's storage: one trait, [`Storage`], and its two engines: embedded [`SqliteStorage`], and
//! [`PostgresStorage`] for several gateways at once, of which [`ShardedStorage`] makes one of several databases.
//!
//! It holds registered installations, authorizations, issued copies with their status, what people's
//! devices share with the state ([`SyncStorage`]), and the journal. It holds no document: those stay with the registers that answer for them. Tokens and
//! codes are kept as hashes only; contents are sealed under a key of their principal, wrapped by the [`RootKeys`] that
//! are passed in. It reads no clock and computes no hash: both are passed in.
#![forbid(unsafe_code)]

mod error;
mod inbox;
mod payload;
mod postgres;
mod principals;
mod replicas;
mod rows;
mod sharded;
mod sqlite;
mod sync;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod values;

pub use error::StoreError;
pub use inbox::{InboxPosition, InboxStorage, Letter, LetterReport, PreferenceReport};
pub use payload::RootKeys;
pub use postgres::{PostgresSettings, PostgresStorage};
pub use principals::{Held, IssuedDocument, KeptAct, PrincipalStorage, Session};
pub use replicas::{Deciding, Forwarding, Heard, Hearing, Hold, Listener, ReplicaStorage, Tag, Turn};
pub use rows::{Client, Code, Event, Grant, Hash, JournalEntry, NewCopies, Pushed, Redeemed, StatusSlot};
pub use sharded::{MoveStep, Routes, ShardedStorage, Watch};
pub use sqlite::SqliteStorage;
pub use sync::{
    Decide, Decision, Judged, KnownAct, MAX_WRITES, RecordsNow, Submission, Submitted, SyncDevice,
    SyncStorage, Write,
};

/// Entries of one status list. Indices are drawn at random among them, so that the copies of one
/// batch cannot be recognised by neighbouring indices.
pub const STATUS_LIST_SIZE: u32 = 1 << 16;

/// Beyond this the outbox is just long: counting all of it would take a while.
pub const MOST_COUNTED: u32 = 100_000;

/// How busy a storage is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Load {
    /// Open connections.
    pub open: u64,
    /// Of them, in use.
    pub used: u64,
    /// The most there may be.
    pub limit: u64,
    /// Transactions that were tried again because they met another, since it was opened.
    pub retried: u64,
}

/// How far a sweep through all principals has come; the default is its beginning.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sweep {
    pub(crate) shard: usize,
    pub(crate) after: String,
}

impl Sweep {
    /// Goes on after the last principal of a page, and ends where the page was empty.
    pub(crate) fn after(&self, last: Option<&str>) -> Option<Self> {
        last.map(|last| Self {
            shard: self.shard,
            after: last.to_owned(),
        })
    }
}

/// Principals a sweep looks at in one call.
pub(crate) const SWEPT: u32 = 100;

/// What the gateway keeps. Every method is one transaction; those that touch a person's data take
/// the [`Event`] that says so and write it in that same transaction.
pub trait Storage: SyncStorage + InboxStorage + PrincipalStorage + ReplicaStorage {
    /// Whether it answers.
    fn ready(&self) -> Result<(), StoreError>;

    /// How busy it is; an engine without connections is never.
    fn load(&self) -> Load {
        Load::default()
    }

    /// Keeps a new installation.
    fn register_client(&self, client: &Client) -> Result<(), StoreError>;

    /// The installation, if it is registered.
    fn client(&self, id: &str) -> Result<Option<Client>, StoreError>;

    /// Forgets every installation the person signed in with, its grants and their tokens; answers
    /// how many there were.
    fn remove_clients_of(&self, person: &str, event: &Event) -> Result<u64, StoreError>;

    /// Marks a one-time value as used until `expires`; false if it was used before.
    fn use_once(&self, value: &Hash, expires: i64, now: i64) -> Result<bool, StoreError>;

    /// Keeps a pushed authorization request.
    fn push(&self, pushed: &Pushed) -> Result<(), StoreError>;

    /// An unexpired pushed request that is not completed yet.
    fn pushed(&self, request: &Hash, now: i64) -> Result<Option<Pushed>, StoreError>;

    /// Completes a pushed request with a signed-in person: the request is consumed, the code kept
    /// and the sign-in journalled. False if the request is gone.
    fn authorize(&self, request: &Hash, code: &Code, now: i64, event: &Event) -> Result<bool, StoreError>;

    /// Redeems a code. A second use ends the grant that the first one started (RFC 6749, 4.1.2).
    fn redeem(&self, code: &Hash, now: i64) -> Result<Redeemed, StoreError>;

    /// Starts a grant from a code.
    fn start_grant(&self, grant: &Grant, code: &Hash) -> Result<(), StoreError>;

    /// The grant of a refresh token.
    fn grant_by_refresh(&self, token: &Hash) -> Result<Option<Grant>, StoreError>;

    /// Keeps an access token of a grant; its expired ones are dropped.
    fn add_access(&self, grant: &str, token: &Hash, expires: i64, now: i64) -> Result<(), StoreError>;

    /// The grant of an unexpired access token.
    fn grant_by_access(&self, token: &Hash, now: i64) -> Result<Option<Grant>, StoreError>;

    /// Ends a grant with all its tokens; false if there was none.
    fn end_grant(&self, grant: &str) -> Result<bool, StoreError>;

    /// The person's opaque subject; `candidate` becomes it at the first sign-in.
    fn subject_of(&self, person: &str, candidate: &str) -> Result<String, StoreError>;

    /// The person behind a subject.
    fn person_of(&self, subject: &str) -> Result<Option<String>, StoreError>;

    /// Gives each new copy a status index; of a revoked document none. `draw(n)` answers below `n`.
    fn allocate(
        &self,
        copies: &NewCopies,
        draw: &mut dyn FnMut(u32) -> u32,
        event: &Event,
    ) -> Result<Vec<StatusSlot>, StoreError>;

    /// Revokes every copy and companion of a document, and remembers the document as revoked.
    fn revoke(&self, document: &str, event: &Event) -> Result<u64, StoreError>;

    /// Whether a document was revoked.
    fn is_revoked(&self, document: &str) -> Result<bool, StoreError>;

    /// Numbers of the status lists there are.
    fn status_lists(&self) -> Result<Vec<u32>, StoreError>;

    /// Revoked indices of a list; `None` if there is no such list.
    fn revoked_in(&self, list: u32) -> Result<Option<Vec<u32>>, StoreError>;

    /// Writes an event that goes with no other change: a read.
    fn record(&self, event: &Event) -> Result<i64, StoreError>;

    /// Events about a principal with a lower sequence than `before`, newest first.
    fn events_about(
        &self,
        principal: &str,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<JournalEntry>, StoreError>;

    /// Events not yet delivered to the national journal, oldest first.
    fn outbox(&self, limit: u32) -> Result<Vec<JournalEntry>, StoreError>;

    /// How many events are not yet delivered, counted up to [`MOST_COUNTED`].
    fn outbox_length(&self) -> Result<u64, StoreError>;

    /// Marks events as delivered.
    fn delivered(&self, sequences: &[i64]) -> Result<(), StoreError>;

    /// Forgets removals that no act was judged after since a moment, in Unix milliseconds: some principals' at a time.
    /// Answers where to go on, or nothing at the end. A device that was away for longer begins its checkpoint anew.
    fn forget_removals(&self, before: i64, from: &Sweep) -> Result<Option<Sweep>, StoreError>;

    /// Recomputes every chain and answers how many entries there are, or names one from which on a chain is wrong.
    fn check_journal(&self) -> Result<i64, StoreError>;
}
