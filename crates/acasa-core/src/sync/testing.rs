//! A device without tasks, clock and network: the vault's store, the batch key and the engine, as the app puts
//! them together, for a simulator to drive.

use super::runner::{self, core};
use super::store::VaultStore;
use crate::CoreError;
use crate::notices::preferences::Foreseen;
use acasa_domain::Principal;
use acasa_keystore::Keystore;
use acasa_protocol::sync::Intent;
use acasa_store::{ActFate, NewAct, Vault};
use acasa_sync::{
    BatchKey as _, Config, Draft, Failure, Input, Output, Position, Standing, Store as _, Stored, View,
};
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// How long an act can be taken back before it is sent.
pub const HOLD: Duration = runner::HOLD;
/// How long the app waits before it goes on after the store or the key failed.
pub const AFTER_FAILURE: Duration = runner::AFTER_FAILURE;

/// A running device.
pub struct Device {
    engine: runner::Device,
    store: VaultStore,
}

impl Device {
    /// Goes on from what is kept.
    pub fn open(config: Config, records: &Vault, keystore: Option<&(Arc<dyn Keystore>, String)>) -> Self {
        let store = || VaultStore::over(records.clone(), keystore.cloned());
        Self {
            engine: runner::over(config, store()),
            store: store(),
        }
    }

    /// Tells what happened. After an error this device is to be dropped and opened anew.
    pub fn handle(&mut self, now: Duration, random: u64, input: Input) -> Result<Vec<Output>, CoreError> {
        self.engine.handle(now, random, input).map_err(core)
    }

    /// How things stand.
    pub fn standing(&self) -> Standing {
        self.engine.standing()
    }

    /// Where the device sees itself.
    pub fn position(&self) -> Result<Position, CoreError> {
        self.store.position()
    }

    /// The public key of a generation, to announce.
    pub fn public_key(&self, generation: u64) -> Result<Option<serde_json::Value>, CoreError> {
        Ok(self.store.key().public(generation)?.map(|key| key.to_value()))
    }

    /// What the person sees.
    pub fn view(&self, principal: Principal) -> Result<View, CoreError> {
        View::of(&self.store, principal, None, &Foreseen)
    }
}

/// Keeps an act in a vault, as the app does.
pub fn keep(records: &Vault, made: Draft) -> Result<Uuid, CoreError> {
    super::keep(&VaultStore::over(records.clone(), None), made)
}

/// Keeps an act whose bytes a newer app made.
pub fn keep_text(records: &Vault, intent: &Intent, text: String) -> Result<Uuid, CoreError> {
    let store = VaultStore::over(records.clone(), None);
    let act = NewAct {
        id: intent.id,
        principal: intent.principal,
        actor: intent.actor,
        name: intent.name.clone(),
        arguments: intent.arguments.to_string(),
        made_at: Timestamp::now(),
        fate: ActFate::Waiting,
    };
    let stored = Stored {
        id: intent.id,
        digest: acasa_protocol::sync::Digest(store.key().digest(text.as_bytes())),
        text,
        principal: intent.principal,
        depends_on: intent.depends_on.clone(),
        sent: false,
    };
    store.keep(&act, &stored)?;
    Ok(intent.id)
}

/// What a refusal by the gateway, by its code, means to the engine.
pub fn refused(code: &str) -> Failure {
    runner::refused(code)
}
