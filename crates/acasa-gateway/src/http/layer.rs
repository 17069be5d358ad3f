//! What surrounds every request: its identifier, the server's time, a fresh DPoP nonce, the body of
//! an error, and one line in the log that holds no address parameters.

use std::time::Instant;

use acasa_protocol::{paths, problem::Problem};
use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use opentelemetry::{
    context::FutureExt as _,
    trace::{TraceContextExt as _, TraceId},
};
use tracing::Instrument as _;

use super::Correlation;
use crate::{metrics::Metrics, nonce::Purpose, state::Shared, traces};

/// Identifiers from outside are kept if they are short and plain, so that one runs end to end; then the number of the
/// trace the request belongs to; then one of its own.
fn correlation(headers: &HeaderMap, trace: Option<TraceId>) -> String {
    headers
        .get(paths::REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .filter(|id| (8..=64).contains(&id.len()))
        .filter(|id| {
            id.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        })
        .map(str::to_owned)
        .or_else(|| trace.map(|trace| trace.to_string()))
        .unwrap_or_else(|| uuid::Uuid::now_v7().to_string())
}

pub(super) async fn surround(State(state): State<Shared>, mut request: Request, next: Next) -> Response {
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("-", MatchedPath::as_str)
        .to_owned();
    let (method, begun) = (request.method().clone(), Instant::now());
    let parent = traces::parent(request.headers());
    let context = state
        .traces
        .get()
        .map(|to| to.request(parent.as_ref(), &method, &route));
    let trace = match (&parent, &context) {
        (Some(parent), _) => Some(parent.trace_id()),
        (None, Some(context)) => Some(context.span().span_context().trace_id()),
        (None, None) => None,
    };
    let id = correlation(request.headers(), trace);
    request.extensions_mut().insert(Correlation(id.clone()));
    let span = tracing::info_span!("request", request.id = id, http.method = %method, http.route = route);
    let counted = state.metrics.request();
    let answer = async {
        let response = next.run(request).await;
        tracing::info!(http.status = response.status().as_u16(), "request.served");
        response
    };
    let within = context.clone().unwrap_or_default();
    let answered = answer.instrument(span).with_context(within).await;
    let code = answered
        .extensions()
        .get::<Problem>()
        .map(|problem| problem.code.clone());
    let mut response = with_problem(answered, &id, &state.metrics);
    let seconds = begun.elapsed().as_secs_f64();
    state
        .metrics
        .answered(&route, &method, response.status(), seconds);
    if let Some(context) = context {
        traces::answered(&context, response.status().as_u16(), code.as_deref());
    }
    drop(counted);
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
fn with_problem(response: Response, id: &str, metrics: &Metrics) -> Response {
    let status = response.status();
    let found = response.extensions().get::<Problem>().cloned();
    // A refusal by a layer (time-out, limits) has no problem yet.
    let problem = match found {
        Some(problem) => problem,
        None if status == StatusCode::REQUEST_TIMEOUT => Problem::new(408, "request_timeout", true),
        None if status == StatusCode::PAYLOAD_TOO_LARGE => Problem::new(413, "request_too_large", false),
        None => return response,
    };
    metrics.refused(&problem.code);
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
