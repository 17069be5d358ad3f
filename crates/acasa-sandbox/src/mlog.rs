//! The other side of MLog: takes events as the real one documents it, over loopback TLS from those with
//! a certificate, and keeps them in memory to be looked at.

use std::sync::{Arc, Mutex, PoisonError};

use acasa_wire::mlog::{self, Event, Reply};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::post,
};
use jiff::Timestamp;
use rustls::ServerConfig;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use crate::transport::TlsListener;

/// The most events that are kept.
const KEPT: usize = 100_000;

/// What arrived. Clones are the same journal.
#[derive(Clone, Default)]
pub(crate) struct Mlog(Arc<Mutex<Vec<Event>>>);

impl Mlog {
    /// A copy of what arrived.
    pub(crate) fn events(&self) -> Vec<Event> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Serves until told to stop.
    pub(crate) fn serve(
        &self,
        listener: TcpListener,
        tls: ServerConfig,
        mut stop: watch::Receiver<bool>,
    ) -> JoinHandle<()> {
        let listener = TlsListener::new(listener, tls);
        let app = Router::new()
            .route(mlog::REGISTER, post(register))
            .layer(DefaultBodyLimit::max(mlog::MESSAGE_LIMIT))
            .with_state(self.clone());
        tokio::spawn(async move {
            let stopped = async move {
                let _ = stop.wait_for(|stopping| *stopping).await;
            };
            if axum::serve(listener, app)
                .with_graceful_shutdown(stopped)
                .await
                .is_err()
            {
                tracing::error!("mlog.serving_failed");
            }
        })
    }
}

async fn register(State(journal): State<Mlog>, body: Bytes) -> Response {
    let events = match mlog::read(&body) {
        Ok(events) => events,
        Err(error) => {
            tracing::warn!(error.code = error.code(), "mlog.refused");
            return StatusCode::BAD_REQUEST.into_response();
        }
    };
    let mut kept = journal.0.lock().unwrap_or_else(PoisonError::into_inner);
    if kept.len() + events.len() > KEPT {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    kept.extend(events);
    Json(Reply {
        status: "200".to_owned(),
        message: "OK".to_owned(),
        timestamp: Timestamp::now().as_millisecond().to_string(),
        uid: uuid::Uuid::now_v7().to_string(),
    })
    .into_response()
}

#[cfg(test)]
mod tests;
