use thiserror::Error;
use uuid::Uuid;

/// Why an act cannot be kept as an intent.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum DraftError {
    /// Larger than [`acasa_protocol::sync::MAX_INTENT`].
    #[error("the act is too large to send")]
    TooLarge,
    /// It waits for more than [`acasa_protocol::sync::MAX_DEPENDENCIES`].
    #[error("the act waits for too many others")]
    TooManyDependencies,
    /// It waits for itself, or for something that waits for it.
    #[error("the act waits for itself")]
    DependencyCycle,
    /// It waits for an act this device does not know, or one that failed.
    #[error("the act waits for one that cannot be applied")]
    DependencyFailed(Uuid),
    /// The actor is not a person.
    #[error("only a person acts")]
    ActorNotAPerson,
}

impl DraftError {
    /// Stable identifier.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "act_too_large",
            Self::TooManyDependencies => "act_dependencies_too_many",
            Self::DependencyCycle => "act_dependency_cycle",
            Self::DependencyFailed(_) => "act_dependency_failed",
            Self::ActorNotAPerson => "act_actor_not_a_person",
        }
    }

    /// The same act would fail again.
    pub const fn retryable(&self) -> bool {
        false
    }
}

/// What stops the engine: what lies beneath it failed.
#[derive(Debug, Error)]
pub enum SyncError<E> {
    /// The store.
    #[error("the store failed")]
    Store(E),
    /// The key that signs batches.
    #[error("the batch key failed")]
    Key,
}
