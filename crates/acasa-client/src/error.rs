//! What can go wrong between the app and the gateway.

use acasa_crypto::CryptoError;
use acasa_protocol::problem::Problem;

/// A failure, with a stable code. No variant carries tokens, addresses with parameters or payloads.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The network gate is closed: nothing was sent.
    #[error("the network is switched off")]
    Offline,
    /// The gateway could not be reached.
    #[error("the gateway cannot be reached")]
    Unreachable,
    /// The gateway did not answer in time.
    #[error("the gateway did not answer in time")]
    Timeout,
    /// The gateway refused, and said why.
    #[error("the gateway refused: {}", .0.code)]
    Refused(Box<Problem>),
    /// The session ended: the person signs in again.
    #[error("the session ended")]
    SessionEnded,
    /// The answer has not the documented shape.
    #[error("the {what} has not the documented shape")]
    Unexpected {
        /// Which answer.
        what: &'static str,
    },
    /// The answer is larger than this client reads.
    #[error("the answer is too large")]
    TooLarge,
    /// An address is neither https nor loopback, or leaves the pinned gateway.
    #[error("an address is not the gateway's")]
    ForeignAddress,
    /// The browser came back with another `state`: not this sign-in.
    #[error("the browser came back from another sign-in")]
    ForeignState,
    /// The browser came back from another server (RFC 9207, 2.4).
    #[error("the browser came back from another server")]
    ForeignIssuer,
    /// The person, or MPass for them, said no.
    #[error("the sign-in was denied")]
    Denied,
    /// Nobody came back in time.
    #[error("the sign-in was not completed in time")]
    SignInTimeout,
    /// The loopback address could not be listened on.
    #[error("the loopback address could not be opened")]
    Loopback,
    /// A key failed.
    #[error("a key failed")]
    Crypto(#[from] CryptoError),
}

impl ClientError {
    /// Stable code; of a refusal, the gateway's own.
    pub fn code(&self) -> &str {
        match self {
            Self::Offline => "offline",
            Self::Unreachable => "gateway_unreachable",
            Self::Timeout => "gateway_timeout",
            Self::Refused(problem) if problem.code.is_empty() => "gateway_refused",
            Self::Refused(problem) => &problem.code,
            Self::SessionEnded => "session_ended",
            Self::Unexpected { .. } => "gateway_unexpected",
            Self::TooLarge => "gateway_too_large",
            Self::ForeignAddress => "gateway_foreign_address",
            Self::ForeignState => "sign_in_foreign_state",
            Self::ForeignIssuer => "sign_in_foreign_issuer",
            Self::Denied => "sign_in_denied",
            Self::SignInTimeout => "sign_in_timeout",
            Self::Loopback => "sign_in_loopback",
            Self::Crypto(error) => error.code(),
        }
    }

    /// Whether the same call may succeed later.
    pub fn retryable(&self) -> bool {
        match self {
            Self::Offline | Self::Unreachable | Self::Timeout | Self::Loopback => true,
            Self::Refused(problem) => problem.retryable,
            Self::Crypto(error) => error.retryable(),
            Self::SessionEnded
            | Self::Unexpected { .. }
            | Self::TooLarge
            | Self::ForeignAddress
            | Self::ForeignState
            | Self::ForeignIssuer
            | Self::Denied
            | Self::SignInTimeout => false,
        }
    }

    /// Whether there is no reason to wait before the same call: the gateway did not ask for it.
    pub(crate) fn may_be_tried_at_once(&self) -> bool {
        let asked = self.refusal().and_then(|problem| problem.retry_after);
        self.retryable() && asked.is_none()
    }

    /// The gateway's identifier of the refused request, for the support line.
    pub fn trace_id(&self) -> Option<&str> {
        let problem = self.refusal()?;
        (!problem.trace_id.is_empty()).then_some(problem.trace_id.as_str())
    }

    /// The OAuth error of a refusal.
    pub(crate) fn oauth(&self) -> Option<&str> {
        self.refusal()?.error.as_deref()
    }

    fn refusal(&self) -> Option<&Problem> {
        if let Self::Refused(problem) = self {
            Some(problem)
        } else {
            None
        }
    }
}
