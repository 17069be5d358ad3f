//! The app's facade over loopback HTTP: the same built interface, the same core, in a browser.
//!
//! For tests, for developing screens, and for machines without a display. It listens on
//! 127.0.0.1 only, lets in whoever holds the one-time token of the address it prints, refuses
//! foreign `Host` and `Origin` headers, sends no CORS headers, and opens sandbox profiles only.
//! It is in no package.
//!
//! What it is not: a way to serve Acasă to others.
#![forbid(unsafe_code)]

mod api;
mod door;
mod pages;

use acasa_core::Acasa;
use axum::Router;
use axum::middleware;
use std::net::SocketAddr;
use std::path::Path;

pub use door::Door;

/// Why `devhost` does not start.
#[derive(Debug, thiserror::Error)]
pub enum DevhostError {
    /// It serves sandboxes only.
    #[error("devhost opens sandbox profiles only")]
    NotASandbox,
}

/// Everything `devhost` answers: the interface's files, the session, one route per command.
pub fn router(
    acasa: Acasa,
    interface: &Path,
    door: Door,
    address: SocketAddr,
) -> Result<Router, DevhostError> {
    if !acasa.deployment().is_sandbox() {
        return Err(DevhostError::NotASandbox);
    }
    let guarded = api::routes(acasa).layer(middleware::from_fn_with_state(
        door.clone(),
        door::require_session,
    ));
    let own_names = door::OwnNames::of(address);
    Ok(Router::new()
        .merge(door::routes(door))
        .nest("/api", guarded)
        .fallback_service(pages::files(interface))
        .layer(middleware::from_fn(pages::protect))
        .layer(middleware::from_fn_with_state(own_names, door::refuse_strangers)))
}
