//! A person's device: what it keeps, and the process that runs on it, if one does.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use acasa_core::syncing;
use acasa_domain::{Idnp, Principal};
use acasa_keystore::Keystore;
use acasa_store::{ActFate, Vault};
use acasa_sync::{Config, RequestId, Trouble};
use uuid::Uuid;

use crate::keys::Keys;
use crate::state::{ISSUER, Session};

const PROFILE: &str = "profile";

/// What is known about an act from outside of the vault.
#[derive(Clone)]
pub(crate) struct Tracked {
    pub(crate) depends_on: Vec<Uuid>,
    /// Written by a newer app: no gateway reads it.
    pub(crate) newer: bool,
    pub(crate) last: ActFate,
    /// Not to be sent before this time by the process that was told of it.
    pub(crate) held_until: u64,
    /// The person let it go after a restored backup asked about it.
    pub(crate) let_go: bool,
    /// Taken back by the person.
    pub(crate) withdrawn: bool,
}

/// A copy of the profile's folder.
pub(crate) struct Backup {
    vault: Vault,
    acts: BTreeMap<Uuid, Tracked>,
}

/// A running app.
pub(crate) struct Process {
    /// The engine; none while it failed or nobody is signed in.
    pub(crate) engine: Option<syncing::Device>,
    pub(crate) began: u64,
    pub(crate) awaited: HashSet<RequestId>,
}

pub(crate) struct Device {
    pub(crate) person: Idnp,
    pub(crate) client: String,
    pub(crate) session: Option<Session>,
    pub(crate) vault: Vault,
    pub(crate) keys: Option<Arc<Keys>>,
    pub(crate) poll: Option<Duration>,
    /// How wrong its clock is, in milliseconds.
    pub(crate) skew: i64,
    pub(crate) process: Option<Process>,
    /// Counts engines, so that nothing of an old one reaches a new one.
    pub(crate) incarnation: u64,
    /// Counts alarms: the latest one counts.
    pub(crate) alarm: u64,
    pub(crate) cut_until: u64,
    pub(crate) disk_full: bool,
    pub(crate) acts: BTreeMap<Uuid, Tracked>,
    /// Not to be sent until the person says so.
    pub(crate) must_ask: BTreeSet<Uuid>,
    /// Digest of each batch sent, by client, generation and number.
    pub(crate) batches: BTreeMap<(String, u64, u64), u64>,
    /// There are, or were, others with the same identity.
    pub(crate) copied: bool,
    /// Its folder was put back once.
    pub(crate) restored: bool,
    pub(crate) trouble: Option<Trouble>,
    pub(crate) backups: Vec<Backup>,
    /// The steps after which the next thing it does is cut off.
    pub(crate) cut_after: Option<u32>,
}

impl Device {
    pub(crate) fn new(person: Idnp, client: String, keystore: bool, poll: Option<Duration>) -> Self {
        static EMPTY: OnceLock<Vault> = OnceLock::new();
        let empty = EMPTY.get_or_init(|| Vault::in_memory_unwiped().expect("a vault in memory"));
        let vault = empty.copy().expect("an empty vault can be copied");
        vault
            .principals()
            .set_holder(person.into())
            .expect("a new vault takes its holder");
        Self {
            person,
            client,
            session: None,
            vault,
            keys: keystore.then(|| Arc::new(Keys::default())),
            poll,
            skew: 0,
            process: None,
            incarnation: 0,
            alarm: 0,
            cut_until: 0,
            disk_full: false,
            acts: BTreeMap::new(),
            must_ask: BTreeSet::new(),
            batches: BTreeMap::new(),
            copied: false,
            restored: false,
            trouble: None,
            backups: Vec::new(),
            cut_after: None,
        }
    }

    pub(crate) fn principal(&self) -> Principal {
        self.person.into()
    }

    /// Goes on from what is kept, as the app does.
    pub(crate) fn open(&self) -> syncing::Device {
        let config = Config {
            device: self.client.clone(),
            audience: ISSUER.to_owned(),
            principals: vec![self.principal()],
            hold: syncing::HOLD,
            poll: self.poll,
        };
        let keystore = self.keys.as_ref().map(|keys| {
            let keys: Arc<dyn Keystore> = keys.clone();
            (keys, PROFILE.to_owned())
        });
        syncing::Device::open(config, &self.vault, keystore.as_ref())
    }

    /// Another device with the same identity, as of now.
    pub(crate) fn twin(&mut self) -> Self {
        self.copied = true;
        let copy = Self::new(self.person, self.client.clone(), false, self.poll);
        Self {
            session: self.session.clone(),
            vault: self.vault.copy().expect("a vault can be copied"),
            keys: self.keys.as_ref().map(|keys| Arc::new(keys.copy())),
            acts: self.acts.clone(),
            must_ask: self.must_ask.clone(),
            copied: true,
            ..copy
        }
    }

    pub(crate) fn back_up(&mut self) {
        self.backups.push(Backup {
            vault: self.vault.copy().expect("a vault can be copied"),
            acts: self.acts.clone(),
        });
    }

    /// Puts a copy of the folder back; the keystore stays as it is.
    pub(crate) fn restore(&mut self, which: usize) {
        let Some(backup) = self.backups.get(which) else {
            return;
        };
        self.vault = backup.vault.copy().expect("a vault can be copied");
        self.acts = backup.acts.clone();
        self.batches.clear();
        self.disk_full = false;
        self.restored = true;
    }

    /// Where the vault sees itself, and the keystore.
    pub(crate) fn positions(&self) -> ((u64, u64), Option<(u64, u64)>) {
        let vault = self.vault.intents().position().unwrap_or_default();
        let kept = self
            .keys
            .as_ref()
            .and_then(|keys| keys.get(PROFILE, "sync-position").ok()?);
        let number = |bytes: &[u8]| bytes.try_into().map_or(0, u64::from_be_bytes);
        let keystore = kept.and_then(|kept| {
            let (generation, rest) = kept.split_at_checked(8)?;
            Some((number(generation), number(rest)))
        });
        (vault, keystore)
    }

    /// Acts that are not settled, as the vault has them.
    pub(crate) fn open_acts(&self) -> Vec<Uuid> {
        let open = self.acts.iter().filter(|(_, act)| !act.last.is_final());
        open.map(|(id, _)| *id).collect()
    }

    pub(crate) fn of_fate(&self, fate: ActFate) -> Vec<Uuid> {
        let found = self.acts.iter().filter(|(_, act)| act.last == fate);
        found.map(|(id, _)| *id).collect()
    }
}
