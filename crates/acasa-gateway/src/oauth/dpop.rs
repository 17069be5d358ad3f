//! DPoP (RFC 9449): proofs at the token endpoint, and requests with a bound access token.

use acasa_crypto::{Algorithm, base64url, constant_time_eq, digest::sha256, jose::UnverifiedJws};
use acasa_domain::Idnp;
use acasa_gateway_store::Grant;
use acasa_protocol::{
    claims::{DPOP_TYP, DpopProof},
    paths,
};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header::AUTHORIZATION, request::Parts},
};

use crate::{
    GatewayError,
    http::Asked,
    nonce::{NONCE_SECONDS, Purpose},
    state::{Shared, kept},
};

/// Checks the proof of a request and answers with its key's thumbprint. Its `iat` is not judged: the
/// nonce carries the server's time (RFC 9449, 4.3, item 11).
pub(super) async fn check(
    state: &Shared,
    headers: &HeaderMap,
    method: &str,
    path: &str,
    access_token: Option<&str>,
) -> Result<String, GatewayError> {
    let mut proofs = headers.get_all(paths::DPOP).iter();
    // RFC 9449, 4.3, item 1: not more than one.
    let (Some(proof), None) = (proofs.next(), proofs.next()) else {
        return Err(GatewayError::Dpop);
    };
    let jws = proof
        .to_str()
        .ok()
        .filter(|token| token.len() <= 4096)
        .and_then(|token| UnverifiedJws::parse(token).ok())
        .ok_or(GatewayError::Dpop)?;
    let jwk = jws.header().jwk().ok().flatten().ok_or(GatewayError::Dpop)?;
    let verified = jws
        .verify_with_jwk(&jwk, Algorithm::Es256)
        .and_then(|jws| jws.require_typ(DPOP_TYP).and_then(|()| jws.claims()))
        .map_err(|_| GatewayError::Dpop)?;
    let claims: DpopProof = serde_json::from_value(verified.into()).map_err(|_| GatewayError::Dpop)?;
    let bound = access_token.map(|token| base64url::encode(&sha256(token.as_bytes())));
    let fits = claims.htm == method
        && claims.htu == state.address(path)
        && claims.ath == bound
        && (1..=128).contains(&claims.jti.len());
    if !fits {
        return Err(GatewayError::Dpop);
    }
    let now = state.now_seconds();
    let fresh = |nonce: &String| state.nonces.accepts(Purpose::Dpop, nonce, now);
    if !claims.nonce.as_ref().is_some_and(fresh) {
        return Err(GatewayError::DpopNonce);
    }
    let thumbprint = jwk.thumbprint();
    let once = kept(&format!("dpop {thumbprint} {}", claims.jti));
    let first = state
        .store(move |storage| storage.use_once(&once, now + NONCE_SECONDS, now))
        .await?;
    if first {
        Ok(thumbprint)
    } else {
        Err(GatewayError::Dpop)
    }
}

/// A request with an access token whose key the sender holds.
pub(crate) struct Authorized {
    pub(crate) grant: Grant,
    pub(crate) person: Idnp,
}

impl FromRequestParts<Shared> for Authorized {
    type Rejection = GatewayError;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, GatewayError> {
        let token = parts
            .headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("DPoP "))
            .ok_or(GatewayError::Token)?
            .to_owned();
        let (method, path) = (parts.method.as_str(), parts.uri.path());
        let checked = check(state, &parts.headers, method, path, Some(&token)).await;
        let thumbprint = checked.map_err(at_resource)?;
        let (hash, now) = (kept(&token), state.now_seconds());
        let found = state
            .store(move |storage| storage.grant_by_access(&hash, now))
            .await?;
        let grant = found
            .filter(|grant| constant_time_eq(grant.dpop_thumbprint.as_bytes(), thumbprint.as_bytes()))
            .ok_or(GatewayError::Token)?;
        state.count_client(Asked::Anything, &grant.client)?;
        let subject = grant.subject.clone();
        let person = state.store(move |storage| storage.person_of(&subject)).await?;
        let person = person
            .and_then(|person| person.parse().ok())
            .ok_or(GatewayError::Token)?;
        Ok(Self { grant, person })
    }
}

/// A resource answers 401 where the token endpoint answers 400 (RFC 9449, 5, 7.1 and 9).
fn at_resource(error: GatewayError) -> GatewayError {
    if matches!(error, GatewayError::Dpop) {
        GatewayError::ResourceDpop
    } else if matches!(error, GatewayError::DpopNonce) {
        GatewayError::ResourceDpopNonce
    } else {
        error
    }
}
