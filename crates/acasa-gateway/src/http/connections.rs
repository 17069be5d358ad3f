//! Connections: how many, how long they may be silent, and their orderly end.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, body::Body};
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
};
use tower::ServiceExt as _;

use super::rates::Peer;
use crate::{Limits, metrics::Metrics};

/// Largest head of a request, in bytes; then 431.
const HEAD_LIMIT: usize = 32 * 1024;
/// The most header fields of a request; then 431.
const FIELDS_LIMIT: usize = 64;
/// How long to wait when the system has no connection to give: no file descriptor, for example.
const ACCEPT_WAIT: Duration = Duration::from_millis(500);

/// Serves until told to stop, then takes no connection and closes each after its answer.
pub(crate) async fn serve(
    listener: TcpListener,
    app: Router,
    limits: &Limits,
    metrics: Option<&Metrics>,
    mut stop: watch::Receiver<bool>,
) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.head_time)
        .max_header_size(HEAD_LIMIT)
        .max_headers(FIELDS_LIMIT);
    let room = Arc::new(Semaphore::new(limits.connections));
    let graceful = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &room) => accepted,
            _ = stop.wait_for(|stopping| *stopping) => break,
        };
        let Some((stream, address, place)) = accepted else {
            continue;
        };
        let app = app.clone();
        let answer = service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(Peer(address.ip()));
            app.clone().oneshot(request)
        });
        let counted = metrics.map(Metrics::connection);
        let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), answer));
        tokio::spawn(async move {
            if connection.await.is_err() {
                tracing::debug!("connection.failed");
            }
            drop((place, counted));
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

type Place = tokio::sync::OwnedSemaphorePermit;

async fn accept(listener: &TcpListener, room: &Arc<Semaphore>) -> Option<(TcpStream, SocketAddr, Place)> {
    let place = Arc::clone(room).acquire_owned().await.ok()?;
    if let Ok((stream, address)) = listener.accept().await {
        return Some((stream, address, place));
    }
    tracing::warn!("connection.not_accepted");
    tokio::time::sleep(ACCEPT_WAIT).await;
    None
}
