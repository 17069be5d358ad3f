//! What every handler shares.

use std::sync::{Arc, OnceLock};

use acasa_crypto::{CryptoError, base64url, digest::sha256, random};
use acasa_domain::Principal;
use acasa_gateway_store::{Hash, Storage, StoreError, Tag};
use jiff::Timestamp;
use tokio::sync::Notify;

use crate::{
    Authority, GatewayError, Limits,
    http::Rates,
    nonce::Nonces,
    ports::{AuditJournal, Clock, Events, Inbox, Registers, SignIn},
    sync::Hints,
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
    pub(crate) nonces: Nonces,
    pub(crate) limits: Limits,
    pub(crate) rates: Rates,
    /// Who is told that there may be news.
    pub(crate) hints: Hints,
    /// Told when the outbox has something new.
    pub(crate) outbox: Notify,
    /// Where letters of the state come from, if it is connected.
    pub(crate) inbox: OnceLock<Arc<dyn Inbox>>,
    /// Where events of the state come from, if it is connected.
    pub(crate) events: OnceLock<Arc<dyn Events>>,
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
        let storage = Arc::clone(&self.storage);
        let done = tokio::task::spawn_blocking(move || transaction(storage.as_ref())).await;
        self.outbox.notify_one();
        Ok(done.map_err(|_| GatewayError::Stopping)??)
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
