//! Showing a document: choosing elements without touching their bytes, and the device's signature.

use super::response::device_authentication;
use super::{IssuerSigned, MdocError, SessionTranscript};
use crate::cbor;
use crate::cose::{self, Unsigned};
use acasa_crypto::Signer;
use ciborium::Value;

/// Elements to show, by namespace.
pub type Selection<'a> = &'a [(&'a str, &'a [&'a str])];

/// The issuer's part with only the chosen elements, in the order the issuer gave them.
///
/// `unprotected` replaces the unprotected header of the issuer's signature where given: it carries
/// the certificate, or in a code its thumbprint, and no signature covers it.
pub fn select(
    document: &IssuerSigned,
    selection: Selection<'_>,
    unprotected: Option<&[(i64, Value)]>,
) -> Result<Vec<u8>, MdocError> {
    let mut namespaces = Vec::new();
    for (name, elements) in selection.iter().filter(|(_, elements)| !elements.is_empty()) {
        let (_, items) = document
            .namespaces()
            .iter()
            .find(|(found, _)| found == name)
            .ok_or(MdocError::NoSuchElement)?;
        if elements
            .iter()
            .any(|element| !items.iter().any(|item| item.identifier() == *element))
        {
            return Err(MdocError::NoSuchElement);
        }
        let chosen: Vec<&[u8]> = items
            .iter()
            .filter(|item| elements.contains(&item.identifier()))
            .map(super::IssuerSignedItem::raw)
            .collect();
        namespaces.push((*name, cbor::encode_array(&chosen)));
    }
    let auth = if let Some(parameters) = unprotected {
        document.issuer_auth().encode_with_unprotected(parameters)
    } else {
        let chain = document.issuer_auth().headers().x5chain()?;
        document
            .issuer_auth()
            .encode_with_unprotected(&[cose::x5chain_parameter(&chain)])
    };
    if namespaces.is_empty() {
        return Ok(cbor::encode_text_map(&[("issuerAuth", &auth)]));
    }
    let entries: Vec<(&str, &[u8])> = namespaces
        .iter()
        .map(|(name, items)| (*name, items.as_slice()))
        .collect();
    let namespaces = cbor::encode_text_map(&entries);
    Ok(cbor::encode_text_map(&[
        ("nameSpaces", &namespaces),
        ("issuerAuth", &auth),
    ]))
}

/// A `DeviceResponse` with one document, signed by the device for a session.
///
/// `issuer_signed` comes from [`select`] and is sent as it is.
pub fn present(
    issuer_signed: &[u8],
    doc_type: &str,
    transcript: &SessionTranscript,
    device_key: &dyn Signer,
) -> Result<Vec<u8>, MdocError> {
    let namespaces = cbor::wrap_encoded(&cbor::encode_map(&[]));
    let payload = device_authentication(transcript, doc_type, &namespaces);
    let unsigned = Unsigned {
        protected: &[],
        unprotected: &[],
        payload: &payload,
        detached: true,
    };
    let signature = cose::sign1(unsigned, device_key)?;
    let auth = cbor::encode_text_map(&[("deviceSignature", &signature)]);
    let device_signed = cbor::encode_text_map(&[("nameSpaces", &namespaces), ("deviceAuth", &auth)]);
    let doc_type = cbor::encode(&Value::from(doc_type));
    let document = cbor::encode_text_map(&[
        ("docType", &doc_type),
        ("issuerSigned", issuer_signed),
        ("deviceSigned", &device_signed),
    ]);
    let version = cbor::encode(&Value::from("1.0"));
    let status = cbor::encode(&Value::from(0));
    let documents = cbor::encode_array(&[&document]);
    Ok(cbor::encode_text_map(&[
        ("version", &version),
        ("documents", &documents),
        ("status", &status),
    ]))
}
