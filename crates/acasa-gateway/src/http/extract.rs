//! Readers of requests that refuse with our own errors.

use axum::{
    extract::{FromRequest, FromRequestParts, OptionalFromRequestParts, Request, rejection::JsonRejection},
    http::{StatusCode, request::Parts},
    response::IntoResponse as _,
};
use serde::de::DeserializeOwned;

use crate::GatewayError;

/// The request's identifier, put there by the outermost layer.
#[derive(Debug, Clone)]
pub(crate) struct Correlation(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Correlation {
    type Rejection = GatewayError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, GatewayError> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or(GatewayError::Stopping)
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Correlation {
    type Rejection = GatewayError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, GatewayError> {
        Ok(parts.extensions.get::<Self>().cloned())
    }
}

/// `application/x-www-form-urlencoded`; a repeated parameter is refused (RFC 6749, 3.2).
pub(crate) struct Form<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = GatewayError;

    async fn from_request(request: Request, state: &S) -> Result<Self, GatewayError> {
        match axum::Form::from_request(request, state).await {
            Ok(axum::Form(value)) => Ok(Self(value)),
            Err(rejection) => Err(by_status(rejection.into_response().status())),
        }
    }
}

/// `application/json`.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = GatewayError;

    async fn from_request(request: Request, state: &S) -> Result<Self, GatewayError> {
        let read: Result<axum::Json<T>, JsonRejection> = axum::Json::from_request(request, state).await;
        match read {
            Ok(axum::Json(value)) => Ok(Self(value)),
            Err(rejection) => Err(by_status(rejection.status())),
        }
    }
}

/// The query string.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = GatewayError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, GatewayError> {
        match axum::extract::Query::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(_) => Err(GatewayError::Malformed),
        }
    }
}

fn by_status(status: StatusCode) -> GatewayError {
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        GatewayError::TooLarge
    } else {
        GatewayError::Malformed
    }
}
