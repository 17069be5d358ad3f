use acasa_api_types::Failure;
use acasa_client::ClientError;
use acasa_crypto::{CryptoError, random};
use acasa_keystore::KeystoreError;
use acasa_store::StoreError;
use std::error::Error as _;

/// Whatever can go wrong in the core. Each has a stable code; none carries personal data.
#[derive(Debug, thiserror::Error)]
pub enum CoreError {
    /// The vault or its files.
    #[error("vault: {0}")]
    Store(#[from] StoreError),
    /// The operating system's keystore.
    #[error("keystore: {0}")]
    Keystore(#[from] KeystoreError),
    /// The gateway, or the way to it.
    #[error("gateway: {0}")]
    Client(#[from] ClientError),
    /// A key or a seal.
    #[error("crypto: {0}")]
    Crypto(#[from] CryptoError),
    /// Preferences or the log cannot be written.
    #[error("files: {0}")]
    Files(#[from] std::io::Error),
    /// A worker thread ended without an answer.
    #[error("a worker ended without an answer")]
    Worker,
    /// The vault is closed.
    #[error("the vault is closed")]
    Locked,
    /// Nobody is signed in.
    #[error("nobody is signed in")]
    NotSignedIn,
    /// This deployment has no gateway.
    #[error("no gateway is known")]
    NoGateway,
    /// The state takes no acts from this version any more.
    #[error("this version of the app may not act any more")]
    AppTooOld,
    /// Only in a sandbox.
    #[error("only a sandbox can do that")]
    NotASandbox,
    /// There is no such thing (any more).
    #[error("no such {what}")]
    Unknown {
        /// Of what.
        what: &'static str,
    },
    /// An argument is out of its range.
    #[error("{what} is out of its range")]
    OutOfRange {
        /// Which argument.
        what: &'static str,
    },
    /// Signing in failed, as whoever waited for it was told.
    #[error("sign-in: {0}")]
    SignIn(#[source] std::sync::Arc<CoreError>),
    /// What was received, or is to be shown, is not in order.
    #[error("document: {code}")]
    Document {
        /// What is not in order.
        code: &'static str,
    },
}

impl CoreError {
    /// Stable name of what went wrong.
    pub fn code(&self) -> &str {
        match self {
            Self::Store(error) => error.code(),
            Self::Keystore(error) => error.code(),
            Self::Client(error) => error.code(),
            Self::Crypto(error) => error.code(),
            Self::Files(error) if error.kind() == std::io::ErrorKind::StorageFull => "disk_full",
            Self::Files(_) => "files_not_written",
            Self::Worker => "internal",
            Self::Locked => "vault_locked",
            Self::NotSignedIn => "not_signed_in",
            Self::NoGateway => "no_gateway",
            Self::AppTooOld => "app_too_old",
            Self::NotASandbox => "not_a_sandbox",
            Self::Unknown { .. } => "not_found",
            Self::OutOfRange { .. } => "out_of_range",
            Self::SignIn(error) => error.code(),
            Self::Document { code } => code,
        }
    }

    /// Whether doing the same again may succeed.
    pub fn retryable(&self) -> bool {
        match self {
            Self::Store(error) => error.retryable(),
            Self::Keystore(error) => error.retryable(),
            Self::Client(error) => error.retryable(),
            Self::Crypto(error) => error.retryable(),
            Self::SignIn(error) => error.retryable(),
            Self::Files(_) | Self::Worker => true,
            Self::Locked
            | Self::NotSignedIn
            | Self::NoGateway
            | Self::AppTooOld
            | Self::NotASandbox
            | Self::Unknown { .. }
            | Self::OutOfRange { .. }
            | Self::Document { .. } => false,
        }
    }

    /// Logs it once, and makes of it what the interface may see.
    pub(crate) fn report(&self, command: &'static str) -> Failure {
        let reference = make_reference();
        let source = self.source().map(ToString::to_string).unwrap_or_default();
        tracing::warn!(command, code = self.code(), reference, error = %self, source, "command failed");
        Failure {
            code: self.code().to_owned(),
            retryable: self.retryable(),
            reference,
        }
    }
}

/// Eight letters and digits one can read out, without those that are mistaken for others.
fn make_reference() -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let bytes = random::make_bytes::<8>().unwrap_or_default();
    bytes
        .iter()
        .map(|byte| char::from(LETTERS[usize::from(byte % 32)]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_its_code_and_nothing_of_its_cause() {
        let failure = CoreError::Unknown { what: "document" }.report("documents_get");
        assert_eq!((failure.code.as_str(), failure.retryable), ("not_found", false));
        assert_eq!(failure.reference.len(), 8);
    }

    #[test]
    fn two_references_differ() {
        assert_ne!(make_reference(), make_reference());
    }

    #[test]
    fn a_full_disk_has_a_name_of_its_own() {
        let error = CoreError::Files(std::io::ErrorKind::StorageFull.into());
        assert_eq!(error.code(), "disk_full");
    }
}
