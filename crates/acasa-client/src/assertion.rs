//! The JWTs the client signs: who it is, that it holds a token's key, that it holds a document's key.

use acasa_crypto::{CryptoError, Signer, base64url, digest::sha256, jose, random};
use acasa_protocol::claims::{
    CLIENT_ASSERTION_TYP, ClientAssertion, DPOP_TYP, DpopProof, KEY_PROOF_TYP, KeyProof,
};
use serde::Serialize;
use serde_json::{Map, Value};
use url::Url;

/// Assertions live this long, in seconds of the server's clock.
const ASSERTION_SECONDS: i64 = 60;

/// 16 random bytes as text.
pub(crate) fn make_identifier() -> Result<String, CryptoError> {
    Ok(base64url::encode(&random::make_bytes::<16>()?))
}

/// `private_key_jwt` (RFC 7523, 2.2).
pub(crate) fn sign_client_assertion(
    client_id: &str,
    key: &dyn Signer,
    issuer: &str,
    now: i64,
) -> Result<String, CryptoError> {
    let claims = ClientAssertion {
        iss: client_id.to_owned(),
        sub: client_id.to_owned(),
        aud: issuer.to_owned(),
        jti: make_identifier()?,
        iat: now,
        exp: now + ASSERTION_SECONDS,
    };
    sign(key, CLIENT_ASSERTION_TYP, Map::new(), &claims)
}

/// A DPoP proof (RFC 9449, 4.2) for one request.
pub(crate) fn sign_dpop(
    key: &dyn Signer,
    method: &str,
    url: &Url,
    nonce: Option<String>,
    access_token: Option<&[u8]>,
    now: i64,
) -> Result<String, CryptoError> {
    let mut target = url.clone();
    target.set_query(None);
    target.set_fragment(None);
    let claims = DpopProof {
        jti: make_identifier()?,
        htm: method.to_owned(),
        htu: target.into(),
        iat: now,
        nonce,
        ath: access_token.map(|token| base64url::encode(&sha256(token))),
    };
    sign(key, DPOP_TYP, with_jwk(key), &claims)
}

/// A proof of possession (OpenID4VCI 1.0, F.1) of one copy's key.
pub(crate) fn sign_key_proof(
    key: &dyn Signer,
    client_id: &str,
    issuer: &str,
    nonce: &str,
    now: i64,
) -> Result<String, CryptoError> {
    let claims = KeyProof {
        iss: Some(client_id.to_owned()),
        aud: issuer.to_owned(),
        iat: now,
        nonce: Some(nonce.to_owned()),
    };
    sign(key, KEY_PROOF_TYP, with_jwk(key), &claims)
}

fn with_jwk(key: &dyn Signer) -> Map<String, Value> {
    Map::from_iter([("jwk".to_owned(), key.public_key().to_jwk().to_value())])
}

fn sign(
    key: &dyn Signer,
    typ: &str,
    header: Map<String, Value>,
    claims: &impl Serialize,
) -> Result<String, CryptoError> {
    match serde_json::to_value(claims) {
        Ok(Value::Object(claims)) => jose::sign_jwt(key, typ, header, &claims),
        _ => Err(CryptoError::Malformed),
    }
}
