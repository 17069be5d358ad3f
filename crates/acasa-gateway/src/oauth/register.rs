//! Registration of installations (RFC 7591): each brings a key of its own.

use acasa_crypto::{Algorithm, Jwk};
use acasa_gateway_store::Client;
use acasa_protocol::oauth::{RegistrationRequest, RegistrationResponse};
use axum::{extract::State, http::StatusCode};
use url::{Host, Url};

use crate::{
    GatewayError,
    http::Json,
    state::{Shared, make_secret},
};

/// The most redirect URIs of one installation.
const REDIRECT_URIS: usize = 4;

pub(crate) async fn register(
    State(state): State<Shared>,
    Json(request): Json<RegistrationRequest>,
) -> Result<(StatusCode, axum::Json<RegistrationResponse>), GatewayError> {
    let [key] = request.jwks.keys.as_slice() else {
        return Err(GatewayError::ClientMetadata);
    };
    let jwk = Jwk::from_value(key.clone()).map_err(|_| GatewayError::ClientMetadata)?;
    jwk.for_verifying(Algorithm::Es256)
        .map_err(|_| GatewayError::ClientMetadata)?;
    let known = |grant: &String| ["authorization_code", "refresh_token"].contains(&grant.as_str());
    if request.token_endpoint_auth_method != "private_key_jwt" || !request.grant_types.iter().all(known) {
        return Err(GatewayError::ClientMetadata);
    }
    let count = request.redirect_uris.len();
    let claimed = &state.limits.claimed_redirects;
    let acceptable = request
        .redirect_uris
        .iter()
        .all(|uri| is_acceptable(uri, claimed));
    if !(1..=REDIRECT_URIS).contains(&count) || !acceptable {
        return Err(GatewayError::RedirectUri);
    }
    let now = state.now_seconds();
    let client = Client {
        id: make_secret()?,
        // Only the public members are kept, whatever else was sent.
        jwk: jwk.key().to_jwk().to_value().to_string(),
        redirect_uris: request.redirect_uris,
        registered: now,
    };
    let response = RegistrationResponse {
        client_id: client.id.clone(),
        client_id_issued_at: now,
    };
    state
        .store(move |storage| storage.register_client(&client))
        .await?;
    Ok((StatusCode::CREATED, axum::Json(response)))
}

/// Loopback by IP literal (RFC 8252, 7.3), or an https link that only the genuine app opens (7.2). Any
/// other https address would let whoever registers it receive the codes of people who sign in.
fn is_acceptable(uri: &str, claimed: &[String]) -> bool {
    let Ok(url) = Url::parse(uri) else {
        return false;
    };
    let plain = url.fragment().is_none() && url.query().is_none() && url.username().is_empty();
    let known = claimed.iter().any(|claimed| claimed == uri) || is_loopback(&url);
    plain && uri.len() <= 512 && !uri.contains('\n') && known
}

fn is_loopback(url: &Url) -> bool {
    let literal = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(_)) | None => false,
    };
    literal && url.scheme() == "http"
}

/// Whether a request's redirect URI is a registered one; loopback ones match at any port
/// (RFC 8252, 7.3), others exactly.
pub(super) fn is_registered(registered: &[String], uri: &str) -> bool {
    if registered.iter().any(|known| known == uri) {
        return true;
    }
    let Ok(mut asked) = Url::parse(uri) else {
        return false;
    };
    if !is_loopback(&asked) || asked.set_port(None).is_err() {
        return false;
    }
    registered
        .iter()
        .filter_map(|known| Url::parse(known).ok())
        .any(|known| known == asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_by_name_other_schemes_and_addresses_that_are_not_ours_are_refused() {
        let claimed = ["https://acasa.example/back".to_owned()];
        for uri in [
            "http://localhost/a",
            "http://example.md/a",
            "acasa://a",
            "https://a/#b",
            "https://evil.example/back",
            "https://acasa.example/back/",
            "x",
            "http://[::2]/",
        ] {
            assert!(!is_acceptable(uri, &claimed), "{uri}");
        }
        for uri in [
            "http://127.0.0.1/a",
            "http://[::1]/a",
            "https://acasa.example/back",
        ] {
            assert!(is_acceptable(uri, &claimed), "{uri}");
        }
    }

    #[test]
    fn any_port_matches_on_loopback_and_nothing_else_does() {
        let registered = [
            "http://127.0.0.1/callback".to_owned(),
            "https://a.example/b".to_owned(),
        ];

        assert!(is_registered(&registered, "http://127.0.0.1:4711/callback"));
        assert!(is_registered(&registered, "https://a.example/b"));
        for uri in [
            "http://127.0.0.1:4711/other",
            "http://127.0.0.2:4711/callback",
            "https://127.0.0.1:4711/callback",
            "https://a.example:444/b",
            "http://127.0.0.1:4711/callback?x=y",
        ] {
            assert!(!is_registered(&registered, uri), "{uri}");
        }
    }
}
