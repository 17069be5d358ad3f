//! How a signer is started, and why one does not start.

use std::{io, num::NonZeroU32, path::PathBuf, sync::Arc};

use acasa_credentials::trust::{AppVersion, Certificate};
use url::Url;

use super::{Guard, JournalError, journal::Journal};
use crate::{
    Authority, AuthorityError, AuthorityName, Custody, ReaderRequest, Retirement,
    authority::make_private_folder,
    pkcs11::{Pkcs11Error, TokenSettings},
    ports::Clock,
};

/// Signatures of one role in a minute, unless said otherwise: what a nation needs on its busiest day, with room.
pub const CEILING: NonZeroU32 = NonZeroU32::new(30_000).expect("not zero");
/// The journal's name in the folder, if it is nowhere else.
pub const JOURNAL: &str = "signatures.jsonl";

/// How to start a signer.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Folder of keys and certificates.
    pub data: PathBuf,
    /// The journal of signatures. Signers that share keys have one each.
    pub journal: PathBuf,
    /// Where to listen.
    pub socket: PathBuf,
    /// The user besides this process's own who may ask, by number.
    pub allowed: Option<u32>,
    /// Token that holds the private keys, instead of the folder.
    pub token: Option<TokenSettings>,
    /// What certificates made now are called after.
    pub authority: AuthorityName,
    /// Where apps reach the authority; documents and status lists of no other are signed.
    pub address: Url,
    /// The oldest version of the app that may act, for the trust list.
    pub minimum_app: Option<AppVersion>,
    /// Signatures of one role in a minute.
    pub ceiling: NonZeroU32,
}

/// Why a signer does not start, or does not do what it was started for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignerError {
    /// The folder cannot be used.
    #[error("the signer's folder cannot be used")]
    Folder(#[source] io::Error),
    /// The journal cannot be used, or another signer uses the folder.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The token cannot be opened.
    #[error("the token cannot be opened")]
    Token(#[from] Pkcs11Error),
    /// Keys or certificates cannot be opened, made or retired.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// The socket cannot be made.
    #[error("the socket cannot be listened on")]
    Socket(#[source] io::Error),
    /// A process answers at the socket.
    #[error("another process serves this socket")]
    SocketInUse,
    /// Something else is where the socket should be.
    #[error("what is at the socket's path is no socket")]
    NotASocket,
}

impl SignerError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Folder(_) => "signer_folder",
            Self::Journal(error) => error.code(),
            Self::Token(error) => error.code(),
            Self::Authority(error) => error.code(),
            Self::Socket(_) => "signer_socket",
            Self::SocketInUse => "signer_socket_in_use",
            Self::NotASocket => "signer_socket_not_one",
        }
    }

    /// Whether trying again may help.
    pub fn retryable(&self) -> bool {
        match self {
            Self::Folder(_) | Self::Socket(_) | Self::SocketInUse => true,
            Self::Journal(error) => error.retryable(),
            Self::Token(error) => error.retryable(),
            Self::Authority(error) => error.retryable(),
            Self::NotASocket => false,
        }
    }
}

impl Settings {
    /// Base address of the authority, without a closing slash.
    pub(super) fn base(&self) -> &str {
        self.address.as_str().trim_end_matches('/')
    }

    /// The keys, behind their guard. No other process writes this journal meanwhile.
    pub(super) fn custody(&self, clock: &Arc<dyn Clock>) -> Result<Custody, SignerError> {
        make_private_folder(&self.data).map_err(SignerError::Folder)?;
        let journal = Journal::open(&self.journal)?;
        let guard = Guard::new(journal, Arc::clone(clock), self.base(), self.ceiling);
        let custody = Custody::of(Some(&self.data), self.token.as_ref())?;
        Ok(custody.guarded_by(Arc::new(guard)))
    }

    /// Certifies a verifier, while the signer is stopped ([`Authority::certify_reader`]).
    pub fn certify_reader(
        &self,
        name: &str,
        request: &ReaderRequest,
        clock: &Arc<dyn Clock>,
    ) -> Result<Certificate, SignerError> {
        let custody = self.custody(clock)?;
        Ok(Authority::certify_reader(&custody, name, request, clock.now())?)
    }

    /// Ends a key, while the signer is stopped; its next start makes a new one.
    pub fn retire(&self, name: &str, how: Retirement, clock: &Arc<dyn Clock>) -> Result<(), SignerError> {
        let custody = self.custody(clock)?;
        Ok(Authority::retire(&custody, name, how, clock.now())?)
    }
}
