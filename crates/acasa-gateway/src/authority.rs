//! The keys that make documents: the issuing authority's root, its document signers, the signer of
//! status lists and the signer of the trust list, each behind the `Signer` port.
//!
//! They are made at the first start: as software keys in a folder that only its owner may read, or in
//! a PKCS#11 token, which they do not leave, or in memory ([`Custody`]). Or a process of its own has
//! them ([`crate::signer`]), and here are only certificates.

mod crl;
mod custody;
mod error;
mod held;
mod name;
mod published;
mod readers;
#[cfg(unix)]
mod remote;
mod retire;
mod root_keys;
mod versions;

use std::sync::Arc;

use acasa_credentials::trust::{AppVersion, Certificate};
use acasa_crypto::{Signer, VerifyingKey};
use jiff::Timestamp;

use crate::{GatewayError, issuance::configurations::IssuingBody};
pub(crate) use crl::CRL_DAYS;
pub use custody::Custody;
#[cfg(unix)]
pub(crate) use custody::make_private_folder;
pub use error::AuthorityError;
pub(crate) use held::Held;
pub use name::AuthorityName;
pub(crate) use published::PublishedLists;
pub(crate) use readers::READER_DAYS;
pub use readers::ReaderRequest;
pub use retire::Retirement;

/// Where the list of revoked certificates is answered.
pub(crate) const CRL: &str = "/crl";
/// Name of the root's key.
pub(crate) const ROOT: &str = "root";
/// Name of the key that signs status lists.
pub(crate) const STATUS: &str = "status";
/// Name of the key that signs the trust list.
pub(crate) const TRUST: &str = "trust";
/// A root lives ten years; ISO/IEC 18013-5, B.1.2 allows twenty.
pub(crate) const ROOT_DAYS: i64 = 3650;
/// Annex B allows a document signer 457 days.
pub(crate) const SIGNER_DAYS: i64 = 450;
/// A signer is replaced when a copy it signs today could outlive it.
const SIGNER_RESERVE_DAYS: i64 = crate::issuance::COPY_DAYS + 10;
/// How long a trust list is current.
pub(crate) const TRUST_LIST_DAYS: i64 = 30;

/// A key with its certificate.
pub(crate) struct Certified {
    pub(crate) key: Arc<dyn Signer>,
    pub(crate) certificate: Certificate,
}

/// Every key of the issuing side, or the way to them.
pub struct Authority(Keys);

enum Keys {
    Held(Box<Held>),
    #[cfg(unix)]
    Service(Box<remote::Remote>),
}

impl Authority {
    /// Opens the keys and certificates there are, and makes what is missing. `name` and `address`,
    /// where the authority is reached, are for the certificates made now; those there are keep theirs.
    /// Blocks while a token works.
    pub fn open_or_make(
        custody: &Custody,
        name: &AuthorityName,
        address: &str,
        now: Timestamp,
    ) -> Result<Self, AuthorityError> {
        let held = Held::open_or_make(custody, name, address, now)?;
        Ok(Self(Keys::Held(Box::new(held))))
    }

    /// The keys of the service that listens at this socket, for the authority reached at `address`.
    /// Blocks while the service answers, here and whenever something is signed.
    #[cfg(unix)]
    pub fn of_service(socket: &std::path::Path, address: &str) -> Result<Self, AuthorityError> {
        let remote = remote::Remote::open(socket, address)?;
        Ok(Self(Keys::Service(Box::new(remote))))
    }

    /// Names in the trust list the oldest version of the app that may act. A service has been told itself.
    #[must_use]
    pub fn with_minimum_app(mut self, version: Option<AppVersion>) -> Self {
        match &mut self.0 {
            Keys::Held(held) => held.name_minimum_app(version),
            #[cfg(unix)]
            Keys::Service(_) => {}
        }
        self
    }

    /// The key that signs the trust list: what apps pin.
    pub fn trust_key(&self) -> VerifyingKey {
        match &self.0 {
            Keys::Held(held) => held.trust_key(),
            #[cfg(unix)]
            Keys::Service(remote) => remote.trust_key().clone(),
        }
    }

    /// The root's certificate, as of the start.
    pub fn root(&self) -> &Certificate {
        match &self.0 {
            Keys::Held(held) => held.root(),
            #[cfg(unix)]
            Keys::Service(remote) => remote.root(),
        }
    }

    /// Every certificate that signs, as of the start, with a name for its file.
    pub fn certificates(&self) -> Vec<(&'static str, &Certificate)> {
        match &self.0 {
            Keys::Held(held) => held.certificates(),
            #[cfg(unix)]
            Keys::Service(remote) => remote.certificates(),
        }
    }

    /// Whether there is somebody to sign. May wait for an answer.
    pub(crate) fn ready(&self) -> Result<(), GatewayError> {
        match &self.0 {
            Keys::Held(_) => Ok(()),
            #[cfg(unix)]
            Keys::Service(remote) => Ok(remote.ready()?),
        }
    }

    /// The signer of a body's documents. May wait for an answer.
    pub(crate) fn signer_of(&self, body: IssuingBody) -> Result<Arc<Certified>, GatewayError> {
        let found = match &self.0 {
            Keys::Held(held) => held.signer_of(body),
            #[cfg(unix)]
            Keys::Service(remote) => remote.signer_of(body)?,
        };
        found.ok_or(GatewayError::Issue {
            code: "authority_no_signer",
        })
    }

    /// The signer of status lists. May wait for an answer.
    pub(crate) fn status_signer(&self) -> Result<Arc<Certified>, GatewayError> {
        match &self.0 {
            Keys::Held(held) => Ok(held.status_signer()),
            #[cfg(unix)]
            Keys::Service(remote) => Ok(remote.status_signer()?),
        }
    }

    /// The trust list as of `now`, signed anew from time to time.
    pub(crate) fn trust_list(&self, now: Timestamp) -> Result<Vec<u8>, GatewayError> {
        match &self.0 {
            Keys::Held(held) => held.trust_list(now),
            #[cfg(unix)]
            Keys::Service(remote) => Ok(remote.trust_list()?),
        }
    }

    /// The list of revoked certificates as of `now`, signed anew from time to time.
    pub(crate) fn crl(&self, now: Timestamp) -> Result<Vec<u8>, GatewayError> {
        match &self.0 {
            Keys::Held(held) => held.crl(now),
            #[cfg(unix)]
            Keys::Service(remote) => Ok(remote.crl()?),
        }
    }
}

#[cfg(test)]
mod tests;
