//! What can go wrong with the keys that make documents.

use acasa_crypto::CryptoError;
use acasa_gateway_store::StoreError;

use crate::pkcs11::Pkcs11Error;

/// Why the keys could not be opened, made or retired.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuthorityError {
    /// The folder could not be read or written.
    #[error("the key folder cannot be used")]
    Folder(#[from] std::io::Error),
    /// Another process works with these keys.
    #[error("another process works with these keys: stop it first")]
    InUse,
    /// A key in the folder is not a key.
    #[error("a key cannot be read or made")]
    Key(#[from] CryptoError),
    /// The token, or a key in it, cannot be used.
    #[error("a key of the token cannot be used")]
    Token(#[from] Pkcs11Error),
    /// A certificate in the folder cannot be read, or one could not be made.
    #[error("a certificate cannot be read or made: {code}")]
    Certificate {
        /// Code of what failed below.
        code: &'static str,
    },
    /// There is a certificate and its key is not where keys are kept: the wrong folder or token.
    #[error("a certificate's key is not where the keys are kept")]
    KeyMissing,
    /// The key of that name is not the one its certificate names.
    #[error("a certificate belongs to another key")]
    KeyMismatch,
    /// No key of that name can be retired.
    #[error("there is no such key to retire")]
    UnknownName,
    /// It cannot be the name in a certificate.
    #[error("not a name of at most 41 ASCII letters, digits, spaces, full stops and hyphens")]
    Name,
    /// Others than its owner may read or write the file of root keys.
    #[error("the file of root keys is not for its owner only")]
    RootPermissions,
    /// The root keys cannot be read or made.
    #[error(transparent)]
    Root(#[from] StoreError),
    /// It is no request for a certificate, or not signed by the key it asks for.
    #[error("not a certificate request signed by its own key")]
    ReaderRequest,
    /// It cannot be the name of a verifier.
    #[error("not a name of at most 64 letters, digits, spaces, full stops and hyphens")]
    ReaderName,
    /// The service that holds the keys works for another address.
    #[error("the service that holds the keys works for another address")]
    ServiceAddress,
    /// Nothing was certified under that name.
    #[error("there is no such certificate")]
    NoCertificate,
}

impl AuthorityError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Folder(_) => "authority_folder",
            Self::InUse => "authority_in_use",
            Self::Key(error) => error.code(),
            Self::Token(error) => error.code(),
            Self::Certificate { code } => code,
            Self::KeyMissing => "authority_key_missing",
            Self::KeyMismatch => "authority_key_mismatch",
            Self::UnknownName => "authority_unknown_name",
            Self::Name => "authority_name",
            Self::RootPermissions => "root_keys_permissions",
            Self::Root(error) => error.code(),
            Self::ReaderRequest => "reader_request",
            Self::ReaderName => "reader_name",
            Self::ServiceAddress => "signer_address",
            Self::NoCertificate => "authority_no_certificate",
        }
    }

    /// What the key said, if it was that.
    pub(super) fn crypto(&self) -> Option<CryptoError> {
        if let Self::Key(error) = self {
            Some(*error)
        } else {
            None
        }
    }

    /// Whether trying again may help.
    pub fn retryable(&self) -> bool {
        match self {
            Self::Folder(_) | Self::InUse => true,
            Self::Token(error) => error.retryable(),
            Self::Root(error) => error.retryable(),
            Self::Key(CryptoError::Signer(refusal)) => refusal.retryable(),
            Self::RootPermissions
            | Self::ServiceAddress
            | Self::Key(_)
            | Self::Certificate { .. }
            | Self::KeyMissing
            | Self::KeyMismatch
            | Self::UnknownName
            | Self::ReaderRequest
            | Self::ReaderName
            | Self::Name
            | Self::NoCertificate => false,
        }
    }
}

impl From<acasa_credentials::issue::IssueError> for AuthorityError {
    fn from(error: acasa_credentials::issue::IssueError) -> Self {
        Self::Certificate { code: error.code() }
    }
}

impl From<acasa_credentials::trust::TrustError> for AuthorityError {
    fn from(error: acasa_credentials::trust::TrustError) -> Self {
        Self::Certificate { code: error.code() }
    }
}
