//! The other side of MConnect Events: takes events from institutions, and hands them to its consumer at least once,
//! in the order in which they came. Who is on the other side it knows by the certificate.

use std::{
    collections::{HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use acasa_wire::cloud_events::{
    CONSUME, CloudEvent, ConsumerMessage, EVENT_JSON, EVENT_LIMIT, EventError, PRODUCE, SUB_PROTOCOL,
};
use axum::{
    Json, Router,
    extract::{
        ConnectInfo, DefaultBodyLimit, State,
        ws::{Message, WebSocket, WebSocketUpgrade},
    },
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::{any, post},
};
use rustls::ServerConfig;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use crate::transport::{Peer, TlsListener};

/// The most events that are kept.
const KEPT: usize = 10_000;

/// A simulator. Clones are the same one.
#[derive(Clone)]
pub(crate) struct MconnectEvents(Arc<Inner>);

struct Inner {
    consumer: Peer,
    producers: HashSet<Peer>,
    queue: Mutex<Queue>,
    /// Changes when there is something new, and at the end.
    news: watch::Sender<()>,
}

#[derive(Default)]
struct Queue {
    /// Number of the first event that waits.
    first: u64,
    events: VecDeque<Value>,
    dead: Vec<Value>,
}

impl MconnectEvents {
    /// An empty one, for these clients.
    pub(crate) fn new(consumer: Peer, producers: impl IntoIterator<Item = Peer>) -> Self {
        Self(Arc::new(Inner {
            consumer,
            producers: producers.into_iter().collect(),
            queue: Mutex::default(),
            news: watch::Sender::new(()),
        }))
    }

    /// Serves until told to stop.
    pub(crate) fn serve(
        &self,
        listener: TcpListener,
        tls: ServerConfig,
        mut stop: watch::Receiver<bool>,
    ) -> JoinHandle<()> {
        let app = Router::new()
            .route(PRODUCE, post(produce))
            .route(CONSUME, any(consume))
            .layer(DefaultBodyLimit::max(EVENT_LIMIT))
            .with_state((self.clone(), stop.clone()))
            .into_make_service_with_connect_info::<Peer>();
        let listener = TlsListener::new(listener, tls);
        tokio::spawn(async move {
            let stopped = async move {
                let _ = stop.wait_for(|stopping| *stopping).await;
            };
            if axum::serve(listener, app)
                .with_graceful_shutdown(stopped)
                .await
                .is_err()
            {
                tracing::error!("mconnect_events.serving_failed");
            }
        })
    }

    /// What the consumer gave up.
    #[cfg(test)]
    pub(crate) fn dead(&self) -> Vec<Value> {
        self.queue().dead.clone()
    }

    /// Events that were not confirmed.
    #[cfg(test)]
    pub(crate) fn waiting(&self) -> usize {
        self.queue().events.len()
    }

    /// Keeps an event for the consumer, whatever it is.
    pub(crate) fn push(&self, event: Value) -> bool {
        let mut queue = self.queue();
        if queue.events.len() >= KEPT {
            return false;
        }
        queue.events.push_back(event);
        drop(queue);
        self.0.news.send_replace(());
        true
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

type Shared = (MconnectEvents, watch::Receiver<bool>);

async fn produce(
    State((events, _)): State<Shared>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    headers: HeaderMap,
    body: String,
) -> Response {
    if !events.0.producers.contains(&peer) {
        return refused(StatusCode::UNAUTHORIZED, "event_unauthorized");
    }
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    if kind != Some(EVENT_JSON) {
        return refused(StatusCode::BAD_REQUEST, "event_content_type");
    }
    let event = match CloudEvent::read(&body) {
        Ok(event) => event,
        Err(error @ EventError::TooLarge) => return refused(StatusCode::PAYLOAD_TOO_LARGE, error.code()),
        Err(error) => return refused(StatusCode::BAD_REQUEST, error.code()),
    };
    if !fits_schema(&event) {
        return refused(StatusCode::UNPROCESSABLE_ENTITY, "event_schema");
    }
    let event = serde_json::to_value(&event).unwrap_or_default();
    if events.push(event) {
        StatusCode::ACCEPTED.into_response()
    } else {
        refused(StatusCode::INTERNAL_SERVER_ERROR, "event_full")
    }
}

fn refused(status: StatusCode, code: &'static str) -> Response {
    tracing::info!(error.code = code, "mconnect_events.refused");
    (status, Json(json!({ "status": status.as_u16(), "code": code }))).into_response()
}

/// The one schema that is documented; events of other types may say anything.
fn fits_schema(event: &CloudEvent) -> bool {
    if event.kind != "ASP.RST.VP.Invalidated" {
        return true;
    }
    let Some(data) = event.data.as_object() else {
        return false;
    };
    let text = |name: &str| data.get(name).and_then(Value::as_str);
    let person = text("IDNP")
        .is_some_and(|number| number.len() == 13 && number.bytes().all(|byte| byte.is_ascii_digit()));
    person && text("Number").is_some() && data.len() == 2
}

async fn consume(
    State((events, stop)): State<Shared>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    upgrade: WebSocketUpgrade,
) -> Response {
    if peer != events.0.consumer {
        return refused(StatusCode::UNAUTHORIZED, "event_unauthorized");
    }
    upgrade
        .protocols([SUB_PROTOCOL])
        .max_message_size(2 * EVENT_LIMIT)
        .on_upgrade(|socket| session(socket, events, stop))
}

/// Offsets begin at 1 in each session; what was not confirmed is sent again in the next.
async fn session(mut socket: WebSocket, events: MconnectEvents, mut stop: watch::Receiver<bool>) {
    if socket.protocol().is_none_or(|protocol| protocol != SUB_PROTOCOL) {
        return;
    }
    let mut news = events.0.news.subscribe();
    let began = events.queue().first;
    let mut next = began;
    loop {
        news.mark_unchanged();
        while let Some(event) = events.at(next) {
            next += 1;
            let text = with_offset(event, next - began);
            if socket.send(Message::text(text)).await.is_err() {
                return;
            }
        }
        tokio::select! {
            _ = news.changed() => {}
            _ = stop.wait_for(|stopping| *stopping) => return,
            message = socket.recv() => match message {
                Some(Ok(Message::Text(text))) => match ConsumerMessage::read(&text) {
                    Ok(ConsumerMessage::Confirm(offset)) => events.confirm(next.min(began.saturating_add(offset))),
                    Ok(ConsumerMessage::Dead(event)) => events.queue().dead.push(event),
                    Err(error) => {
                        tracing::warn!(error.code = error.code(), "mconnect_events.closed");
                        return;
                    }
                },
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Binary(_) | Message::Close(_)) | Err(_)) | None => return,
            },
        }
    }
}

impl MconnectEvents {
    /// The event of a number, if it is there and not confirmed.
    fn at(&self, number: u64) -> Option<Value> {
        let queue = self.queue();
        let place = usize::try_from(number.checked_sub(queue.first)?).ok()?;
        queue.events.get(place).cloned()
    }

    /// Forgets everything before this number.
    fn confirm(&self, before: u64) {
        let mut queue = self.queue();
        while queue.first < before && queue.events.pop_front().is_some() {
            queue.first += 1;
        }
    }
}

fn with_offset(mut event: Value, offset: u64) -> String {
    if let Some(event) = event.as_object_mut() {
        event.insert("offset".to_owned(), offset.to_string().into());
    }
    event.to_string()
}

#[cfg(test)]
mod tests;
