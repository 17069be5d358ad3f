//! What can go wrong with the storage.

use rusqlite::ErrorCode;

/// PostgreSQL, Appendix A.
const DISK_FULL: &str = "53100";

/// A storage failure. No variant carries stored values.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// SQLite failed.
    #[error("the database failed")]
    Database(#[from] rusqlite::Error),
    /// PostgreSQL failed.
    #[error("the database failed: SQLSTATE {state}")]
    Engine {
        /// Its five letters.
        state: String,
    },
    /// The database cannot be reached, or cannot serve now. Whether the transaction took place is not known:
    /// who sends the same again learns it.
    #[error("the database cannot serve now: {state}")]
    Unavailable {
        /// SQLSTATE, or what happened to the connection.
        state: String,
    },
    /// The database does not know this name, password or database.
    #[error("the database refuses entry: SQLSTATE {state}")]
    Denied {
        /// Its five letters.
        state: String,
    },
    /// What should be the database's address is none.
    #[error("the address of the database cannot be read")]
    Address,
    /// Another machine would be spoken to in the clear.
    #[error("a database on another machine needs sslmode=require or verify-full")]
    Unprotected,
    /// The authorities of the database's certificate cannot be read.
    #[error("the authorities of the database's certificate are not PEM")]
    Trust,
    /// The database was made as another shard.
    #[error("the database is shard {found}, not shard {wanted}")]
    WrongShard {
        /// What it was made as.
        found: i32,
        /// What it was opened as.
        wanted: i32,
    },
    /// There are more or fewer shards than the table of routes was made for.
    #[error("the table of routes is for {found} shards, not {wanted}")]
    ShardCount {
        /// What it was made for.
        found: i32,
        /// How many were opened.
        wanted: i32,
    },
    /// The principal is on another shard, or on the way to one. Gateways look again where; who is told this, in vain.
    #[error("the principal is on the way to another shard")]
    Moved {
        /// Which, if this one knows.
        to: Option<i32>,
    },
    /// The database was written by a newer version.
    #[error("the database has schema {found}, this program knows {known}")]
    NewerSchema {
        /// Version in the database.
        found: i64,
        /// Newest version known here.
        known: i64,
    },
    /// The database was not prepared for this program, and only its owner may do that.
    #[error("the database is not ready for this program; its owner must prepare it")]
    OlderSchema,
    /// The journal's chain does not hold from this entry on.
    #[error("the journal is broken at entry {sequence}")]
    JournalBroken {
        /// First wrong entry.
        sequence: i64,
    },
    /// A stored value has not the shape it was written with.
    #[error("a stored {what} cannot be read")]
    Unreadable {
        /// Which kind of value.
        what: &'static str,
    },
    /// What is sealed does not open where it stands: it was changed, or belongs to another place or another key.
    #[error("a sealed content does not open")]
    PayloadBroken,
    /// A key is wrapped by a root key that is not given here.
    #[error("the root key {name} is not given")]
    RootKeyUnknown {
        /// Its name, which is no secret.
        name: String,
    },
    /// What should be root keys are none.
    #[error("the root keys cannot be read")]
    RootKeys,
    /// Nothing is erased while the sender of a letter waits to be told that it came, or was read.
    #[error("a letter's sender is still to be told")]
    LettersUntold,
    /// A key failed.
    #[error("a key failed")]
    Crypto(#[from] acasa_crypto::CryptoError),
    /// A revoked document gets no copies.
    #[error("the document is revoked")]
    DocumentRevoked,
    /// One act would write more records than a page of a checkpoint surely holds.
    #[error("too many records in one act")]
    TooManyWrites,
}

impl StoreError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Database(error) if error.sqlite_error_code() == Some(ErrorCode::DiskFull) => "storage_full",
            Self::Engine { state } | Self::Unavailable { state } if state == DISK_FULL => "storage_full",
            Self::Database(_) | Self::Engine { .. } => "storage_failed",
            Self::Unavailable { .. } => "storage_unavailable",
            Self::Denied { .. } => "storage_denied",
            Self::Address => "storage_address",
            Self::Unprotected => "storage_unprotected",
            Self::Trust => "storage_trust",
            Self::WrongShard { .. } => "storage_wrong_shard",
            Self::ShardCount { .. } => "storage_shard_count",
            Self::Moved { .. } => "storage_moving",
            Self::NewerSchema { .. } => "storage_newer",
            Self::OlderSchema => "storage_older",
            Self::JournalBroken { .. } => "journal_broken",
            Self::Unreadable { .. } => "storage_unreadable",
            Self::PayloadBroken => "payload_broken",
            Self::RootKeyUnknown { .. } => "root_key_unknown",
            Self::RootKeys => "root_keys_unreadable",
            Self::LettersUntold => "erasure_letters_untold",
            Self::Crypto(error) => error.code(),
            Self::DocumentRevoked => "document_revoked",
            Self::TooManyWrites => "storage_writes_too_many",
        }
    }

    /// Whether trying again may help.
    pub fn retryable(&self) -> bool {
        if let Self::Crypto(error) = self {
            return error.retryable();
        }
        matches!(
            self,
            Self::Database(_)
                | Self::Engine { .. }
                | Self::Unavailable { .. }
                | Self::LettersUntold
                | Self::Moved { .. }
        )
    }
}
