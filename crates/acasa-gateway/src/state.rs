//! What every handler shares.

use std::{
    sync::{Arc, OnceLock},
    time::Instant,
};

use acasa_crypto::{CryptoError, base64url, digest::sha256, random};
use acasa_domain::Principal;
use acasa_gateway_store::{Hash, Storage, StoreError, Tag};
use jiff::Timestamp;
use opentelemetry::Context;
use tokio::sync::Notify;

use crate::{
    Authority, GatewayError, Limits,
    authority::PublishedLists,
    http::{Asked, Rates},
    metrics::{LimitOf, Metrics},
    nonce::Nonces,
    ports::{AuditJournal, Clock, Events, Inbox, Registers, SignIn},
    queue::Queue,
    sync::Hints,
    traces::{self, Traces},
};

pub(crate) struct State {
    /// Issuer identifier: the public base address without a closing slash.
    pub(crate) issuer: String,
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) sign_in: Arc<dyn SignIn>,
    pub(crate) registers: Arc<dyn Registers>,
    pub(crate) journal: Arc<dyn AuditJournal>,
    pub(crate) authority: Authority,
    pub(crate) status_lists: PublishedLists,
    pub(crate) nonces: Nonces,
    pub(crate) limits: Limits,
    pub(crate) rates: Rates,
    pub(crate) queue: Queue,
    pub(crate) metrics: Metrics,
    /// Who is told that there may be news.
    pub(crate) hints: Hints,
    /// Told when the outbox has something new.
    pub(crate) outbox: Notify,
    /// Where letters of the state come from, if it is connected.
    pub(crate) inbox: OnceLock<Arc<dyn Inbox>>,
    /// Where events of the state come from, if it is connected.
    pub(crate) events: OnceLock<Arc<dyn Events>>,
    /// Where spans go, if anywhere.
    pub(crate) traces: OnceLock<Traces>,
    /// Told when there may be something to tell senders of letters.
    pub(crate) letters: Notify,
}

pub(crate) type Shared = Arc<State>;

impl State {
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn now_seconds(&self) -> i64 {
        self.now().as_second()
    }

    /// Runs one storage transaction off the asynchronous threads.
    pub(crate) async fn store<T: Send + 'static>(
        &self,
        transaction: impl FnOnce(&dyn Storage) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, GatewayError> {
        let place = self.queue.enter().await?;
        let done = self.look(|storage| {
            let done = transaction(storage);
            // Not before: whoever asked may have gone.
            drop(place);
            done
        });
        let done = done.await;
        self.outbox.notify_one();
        done
    }

    /// As [`Self::store`], past the queue: for the gateway's own work, which is one transaction at a time and writes
    /// nothing that would have to be delivered.
    pub(crate) async fn look<T: Send + 'static>(
        &self,
        transaction: impl FnOnce(&dyn Storage) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, GatewayError> {
        let storage = Arc::clone(&self.storage);
        let traces = self.traces.get();
        let span = traces.and_then(|traces| traces.storage(&Context::current()));
        let timed = tokio::task::spawn_blocking(move || {
            let begun = Instant::now();
            let done = transaction(storage.as_ref());
            (done, begun.elapsed())
        });
        let (done, time) = timed.await.map_err(|_| GatewayError::Stopping)?;
        if let Some(span) = span {
            traces::stored(&span, done.as_ref().err().map(StoreError::code));
        }
        self.metrics.stored(&done, time.as_secs_f64());
        Ok(done?)
    }

    /// Counts something an installation asks for that has shown which it is.
    pub(crate) fn count_client(&self, what: Asked, client: &str) -> Result<(), GatewayError> {
        let counted = self.rates.check_client(what, client);
        if counted.is_err() {
            self.metrics.limited(LimitOf::Installation);
        }
        counted
    }

    /// What stands for a principal where hints are told.
    pub(crate) fn tag_of(&self, principal: Principal) -> Tag {
        self.storage.tag_of(&principal.to_string())
    }

    /// The address of an endpoint.
    pub(crate) fn address(&self, path: &str) -> String {
        format!("{}{path}", self.issuer)
    }
}

/// 32 random bytes as text: a code, a token, an identifier.
pub(crate) fn make_secret() -> Result<String, CryptoError> {
    Ok(base64url::encode(&random::make_bytes::<32>()?))
}

/// What is kept of a secret. It has 256 bits, so a plain hash cannot be searched.
pub(crate) fn kept(secret: &str) -> Hash {
    sha256(secret.as_bytes())
}
