//! Client authentication by `private_key_jwt` (RFC 7523, 2.2 and 3).

use acasa_crypto::{Algorithm, Jwk, jose::UnverifiedJws};
use acasa_gateway_store::Client;
use acasa_protocol::{claims::ClientAssertion, oauth::JWT_BEARER};

use crate::{
    GatewayError,
    http::Asked,
    state::{Shared, kept},
};

/// The longest life of an assertion, in seconds.
const ASSERTION_SECONDS: i64 = 300;
/// How far ahead an assertion may be, in seconds: the client follows our `Date`, with its delay.
const SKEW_SECONDS: i64 = 60;

/// The installation, if the assertion proves that it is.
pub(super) async fn authenticate(
    state: &Shared,
    client_id: &str,
    assertion_type: &str,
    assertion: &str,
) -> Result<Client, GatewayError> {
    if assertion_type != JWT_BEARER {
        return Err(GatewayError::Client);
    }
    let id = client_id.to_owned();
    let found = state.store(move |storage| storage.client(&id)).await?;
    let client = found.ok_or(GatewayError::Client)?;
    let jwk = Jwk::parse(client.jwk.as_bytes())?;
    let claims = UnverifiedJws::parse(assertion)
        .and_then(|jws| jws.verify_with_jwk(&jwk, Algorithm::Es256))
        .and_then(|jws| jws.claims())
        .map_err(|_| GatewayError::Client)?;
    let claims: ClientAssertion = serde_json::from_value(claims.into()).map_err(|_| GatewayError::Client)?;
    let now = state.now_seconds();
    let lives = claims.exp > now && claims.exp <= now + ASSERTION_SECONDS + SKEW_SECONDS;
    let issued = claims.iat <= now + SKEW_SECONDS;
    let named = claims.iss == client.id && claims.sub == client.id && claims.aud == state.issuer;
    if !(lives && issued && named) || claims.jti.is_empty() || claims.jti.len() > 128 {
        return Err(GatewayError::Client);
    }
    let once = kept(&format!("client-assertion {} {}", client.id, claims.jti));
    let first = state
        .store(move |storage| storage.use_once(&once, claims.exp, now))
        .await?;
    if first {
        state.count_client(Asked::Anything, &client.id)?;
        Ok(client)
    } else {
        Err(GatewayError::Client)
    }
}
