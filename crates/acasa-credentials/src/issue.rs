//! Making credentials and the authorities that sign them: for the gateway and the sandbox, never
//! the app.

mod certificate;

#[cfg(test)]
pub(crate) use certificate::build as build_certificate;
pub use certificate::{CertificateDetails, CertificateUse, make_certificate, make_root};

use crate::cbor;
use crate::cose::{self, CoseError, Unsigned};
use crate::mdoc::{Elements, MdocError, StatusMechanism, ValidityInfo, encode_key, encode_tdate};
use crate::status;
use acasa_crypto::digest::sha256;
use acasa_crypto::{CryptoError, Signer, VerifyingKey, random};
use ciborium::Value;
use jiff::{SignedDuration, Timestamp};

/// Length of an item's salt, in bytes; the standard asks for 16 (9.1.2.5).
pub const SALT_LENGTH: usize = 32;
const SECONDS_A_DAY: i64 = 86_400;

/// Why a credential or certificate was not made.
#[derive(Debug, Clone, thiserror::Error)]
pub enum IssueError {
    /// Elements, keys or times that a credential cannot have.
    #[error("cannot be issued: {0}")]
    Content(&'static str),
    /// The key refused, or there is no randomness.
    #[error("the key did not sign, or there is no randomness")]
    Crypto(#[from] CryptoError),
    /// The signature structure could not be made.
    #[error("the signature could not be made")]
    Cose(#[from] CoseError),
    /// The device key cannot be written.
    #[error("the device key cannot be written")]
    Mdoc(#[from] MdocError),
}

impl IssueError {
    /// A stable name for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Content(_) => "issue_content",
            Self::Crypto(error) => error.code(),
            Self::Cose(error) => error.code(),
            Self::Mdoc(error) => error.code(),
        }
    }

    /// Whether the same call may succeed later.
    pub const fn retryable(&self) -> bool {
        match self {
            Self::Crypto(error) | Self::Cose(CoseError::Signing(error)) => error.retryable(),
            Self::Cose(_) | Self::Content(_) | Self::Mdoc(_) => false,
        }
    }
}

/// One copy of a document, to be issued to one device key.
#[derive(Clone)]
pub struct Issuance<'a> {
    /// The document type.
    pub doc_type: &'a str,
    /// Every element, by namespace.
    pub namespaces: &'a Elements,
    /// The key of the holder's device.
    pub device_key: &'a VerifyingKey,
    /// When it may be relied on; rounded with [`whole_days`], so that copies cannot be told apart.
    pub validity: ValidityInfo,
    /// Its place in a status list.
    pub status: Option<StatusMechanism>,
}

/// A validity of whole days in UTC: from the day of `signed`, for `days` days.
pub fn whole_days(signed: Timestamp, days: u32) -> Result<ValidityInfo, IssueError> {
    let out_of_range = |_| IssueError::Content("time");
    let day = signed.as_second().div_euclid(SECONDS_A_DAY) * SECONDS_A_DAY;
    let first = Timestamp::from_second(day).map_err(out_of_range)?;
    let length = SignedDuration::from_hours(24 * i64::from(days));
    let valid_until = first.checked_add(length).map_err(out_of_range)?;
    if days == 0 {
        return Err(IssueError::Content("no days"));
    }
    Ok(ValidityInfo {
        signed: first,
        valid_from: first,
        valid_until,
        expected_update: None,
    })
}

/// Issues an mdoc as the bytes of its `IssuerSigned`, with random salts.
///
/// `x5chain` is the signer's certificate in DER, and what stands between it and the root; never
/// the root.
pub fn issue_mdoc(
    issuance: &Issuance<'_>,
    signer: &dyn Signer,
    x5chain: &[Vec<u8>],
) -> Result<Vec<u8>, IssueError> {
    issue_mdoc_with_salts(issuance, signer, x5chain, &mut || {
        Ok(random::make_bytes::<SALT_LENGTH>()?)
    })
}

/// As [`issue_mdoc`], with salts from the caller: for reproducible examples only.
pub fn issue_mdoc_with_salts(
    issuance: &Issuance<'_>,
    signer: &dyn Signer,
    x5chain: &[Vec<u8>],
    salt: &mut dyn FnMut() -> Result<[u8; SALT_LENGTH], IssueError>,
) -> Result<Vec<u8>, IssueError> {
    if issuance
        .namespaces
        .iter()
        .all(|(_, elements)| elements.is_empty())
        || x5chain.is_empty()
    {
        return Err(IssueError::Content("no elements or no certificate"));
    }
    let mut namespaces = Vec::new();
    let mut digests = Vec::new();
    for (namespace, elements) in issuance.namespaces {
        let mut items = Vec::new();
        let mut namespace_digests = Vec::new();
        for (id, (identifier, value)) in (0_u64..).zip(elements) {
            let item = encode_item(id, salt()?, identifier, value);
            namespace_digests.push((Value::from(id), Value::Bytes(sha256(&item).to_vec())));
            items.push(item);
        }
        let items: Vec<&[u8]> = items.iter().map(Vec::as_slice).collect();
        namespaces.push((namespace.as_str(), cbor::encode_array(&items)));
        digests.push((namespace.as_str(), cbor::encode(&Value::Map(namespace_digests))));
    }
    let object = encode_security_object(issuance, &as_entries(&digests))?;
    let parameter = [cose::x5chain_parameter(x5chain)];
    let unsigned = Unsigned {
        protected: &[],
        unprotected: &parameter,
        payload: &cbor::wrap_encoded(&object),
        detached: false,
    };
    let auth = cose::sign1(unsigned, signer)?;
    let namespaces = cbor::encode_text_map(&as_entries(&namespaces));
    Ok(cbor::encode_text_map(&[
        ("nameSpaces", &namespaces),
        ("issuerAuth", &auth),
    ]))
}

fn as_entries<'a>(entries: &'a [(&'a str, Vec<u8>)]) -> Vec<(&'a str, &'a [u8])> {
    entries
        .iter()
        .map(|(name, value)| (*name, value.as_slice()))
        .collect()
}

/// `IssuerSignedItemBytes` (8.3.2.1.2.2).
fn encode_item(id: u64, salt: [u8; SALT_LENGTH], identifier: &str, value: &Value) -> Vec<u8> {
    cbor::wrap_encoded(&cbor::encode_text_map(&[
        ("digestID", &cbor::encode(&Value::from(id))),
        ("random", &cbor::encode(&Value::Bytes(salt.to_vec()))),
        ("elementIdentifier", &cbor::encode(&Value::from(identifier))),
        ("elementValue", &cbor::encode(value)),
    ]))
}

fn encode_security_object(issuance: &Issuance<'_>, digests: &[(&str, &[u8])]) -> Result<Vec<u8>, IssueError> {
    let validity = issuance.validity;
    if validity.valid_from < validity.signed || validity.valid_until <= validity.valid_from {
        return Err(IssueError::Content("validity"));
    }
    let text = |text: &str| cbor::encode(&Value::from(text));
    let time = |at| cbor::encode(&encode_tdate(at));
    let device_key = encode_key(issuance.device_key)?;
    let mut times = vec![
        ("signed", time(validity.signed)),
        ("validFrom", time(validity.valid_from)),
        ("validUntil", time(validity.valid_until)),
    ];
    times.extend(validity.expected_update.map(|at| ("expectedUpdate", time(at))));
    let mut members = vec![
        ("version", text("1.0")),
        ("digestAlgorithm", text("SHA-256")),
        ("valueDigests", cbor::encode_text_map(digests)),
        (
            "deviceKeyInfo",
            cbor::encode_text_map(&[("deviceKey", &device_key)]),
        ),
        ("docType", text(issuance.doc_type)),
        ("validityInfo", cbor::encode_text_map(&as_entries(&times))),
    ];
    match &issuance.status {
        None => {}
        Some(StatusMechanism::StatusList { index, uri }) => {
            let place = status::StatusPlace::new(*index, uri.as_str());
            let place = place.map_err(|_| IssueError::Content("status"))?;
            members.push(("status", cbor::encode(&place.to_cbor())));
        }
        Some(StatusMechanism::Other) => return Err(IssueError::Content("status")),
    }
    Ok(cbor::encode_text_map(&as_entries(&members)))
}

#[cfg(test)]
mod tests;
