//! What surrounds every request: its identifier, the server's time, a fresh DPoP nonce, the body of
//! an error, and one line in the log that holds no address parameters.

use acasa_protocol::{paths, problem::Problem};
use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use tracing::Instrument as _;

use super::Correlation;
use crate::{nonce::Purpose, state::Shared};

/// Identifiers from outside are kept if they are short and plain, so that one runs end to end.
fn correlation(headers: &HeaderMap) -> String {
    headers
        .get(paths::REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .filter(|id| (8..=64).contains(&id.len()))
        .filter(|id| {
            id.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        })
        .map_or_else(|| uuid::Uuid::now_v7().to_string(), str::to_owned)
}

pub(super) async fn surround(State(state): State<Shared>, mut request: Request, next: Next) -> Response {
    let id = correlation(request.headers());
    request.extensions_mut().insert(Correlation(id.clone()));
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("-", MatchedPath::as_str)
        .to_owned();
    let span =
        tracing::info_span!("request", request.id = id, http.method = %request.method(), http.route = route);
    let answer = async {
        let response = next.run(request).await;
        tracing::info!(http.status = response.status().as_u16(), "request.served");
        response
    };
    let mut response = with_problem(answer.instrument(span).await, &id);
    let now = state.now();
    let date = now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let nonce = state
        .nonces
        .make(Purpose::Dpop, now.as_second())
        .unwrap_or_default();
    let headers = response.headers_mut();
    for (name, value) in [
        (HeaderName::from_static(paths::REQUEST_ID), id.as_str()),
        (HeaderName::from_static(paths::DPOP_NONCE), nonce.as_str()),
        (header::DATE, date.as_str()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Writes the body of an error: an OAuth error as `application/json` (RFC 6749, 5.2), any other as
/// `application/problem+json`.
fn with_problem(response: Response, id: &str) -> Response {
    let status = response.status();
    let found = response.extensions().get::<Problem>().cloned();
    // A refusal by a layer (time-out, limits) has no problem yet.
    let problem = match found {
        Some(problem) => problem,
        None if status == StatusCode::REQUEST_TIMEOUT => Problem::new(408, "request_timeout", true),
        None if status == StatusCode::PAYLOAD_TOO_LARGE => Problem::new(413, "request_too_large", false),
        None => return response,
    };
    let kind = if problem.error.is_some() {
        "application/json"
    } else {
        paths::PROBLEM_JSON
    };
    let challenge = match (status, problem.error.as_deref()) {
        // RFC 9449, 7.1 and 9.
        (
            StatusCode::UNAUTHORIZED,
            Some(error @ ("invalid_token" | "use_dpop_nonce" | "invalid_dpop_proof")),
        ) => HeaderValue::from_str(&format!("DPoP error=\"{error}\", algs=\"ES256\"")).ok(),
        _ => None,
    };
    let said = response.headers();
    let kept = [header::RETRY_AFTER, header::ALLOW].map(|name| (said.get(&name).cloned(), name));
    let body = serde_json::to_vec(&problem.with_trace(id)).unwrap_or_default();
    let mut out = (status, [(header::CONTENT_TYPE, kind)], body).into_response();
    for (value, name) in kept {
        if let Some(value) = value {
            out.headers_mut().insert(name, value);
        }
    }
    if let Some(challenge) = challenge {
        out.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    out
}
