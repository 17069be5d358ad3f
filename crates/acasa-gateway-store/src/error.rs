//! What can go wrong with the storage.

/// A storage failure. No variant carries stored values.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The engine failed.
    #[error("the database failed")]
    Database(#[from] rusqlite::Error),
    /// The file was written by a newer version.
    #[error("the database has schema {found}, this program knows {known}")]
    NewerSchema {
        /// Version in the file.
        found: i64,
        /// Newest version known here.
        known: i64,
    },
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
            Self::Database(_) => "storage_failed",
            Self::NewerSchema { .. } => "storage_newer",
            Self::JournalBroken { .. } => "journal_broken",
            Self::Unreadable { .. } => "storage_unreadable",
            Self::DocumentRevoked => "document_revoked",
            Self::TooManyWrites => "storage_writes_too_many",
        }
    }

    /// Whether trying again may help.
    pub fn retryable(&self) -> bool {
        matches!(self, Self::Database(_))
    }
}
