use acasa_core::api::{Failure, Headline};
use acasa_core::{CoreError, DeploymentError};
use acasa_sandbox::services::ServicesError;

/// Why the story did not go as it must.
#[derive(Debug, thiserror::Error)]
pub(super) enum DemoError {
    /// The app refused a step.
    #[error("the app refused: {0}")]
    Refused(#[from] Failure),
    /// The core refused a step.
    #[error("the core refused: {0}")]
    Core(#[from] CoreError),
    /// The state's process does not start, or does not do as it is told.
    #[error("the state does not answer: {0}")]
    State(&'static str),
    /// What the state printed when it started.
    #[error("the state printed something else: {0}")]
    Joining(#[from] DeploymentError),
    /// The institutions' way into the state.
    #[error("the state's services: {0}")]
    Services(#[from] ServicesError),
    /// The two lists do not say the same.
    #[error("{0}")]
    Compared(String),
    /// A line of one of the two lists.
    #[error("a line of a list is not as the format says")]
    Line,
    /// A file.
    #[error("a file: {0}")]
    File(#[from] std::io::Error),
    /// A code that was just made cannot be taken apart, or drawn.
    #[error("a code cannot be {0}")]
    Code(&'static str),
    /// Something came out other than it must.
    #[error("{0}")]
    Unexpected(&'static str),
    /// A verdict other than the one due.
    #[error("{file}: {headline:?} ({reason}) was not the verdict due")]
    Verdict {
        /// Which code.
        file: &'static str,
        /// What was said.
        headline: Headline,
        /// And why.
        reason: String,
    },
}

impl DemoError {
    /// Stable name of what went wrong.
    pub(super) fn code(&self) -> &str {
        match self {
            Self::Refused(failure) => &failure.code,
            Self::Core(error) => error.code(),
            Self::State(_) | Self::Joining(_) => "state_unavailable",
            Self::Services(error) => error.code(),
            Self::Compared(_) => "acts_differ",
            Self::Line => "list_malformed",
            Self::File(_) => "file",
            Self::Code(_) => "code",
            Self::Unexpected(_) => "unexpected",
            Self::Verdict { .. } => "other_verdict",
        }
    }
}
