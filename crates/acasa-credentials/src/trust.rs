//! Who may sign what: anchors with scopes, certificate chains, and the signed trust list.
//!
//! An anchor is an IACA root or a signer itself. An unknown signer is *unverifiable*, because the
//! list may be old; a known signer outside its scope, or a certificate that breaks its profile, is
//! *refused*.

mod certificate;
mod chain;
mod list;
mod load;
mod usage;

pub use certificate::Certificate;
pub use chain::{ChainOutcome, ChainQuery, SignerProfile, speaks_for};
#[cfg(feature = "issuing")]
pub use list::sign_trust_list;
pub use list::{AppVersion, PinnedKeys, TrustEntry, TrustList};
pub use load::load_anchors;

use acasa_crypto::{CryptoError, VerifyingKey};
use jiff::Timestamp;

/// What a signer may sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Purpose {
    /// Documents.
    Document,
    /// Status lists.
    Status,
    /// Receipts.
    Receipt,
    /// Powers of attorney.
    Power,
    /// Verifiers' challenges.
    Reader,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 5] = [
        Self::Document,
        Self::Status,
        Self::Receipt,
        Self::Power,
        Self::Reader,
    ];

    /// The name in trust lists.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Status => "status",
            Self::Receipt => "receipt",
            Self::Power => "power",
            Self::Reader => "reader",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == name)
    }
}

/// Document types and purposes an anchor is trusted for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// Document types; `None` means every type.
    pub doc_types: Option<Vec<String>>,
    /// Purposes.
    pub purposes: Vec<Purpose>,
}

impl Scope {
    /// Everything: the scope of an anchor that a person named by hand.
    pub fn everything() -> Self {
        Self {
            doc_types: None,
            purposes: Purpose::ALL.to_vec(),
        }
    }

    /// Whether it admits a purpose, and a document type where one is meant.
    pub fn admits(&self, purpose: Purpose, doc_type: Option<&str>) -> bool {
        let admits_type = match (&self.doc_types, doc_type) {
            (None, _) | (_, None) => true,
            (Some(types), Some(doc_type)) => types.iter().any(|found| found == doc_type),
        };
        admits_type && self.purposes.contains(&purpose)
    }
}

/// What an anchor is.
#[derive(Clone)]
pub enum AnchorKind {
    /// A root, under which signers are certified.
    Root(Certificate),
    /// A signer itself.
    Signer(Certificate),
    /// A signer known by its key alone, with the identifier it goes by.
    Key(VerifyingKey, Option<String>),
}

/// Something trusted, and for what.
#[derive(Clone)]
pub struct Anchor {
    /// What it is.
    pub kind: AnchorKind,
    /// What it is trusted for.
    pub scope: Scope,
}

impl Anchor {
    /// An anchor that a person named by hand: a root where the certificate is an authority's.
    pub fn from_certificate(certificate: Certificate) -> Self {
        let kind = if certificate.is_authority() {
            AnchorKind::Root(certificate)
        } else {
            AnchorKind::Signer(certificate)
        };
        Self {
            kind,
            scope: Scope::everything(),
        }
    }

    fn certificate(&self) -> Option<&Certificate> {
        match &self.kind {
            AnchorKind::Root(certificate) | AnchorKind::Signer(certificate) => Some(certificate),
            AnchorKind::Key(..) => None,
        }
    }
}

/// Everything a verifier trusts.
#[derive(Clone, Default)]
pub struct TrustStore {
    anchors: Vec<Anchor>,
    next_update: Option<Timestamp>,
}

impl TrustStore {
    /// A store of anchors without a list's expiry.
    pub fn new(anchors: Vec<Anchor>) -> Self {
        Self {
            anchors,
            next_update: None,
        }
    }

    /// The anchors.
    pub fn anchors(&self) -> &[Anchor] {
        &self.anchors
    }

    /// Adds anchors.
    pub fn extend(&mut self, anchors: impl IntoIterator<Item = Anchor>) {
        self.anchors.extend(anchors);
    }

    /// When the list behind this store should have been replaced.
    pub const fn next_update(&self) -> Option<Timestamp> {
        self.next_update
    }

    /// The certificate with a SHA-256 thumbprint: what a code carries in place of the certificate.
    pub fn certificate_by_thumbprint(&self, sha256: &[u8; 32]) -> Option<&Certificate> {
        self.anchors
            .iter()
            .filter_map(Anchor::certificate)
            .find(|found| found.sha256() == sha256)
    }

    /// Keys trusted by themselves, certificates' included, for a purpose and document type.
    pub fn keys(
        &self,
        purpose: Purpose,
        doc_type: Option<&str>,
    ) -> impl Iterator<Item = (&VerifyingKey, Option<&str>)> {
        self.anchors
            .iter()
            .filter(move |anchor| anchor.scope.admits(purpose, doc_type))
            .filter_map(|anchor| match &anchor.kind {
                AnchorKind::Key(key, id) => Some((key, id.as_deref())),
                AnchorKind::Signer(certificate) => Some((certificate.key(), None)),
                AnchorKind::Root(_) => None,
            })
    }
}

/// Why a certificate, an anchor or a trust list is not acceptable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// Not a certificate.
    #[error("not an acceptable certificate: {0}")]
    Certificate(&'static str),
    /// A certificate with a key of a kind that is not supported.
    #[error("a certificate with a key that is not supported")]
    Key,
    /// Not PEM, DER or a JWK set.
    #[error("holds no anchor")]
    NoAnchor,
    /// Not the format of a trust list.
    #[error("not a trust list: {0}")]
    Format(&'static str),
    /// Not signed by the pinned key nor by its successor.
    #[error("signed by an unknown key")]
    Signature,
    /// An older version than one already seen.
    #[error("an older version than the one in use")]
    Rollback,
    /// Issued in the future.
    #[error("issued in the future")]
    NotYetIssued,
    /// The signing key refused.
    #[error("the key did not sign")]
    Signing(#[source] CryptoError),
}

impl TrustError {
    /// A stable name for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Certificate(_) => "trust_certificate",
            Self::Key => "trust_certificate_key",
            Self::NoAnchor => "trust_no_anchor",
            Self::Format(_) => "trust_list_format",
            Self::Signature => "trust_list_signature",
            Self::Rollback => "trust_list_rollback",
            Self::NotYetIssued => "trust_list_not_yet_issued",
            Self::Signing(_) => "trust_list_signing",
        }
    }

    /// Whether the same call may succeed later.
    pub const fn retryable(self) -> bool {
        matches!(self, Self::NotYetIssued | Self::Signing(_))
    }
}

#[cfg(test)]
#[cfg(feature = "issuing")]
mod tests;
