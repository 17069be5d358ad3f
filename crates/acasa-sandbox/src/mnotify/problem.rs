//! Refusals: the documented statuses; bodies as the agency's guide asks for (RFC 7807).

use acasa_wire::mnotify::MnotifyError;
use axum::{
    Json,
    extract::rejection::JsonRejection,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

/// Why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Problem {
    /// Not by the rules.
    Invalid(MnotifyError),
    /// Larger than anything that is taken.
    TooLarge,
    /// Nobody who may ask this.
    Unauthorized,
    /// There is none, or it is another's.
    NotFound,
    /// It is too late.
    Conflict,
    /// There is no room.
    Full,
}

impl Problem {
    fn parts(self) -> (StatusCode, &'static str, String) {
        match self {
            Self::Invalid(error) => (StatusCode::BAD_REQUEST, error.code(), error.to_string()),
            Self::TooLarge => plain(
                StatusCode::PAYLOAD_TOO_LARGE,
                "mnotify_too_large",
                "the request is too large",
            ),
            Self::Unauthorized => plain(
                StatusCode::UNAUTHORIZED,
                "mnotify_unauthorized",
                "the certificate is not one that may ask this",
            ),
            Self::NotFound => plain(StatusCode::NOT_FOUND, "mnotify_not_found", "there is none"),
            Self::Conflict => plain(StatusCode::CONFLICT, "mnotify_conflict", "it was sent already"),
            Self::Full => plain(
                StatusCode::SERVICE_UNAVAILABLE,
                "mnotify_full",
                "there is no room",
            ),
        }
    }
}

fn plain(status: StatusCode, code: &'static str, words: &str) -> (StatusCode, &'static str, String) {
    (status, code, words.to_owned())
}

impl From<MnotifyError> for Problem {
    fn from(error: MnotifyError) -> Self {
        Self::Invalid(error)
    }
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            Self::TooLarge
        } else {
            Self::Invalid(MnotifyError::Malformed)
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, code, words) = self.parts();
        tracing::info!(error.code = code, "mnotify.refused");
        let body = Json(json!({
            "type": format!("urn:acasa:mnotify:{code}"), "title": words, "status": status.as_u16(), "code": code,
        }));
        (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response()
    }
}
