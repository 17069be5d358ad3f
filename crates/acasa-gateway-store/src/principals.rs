//! A principal as a whole: what is kept of them, and its end.

use acasa_domain::Principal;
use acasa_protocol::sync::{Digest, Fate};
use serde_json::Value;
use uuid::Uuid;

use crate::{Event, StoreError};

/// How much is kept of a principal. No contents.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Held {
    /// Records that say something.
    pub records: u64,
    /// Of them, letters.
    pub letters: u64,
    /// Acts whose text is kept.
    pub acts: u64,
}

impl Held {
    /// Whether there is nothing to erase.
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }
}

/// An act as it is kept.
#[derive(Clone, PartialEq)]
pub struct KeptAct {
    /// Which.
    pub id: Uuid,
    /// The installation it came from.
    pub client: String,
    /// SHA-256 of what came.
    pub digest: Digest,
    /// What it came to; without its contents, where they were erased.
    pub fate: Fate,
    /// Unix milliseconds.
    pub judged: i64,
    /// On whose behalf.
    pub principal: String,
    /// What it said, as long as that is kept.
    pub said: Option<Value>,
}

/// A person's standing permission to an installation, without its secrets.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// Client identifier.
    pub client: String,
    /// When the installation was registered, in Unix seconds.
    pub registered: i64,
    /// When the session began, in Unix seconds.
    pub started: i64,
}

/// The copies of a document that were issued to a person.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuedDocument {
    /// Opaque document identifier.
    pub document: String,
    /// Credential configuration.
    pub configuration: String,
    /// How many.
    pub copies: u32,
    /// When the last of them ends, in Unix seconds.
    pub expires: i64,
    /// Whether any of them is revoked.
    pub revoked: bool,
}

/// What concerns a principal as a whole, and the keys of all. Every method but [`Self::rewrap`] is one transaction.
pub trait PrincipalStorage: Send + Sync {
    /// How much is kept of a principal.
    fn held(&self, principal: Principal) -> Result<Held, StoreError>;

    /// Refuses where [`Self::erase`] would.
    fn erasable(&self, principal: Principal) -> Result<(), StoreError>;

    /// Destroys the principal's key with all that was sealed under it; what it was. Identifiers, digests, outcomes
    /// without their contents, and the journal stay. Whoever asks for the records begins anew and finds none. Refused
    /// while a letter's sender waits to be told of it.
    fn erase(&self, principal: Principal, event: &Event) -> Result<Held, StoreError>;

    /// Acts of an actor after the one given, by their identifiers. Who reads them writes the event.
    fn kept_acts(
        &self,
        actor: Principal,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<KeptAct>, StoreError>;

    /// What the person's installations may do, and since when. Who reads it writes the event.
    fn sessions_of(&self, person: &str) -> Result<Vec<Session>, StoreError>;

    /// What was issued to the person. Who reads it writes the event.
    fn documents_of(&self, person: &str) -> Result<Vec<IssuedDocument>, StoreError>;

    /// Wraps every key anew that another root key wraps than the first, which alone is needed from then on; how many.
    /// May be interrupted and repeated.
    fn rewrap(&self) -> Result<u64, StoreError>;
}
