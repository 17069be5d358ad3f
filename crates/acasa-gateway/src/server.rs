//! The gateway as a whole: made from its parts, served, stopped.

use std::{
    net::SocketAddr,
    sync::{Arc, OnceLock},
};

use acasa_crypto::CryptoError;
use acasa_domain::Idnp;
use acasa_gateway_store::{Hearing, Storage, StoreError};
use axum::Router;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};
use url::Url;

use crate::{
    Authority, GatewayError, Limits, SignInError,
    authority::PublishedLists,
    events,
    http::{self, Rates, router},
    inbox,
    journal::{self, Happening, own_event},
    metrics::{self, Metrics},
    nonce::Nonces,
    ports::{AuditJournal, Clock, Events, Inbox, Registers, SignIn, SignInOutcome},
    queue::Queue,
    retention,
    state::{Shared, State},
    sync,
    traces::Traces,
};

/// Transactions at a time of a storage that has no connections: it lets them wait itself.
const FEWEST: usize = 4;

/// What a gateway is made of.
pub struct Parts {
    /// The public base address.
    pub issuer: Url,
    /// The storage.
    pub storage: Arc<dyn Storage>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Where people sign in.
    pub sign_in: Arc<dyn SignIn>,
    /// The registers.
    pub registers: Arc<dyn Registers>,
    /// The national journal.
    pub journal: Arc<dyn AuditJournal>,
    /// The keys that make documents.
    pub authority: Authority,
    /// How much it takes.
    pub limits: Limits,
}

/// A gateway. Clones are the same one.
#[derive(Clone)]
pub struct Gateway(Shared);

impl Gateway {
    /// A gateway that is not served yet.
    pub fn new(parts: Parts) -> Result<Self, CryptoError> {
        let connections = usize::try_from(parts.storage.load().limit).unwrap_or_default();
        let transactions = parts.limits.transactions.unwrap_or(connections.max(FEWEST));
        Ok(Self(Arc::new(State {
            issuer: parts.issuer.as_str().trim_end_matches('/').to_owned(),
            storage: parts.storage,
            clock: parts.clock,
            sign_in: parts.sign_in,
            registers: parts.registers,
            journal: parts.journal,
            authority: parts.authority,
            status_lists: PublishedLists::default(),
            nonces: Nonces::make_random()?,
            queue: Queue::new(transactions, parts.limits.waiting),
            rates: Rates::new(&parts.limits),
            limits: parts.limits,
            metrics: Metrics::default(),
            hints: sync::Hints::default(),
            outbox: tokio::sync::Notify::new(),
            inbox: OnceLock::new(),
            events: OnceLock::new(),
            traces: OnceLock::new(),
            letters: tokio::sync::Notify::new(),
        })))
    }

    /// Connects it to where letters of the state come from, once, before it is served.
    #[must_use]
    pub fn with_inbox(self, inbox: Arc<dyn Inbox>) -> Self {
        let _ = self.0.inbox.set(inbox);
        self
    }

    /// Connects it to where events of the state come from, once, before it is served.
    #[must_use]
    pub fn with_events(self, events: Arc<dyn Events>) -> Self {
        let _ = self.0.events.set(events);
        self
    }

    /// Sends spans of what it does from now on; once, before it is served.
    #[must_use]
    pub fn with_traces(self, traces: Traces) -> Self {
        let _ = self.0.traces.set(traces);
        self
    }

    /// The keys that make documents.
    pub fn authority(&self) -> &Authority {
        &self.0.authority
    }

    /// Called by the sign-in's adapter when the person is back: answers with where the browser goes.
    pub async fn finish_sign_in(&self, handle: &str, outcome: SignInOutcome) -> Result<Url, SignInError> {
        let correlation = uuid::Uuid::now_v7().to_string();
        crate::oauth::finish(&self.0, handle, outcome, &correlation).await
    }

    /// Revokes every copy and companion of a person's document.
    pub async fn revoke(&self, person: Idnp, document: &str) -> Result<u64, GatewayError> {
        revoke(&self.0, person, document).await
    }

    /// Takes out of use every installation the person signed in with: a device that was lost. What
    /// it holds stays what it is; signing in again makes a new installation.
    pub async fn revoke_installations(&self, person: Idnp) -> Result<u64, GatewayError> {
        let correlation = uuid::Uuid::now_v7().to_string();
        let milliseconds = self.0.now().as_millisecond();
        let mut event = own_event(
            Happening::InstallationsRevoked,
            person,
            "all",
            &correlation,
            milliseconds,
        );
        journal::SYSTEM.clone_into(&mut event.actor);
        self.0
            .store(move |storage| storage.remove_clients_of(person.as_str(), &event))
            .await
    }

    /// Recomputes the journal's chain and answers its length.
    pub async fn check_journal(&self) -> Result<i64, GatewayError> {
        self.0
            .store(|storage: &dyn Storage| -> Result<i64, StoreError> { storage.check_journal() })
            .await
    }

    /// Serves on `listener`, with the routes of `more` beside its own, until told to stop. Then no
    /// connection is accepted and each open one is closed after its answer.
    pub fn serve(&self, listener: TcpListener, more: Router, stop: watch::Receiver<bool>) -> JoinHandle<()> {
        let state = Arc::clone(&self.0);
        let app = router(&state, more, &state.limits);
        // What an earlier process did not deliver waits in the outbox.
        state.outbox.notify_one();
        state.letters.notify_one();
        tokio::spawn(async move {
            let deliveries = tokio::spawn(journal::deliver(Arc::clone(&state), stop.clone()));
            let letters = tokio::spawn(inbox::receive(Arc::clone(&state), stop.clone()));
            let reports = tokio::spawn(inbox::report(Arc::clone(&state), stop.clone()));
            let events = tokio::spawn(events::consume(Arc::clone(&state), stop.clone()));
            let forwards = tokio::spawn(sync::forward(Arc::clone(&state), stop.clone()));
            let sweeps = tokio::spawn(retention::sweep(Arc::clone(&state), stop.clone()));
            let address = listener
                .local_addr()
                .unwrap_or_else(|_| SocketAddr::from(([0, 0, 0, 0], 0)));
            tracing::info!(server.port = address.port(), "gateway.serving");
            state.hints.open();
            let hearing = hear(&state);
            let ending = tokio::spawn(end_hints(Arc::clone(&state), stop.clone()));
            http::serve(listener, app, &state.limits, Some(&state.metrics), stop).await;
            drop(hearing);
            let _ = tokio::join!(deliveries, letters, reports, events, forwards, sweeps, ending);
            let _ = tokio::task::spawn_blocking(move || state.traces.get().map(Traces::close)).await;
            tracing::info!("gateway.stopped");
        })
    }

    /// Serves the numbers of this gateway on `listener`, at `/metrics`, until told to stop: for whoever watches it, and
    /// not for those it serves.
    pub fn serve_metrics(&self, listener: TcpListener, stop: watch::Receiver<bool>) -> JoinHandle<()> {
        metrics::serve(Arc::clone(&self.0), listener, stop)
    }
}

/// What other gateways change is told to who listens here.
fn hear(state: &Shared) -> Hearing {
    let hints = Arc::downgrade(state);
    state.storage.hear(Arc::new(move |heard| {
        if let Some(state) = hints.upgrade() {
            state.hints.pass_on(heard);
        }
    }))
}

/// Streams of hints have no end of their own that a stop could wait for.
async fn end_hints(state: Shared, mut stop: watch::Receiver<bool>) {
    let _ = stop.wait_for(|stopping| *stopping).await;
    state.hints.close();
}

/// Revokes every copy and companion of a person's document.
pub(crate) async fn revoke(state: &Shared, person: Idnp, document: &str) -> Result<u64, GatewayError> {
    let event = journal::event_about(
        Happening::DocumentRevoked,
        person.into(),
        document,
        &uuid::Uuid::now_v7().to_string(),
        state.now().as_millisecond(),
    );
    let document = document.to_owned();
    state
        .store(move |storage| storage.revoke(&document, &event))
        .await
}
