//! Why a sandbox does not start.

use acasa_crypto::CryptoError;
use acasa_gateway::{AuthorityError, ports::PortError};
use acasa_gateway_store::StoreError;

/// Why a sandbox does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SandboxError {
    /// The address is in use or not this machine's.
    #[error("the address cannot be listened on")]
    Listen(#[source] std::io::Error),
    /// The data folder cannot be used.
    #[error("the data folder cannot be used")]
    Folder(#[source] std::io::Error),
    /// The database cannot be opened.
    #[error("the database cannot be opened")]
    Store(#[from] StoreError),
    /// The issuing keys cannot be opened or made.
    #[error("the issuing keys cannot be opened or made")]
    Authority(#[from] AuthorityError),
    /// There is no randomness.
    #[error("a key failed")]
    Crypto(#[from] CryptoError),
    /// A simulator cannot be reached.
    #[error("a simulator cannot be reached")]
    Simulator(#[from] PortError),
}

impl SandboxError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Listen(_) => "sandbox_listen",
            Self::Folder(_) => "sandbox_folder",
            Self::Store(error) => error.code(),
            Self::Authority(error) => error.code(),
            Self::Crypto(error) => error.code(),
            Self::Simulator(error) => error.code(),
        }
    }

    /// Whether trying again may help.
    pub fn retryable(&self) -> bool {
        match self {
            Self::Listen(_) | Self::Folder(_) => true,
            Self::Store(error) => error.retryable(),
            Self::Authority(error) => error.retryable(),
            Self::Crypto(error) => error.retryable(),
            Self::Simulator(error) => error.retryable(),
        }
    }
}
