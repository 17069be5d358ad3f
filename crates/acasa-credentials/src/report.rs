//! What verifying one document found out.

use crate::mdoc::Elements;
use crate::verdict::{Check, CheckName, Outcome, Verdict, verdict};
use jiff::Timestamp;
use std::fmt;

/// The certificate that signed a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerSummary {
    /// Its subject (RFC 4514).
    pub subject: String,
    /// SHA-256 of the certificate, or of the key where there is only a key.
    pub sha256: [u8; 32],
}

/// Whether a device key was shown to be in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// The holder's device authenticated this showing.
    Bound,
    /// Nothing ties the document to who shows it.
    Unbound,
}

impl Holder {
    /// The word as programs see it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bound => "bound",
            Self::Unbound => "unbound",
        }
    }
}

/// One document, what it disclosed, and every check.
#[derive(Clone)]
pub struct DocumentReport {
    /// The document type the issuer signed, or the one claimed where none could be read.
    pub doc_type: String,
    /// Who signed it, where the certificate or key is known.
    pub issuer: Option<IssuerSummary>,
    /// Whether its holder's device took part.
    pub holder: Holder,
    /// Last moment of validity.
    pub valid_until: Option<Timestamp>,
    /// The disclosed elements.
    pub disclosed: Elements,
    /// The checks, in the order of [`CheckName::ALL`].
    pub checks: Vec<Check>,
}

/// Disclosed values are personal data and stay out.
impl fmt::Debug for DocumentReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("DocumentReport")
            .field("doc_type", &self.doc_type)
            .field("holder", &self.holder)
            .field("checks", &self.checks)
            .finish_non_exhaustive()
    }
}

impl DocumentReport {
    /// A report on something whose structure could not be read.
    pub fn unreadable(detail: &'static str) -> Self {
        Self {
            doc_type: String::new(),
            issuer: None,
            holder: Holder::Unbound,
            valid_until: None,
            disclosed: Vec::new(),
            checks: vec![Check::fail(CheckName::Parse, detail)],
        }
    }

    /// A report on something that another program may read and this one cannot: not invalid.
    pub fn unsupported(detail: &'static str) -> Self {
        Self {
            checks: vec![Check::open(CheckName::Parse, detail)],
            ..Self::unreadable(detail)
        }
    }

    /// The verdict on this document.
    pub fn verdict(&self) -> Verdict {
        verdict(&self.checks)
    }

    /// What came of a check, where it is listed.
    pub fn check(&self, name: CheckName) -> Option<Check> {
        self.checks.iter().copied().find(|check| check.name == name)
    }

    /// Puts a check in place of the one of its name.
    pub fn set(&mut self, check: Check) {
        match self.checks.iter_mut().find(|found| found.name == check.name) {
            Some(found) => *found = check,
            None => self.checks.push(check),
        }
        self.checks.sort_by_key(|check| check.name);
    }

    /// Whether a check passed.
    pub fn passed(&self, name: CheckName) -> bool {
        self.check(name)
            .is_some_and(|check| check.outcome == Outcome::Pass)
    }
}
