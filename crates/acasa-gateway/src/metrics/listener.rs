//! The listener for whoever watches: not the one people's devices reach.

use axum::{
    Router,
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
    routing::get,
};
use tokio::{
    net::TcpListener,
    sync::{Semaphore, watch},
    task::JoinHandle,
};

use crate::{Limits, http, state::Shared};

/// The address of the numbers.
const METRICS: &str = "/metrics";
const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// Connections of those who watch; more wait.
const CONNECTIONS: usize = 16;
/// One looks at the storage at a time.
static LOOKING: Semaphore = Semaphore::const_new(1);

/// Serves the numbers until told to stop.
pub(crate) fn serve(state: Shared, listener: TcpListener, stop: watch::Receiver<bool>) -> JoinHandle<()> {
    let app = Router::new().route(METRICS, get(numbers)).with_state(state);
    tokio::spawn(async move {
        let limits = Limits {
            connections: CONNECTIONS,
            ..Limits::default()
        };
        http::serve(listener, app, &limits, None, stop).await;
    })
}

/// A storage that does not answer must not hide the other numbers: then its own are as they were.
async fn numbers(State(state): State<Shared>) -> Response {
    let looking = LOOKING.acquire().await;
    let outbox = state.look(|storage| storage.outbox_length()).await.ok();
    let forwarded = state.look(|storage| storage.forwarded_length()).await.ok();
    drop(looking);
    let (load, waiting) = (state.storage.load(), state.queue.waiting());
    let written = state.metrics.write(load, waiting, outbox, forwarded);
    ([(header::CONTENT_TYPE, CONTENT_TYPE)], written).into_response()
}
