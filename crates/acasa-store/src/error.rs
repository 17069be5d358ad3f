use std::time::Duration;

use acasa_crypto::CryptoError;
use rusqlite::ErrorCode;
use thiserror::Error;

use crate::slots::SlotError;

/// Why the vault did not open, or a record was not read or written.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The folder holds no profile.
    #[error("no profile is enrolled here")]
    NotEnrolled,
    /// The folder already holds a profile.
    #[error("a profile is already enrolled here")]
    AlreadyEnrolled,
    /// Another process, or another window, has this profile open.
    #[error("the profile is open elsewhere")]
    InUse,
    /// A PIN needs a keystore, and this device offers none: take a passphrase.
    #[error("a PIN needs a keystore")]
    NoKeystore,
    /// The keystore is there but did not do its part.
    #[error("the keystore failed")]
    Keystore {
        /// What it said.
        #[source]
        source: SlotError,
    },
    /// The PIN or passphrase is wrong.
    #[error("the PIN or passphrase is wrong")]
    WrongSecret {
        /// Tries left before the vault is destroyed; `None` for passphrases, which are not counted.
        tries_left: Option<u8>,
        /// How long to wait before the next try.
        wait: Duration,
    },
    /// A try was made before its time; it was not counted.
    #[error("the next try is not allowed yet")]
    MustWait {
        /// How long is left.
        wait: Duration,
    },
    /// Too many wrong tries: the keys are destroyed, and what the vault held with them.
    #[error("the vault was destroyed after too many tries")]
    Destroyed,
    /// The folder was copied or restored from elsewhere: its keys are not in this keystore.
    #[error("the vault belongs to another device, or to an older state of this one")]
    OtherDevice,
    /// A passphrase that was not made of enough of our words.
    #[error("the passphrase is too weak")]
    WeakPassphrase,
    /// The stored derivation parameters are weaker than allowed, or not affordable: tampered with.
    #[error("the stored key parameters are outside their limits")]
    Parameters,
    /// A file of the profile is damaged.
    #[error("the vault is damaged")]
    Damaged,
    /// The disk, or the person's share of it, is full. What was there is intact.
    #[error("the disk is full")]
    DiskFull,
    /// The profile was written by a newer version of the app.
    #[error("the vault has version {found}, this app knows {known}")]
    NewerVersion {
        /// The version found.
        found: u32,
        /// The newest version this app knows.
        known: u32,
    },
    /// The vault was locked while this handle was still around.
    #[error("the vault is locked")]
    Locked,
    /// Somebody else holds the write lock for too long.
    #[error("the vault is busy")]
    Busy,
    /// The profile belongs to another person.
    #[error("the profile belongs to another person")]
    HolderDiffers,
    /// Records of a principal were asked for who was never added.
    #[error("the principal is unknown here")]
    UnknownPrincipal,
    /// The power to act for this principal has ended, and their records are gone.
    #[error("access to the principal's records has ended")]
    AccessEnded,
    /// No record has this id.
    #[error("no such record")]
    NotFound,
    /// The document has no copy of the kind asked for.
    #[error("the document has no such copy")]
    NoCopy,
    /// The act already has its final fate.
    #[error("the act is already settled")]
    Settled,
    /// A trust list older than the one kept (rollback).
    #[error("the trust list is older than the one kept")]
    TrustGoesBack,
    /// A record larger than is ever kept.
    #[error("the record is too large")]
    TooLarge,
    /// A file could not be read or written.
    #[error("a file of the profile cannot be used")]
    Io {
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A statement failed for a reason that has no name above.
    #[error("the database failed")]
    Database {
        /// What SQLite said; never holds a value.
        #[source]
        source: rusqlite::Error,
    },
    /// A derivation, sealing or drawing of randomness failed.
    #[error("cryptography failed")]
    Crypto {
        /// What failed.
        #[source]
        source: CryptoError,
    },
}

impl StoreError {
    /// The stable code that crosses IPC.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotEnrolled => "vault_not_enrolled",
            Self::AlreadyEnrolled => "vault_already_enrolled",
            Self::InUse => "vault_in_use",
            Self::NoKeystore => "vault_no_keystore",
            Self::Keystore { source } => source.code,
            Self::WrongSecret { .. } => "vault_wrong_secret",
            Self::MustWait { .. } => "vault_must_wait",
            Self::Destroyed => "vault_destroyed",
            Self::OtherDevice => "vault_other_device",
            Self::WeakPassphrase => "vault_weak_passphrase",
            Self::Parameters => "vault_weak_parameters",
            Self::Damaged => "vault_damaged",
            Self::DiskFull => "vault_disk_full",
            Self::NewerVersion { .. } => "vault_newer_version",
            Self::Locked => "vault_locked",
            Self::Busy => "vault_busy",
            Self::HolderDiffers => "vault_holder_differs",
            Self::UnknownPrincipal => "principal_unknown",
            Self::AccessEnded => "principal_access_ended",
            Self::NotFound => "record_not_found",
            Self::NoCopy => "document_no_copy",
            Self::Settled => "act_settled",
            Self::TrustGoesBack => "trust_goes_back",
            Self::TooLarge => "record_too_large",
            Self::Io { .. } => "vault_io",
            Self::Database { .. } => "vault_database",
            Self::Crypto { .. } => "vault_crypto",
        }
    }

    /// Whether the same call may succeed later without anything else changing.
    pub fn retryable(&self) -> bool {
        if let Self::Keystore { source } = self {
            return source.retryable;
        }
        if let Self::Crypto { source } = self {
            return source.retryable();
        }
        matches!(
            self,
            Self::InUse | Self::MustWait { .. } | Self::DiskFull | Self::Busy | Self::Io { .. }
        )
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(source: rusqlite::Error) -> Self {
        match source.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            // A page that does not authenticate is "not a database" to SQLCipher.
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Self::Damaged,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::TooBig) => Self::TooLarge,
            _ if matches!(source, rusqlite::Error::QueryReturnedNoRows) => Self::NotFound,
            _ => Self::Database { source },
        }
    }
}

impl From<std::io::Error> for StoreError {
    fn from(source: std::io::Error) -> Self {
        use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
        if matches!(source.kind(), StorageFull | QuotaExceeded | FileTooLarge) {
            Self::DiskFull
        } else {
            Self::Io { source }
        }
    }
}

impl From<CryptoError> for StoreError {
    fn from(source: CryptoError) -> Self {
        Self::Crypto { source }
    }
}

impl From<SlotError> for StoreError {
    fn from(source: SlotError) -> Self {
        Self::Keystore { source }
    }
}
