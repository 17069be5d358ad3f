//! An app whose vault is open and somebody's, and a state that says what the test says.

use super::Profile;
use crate::sync::VaultStore;
use crate::vault::OpenVault;
use crate::{Acasa, NoHost, Setup};
use acasa_domain::Principal;
use acasa_protocol::sync::{Fate, Outcome, Page, Record};
use acasa_store::{Cost, Pin, Secret};
use acasa_sync::{Batch, Store as _};
use std::sync::Arc;
use tempfile::TempDir;
use uuid::Uuid;

/// The app, with nobody signed in: nothing leaves it by itself.
pub(crate) struct Opened {
    pub(crate) acasa: Acasa,
    pub(crate) open: OpenVault,
    pub(crate) holder: Principal,
    _folder: TempDir,
}

impl Opened {
    pub(crate) fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let setup = Setup::new(folder.path().to_path_buf(), Arc::new(NoHost)).with_keys_in_memory();
        let acasa = Acasa::start(Setup {
            cost: Cost::Minimum,
            ..setup
        });
        let vault = acasa.vault();
        let profile = acasa.profiles().current_or_first().unwrap();
        let place = acasa.profiles().folder(&profile);
        let pin: Secret = Pin::choose("739154").unwrap().into();
        let (profile, records) = Profile::enrol(&place, vault.platform(), &pin).unwrap();
        let holder = "urn:md:idnp:2999000000014".parse().unwrap();
        records.principals().set_holder(holder).unwrap();
        let open = vault.with_keys(&profile, records).unwrap();
        vault.keeper().put(Arc::new(profile), open.clone());
        Self {
            open,
            holder,
            _folder: folder,
            acasa,
        }
    }

    fn store(&self) -> VaultStore {
        VaultStore::new(&self.acasa, &self.open).unwrap()
    }

    /// Sends all that waits, as the batch of this number; what it carries.
    pub(crate) fn send(&self, number: u64) -> Batch {
        let waiting = self.store().waiting().unwrap().into_iter();
        let waiting = waiting.filter(|intent| !intent.sent);
        let batch = Batch {
            generation: 1,
            number,
            text: String::new(),
            intents: waiting.map(|intent| (intent.id, intent.digest)).collect(),
        };
        self.store().keep_batch(&batch).unwrap();
        batch
    }

    /// The state answers each act of a batch the same.
    pub(crate) fn answer(&self, batch: &Batch, fate: &Fate) {
        let outcome = |(intent, digest): &(Uuid, _)| Outcome {
            intent: *intent,
            digest: *digest,
            fate: fate.clone(),
        };
        let outcomes: Vec<_> = batch.intents.iter().map(outcome).collect();
        self.store().settle(batch.number, &outcomes).unwrap();
    }

    /// A whole checkpoint comes.
    pub(crate) fn bring(&self, version: u64, records: Vec<Record>) {
        let page = Page {
            version,
            complete: true,
            began: None,
            records,
        };
        self.store().commit(self.holder, &page).unwrap();
    }
}
