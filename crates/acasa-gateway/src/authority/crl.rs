//! The list of revoked certificates (RFC 5280, 5; ISO/IEC 18013-5, B.1.5) that every certificate of
//! the authority points to.

use std::time::{Duration, UNIX_EPOCH};

use acasa_credentials::trust::Certificate;
use acasa_crypto::Signer;
use der::{
    Decode as _, Encode as _,
    asn1::{BitString, ObjectIdentifier, OctetString, Uint},
    oid::AssociatedOid,
};
use jiff::{SignedDuration, Timestamp};
use x509_cert::{
    Version,
    crl::{CertificateList, RevokedCert, TbsCertList},
    ext::{
        Extension,
        pkix::{AuthorityKeyIdentifier, CrlNumber, CrlReason, SubjectKeyIdentifier},
    },
    spki::AlgorithmIdentifier,
    time::Time,
};

use super::{AuthorityError, custody::Revoked};

/// How long a list is current, in days. Annex B allows 90.
pub(crate) const CRL_DAYS: i64 = 7;
/// ECDSA with SHA-256 (RFC 5758, 3.2).
const ECDSA_WITH_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");

/// The list as of `now`, in DER: those of `revoked` that `root` has certified. Its number is the time,
/// which grows from one list to the next.
pub(super) fn sign(
    root: &Certificate,
    key: &dyn Signer,
    revoked: &[Revoked],
    now: Timestamp,
) -> Result<Vec<u8>, AuthorityError> {
    let failed = |_| AuthorityError::Certificate {
        code: "authority_crl",
    };
    let parsed = x509_cert::Certificate::from_der(root.as_der()).map_err(failed)?;
    let identifier = key_identifier(&parsed).map_err(failed)?;
    let mut entries = Vec::new();
    for Revoked { at, certificate, .. } in revoked {
        let certificate = x509_cert::Certificate::from_der(certificate.as_der()).map_err(failed)?;
        if issuer_identifier(&certificate).map_err(failed)? == Some(identifier.clone()) {
            entries.push(entry(&certificate, *at).map_err(failed)?);
        }
    }
    let authority = AuthorityKeyIdentifier {
        key_identifier: Some(identifier),
        ..Default::default()
    };
    let number = CrlNumber(Uint::new(&now.as_second().to_be_bytes()).map_err(failed)?);
    let algorithm = AlgorithmIdentifier {
        oid: ECDSA_WITH_SHA256,
        parameters: None,
    };
    let content = TbsCertList {
        version: Version::V2,
        signature: algorithm.clone(),
        issuer: parsed.tbs_certificate().subject().clone(),
        this_update: time(now).map_err(failed)?,
        next_update: Some(time(now + SignedDuration::from_hours(24 * CRL_DAYS)).map_err(failed)?),
        // RFC 5280, 5.1.2.6: absent rather than empty.
        revoked_certificates: (!entries.is_empty()).then_some(entries),
        crl_extensions: Some(vec![
            extension(&authority).map_err(failed)?,
            extension(&number).map_err(failed)?,
        ]),
    };
    let signature = key.sign_der(&content.to_der().map_err(failed)?)?;
    let list: CertificateList = CertificateList {
        tbs_cert_list: content,
        signature_algorithm: algorithm,
        signature: BitString::from_bytes(&signature).map_err(failed)?,
    };
    list.to_der().map_err(failed)
}

/// Whether `root`'s key has certified this one, by their identifiers.
pub(super) fn is_under(root: &Certificate, certificate: &Certificate) -> bool {
    let parse = |certificate: &Certificate| x509_cert::Certificate::from_der(certificate.as_der());
    let (Ok(root), Ok(certificate)) = (parse(root), parse(certificate)) else {
        return false;
    };
    match (key_identifier(&root), issuer_identifier(&certificate)) {
        (Ok(root), Ok(Some(issuer))) => root == issuer,
        _ => false,
    }
}

fn entry(certificate: &x509_cert::Certificate, at: Timestamp) -> Result<RevokedCert, der::Error> {
    Ok(RevokedCert {
        serial_number: certificate.tbs_certificate().serial_number().clone(),
        revocation_date: time(at)?,
        crl_entry_extensions: Some(vec![extension(&CrlReason::KeyCompromise)?]),
    })
}

fn extension<T: AssociatedOid + der::Encode>(value: &T) -> Result<Extension, der::Error> {
    Ok(Extension {
        extn_id: T::OID,
        critical: false,
        extn_value: OctetString::new(value.to_der()?)?,
    })
}

fn key_identifier(certificate: &x509_cert::Certificate) -> Result<OctetString, der::Error> {
    let content = certificate.tbs_certificate();
    match content.get_extension::<SubjectKeyIdentifier>()? {
        Some((_, identifier)) => Ok(identifier.0),
        None => Err(der::ErrorKind::Failed.into()),
    }
}

fn issuer_identifier(certificate: &x509_cert::Certificate) -> Result<Option<OctetString>, der::Error> {
    let content = certificate.tbs_certificate();
    let found = content.get_extension::<AuthorityKeyIdentifier>()?;
    Ok(found.and_then(|(_, identifier)| identifier.key_identifier))
}

fn time(at: Timestamp) -> Result<Time, der::Error> {
    let seconds = u64::try_from(at.as_second()).map_err(|_| der::ErrorKind::DateTime)?;
    Time::try_from(UNIX_EPOCH + Duration::from_secs(seconds))
}
