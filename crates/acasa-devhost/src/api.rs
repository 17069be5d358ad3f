//! One route for each line of the table.

#![cfg_attr(
    not(test),
    expect(
        clippy::wildcard_imports,
        reason = "the table names nearly every type there is, one line each"
    )
)]

use acasa_api_types::*;
use acasa_core::{Acasa, commands};
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Largest picture or frame taken: 32 MiB.
const BODY_LIMIT: usize = 32 << 20;

/// Takes the arguments off a request.
macro_rules! take {
    (Json, $arguments:ident, $headers:ident, $body:ident) => {
        from_json::<$arguments>(&$body)
    };
    (Raw, $arguments:ident, $headers:ident, $body:ident) => {
        Ok($arguments::take(&$headers, &$body))
    };
}

macro_rules! routes {
    ($($does:literal $name:ident ($arguments:ident) -> $answer:ident in $permission:literal as $carriage:ident;)*) => {
        pub(crate) fn routes(acasa: Acasa) -> Router {
            Router::new()
                $(.route(concat!("/", stringify!($name)), post(
                    async |State(acasa): State<Acasa>, headers: HeaderMap, body: Bytes| {
                        let _ = &headers;
                        match take!($carriage, $arguments, headers, body) {
                            Ok(arguments) => answer(commands::$name(&acasa, arguments).await),
                            Err(refusal) => refusal,
                        }
                    },
                )))*
                .layer(DefaultBodyLimit::max(BODY_LIMIT))
                .with_state(acasa)
        }
    };
}
acasa_api_types::commands!(routes);

/// Bodies can hold a PIN, so what is wrong with one is not repeated.
#[expect(
    clippy::result_large_err,
    reason = "the refusal is the response itself, made once per bad request"
)]
fn from_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Response> {
    serde_json::from_slice(body).map_err(|_| StatusCode::UNPROCESSABLE_ENTITY.into_response())
}

/// A failure is an answer too: the interface reads its code.
fn answer<T: Serialize>(outcome: Result<T, Failure>) -> Response {
    match outcome {
        Ok(view) => Json(view).into_response(),
        Err(failure) => (StatusCode::CONFLICT, Json(failure)).into_response(),
    }
}

/// Arguments that travel as raw bytes.
trait Take {
    fn take(headers: &HeaderMap, body: &Bytes) -> Self;
}

fn number(headers: &HeaderMap, name: &str) -> u32 {
    let text = headers.get(name).and_then(|value| value.to_str().ok());
    text.and_then(|text| text.parse().ok()).unwrap_or(0)
}

impl Take for RawFrame {
    fn take(headers: &HeaderMap, body: &Bytes) -> Self {
        Self {
            width: number(headers, "x-width"),
            height: number(headers, "x-height"),
            bytes: body.to_vec(),
        }
    }
}

impl Take for RawPicture {
    fn take(_headers: &HeaderMap, body: &Bytes) -> Self {
        Self { bytes: body.to_vec() }
    }
}
