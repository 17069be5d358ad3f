use crate::activity::Activity;
use crate::documents::{Documents, Receiving};
use crate::identity::{Identity, SignIns};
use crate::notices::Notices;
use crate::preferences::Preferences;
use crate::profiles::Profiles;
use crate::reminders::Reminders;
use crate::scanner::{ScanState, Scanner};
use crate::settings::Settings;
use crate::showing::{Showing, Showings};
use crate::sync::{Sync, Syncing};
use crate::trust::TrustKeeper;
use crate::vault::{Guard, VaultKeeper};
use crate::verifier::{Verifier, VerifierState};
use crate::{CoreError, Deployment, Setup, connection::Connection};
use acasa_client::{Client, NetworkGate, Options};
use acasa_crypto::wipe_stack;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The app. Clones are the same app; a handle per module hangs off it.
#[derive(Clone)]
pub struct Acasa {
    pub(crate) inner: Arc<Inner>,
}

/// What all handles share. Each part has a lock of its own, held for moments, never across a wait.
pub(crate) struct Inner {
    pub(crate) setup: Setup,
    pub(crate) preferences: Mutex<Preferences>,
    pub(crate) vault: VaultKeeper,
    pub(crate) sign_ins: SignIns,
    pub(crate) receiving: Mutex<Receiving>,
    pub(crate) showings: Mutex<Showings>,
    pub(crate) scan: Mutex<ScanState>,
    pub(crate) verifier: Mutex<VerifierState>,
    pub(crate) connection: Connection,
    pub(crate) trust: TrustKeeper,
    pub(crate) syncing: Syncing,
    pub(crate) link: Mutex<Option<String>>,
    client: Mutex<Option<Client>>,
    gate: NetworkGate,
}

impl Acasa {
    /// Starts the app over a folder. Reads preferences; opens nothing and sends nothing.
    pub fn start(setup: Setup) -> Self {
        Self::start_behind(setup, NetworkGate::default())
    }

    /// The same, behind a network switch that somebody else holds.
    pub fn start_behind(setup: Setup, gate: NetworkGate) -> Self {
        let preferences = Preferences::load(&setup.folder);
        let inner = Inner {
            preferences: Mutex::new(preferences),
            vault: VaultKeeper::default(),
            sign_ins: SignIns::default(),
            receiving: Mutex::default(),
            showings: Mutex::default(),
            scan: Mutex::default(),
            verifier: Mutex::default(),
            connection: Connection::default(),
            trust: TrustKeeper::default(),
            syncing: Syncing::default(),
            link: Mutex::default(),
            client: Mutex::default(),
            gate,
            setup,
        };
        let acasa = Self {
            inner: Arc::new(inner),
        };
        Guard::watch(&acasa);
        acasa
    }

    /// The state this app belongs to.
    pub fn deployment(&self) -> &Deployment {
        &self.inner.setup.deployment
    }

    /// The switch every request passes.
    pub fn gate(&self) -> &NetworkGate {
        &self.inner.gate
    }

    /// Profiles on this device.
    pub fn profiles(&self) -> Profiles<'_> {
        Profiles { acasa: self }
    }

    /// Settings of this device.
    pub fn settings(&self) -> Settings<'_> {
        Settings { acasa: self }
    }

    /// Signing in, and what can be issued.
    pub fn identity(&self) -> Identity<'_> {
        Identity { acasa: self }
    }

    /// Opening, closing and destroying the vault.
    pub fn vault(&self) -> crate::vault::Vault<'_> {
        crate::vault::Vault { acasa: self }
    }

    /// The documents held.
    pub fn documents(&self) -> Documents<'_> {
        Documents { acasa: self }
    }

    /// Showing a document.
    pub fn showing(&self) -> Showing<'_> {
        Showing { acasa: self }
    }

    /// Naming what a code says. Needs no profile.
    pub fn scanner(&self) -> Scanner<'_> {
        Scanner { acasa: self }
    }

    /// Checking documents. Needs no profile, and keeps nothing.
    pub fn verifier(&self) -> Verifier<'_> {
        Verifier { acasa: self }
    }

    /// What was done, and what became of it.
    pub fn activity(&self) -> Activity<'_> {
        Activity { acasa: self }
    }

    /// What the state writes to the person.
    pub fn notices(&self) -> Notices<'_> {
        Notices { acasa: self }
    }

    /// What the device itself reminds of.
    pub fn reminders(&self) -> Reminders<'_> {
        Reminders { acasa: self }
    }

    /// Sending what the person did, fetching what the state confirms.
    pub fn sync(&self) -> Sync<'_> {
        Sync { acasa: self }
    }

    /// The client of this deployment's gateway.
    pub(crate) fn client(&self) -> Result<Client, CoreError> {
        let mut kept = hold(&self.inner.client);
        if let Some(client) = &*kept {
            return Ok(client.clone());
        }
        let gateway = self.deployment().gateway.clone().ok_or(CoreError::NoGateway)?;
        let client = Client::new(Options::new(gateway).with_gate(self.inner.gate.clone()))?;
        Ok(kept.insert(client).clone())
    }

    /// Closes the connections to the gateway: their buffers hold what went over them last.
    pub(crate) fn disconnect(&self) {
        *hold(&self.inner.client) = None;
    }

    /// The preferences, for a moment.
    pub(crate) fn preferences(&self) -> MutexGuard<'_, Preferences> {
        hold(&self.inner.preferences)
    }

    /// Runs what blocks (key derivation, files) where it holds nobody up.
    pub(crate) async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, CoreError> + Send + 'static,
    ) -> Result<T, CoreError> {
        let acasa = self.clone();
        let span = tracing::Span::current();
        let work = move || {
            let outcome = span.in_scope(|| work(&acasa));
            wipe_stack();
            outcome
        };
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|_| CoreError::Worker)?
    }
}

/// Runs `work` and leaves nothing of it on the stacks of the threads that ran it.
pub(crate) async fn wiping<T>(work: impl Future<Output = T>) -> T {
    let mut work = Box::pin(work);
    poll_fn(move |context| {
        let polled = work.as_mut().poll(context);
        wipe_stack();
        polled
    })
    .await
}

/// A panic under one of our locks leaves plain values behind, no half-made invariant.
pub(crate) fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
