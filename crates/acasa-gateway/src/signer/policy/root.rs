//! What the root signs: its own certificate, those of signers of documents and of status lists and of verifiers, and
//! the list of those it has revoked.

use acasa_crypto::VerifyingKey;
use der::{Decode as _, Encode as _};
use jiff::{SignedDuration, Timestamp};
use x509_cert::{
    TbsCertificate,
    crl::TbsCertList,
    ext::pkix::{BasicConstraints, ExtendedKeyUsage},
    time::Time,
};

use super::{Asked, Kind, Reason, days};
use crate::authority::{CRL_DAYS, READER_DAYS, ROOT_DAYS, SIGNER_DAYS};

/// Signing documents (ISO/IEC 18013-5, B.1.4), or status lists (Token Status List, 10.1).
const USES: [&str; 2] = ["1.0.18013.5.1.2", "1.3.6.1.5.5.7.3.30"];
/// Signing what a verifier asks (ISO/IEC 18013-5, B.1.7).
const READER: &str = "1.0.18013.5.1.6";
/// How long ago a certificate may begin.
const BEGUN_DAYS: i64 = 3;

pub(super) fn check(asked: Asked<'_>) -> Result<Kind, Reason> {
    if let Ok(list) = TbsCertList::from_der(asked.message) {
        return check_crl(&list, asked);
    }
    let content = TbsCertificate::from_der(asked.message).map_err(|_| "structure")?;
    check_certificate(&content, asked)
}

fn check_certificate(content: &TbsCertificate, asked: Asked<'_>) -> Result<Kind, Reason> {
    let malformed = |_| "certificate";
    let is_authority = content
        .get_extension::<BasicConstraints>()
        .map_err(malformed)?
        .is_some_and(|(_, constraints)| constraints.ca);
    let longest = if is_authority {
        let key = content.subject_public_key_info().to_der().map_err(malformed)?;
        let key = VerifyingKey::from_spki_der(&key).map_err(|_| "certificate")?;
        if content.subject() != content.issuer() || key != *asked.key {
            return Err("authority");
        }
        ROOT_DAYS
    } else {
        let uses = content.get_extension::<ExtendedKeyUsage>().map_err(malformed)?;
        let (_, ExtendedKeyUsage(uses)) = uses.ok_or("use")?;
        match uses.as_slice() {
            [only] if USES.contains(&only.to_string().as_str()) => SIGNER_DAYS,
            [only] if only.to_string() == READER => READER_DAYS,
            _ => return Err("use"),
        }
    };
    let validity = content.validity();
    let (from, until) = (moment(validity.not_before)?, moment(validity.not_after)?);
    let age = asked.now.duration_since(from);
    if age <= days(BEGUN_DAYS) && age >= SignedDuration::ZERO && until.duration_since(from) <= days(longest) {
        Ok(Kind::Certificate)
    } else {
        Err("validity")
    }
}

fn check_crl(list: &TbsCertList, asked: Asked<'_>) -> Result<Kind, Reason> {
    let from = moment(list.this_update)?;
    let until = moment(list.next_update.ok_or("validity")?)?;
    if asked.is_now(from) && until > from && until.duration_since(from) <= days(CRL_DAYS) {
        Ok(Kind::Crl)
    } else {
        Err("validity")
    }
}

fn moment(time: Time) -> Result<Timestamp, Reason> {
    let seconds = i64::try_from(time.to_unix_duration().as_secs()).map_err(|_| "validity")?;
    Timestamp::from_second(seconds).map_err(|_| "validity")
}
