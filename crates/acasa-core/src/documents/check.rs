//! What is checked of a credential before it is kept.

use crate::{Acasa, CoreError};
use acasa_client::DocumentOffer;
use acasa_credentials::mdoc::verify::{Context, verify_issuer_signed};
use acasa_credentials::mdoc::{IssuerSigned, StatusMechanism};
use acasa_credentials::report::DocumentReport;
use acasa_credentials::sd_jwt::UnverifiedSdJwt;
use acasa_credentials::trust::{Certificate, Purpose};
use acasa_credentials::verdict::{CheckName, Outcome, Verdict};
use acasa_crypto::{Algorithm, VerifyingKey};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The end of what has none: late, and still a time that a vault can keep in milliseconds.
const NEVER: Timestamp = Timestamp::constant(253_402_207_199, 0);

/// What the vault keeps beside the bytes.
pub(super) struct Facts {
    pub(super) status: Option<(String, u64)>,
    pub(super) valid_from: Timestamp,
    pub(super) valid_until: Timestamp,
}

const fn refused(code: &'static str) -> CoreError {
    CoreError::Document { code }
}

/// An mdoc: of the type asked for, bound to our key, and by a signer we trust.
pub(super) fn mdoc(
    acasa: &Acasa,
    offer: &DocumentOffer,
    credential: &[u8],
    key: &VerifyingKey,
) -> Result<Facts, CoreError> {
    let issued = IssuerSigned::from_slice(credential).map_err(|error| refused(error.code()))?;
    let object = issued.security_object().map_err(|error| refused(error.code()))?;
    if object.doc_type() != offer.document_type {
        return Err(refused("document_of_another_type"));
    }
    if object.device_key() != key {
        return Err(refused("document_of_another_key"));
    }
    let report = report(acasa, &issued);
    if report.verdict() != Verdict::Valid {
        tracing::warn!(?report, "a document that does not verify was issued");
        return Err(refused(reason(&report)));
    }
    let status = match object.status() {
        Some(StatusMechanism::StatusList { uri, index }) => Some((uri.clone(), *index)),
        Some(StatusMechanism::Other) | None => None,
    };
    let validity = object.validity();
    Ok(Facts {
        status,
        valid_from: validity.valid_from,
        valid_until: validity.valid_until,
    })
}

/// A document that is not valid from the start is worth a name of its own; anything else is not
/// what was asked for.
fn reason(report: &DocumentReport) -> &'static str {
    let failed = |name| {
        report
            .check(name)
            .is_some_and(|check| check.outcome != Outcome::Pass)
    };
    if failed(CheckName::IssuerChain) {
        "document_issuer_unknown"
    } else if failed(CheckName::Validity) {
        "document_expired"
    } else {
        "document_not_genuine"
    }
}

/// Status is checked when the document is shown to somebody else, and at each refresh: here it is
/// too early.
fn report(acasa: &Acasa, issued: &IssuerSigned) -> DocumentReport {
    let trust = acasa.trust();
    let context = Context {
        at: Timestamp::now(),
        trust: trust.store.as_ref(),
        status: &Context::no_status_list,
        allow_unchecked_status: true,
        transcript: None,
        reader_key: None,
    };
    verify_issuer_signed(issued, &context)
}

/// The issuer's name, as its certificate says.
pub(super) fn issuer_name(acasa: &Acasa, issued: &IssuerSigned) -> String {
    report(acasa, issued)
        .issuer
        .map(|issuer| common_name(&issuer.subject))
        .unwrap_or_default()
}

/// The common name of a subject (RFC 4514); the subject itself where it has none.
pub(crate) fn common_name(subject: &str) -> String {
    let name = subject
        .split(',')
        .find_map(|part| part.trim().strip_prefix("CN="));
    name.unwrap_or(subject).to_owned()
}

/// An SD-JWT VC: of the type asked for, bound to our key, and by a signer we trust.
pub(super) fn sd_jwt(
    acasa: &Acasa,
    offer: &DocumentOffer,
    credential: &[u8],
    key: &VerifyingKey,
) -> Result<Facts, CoreError> {
    let text = std::str::from_utf8(credential).map_err(|_| refused("document_not_genuine"))?;
    let unverified = UnverifiedSdJwt::parse(text).map_err(|error| refused(error.code()))?;
    let chain = unverified
        .header()
        .x5c()
        .map_err(|error| refused(error.code()))?
        .unwrap_or_default();
    let leaf = chain.first().ok_or(refused("document_issuer_unknown"))?;
    let leaf = Certificate::from_der(leaf).map_err(|error| refused(error.code()))?;
    let trust = acasa.trust();
    let store = trust.store.as_ref().ok_or(refused("document_issuer_unknown"))?;
    let known = store
        .keys(Purpose::Document, Some(&offer.document_type))
        .any(|(known, _)| known == leaf.key());
    if !known {
        return Err(refused("document_issuer_unknown"));
    }
    let verified = unverified
        .verify(leaf.key(), Algorithm::Es256)
        .map_err(|error| refused(error.code()))?;
    verified
        .check_credential()
        .map_err(|error| refused(error.code()))?;
    let bound = verified.holder_key().map_err(|error| refused(error.code()))?;
    if verified.vct() != Some(offer.document_type.as_str()) {
        return Err(refused("document_of_another_type"));
    }
    if bound.as_ref().map(acasa_crypto::Jwk::key) != Some(key) {
        return Err(refused("document_of_another_key"));
    }
    let status = verified.status().map_err(|error| refused(error.code()))?;
    let validity = verified.validity().map_err(|error| refused(error.code()))?;
    let time = |seconds: Option<i64>| seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
    Ok(Facts {
        status: status.map(|status| (status.uri().to_owned(), status.index())),
        valid_from: time(validity.not_before).unwrap_or(Timestamp::UNIX_EPOCH),
        valid_until: time(validity.expires_at).unwrap_or(NEVER),
    })
}

/// The end of a document's last day, in its country. No day follows the one that stands for none.
pub(super) fn expiry(full_date: &str) -> Option<Timestamp> {
    let day: Date = full_date.parse().ok()?;
    let Ok(next) = day.tomorrow() else {
        return Some(NEVER);
    };
    let zone = TimeZone::get("Europe/Chisinau").unwrap_or(TimeZone::UTC);
    next.to_zoned(zone)
        .ok()?
        .timestamp()
        .checked_sub(jiff::SignedDuration::from_secs(1))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_valid_to_the_end_of_its_last_day() {
        let end = expiry("2027-01-31").unwrap();
        assert_eq!(end.to_string(), "2027-01-31T21:59:59Z");
    }

    #[test]
    fn a_document_without_a_last_day_has_no_end_that_comes() {
        assert_eq!(expiry("9999-12-31"), Some(NEVER));
        assert_eq!(expiry("9999-12-32"), None);
        assert_eq!(
            Timestamp::from_millisecond(NEVER.as_millisecond()).unwrap(),
            NEVER
        );
    }

    #[test]
    fn a_subject_without_a_common_name_stands_for_itself() {
        assert_eq!(common_name("C=MD,CN=Semnatar,O=ASP"), "Semnatar");
        assert_eq!(common_name("O=ASP"), "O=ASP");
    }
}
