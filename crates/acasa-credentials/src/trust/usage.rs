//! What a certificate may be used for: its purposes, and what limits an authority (RFC 5280, 4.2.1).

use super::{Certificate, Purpose};
use der::asn1::ObjectIdentifier;

/// Extended key usages of a document signer (ISO/IEC 18013-5, B.1.4; ISO/IEC TS 23220-4 for documents
/// other than licences).
const DOCUMENT_SIGNER: [&str; 2] = ["1.0.18013.5.1.2", "1.0.23220.4.1.2"];
/// Signing status lists (Token Status List, 10.1).
const STATUS_SIGNER: &str = "1.3.6.1.5.5.7.3.30";
/// Signing what a verifier asks (ISO/IEC 18013-5, B.1.7).
const READER: &str = "1.0.18013.5.1.6";
/// Signing what people read as a document (RFC 9336).
const DOCUMENT_SIGNING: &str = "1.3.6.1.5.5.7.3.36";
/// Any purpose (RFC 5280, 4.2.1.12).
const ANY: &str = "2.5.29.37.0";
/// Name constraints, which are not processed here: an authority that has them is refused.
const NAME_CONSTRAINTS: &str = "2.5.29.30";
/// Extensions understood here; any other that is critical refuses the certificate (RFC 5280, 4.2).
/// Key usage, alternative names, basic constraints, CRL points, authority key, extended key usage,
/// subject key, policies, authority information.
const UNDERSTOOD: [&str; 10] = [
    "2.5.29.15",
    "2.5.29.17",
    "2.5.29.18",
    "2.5.29.19",
    "2.5.29.31",
    "2.5.29.35",
    "2.5.29.37",
    "2.5.29.14",
    "2.5.29.32",
    "1.3.6.1.5.5.7.1.1",
];

/// Why a certificate's key may not sign anything.
pub(super) fn check_signer(signer: &Certificate) -> Option<&'static str> {
    if has_unknown_critical(signer) {
        return Some("unknown_critical_extension");
    }
    (!signer.may_sign()).then_some("key_usage")
}

/// Why a certificate's key may not sign this. Without an extended key usage every purpose is open
/// (RFC 5280, 4.2.1.12): no standard asks one of the signers of SD-JWT credentials. Who asks for documents must have
/// been certified for just that.
pub(super) fn check_purpose(signer: &Certificate, purpose: Purpose) -> Option<&'static str> {
    if purpose == Purpose::Reader {
        let usages = signer.extended_key_usage().unwrap_or_default();
        return (!usages.iter().any(|usage| usage.to_string() == READER)).then_some("extended_key_usage");
    }
    let fits = |usage: &ObjectIdentifier| match usage.to_string().as_str() {
        // Who issues documents says what became of them.
        ANY => true,
        STATUS_SIGNER => purpose == Purpose::Status,
        DOCUMENT_SIGNING => purpose != Purpose::Status,
        other => DOCUMENT_SIGNER.contains(&other),
    };
    let usages = signer.extended_key_usage()?;
    (!usages.iter().any(fits)).then_some("extended_key_usage")
}

/// Whether the extended key usage is that of a document signer.
pub(super) fn is_document_signer(signer: &Certificate) -> bool {
    let usages = signer.extended_key_usage().unwrap_or_default();
    usages
        .iter()
        .any(|usage| DOCUMENT_SIGNER.contains(&usage.to_string().as_str()))
}

/// Why an authority may not certify, with so many authorities below it.
pub(super) fn check_authority(authority: &Certificate, below: u8) -> Option<&'static str> {
    if has_unknown_critical(authority) {
        return Some("unknown_critical_extension");
    }
    let is_constrained = |(id, _): (ObjectIdentifier, bool)| id.to_string() == NAME_CONSTRAINTS;
    if authority.extensions().any(is_constrained) {
        return Some("name_constraints");
    }
    let is_too_long = authority.path_length().is_some_and(|most| below > most);
    is_too_long.then_some("path_too_long")
}

fn has_unknown_critical(certificate: &Certificate) -> bool {
    let is_unknown =
        |(id, critical): (ObjectIdentifier, bool)| critical && !UNDERSTOOD.contains(&id.to_string().as_str());
    certificate.extensions().any(is_unknown)
}

#[cfg(test)]
#[cfg(feature = "issuing")]
mod tests;
