//! Pushed authorization requests (RFC 9126), and the endpoint the browser opens.

use acasa_crypto::base64url;
use acasa_domain::Language;
use acasa_gateway_store::Pushed;
use acasa_protocol::oauth::{PushedAuthorizationRequest, PushedAuthorizationResponse};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use serde::{Deserialize, Serialize};

use super::{client::authenticate, metadata::SCOPE, register::is_registered};
use crate::{
    GatewayError,
    http::{Form, Query},
    ports::SignInRequest,
    state::{Shared, kept, make_secret},
};

/// How long a person has to sign in, in seconds.
const REQUEST_SECONDS: u32 = 600;
const URN: &str = "urn:ietf:params:oauth:request_uri:";

/// What is kept of a pushed request.
#[derive(Serialize, Deserialize)]
pub(super) struct Asked {
    pub(super) redirect_uri: String,
    pub(super) state: String,
    pub(super) code_challenge: String,
    pub(super) dpop_thumbprint: String,
    fresh: bool,
    language: Language,
}

/// Whether the text is base64url of 32 bytes: a SHA-256 hash.
fn is_hash(text: &str) -> bool {
    base64url::decode(text).is_ok_and(|bytes| bytes.len() == 32)
}

fn check(request: PushedAuthorizationRequest) -> Result<Asked, GatewayError> {
    let thumbprint = request
        .dpop_jkt
        .filter(|jkt| is_hash(jkt))
        .ok_or(GatewayError::Malformed)?;
    let plain_state = (16..=512).contains(&request.state.len());
    let pkce = request.code_challenge_method == "S256" && is_hash(&request.code_challenge);
    if request.response_type != "code" || !pkce || !plain_state {
        return Err(GatewayError::Malformed);
    }
    if request.scope.is_some_and(|scope| scope != SCOPE) {
        return Err(GatewayError::Scope);
    }
    let first = request
        .ui_locales
        .as_deref()
        .and_then(|locales| locales.split(' ').next());
    Ok(Asked {
        redirect_uri: request.redirect_uri,
        state: request.state,
        code_challenge: request.code_challenge,
        dpop_thumbprint: thumbprint,
        fresh: request.prompt.as_deref() == Some("login"),
        language: first.and_then(|locale| locale.parse().ok()).unwrap_or_default(),
    })
}

pub(crate) async fn push(
    State(state): State<Shared>,
    Form(request): Form<PushedAuthorizationRequest>,
) -> Result<Response, GatewayError> {
    let (kind, assertion) = (&request.client_assertion_type, &request.client_assertion);
    let client = authenticate(&state, &request.client_id, kind, assertion).await?;
    if !is_registered(&client.redirect_uris, &request.redirect_uri) {
        return Err(GatewayError::Malformed);
    }
    let asked = check(request)?;
    let handle = make_secret()?;
    let pushed = Pushed {
        request: kept(&handle),
        client: client.id,
        body: serde_json::to_string(&asked).map_err(|_| GatewayError::Malformed)?,
        expires: state.now_seconds() + i64::from(REQUEST_SECONDS),
    };
    state.store(move |storage| storage.push(&pushed)).await?;
    let response = PushedAuthorizationResponse {
        request_uri: format!("{URN}{handle}"),
        expires_in: REQUEST_SECONDS,
    };
    Ok((StatusCode::CREATED, axum::Json(response)).into_response())
}

#[derive(Deserialize)]
pub(crate) struct AuthorizeQuery {
    client_id: String,
    request_uri: String,
}

/// Sends the browser to where people sign in. Nothing is redirected to before the pushed request is
/// found, so that this is no open redirector.
pub(crate) async fn authorize(
    State(state): State<Shared>,
    Query(query): Query<AuthorizeQuery>,
) -> Result<Redirect, GatewayError> {
    let handle = query
        .request_uri
        .strip_prefix(URN)
        .ok_or(GatewayError::AuthorizationRequest)?;
    let (request, now) = (kept(handle), state.now_seconds());
    let found = state.store(move |storage| storage.pushed(&request, now)).await?;
    let pushed = found
        .filter(|pushed| pushed.client == query.client_id)
        .ok_or(GatewayError::AuthorizationRequest)?;
    let asked = read(&pushed.body)?;
    let request = SignInRequest {
        handle: handle.to_owned(),
        language: asked.language,
        fresh: asked.fresh,
    };
    let url = state.sign_in.start(&request).await?;
    Ok(Redirect::to(url.as_str()))
}

pub(super) fn read(body: &str) -> Result<Asked, GatewayError> {
    serde_json::from_str(body).map_err(|_| GatewayError::AuthorizationRequest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> PushedAuthorizationRequest {
        let hash = base64url::encode(&[7; 32]);
        PushedAuthorizationRequest {
            response_type: "code".into(),
            client_id: "c".into(),
            redirect_uri: "http://127.0.0.1:1/callback".into(),
            state: "0123456789abcdef".into(),
            code_challenge: hash.clone(),
            code_challenge_method: "S256".into(),
            scope: None,
            prompt: None,
            ui_locales: Some("ru en".into()),
            dpop_jkt: Some(hash),
            client_assertion_type: String::new(),
            client_assertion: String::new(),
        }
    }

    #[test]
    fn the_first_locale_is_the_language() {
        assert!(check(request()).is_ok_and(|asked| asked.language == Language::Ru));
    }

    #[test]
    fn each_weakened_request_is_refused() {
        let weaken: [fn(&mut PushedAuthorizationRequest); 6] = [
            |request| request.code_challenge_method = "plain".into(),
            |request| request.code_challenge = "short".into(),
            |request| request.response_type = "token".into(),
            |request| request.state = "short".into(),
            |request| request.dpop_jkt = None,
            |request| request.scope = Some("everything".into()),
        ];

        for (number, weaken) in weaken.iter().enumerate() {
            let mut request = request();
            weaken(&mut request);
            assert!(check(request).is_err(), "{number}");
        }
    }
}
