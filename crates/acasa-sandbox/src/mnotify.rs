//! The other side of MNotify: takes notifications and templates as the real one documents them, from institutions
//! with a certificate of their own; hands messages for people's inboxes to the gateway by a feed that is ours
//! (`docs/formats/inbox.md`); keeps what would go by mail, SMS and Viber to be looked at.

mod api;
mod examples;
mod feed;
mod fill;
mod letters;
mod problem;
mod registers;
mod send;
mod senders;
mod templates;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use acasa_domain::Language;
use acasa_gateway::ports::Clock as _;
use acasa_wire::{
    inbox::{DELIVERIES, Delivery, PREFERENCES, PreferencesReport},
    mnotify::{
        Channel, NOTIFICATION, NOTIFICATIONS, Notification, NotificationStatus, REQUEST_LIMIT, TEMPLATE,
        TemplateDto, Trace,
    },
};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post, put},
};
use jiff::Timestamp;
use rustls::ServerConfig;
use serde::Serialize;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};
use uuid::Uuid;

use crate::{
    clock::OffsetClock,
    country::Country,
    transport::{Peer, TlsListener},
};

pub use examples::{EXAMPLES, Example};
pub(crate) use letters::{certificate, variables};
pub use senders::{INSTITUTIONS, Institution};

/// The most notifications, templates, and messages sent away that are kept.
const KEPT: usize = 20_000;
/// The most bytes of files that are kept.
const KEPT_FILES: usize = 512 * 1024 * 1024;

/// A simulator. Clones are the same one.
#[derive(Clone)]
pub(crate) struct Mnotify(Arc<Inner>);

struct Inner {
    country: Arc<Country>,
    clock: Arc<OffsetClock>,
    gateway: Peer,
    senders: HashMap<Peer, &'static Institution>,
    state: Mutex<State>,
    /// The number of the last delivery.
    news: watch::Sender<u64>,
}

struct State {
    /// The feed's name: of this process, as the numbers are.
    feed: String,
    notifications: Vec<Kept>,
    templates: Vec<TemplateDto>,
    deliveries: Vec<Delivered>,
    preferences: HashMap<String, PreferencesReport>,
    sent: Vec<SentMessage>,
    files: usize,
    held: bool,
}

/// A notification with what became of it.
struct Kept {
    id: Uuid,
    sender: &'static Institution,
    request: Notification,
    status: NotificationStatus,
    trace: Trace,
    recipients: Vec<send::Reached>,
}

/// A delivery with its files.
struct Delivered {
    delivery: Delivery,
    files: Arc<Vec<Vec<u8>>>,
}

/// What would have gone by another way than the inbox.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SentMessage {
    /// By which way.
    pub channel: Channel,
    /// Mail address or telephone number.
    pub to: String,
    /// One line; an SMS has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// What it says.
    pub text: String,
    /// When (RFC 3339).
    pub sent_at: String,
}

impl Mnotify {
    /// An empty one, for these clients.
    pub(crate) fn new(
        country: Arc<Country>,
        clock: Arc<OffsetClock>,
        gateway: Peer,
        senders: impl IntoIterator<Item = (Peer, &'static Institution)>,
    ) -> Self {
        let mnotify = Self(Arc::new(Inner {
            country,
            clock,
            gateway,
            senders: senders.into_iter().collect(),
            state: Mutex::new(State {
                feed: Uuid::now_v7().to_string(),
                notifications: Vec::new(),
                templates: Vec::new(),
                deliveries: Vec::new(),
                preferences: HashMap::new(),
                sent: Vec::new(),
                files: 0,
                held: false,
            }),
            news: watch::Sender::new(0),
        }));
        mnotify.state().templates = examples::templates(mnotify.0.country.seed, &mnotify.now());
        mnotify
    }

    /// Serves until told to stop.
    pub(crate) fn serve(
        &self,
        listener: TcpListener,
        tls: ServerConfig,
        mut stop: watch::Receiver<bool>,
    ) -> JoinHandle<()> {
        let listener = TlsListener::new(listener, tls);
        let app = self.router().into_make_service_with_connect_info::<Peer>();
        let news = self.clone();
        tokio::spawn(async move {
            let stopped = async move {
                let _ = stop.wait_for(|stopping| *stopping).await;
                // Who waits for news need not wait for the end.
                news.0.news.send_modify(|_| ());
            };
            if axum::serve(listener, app)
                .with_graceful_shutdown(stopped)
                .await
                .is_err()
            {
                tracing::error!("mnotify.serving_failed");
            }
        })
    }

    fn router(&self) -> Router {
        let one = format!("{NOTIFICATION}/{{id}}");
        let template = format!("{TEMPLATE}/{{id}}");
        let check = format!("{TEMPLATE}/{{id}}/check");
        let attachment = format!("{DELIVERIES}/{{message}}/attachments/{{number}}");
        let status = format!("{DELIVERIES}/{{message}}/status");
        Router::new()
            .route(NOTIFICATION, get(api::list).merge(post(api::send)))
            .route(NOTIFICATIONS, get(api::list))
            .route(&one, get(api::read).merge(axum::routing::delete(api::cancel)))
            .route(TEMPLATE, get(templates::list).merge(post(templates::add)))
            .route(
                &template,
                get(templates::read)
                    .merge(put(templates::change))
                    .merge(axum::routing::delete(templates::remove)),
            )
            .route(&check, get(templates::check_query).merge(post(templates::check)))
            .route(DELIVERIES, get(feed::deliveries))
            .route(&attachment, get(feed::attachment))
            .route(&status, post(feed::status))
            .route(PREFERENCES, put(feed::preferences))
            .fallback(|| async { problem::Problem::NotFound })
            .layer(DefaultBodyLimit::max(REQUEST_LIMIT))
            .with_state(self.clone())
    }

    /// What would have gone by mail, SMS and Viber.
    pub(crate) fn sent(&self) -> Vec<SentMessage> {
        self.state().sent.clone()
    }

    /// Holds notifications back, as a busy service does, or lets them go.
    #[cfg(test)]
    pub(crate) fn hold(&self, held: bool) {
        self.state().held = held;
        if !held {
            self.send_pending();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn timestamp(&self) -> Timestamp {
        self.0.clock.now()
    }

    fn now(&self) -> String {
        self.timestamp().to_string()
    }

    fn trace(&self, sender: &Institution) -> Trace {
        let now = self.now();
        Trace {
            created_at: now.clone(),
            last_updated_at: now,
            created_by: sender.id.to_owned(),
            last_updated_by: sender.id.to_owned(),
        }
    }
}

/// The text in a language, in Romanian where there is none.
fn in_language(text: &acasa_wire::mnotify::ContentLanguage, language: Language) -> &str {
    let translated = match language {
        Language::Ro => None,
        Language::Ru => text.ru.as_deref(),
        Language::En => text.en.as_deref(),
    };
    translated.unwrap_or(&text.ro)
}

#[cfg(test)]
mod tests;
