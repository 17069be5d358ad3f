//! What is kept. Types that name a person have no `Debug`.

use serde::{Deserialize, Serialize};

/// SHA-256 of a token, code or other one-time value; the value itself is not kept.
pub type Hash = [u8; 32];

/// A registered installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// Client identifier.
    pub id: String,
    /// Public key, as JWK JSON.
    pub jwk: String,
    /// Redirect URIs, as registered.
    pub redirect_uris: Vec<String>,
    /// Unix seconds.
    pub registered: i64,
}

/// A pushed authorization request.
#[derive(Clone, PartialEq, Eq)]
pub struct Pushed {
    /// Hash of the request URI.
    pub request: Hash,
    /// Client identifier.
    pub client: String,
    /// The validated request, as JSON.
    pub body: String,
    /// Unix seconds.
    pub expires: i64,
}

/// An authorization code, waiting to be redeemed.
#[derive(Clone, PartialEq, Eq)]
pub struct Code {
    /// Hash of the code.
    pub code: Hash,
    /// Client identifier.
    pub client: String,
    /// Opaque subject.
    pub subject: String,
    /// The pushed request, as JSON.
    pub body: String,
    /// Unix seconds.
    pub expires: i64,
}

/// What redeeming a code came to.
pub enum Redeemed {
    /// First use, in time.
    Fresh(Code),
    /// Used before: the grant it started is ended now.
    Reused,
    /// Never issued, or expired.
    Unknown,
}

/// A person's standing permission to one installation.
#[derive(Clone, PartialEq, Eq)]
pub struct Grant {
    /// Identifier.
    pub id: String,
    /// Client identifier.
    pub client: String,
    /// Opaque subject.
    pub subject: String,
    /// Hash of the refresh token.
    pub refresh: Hash,
    /// Thumbprint of the DPoP key that all its tokens are bound to.
    pub dpop_thumbprint: String,
    /// Unix seconds.
    pub started: i64,
}

/// Copies to be issued together.
#[derive(Clone, PartialEq, Eq)]
pub struct NewCopies {
    /// Opaque document identifier, shared by all copies and companions.
    pub document: String,
    /// Opaque subject.
    pub subject: String,
    /// Credential configuration.
    pub configuration: String,
    /// How many.
    pub count: u32,
    /// Unix seconds until which the copies are valid.
    pub expires: i64,
}

/// Where a copy's status is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct StatusSlot {
    /// Number of the list.
    pub list: u32,
    /// Index in it.
    pub index: u32,
}

/// One event of the journal: who did what to whose record and why that was lawful. No payload.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Unix milliseconds.
    pub time: i64,
    /// `System.X.Y`.
    pub kind: String,
    /// Who acted: `urn:md:idnp:…`, `urn:md:idno:…` or `urn:md:system:…`.
    pub actor: String,
    /// Whose data.
    pub principal: String,
    /// Legal basis.
    pub legal_basis: String,
    /// Kind of the object.
    pub object_type: String,
    /// Opaque identifier of the object.
    pub object: String,
    /// Request identifier, end to end.
    pub correlation: String,
}

/// An event in its place in a chain: SQLite has one for all, PostgreSQL one for each principal on a shard.
#[derive(Clone, PartialEq, Eq)]
pub struct JournalEntry {
    /// From 1 on, ascending in a chain and unique in the whole journal.
    pub sequence: i64,
    /// The event.
    pub event: Event,
    /// SHA-256 of the hash of its predecessor in the chain, the sequence (8 bytes, big-endian) and the event's JSON.
    pub hash: Hash,
}
