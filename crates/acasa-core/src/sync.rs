//! Synchronising: what the person does is kept first and sent when it can be; what the state confirms comes
//! back, to all their devices.
//!
//! [`acasa_sync`] decides what is to be done and when; here are its store, its key, and the task that does
//! it while the vault is open. Closing the vault ends the task at once: everything it needs to go on is kept.

mod key;
mod listener;
mod runner;
mod store;
#[cfg(feature = "testing")]
pub mod testing;

use crate::acasa::hold;
use crate::vault::OpenVault;
use crate::{Acasa, CoreError};
use acasa_api_types::ConnectionView;
use acasa_domain::Principal;
use acasa_store::{ActFate, NewAct};
use acasa_sync::{Draft, Standing, Store as _, Trouble, draft};
use jiff::Timestamp;
use runner::Note;
use std::sync::{Arc, Mutex};
use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::AbortHandle;
use uuid::Uuid;

pub(crate) use key::DeviceKey;
pub(crate) use store::{POSITION_SLOT, VaultStore};

/// The task under way, and what it last told.
#[derive(Default)]
pub(crate) struct Syncing {
    task: Mutex<Option<Task>>,
    told: Mutex<Told>,
}

struct Task {
    notes: UnboundedSender<Note>,
    /// Says to whoever listens for hints that it may work now.
    again: Arc<Notify>,
    aborts: [AbortHandle; 2],
}

impl Drop for Task {
    fn drop(&mut self) {
        self.aborts.iter().for_each(AbortHandle::abort);
    }
}

/// How synchronising stands.
#[derive(Default, Clone, Copy)]
struct Told {
    standing: Option<Standing>,
    trouble: Option<Trouble>,
    paused: bool,
}

/// Handle of the module.
pub struct Sync<'a> {
    pub(crate) acasa: &'a Acasa,
}

impl Sync<'_> {
    fn shared(&self) -> &Syncing {
        &self.acasa.inner.syncing
    }

    /// Begins, or says that there is a session now.
    pub(crate) fn begin(&self) {
        if self.note(Note::SessionReady) {
            return;
        }
        // Outside of a runtime nothing is sent; acts wait in the vault.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        let (notes, heard) = tokio::sync::mpsc::unbounded_channel();
        let app = || Arc::downgrade(&self.acasa.inner);
        let again = Arc::new(Notify::new());
        let task = runtime.spawn(runner::run(app(), heard));
        let ear = runtime.spawn(listener::run(app(), notes.clone(), Arc::clone(&again)));
        let aborts = [task.abort_handle(), ear.abort_handle()];
        *hold(&self.shared().task) = Some(Task { notes, again, aborts });
        self.note(Note::SessionReady);
    }

    /// Ends; what was under way is done again another time.
    pub(crate) fn end(&self) {
        *hold(&self.shared().task) = None;
        *hold(&self.shared().told) = Told::default();
    }

    /// Whether the person wants data to be saved: then nothing is looked for that was not asked for.
    pub(crate) fn is_sparing(&self) -> bool {
        self.acasa.preferences().data_saver
    }

    /// The person changed their mind about saving data.
    pub(crate) fn changed_habits(&self) {
        self.note(Note::ChangedHabits);
    }

    /// Stops what is under way, until the person wants it or the vault is opened anew. What has come is kept.
    pub fn pause(&self) -> Result<(), CoreError> {
        self.acasa.vault().open()?;
        self.note(Note::Pause);
        Ok(())
    }

    /// There may be news, or reason to try again: at once.
    pub(crate) fn nudge(&self) {
        self.note(Note::Nudge);
    }

    /// Whether there is a task that was told.
    fn note(&self, note: Note) -> bool {
        let task = hold(&self.shared().task);
        task.as_ref().is_some_and(|task| {
            task.again.notify_one();
            task.notes.send(note).is_ok()
        })
    }

    /// Keeps an act of the holder's, to be sent soon. It can be taken back until then.
    pub(crate) fn act<A: serde::Serialize>(
        &self,
        open: &OpenVault,
        name: &str,
        arguments: &A,
    ) -> Result<Uuid, CoreError> {
        self.act_after(open, name, arguments, Vec::new())
    }

    /// The same, for an act that has no effect unless those were applied.
    pub(crate) fn act_after<A: serde::Serialize>(
        &self,
        open: &OpenVault,
        name: &str,
        arguments: &A,
        depends_on: Vec<Uuid>,
    ) -> Result<Uuid, CoreError> {
        let holder = holder(open)?;
        let arguments =
            serde_json::to_value(arguments).map_err(|_| CoreError::Document { code: "internal" })?;
        let made = Draft {
            id: Uuid::now_v7(),
            name: name.to_owned(),
            arguments,
            actor: holder,
            principal: holder,
            power: None,
            depends_on,
            not_after: None,
            made_at: Timestamp::now().to_string(),
        };
        let id = keep(&VaultStore::new(self.acasa, open)?, made)?;
        self.note(Note::Queued);
        Ok(id)
    }

    /// Sends what waits and looks for news, and tells how it stands a moment later.
    pub async fn now(&self) -> Result<ConnectionView, CoreError> {
        self.acasa.vault().open()?;
        if hold(&self.shared().task).is_none() {
            self.begin();
        }
        let (done, told) = tokio::sync::oneshot::channel();
        if self.note(Note::TellWhenQuiet(done)) {
            let _ = tokio::time::timeout(runner::ONE_WAIT, told).await;
        }
        Ok(self.acasa.connection().await)
    }

    /// Whether a whole checkpoint has come since the vault was opened.
    pub(crate) fn has_pulled(&self) -> bool {
        let told = *hold(&self.shared().told);
        told.standing
            .is_some_and(|standing| standing.up_to_date_at.is_some())
    }

    fn tell(&self, standing: Standing, trouble: Option<Trouble>, paused: bool) {
        *hold(&self.shared().told) = Told {
            standing: Some(standing),
            trouble,
            paused,
        };
    }

    /// Adds to the view what is known here.
    pub(crate) fn describe(&self, view: &mut ConnectionView) {
        let told = *hold(&self.shared().told);
        if let Some(standing) = told.standing {
            view.syncing = standing.busy;
            view.arriving = u32::try_from(standing.arriving).unwrap_or(u32::MAX);
        }
        view.paused = told.paused;
        view.sign_in_needed = told.trouble == Some(Trouble::SignIn);
        view.suspended = told.trouble == Some(Trouble::Suspended);
        let acts = self.acasa.vault().open().ok();
        for act in acts
            .and_then(|open| open.records.acts().unsettled().ok())
            .unwrap_or_default()
        {
            if act.fate == ActFate::ToConfirm {
                view.to_confirm += 1;
            } else {
                view.waiting += 1;
            }
        }
    }
}

/// Makes an act's bytes and keeps both, as waiting.
fn keep(store: &VaultStore, made: Draft) -> Result<Uuid, CoreError> {
    let act = NewAct {
        id: made.id,
        principal: made.principal,
        actor: made.actor,
        name: made.name.clone(),
        arguments: made.arguments.to_string(),
        made_at: Timestamp::now(),
        fate: ActFate::Waiting,
    };
    let look_up = |id| store.dependency(id).unwrap_or(acasa_sync::Dependency::Failed);
    let intent =
        draft(made, &store.key(), look_up).map_err(|error| CoreError::Document { code: error.code() })?;
    store.keep(&act, &intent)?;
    Ok(intent.id)
}

/// Whose vault it is: known since their first documents came.
pub(crate) fn holder(open: &OpenVault) -> Result<Principal, CoreError> {
    open.records.principals().holder()?.ok_or(CoreError::NotSignedIn)
}
