//! Token Status List: whether a credential was revoked, without asking its issuer about it.
//!
//! An issuer publishes one signed list for many credentials; each credential names the list and its
//! place in it ([`StatusPlace`]). Lists come as JWT or CWT; a [`StatusListToken`] is one whose
//! signature was checked. How old a list may be is for the verdict to say.

mod cwt;
mod error;
#[cfg(feature = "issuing")]
mod issue;
mod jwt;
mod list;
mod place;

pub use error::StatusError;
#[cfg(feature = "issuing")]
pub use issue::{StatusListBuilder, StatusListTerms};
pub use list::{MAX_INFLATED, StatusList, StatusSize};
pub use place::StatusPlace;

use crate::cose::Sign1;
use acasa_crypto::VerifyingKey;
use acasa_crypto::jose::UnverifiedJws;

/// Media type of the JWT form.
pub const MEDIA_TYPE_JWT: &str = "application/statuslist+jwt";
/// Media type of the CWT form.
pub const MEDIA_TYPE_CWT: &str = "application/statuslist+cwt";

/// What a list says about a credential (Token Status List, 7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// 0: in force.
    Valid,
    /// 1: revoked for good.
    Invalid,
    /// 2: not in force for now.
    Suspended,
    /// Any other value: what it means is between issuer and verifier, and it is not "valid".
    Other(u8),
}

impl From<u8> for Status {
    fn from(value: u8) -> Self {
        match value {
            0 => Self::Valid,
            1 => Self::Invalid,
            2 => Self::Suspended,
            other => Self::Other(other),
        }
    }
}

impl From<Status> for u8 {
    fn from(status: Status) -> Self {
        match status {
            Status::Valid => 0,
            Status::Invalid => 1,
            Status::Suspended => 2,
            Status::Other(other) => other,
        }
    }
}

/// A status list as received.
#[derive(Clone)]
pub struct UnverifiedStatusList(Form);

#[derive(Clone)]
enum Form {
    Jwt(UnverifiedJws),
    Cwt(Sign1),
}

impl UnverifiedStatusList {
    /// Parses either form: a compact JWT is ASCII text with dots, a CWT is neither.
    pub fn parse(bytes: &[u8]) -> Result<Self, StatusError> {
        match std::str::from_utf8(bytes) {
            Ok(text) if text.trim().starts_with("ey") => Self::parse_jwt(text.trim()),
            _ => Self::parse_cwt(bytes),
        }
    }

    /// Parses the JWT form.
    pub fn parse_jwt(text: &str) -> Result<Self, StatusError> {
        jwt::parse(text).map(|jws| Self(Form::Jwt(jws)))
    }

    /// Parses the CWT form: COSE_Sign1, with or without its tags.
    pub fn parse_cwt(bytes: &[u8]) -> Result<Self, StatusError> {
        cwt::parse(bytes).map(|message| Self(Form::Cwt(message)))
    }

    /// The certificates in the header, leaf first, as DER; empty if there are none. Untrusted.
    pub fn certificates(&self) -> Result<Vec<Vec<u8>>, StatusError> {
        match &self.0 {
            Form::Jwt(jws) => Ok(jws
                .header()
                .x5c()
                .map_err(StatusError::Signature)?
                .unwrap_or_default()),
            Form::Cwt(message) => message.headers().x5chain().map_err(|_| StatusError::Malformed),
        }
    }

    /// Checks type and signature by `key` and inflates the list.
    ///
    /// The key decides the algorithm, so a key that has several (RSA) is refused.
    pub fn verify(&self, key: &VerifyingKey) -> Result<StatusListToken, StatusError> {
        match &self.0 {
            Form::Jwt(jws) => jwt::verify(jws.clone(), key),
            Form::Cwt(message) => cwt::verify(message, key),
        }
    }
}

/// A status list whose signature was checked.
#[derive(Clone)]
pub struct StatusListToken {
    subject: String,
    issued_at: i64,
    expires_at: Option<i64>,
    time_to_live: Option<u64>,
    list: StatusList,
}

impl StatusListToken {
    /// Reads the CWT that is about to be signed, type included; nobody has signed it.
    #[cfg(feature = "issuing")]
    pub fn read_unsigned(list: &crate::cose::ToBeSigned) -> Result<Self, StatusError> {
        cwt::read_unsigned(list)
    }

    /// The list's own address, which references name.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// When it was issued, seconds since 1970.
    pub const fn issued_at(&self) -> i64 {
        self.issued_at
    }

    /// After which second it must not be used, if it says so.
    pub const fn expires_at(&self) -> Option<i64> {
        self.expires_at
    }

    /// For how many seconds it may be kept before fetching again, if it says so.
    pub const fn time_to_live(&self) -> Option<u64> {
        self.time_to_live
    }

    /// The statuses themselves.
    pub const fn list(&self) -> &StatusList {
        &self.list
    }

    /// Refuses a list from the future or past its expiry, give or take `skew` seconds.
    pub fn check_time(&self, now: i64, skew: i64) -> Result<(), StatusError> {
        if self.issued_at > now.saturating_add(skew) {
            return Err(StatusError::NotYetIssued);
        }
        if self.expires_at.is_some_and(|end| now.saturating_sub(skew) >= end) {
            return Err(StatusError::Expired);
        }
        Ok(())
    }

    /// What this list says about `reference`; a reference to another list is refused.
    pub fn look_up(&self, reference: &StatusPlace) -> Result<Status, StatusError> {
        if reference.uri() != self.subject {
            return Err(StatusError::AnotherList);
        }
        self.list.get(reference.index())
    }
}

#[cfg(test)]
mod tests;
