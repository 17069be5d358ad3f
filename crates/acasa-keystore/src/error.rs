use thiserror::Error;

/// Why a keystore did not do what it was asked.
#[derive(Debug, Error)]
pub enum KeystoreError {
    /// There is no keystore in this login session, or it cannot be reached.
    #[error("no keystore can be reached")]
    Unavailable {
        /// What the platform said, when it said anything.
        #[source]
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
    /// The keystore is there but locked, and nobody unlocked it.
    #[error("the keystore is locked")]
    Locked,
    /// The person, or the platform's rules, refused the access.
    #[error("access to the keystore was denied")]
    Denied,
    /// What the keystore returned is not what was stored.
    #[error("the keystore entry is corrupted")]
    Corrupted,
    /// The keystore did not answer within the time limit.
    #[error("the keystore did not answer in time")]
    TimedOut,
    /// A profile or slot name outside `[a-z0-9.-]{1,64}`, or a secret over [`crate::MAX_SECRET`].
    #[error("the name or the size of the secret is not allowed")]
    NotAllowed,
    /// No signing key has this handle.
    #[error("no such signing key")]
    NoSuchKey,
    /// The stored key could not be read back, written or used.
    #[error("the signing key failed")]
    KeyFailure {
        /// The lower layer's error.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl KeystoreError {
    /// The stable code that crosses IPC.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unavailable { .. } => "keystore_unavailable",
            Self::Locked => "keystore_locked",
            Self::Denied => "keystore_denied",
            Self::Corrupted => "keystore_corrupted",
            Self::TimedOut => "keystore_timed_out",
            Self::NotAllowed => "keystore_not_allowed",
            Self::NoSuchKey => "signing_key_unknown",
            Self::KeyFailure { .. } => "signing_key_failed",
        }
    }

    /// Whether the same call may succeed later without anything else changing.
    pub fn retryable(&self) -> bool {
        matches!(
            self,
            Self::Unavailable { .. } | Self::Locked | Self::Denied | Self::TimedOut
        )
    }

    /// An [`KeystoreError::Unavailable`] about which nothing more is known.
    pub fn unavailable() -> Self {
        Self::Unavailable { source: None }
    }
}
