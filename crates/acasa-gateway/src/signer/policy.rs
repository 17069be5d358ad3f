//! What each key may sign. Whoever asks says nothing that counts: the bytes themselves are read, by the
//! parsers that verifiers read them with, and what is not plainly one of ours is refused.
//!
//! Elements are not seen: an mdoc's security object and an SD-JWT's payload hold their digests.

mod document;
mod lists;
mod root;

use acasa_crypto::VerifyingKey;
use jiff::{SignedDuration, Timestamp};

use super::role::Role;

/// How far the clock of whoever asks may be away.
const SKEW: SignedDuration = SignedDuration::from_mins(10);
/// Algorithm of every key, as COSE numbers it (RFC 9053, 2.1).
const ES256: i64 = -7;

/// What was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A mobile security object.
    Mdoc,
    /// The issuer's part of an SD-JWT VC.
    SdJwt,
    /// A status list.
    StatusList,
    /// A trust list.
    TrustList,
    /// A certificate.
    Certificate,
    /// A list of revoked certificates.
    Crl,
}

impl Kind {
    /// The name in the journal.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Mdoc => "mdoc",
            Self::SdJwt => "sd_jwt",
            Self::StatusList => "status_list",
            Self::TrustList => "trust_list",
            Self::Certificate => "certificate",
            Self::Crl => "crl",
        }
    }
}

/// Why something is not signed, in a word for the log.
pub(crate) type Reason = &'static str;

/// What is looked at.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    /// What would be signed.
    pub(crate) message: &'a [u8],
    /// The public half of the key that would sign it.
    pub(crate) key: &'a VerifyingKey,
    /// Base address of the authority, without a closing slash.
    pub(crate) address: &'a str,
    /// Now.
    pub(crate) now: Timestamp,
}

/// What the message is, if the key of this role is for it.
pub(crate) fn check(role: Role, asked: Asked<'_>) -> Result<Kind, Reason> {
    match role {
        Role::Document(body) => document::check(body, asked),
        Role::Status => lists::check_status_list(asked),
        Role::Trust => lists::check_trust_list(asked),
        Role::Root => root::check(asked),
    }
}

/// What the message is, if the key of the role of that name is for it: as a signer at `address` looks at it.
pub fn recognise(
    role: &str,
    message: &[u8],
    key: &VerifyingKey,
    address: &str,
    now: Timestamp,
) -> Option<&'static str> {
    let asked = Asked {
        message,
        key,
        address,
        now,
    };
    let kind = check(Role::of(role)?, asked).ok()?;
    Some(kind.as_str())
}

impl Asked<'_> {
    /// Whether a moment is now, as far as clocks agree.
    fn is_now(&self, at: Timestamp) -> bool {
        self.now.duration_since(at).abs() <= SKEW
    }

    /// Whether it is the address of one of the authority's status lists.
    fn is_status_list(&self, uri: &str) -> bool {
        let number = uri
            .strip_prefix(self.address)
            .and_then(|rest| rest.strip_prefix(acasa_protocol::paths::STATUS))
            .and_then(|rest| rest.strip_prefix('/'));
        // One spelling: 7, and neither 07 nor +7.
        number.is_some_and(|text| text.parse::<u32>().is_ok_and(|number| number.to_string() == text))
    }
}

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

#[cfg(test)]
mod tests;
