//! Why a sandbox does not start.

use acasa_crypto::CryptoError;
use acasa_gateway::{
    AuthorityError, MlogAccessError,
    pkcs11::Pkcs11Error,
    ports::{PortError, ServiceAccessError},
};
use acasa_gateway_store::StoreError;

use crate::transport::TransportError;

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
    /// The token cannot be opened.
    #[error("the token cannot be opened")]
    Token(#[from] Pkcs11Error),
    /// The certificates between the gateway and MLog's simulator cannot be made.
    #[error("the certificates between gateway and simulator cannot be made")]
    Transport(#[from] TransportError),
    /// The gateway cannot speak to MLog's simulator.
    #[error("the gateway cannot speak to the simulator")]
    Mlog(#[from] MlogAccessError),
    /// The gateway cannot speak to another simulator.
    #[error("the gateway cannot speak to a simulator")]
    Service(#[from] ServiceAccessError),
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
            Self::Token(error) => error.code(),
            Self::Transport(error) => error.code(),
            Self::Mlog(error) => error.code(),
            Self::Service(error) => error.code(),
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
            Self::Token(error) => error.retryable(),
            Self::Transport(_) => false,
            Self::Mlog(error) => error.retryable(),
            Self::Service(error) => error.retryable(),
            Self::Crypto(error) => error.retryable(),
            Self::Simulator(error) => error.retryable(),
        }
    }
}
