//! Why a status list is refused.

use acasa_crypto::CryptoError;

/// Why a status list, or a question to it, is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StatusError {
    /// Not a status list token of either form.
    #[error("the status list is malformed")]
    Malformed,
    /// The list inflates to more than is read.
    #[error("the status list is larger than is accepted")]
    TooLarge,
    /// The signature or type does not verify.
    #[error("the status list's signature does not verify")]
    Signature(#[source] CryptoError),
    /// It was issued in the future.
    #[error("the status list is from the future")]
    NotYetIssued,
    /// It is past its expiry.
    #[error("the status list has expired")]
    Expired,
    /// The reference names another list.
    #[error("the reference names another status list")]
    AnotherList,
    /// The reference points behind the end of the list.
    #[error("the reference points outside the status list")]
    IndexOutside,
    /// Signing failed.
    #[error("signing failed")]
    Signing(#[source] CryptoError),
}

impl StatusError {
    /// The stable name of this error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "status_malformed",
            Self::TooLarge => "status_too_large",
            Self::Signature(_) => "status_signature",
            Self::NotYetIssued => "status_not_yet_issued",
            Self::Expired => "status_expired",
            Self::AnotherList => "status_another_list",
            Self::IndexOutside => "status_index_outside",
            Self::Signing(_) => "status_signing",
        }
    }

    /// Whether the same call may succeed later.
    pub const fn retryable(&self) -> bool {
        if let Self::Signing(error) = self {
            error.retryable()
        } else {
            matches!(self, Self::NotYetIssued)
        }
    }
}
