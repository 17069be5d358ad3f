//! The nonce endpoint and the credential endpoint (OpenID4VCI 1.0, 7 and 8).

use std::collections::BTreeSet;

use acasa_crypto::{Algorithm, Jwk, jose::UnverifiedJws};
use acasa_gateway_store::NewCopies;
use acasa_protocol::{
    claims::{KEY_PROOF_TYP, KeyProof},
    issuance::{CredentialRequest, CredentialResponse, IssuedCredential, NonceResponse},
};
use axum::extract::State;

use super::{copies, offers::read_offers};
use crate::{
    GatewayError,
    http::{Correlation, Json},
    journal::{Happening, own_event},
    nonce::{NONCE_SECONDS, Purpose},
    oauth::Authorized,
    state::{Shared, kept},
};

/// The most copies in one request.
pub(super) const BATCH: u32 = 20;
/// Longest proof that is read, in bytes.
const PROOF_LIMIT: usize = 4096;

pub(crate) async fn nonce(State(state): State<Shared>) -> Result<axum::Json<NonceResponse>, GatewayError> {
    let c_nonce = state.nonces.make(Purpose::KeyProof, state.now_seconds())?;
    Ok(axum::Json(NonceResponse { c_nonce }))
}

pub(crate) async fn credential(
    State(state): State<Shared>,
    correlation: Correlation,
    authorized: Authorized,
    Json(request): Json<CredentialRequest>,
) -> Result<axum::Json<CredentialResponse>, GatewayError> {
    // Identifiers come with every token, so that naming a configuration is refused (8.2).
    let (Some(identifier), None) = (request.credential_identifier, request.credential_configuration_id)
    else {
        return Err(GatewayError::CredentialIdentifier);
    };
    let keys = check_proofs(&state, &authorized.grant.client, &request.proofs.jwt).await?;
    let offers = read_offers(&state, authorized.person, &correlation.0).await?;
    let offer = offers
        .into_iter()
        .find(|offer| offer.identifier == identifier)
        .ok_or(GatewayError::CredentialIdentifier)?;
    if offer.revoked {
        return Err(GatewayError::DocumentRevoked);
    }
    let validity = copies::validity(state.now(), offer.document.expires)?;
    let new = NewCopies {
        document: offer.document.id.clone(),
        subject: authorized.grant.subject.clone(),
        configuration: offer.configuration.id.clone(),
        count: u32::try_from(keys.len()).map_err(|_| GatewayError::KeyProof)?,
        expires: validity.valid_until.as_second(),
    };
    let milliseconds = state.now().as_millisecond();
    let person = authorized.person;
    let event = own_event(
        Happening::CopiesIssued,
        person,
        &new.document,
        &correlation.0,
        milliseconds,
    );
    let mut draws = copies::Draws::make_random()?;
    let slots = state
        .store(move |storage| storage.allocate(&new, &mut |below| draws.draw(below), &event))
        .await?;
    let signing = std::sync::Arc::clone(&state);
    let made = tokio::task::spawn_blocking(move || {
        let copy = |(key, slot): (&Jwk, _)| copies::make(&signing, &offer, key, validity, slot);
        keys.iter().zip(slots).map(copy).collect::<Result<Vec<_>, _>>()
    });
    let credentials = made.await.map_err(|_| GatewayError::Stopping)??;
    let issued = credentials
        .into_iter()
        .map(|credential| IssuedCredential { credential });
    Ok(axum::Json(CredentialResponse {
        credentials: issued.collect(),
    }))
}

/// Checks every proof (F.1 and F.4) and answers with the device keys, which must all differ.
async fn check_proofs(state: &Shared, client: &str, proofs: &[String]) -> Result<Vec<Jwk>, GatewayError> {
    if proofs.is_empty() || proofs.len() > BATCH as usize {
        return Err(GatewayError::KeyProof);
    }
    let now = state.now_seconds();
    let mut keys = Vec::new();
    let mut nonces = BTreeSet::new();
    let mut thumbprints = BTreeSet::new();
    for proof in proofs {
        let (key, nonce) = check_proof(&state.issuer, client, proof)?;
        if !state.nonces.accepts(Purpose::KeyProof, &nonce, now) {
            return Err(GatewayError::KeyProofNonce);
        }
        if !thumbprints.insert(key.thumbprint()) {
            return Err(GatewayError::KeyProof);
        }
        nonces.insert(nonce);
        keys.push(key);
    }
    for nonce in nonces {
        let once = kept(&format!("key-proof {nonce}"));
        if !state
            .store(move |storage| storage.use_once(&once, now + NONCE_SECONDS, now))
            .await?
        {
            return Err(GatewayError::KeyProofNonce);
        }
    }
    Ok(keys)
}

fn check_proof(issuer: &str, client: &str, proof: &str) -> Result<(Jwk, String), GatewayError> {
    if proof.len() > PROOF_LIMIT {
        return Err(GatewayError::KeyProof);
    }
    let refused = |_| GatewayError::KeyProof;
    let jws = UnverifiedJws::parse(proof).map_err(refused)?;
    let key = jws
        .header()
        .jwk()
        .map_err(refused)?
        .ok_or(GatewayError::KeyProof)?;
    let verified = jws.verify_with_jwk(&key, Algorithm::Es256).map_err(refused)?;
    verified.require_typ(KEY_PROOF_TYP).map_err(refused)?;
    let claims = verified.claims().map_err(refused)?;
    let claims: KeyProof = serde_json::from_value(claims.into()).map_err(|_| GatewayError::KeyProof)?;
    if claims.aud != issuer || claims.iss.is_some_and(|iss| iss != client) {
        return Err(GatewayError::KeyProof);
    }
    Ok((key, claims.nonce.ok_or(GatewayError::KeyProofNonce)?))
}
