//! Authorization server metadata (RFC 8414).

use acasa_protocol::{oauth::AuthorizationServerMetadata, paths};
use axum::extract::State;

use crate::state::Shared;

pub(super) const SCOPE: &str = "documents";

pub(crate) async fn metadata(State(state): State<Shared>) -> axum::Json<AuthorizationServerMetadata> {
    let only = |value: &str| vec![value.to_owned()];
    axum::Json(AuthorizationServerMetadata {
        issuer: state.issuer.clone(),
        authorization_endpoint: state.address(paths::AUTHORIZE),
        token_endpoint: state.address(paths::TOKEN),
        registration_endpoint: state.address(paths::REGISTER),
        pushed_authorization_request_endpoint: state.address(paths::PUSHED_AUTHORIZATION),
        revocation_endpoint: state.address(paths::REVOKE),
        require_pushed_authorization_requests: true,
        response_types_supported: only("code"),
        grant_types_supported: vec!["authorization_code".to_owned(), "refresh_token".to_owned()],
        code_challenge_methods_supported: only("S256"),
        token_endpoint_auth_methods_supported: only("private_key_jwt"),
        token_endpoint_auth_signing_alg_values_supported: only("ES256"),
        dpop_signing_alg_values_supported: only("ES256"),
        authorization_response_iss_parameter_supported: true,
        scopes_supported: only(SCOPE),
        authorization_details_types_supported: only("openid_credential"),
    })
}
