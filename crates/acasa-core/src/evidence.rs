//! What another program needs to come to the same verdict: a proof in the forms other mdoc libraries
//! read, and what the verifier stands on.

mod acts;

use crate::{Acasa, CoreError};
use acasa_credentials::cbor::{self, Item};
use acasa_credentials::cose::x5chain_parameter;
use acasa_credentials::mdoc::Document;
use acasa_credentials::proof::UnverifiedProof;
use acasa_credentials::trust::{AnchorKind, Certificate, TrustStore};
use std::fs;

pub use acts::{KeptAct, KeptRecord, StateAct, StateRecords};

/// A proof, unwrapped (docs/formats/smart-qr.md).
pub struct ProofEvidence {
    /// The `DeviceResponse`, the issuer's certificate back in place of its thumbprint.
    pub response: Vec<u8>,
    /// The `SessionTranscript`, as its CBOR array.
    pub transcript: Vec<u8>,
}

/// What verifying stands on.
pub struct TrustEvidence {
    /// Each certificate of the trust list in PEM, with its subject's common name.
    pub certificates: Vec<(String, String)>,
    /// The status lists in force, as they came.
    pub status_lists: Vec<Vec<u8>>,
}

fn refused(code: &'static str) -> CoreError {
    CoreError::Document { code }
}

impl Acasa {
    /// A proof as any other mdoc library reads it. Says nothing of whether it is genuine.
    pub fn unwrap_proof(&self, text: &str) -> Result<ProofEvidence, CoreError> {
        let proof = UnverifiedProof::from_text(text.trim()).map_err(|error| refused(error.code()))?;
        let trust = self.trust();
        let store = trust.store.as_ref().ok_or(refused("trust_not_given"))?;
        Ok(ProofEvidence {
            response: with_certificates(&proof, store)?,
            transcript: proof.transcript().as_bytes().to_vec(),
        })
    }

    /// What this device verifies with now.
    pub fn trust_evidence(&self) -> Result<TrustEvidence, CoreError> {
        let trust = self.trust();
        let anchors = trust
            .store
            .iter()
            .flat_map(TrustStore::anchors)
            .filter_map(|anchor| match &anchor.kind {
                AnchorKind::Root(certificate) | AnchorKind::Signer(certificate) => Some(certificate),
                AnchorKind::Key(..) => None,
            });
        let named = |certificate: &Certificate| {
            let name = crate::documents::check_name(&certificate.subject());
            (name, certificate.to_pem())
        };
        Ok(TrustEvidence {
            certificates: anchors.map(named).collect(),
            status_lists: self.status_lists_kept()?,
        })
    }

    /// The files of the index written last: earlier lists may still lie beside them.
    fn status_lists_kept(&self) -> Result<Vec<Vec<u8>>, CoreError> {
        let folder = self.inner.setup.folder.join("trust");
        let index: serde_json::Value = serde_json::from_slice(&fs::read(folder.join("index.json"))?)
            .map_err(|_| refused("trust_not_given"))?;
        let names = index.get("lists").and_then(serde_json::Value::as_array);
        let plain = |name: &&str| name.bytes().all(|byte| byte.is_ascii_hexdigit());
        let names = names
            .into_iter()
            .flatten()
            .filter_map(|name| name.as_str().filter(plain));
        Ok(names
            .map(|name| fs::read(folder.join(name)))
            .collect::<Result<_, _>>()?)
    }
}

fn with_certificates(proof: &UnverifiedProof, store: &TrustStore) -> Result<Vec<u8>, CoreError> {
    let parsed = proof.response();
    let structure = || refused("proof_structure");
    let item = cbor::read(parsed.raw()).map_err(|error| refused(error.code()))?;
    let documents = item
        .get("documents")
        .and_then(Item::as_array)
        .ok_or_else(structure)?;
    let mut rebuilt = Vec::new();
    for (item, document) in documents.iter().zip(parsed.documents()) {
        rebuilt.push(document_with_certificate(item, document, store)?);
    }
    let documents: Vec<&[u8]> = rebuilt.iter().map(Vec::as_slice).collect();
    let documents = cbor::encode_array(&documents);
    let part = |name| item.get(name).map(Item::raw).ok_or_else(structure);
    Ok(cbor::encode_text_map(&[
        ("version", part("version")?),
        ("documents", &documents),
        ("status", part("status")?),
    ]))
}

/// Only the unprotected header changes: everything under a signature stays byte for byte.
fn document_with_certificate(
    item: &Item<'_>,
    document: &Document,
    store: &TrustStore,
) -> Result<Vec<u8>, CoreError> {
    let structure = || refused("proof_structure");
    let auth = document.issuer_signed().issuer_auth();
    let thumbprint = auth.headers().x5t().map_err(|error| refused(error.code()))?;
    let certificate = thumbprint
        .and_then(|thumbprint| store.certificate_by_thumbprint(&thumbprint))
        .ok_or(refused("signer_unknown"))?;
    let auth = auth.encode_with_unprotected(&[x5chain_parameter(&[certificate.as_der().to_vec()])]);
    let issuer_signed = item.get("issuerSigned").ok_or_else(structure)?;
    let issuer_signed = match issuer_signed.get("nameSpaces") {
        Some(elements) => cbor::encode_text_map(&[("nameSpaces", elements.raw()), ("issuerAuth", &auth)]),
        None => cbor::encode_text_map(&[("issuerAuth", &auth)]),
    };
    let part = |name| item.get(name).map(Item::raw).ok_or_else(structure);
    Ok(cbor::encode_text_map(&[
        ("docType", part("docType")?),
        ("issuerSigned", &issuer_signed),
        ("deviceSigned", part("deviceSigned")?),
    ]))
}
