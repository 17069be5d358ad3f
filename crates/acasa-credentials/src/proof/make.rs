//! Making a proof on the holder's device.

use super::{ProofError, encode_text, transcript_of};
use crate::cbor;
use crate::challenge::Challenge;
use crate::cose;
use crate::mdoc::{IssuerSigned, MdocError, Selection, present, select};
use acasa_crypto::Signer;
use acasa_crypto::digest::sha256;
use ciborium::Value;
use jiff::Timestamp;

/// What is to be shown, and to whose challenge.
#[derive(Clone, Copy)]
pub struct Showing<'a> {
    /// The document as it was issued.
    pub document: &'a IssuerSigned,
    /// The elements to show; nothing else of the document is in the proof but digests.
    pub selection: Selection<'a>,
    /// The time on the holder's device.
    pub time: Timestamp,
    /// The verifier's challenge, where there is one.
    pub challenge: Option<&'a Challenge>,
}

/// Makes the text of a code, signed by the key the document was issued to.
pub fn make_proof(showing: Showing<'_>, device_key: &dyn Signer) -> Result<String, ProofError> {
    make_proof_cbor(showing, device_key).map(|cbor| encode_text(&cbor))
}

/// The CBOR of a proof.
pub(super) fn make_proof_cbor(showing: Showing<'_>, device_key: &dyn Signer) -> Result<Vec<u8>, ProofError> {
    let headers = showing.document.issuer_auth().headers();
    let chain = headers.x5chain().map_err(MdocError::from)?;
    let signer = chain.first().ok_or(ProofError::Structure("issuer certificate"))?;
    let object = showing.document.security_object()?;
    if object.device_key() != &device_key.public_key() {
        return Err(ProofError::Structure("device key"));
    }
    let thumbprint = [cose::x5t_parameter(&sha256(signer))];
    let issuer_signed = select(showing.document, showing.selection, Some(&thumbprint))?;
    let info = encode_info(showing, &issuer_signed)?;
    let response = present(
        &issuer_signed,
        object.doc_type(),
        &transcript_of(&info),
        device_key,
    )?;
    let version = cbor::encode(&Value::from(1));
    let proof = cbor::encode_array(&[&version, &response, &info]);
    // What the holder shows, the verifier must be able to read: fail here rather than at the counter.
    super::UnverifiedProof::from_cbor(&proof)?;
    Ok(proof)
}

/// `Info = [time, challengeHash / null, shown]`.
fn encode_info(showing: Showing<'_>, issuer_signed: &[u8]) -> Result<Vec<u8>, ProofError> {
    let time = u64::try_from(showing.time.as_second()).map_err(|_| ProofError::Structure("time"))?;
    let challenge = showing
        .challenge
        .map_or(Value::Null, |challenge| Value::Bytes(challenge.hash().to_vec()));
    let shown = Value::Bytes(sha256(issuer_signed).to_vec());
    Ok(cbor::encode(&Value::Array(vec![
        Value::from(time),
        challenge,
        shown,
    ])))
}
