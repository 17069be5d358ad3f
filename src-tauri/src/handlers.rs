//! One Tauri command for each line of the table.

#![cfg_attr(
    not(test),
    expect(
        clippy::wildcard_imports,
        reason = "the table names nearly every type there is, one line each"
    )
)]

use acasa_api_types::*;
use acasa_core::{Acasa, commands};
use tauri::ipc::{Invoke, InvokeBody, Request};
use tauri::{State, Wry};

/// Makes a handler: JSON arguments are deserialised by Tauri, raw ones are read off the request.
macro_rules! handler {
    (Json, $name:ident, $arguments:ident, $answer:ident) => {
        #[tauri::command]
        pub(super) async fn $name(
            acasa: State<'_, Acasa>,
            arguments: $arguments,
        ) -> Result<$answer, Failure> {
            commands::$name(&acasa, arguments).await
        }
    };
    (Raw, $name:ident, $arguments:ident, $answer:ident) => {
        #[tauri::command]
        pub(super) async fn $name(acasa: State<'_, Acasa>, request: Request<'_>) -> Result<$answer, Failure> {
            commands::$name(&acasa, $arguments::take(&request)).await
        }
    };
}

macro_rules! handlers {
    ($($does:literal $name:ident ($arguments:ident) -> $answer:ident in $permission:literal as $carriage:ident;)*) => {
        /// The functions, in a module of their own so that each is named as its command is.
        mod generated {
            use super::*;
            $(handler!($carriage, $name, $arguments, $answer);)*
        }

        /// What answers the window.
        pub(crate) fn all() -> impl Fn(Invoke<Wry>) -> bool + Send + Sync + 'static {
            use generated::*;
            tauri::generate_handler![$($name),*]
        }
    };
}
acasa_api_types::commands!(handlers);

/// Arguments that travel as raw bytes.
trait Take {
    fn take(request: &Request<'_>) -> Self;
}

fn bytes(request: &Request<'_>) -> Vec<u8> {
    match request.body() {
        InvokeBody::Raw(bytes) => bytes.clone(),
        InvokeBody::Json(_) => Vec::new(),
    }
}

fn number(request: &Request<'_>, header: &str) -> u32 {
    let text = request
        .headers()
        .get(header)
        .and_then(|value| value.to_str().ok());
    text.and_then(|text| text.parse().ok()).unwrap_or(0)
}

impl Take for RawFrame {
    fn take(request: &Request<'_>) -> Self {
        Self {
            width: number(request, "x-width"),
            height: number(request, "x-height"),
            bytes: bytes(request),
        }
    }
}

impl Take for RawPicture {
    fn take(request: &Request<'_>) -> Self {
        Self {
            bytes: bytes(request),
        }
    }
}
