//! Keeping intents, their outcomes and the records they change.

use std::cell::Cell;

use acasa_domain::Principal;
use acasa_protocol::{
    notices::MARK,
    sync::{Cursor, DevicePosition, Digest, Fate, Intent, Outcome, Page, Words},
};
use serde_json::Value;
use uuid::Uuid;

use crate::{Event, Hash, KeptAct, StoreError};

/// Most records one act may write.
pub const MAX_WRITES: u32 = 100;

/// A batch whose signature and digests have been checked.
pub struct Submission<'a> {
    /// The installation.
    pub client: &'a str,
    /// Whose it is; whoever acts.
    pub actor: Principal,
    /// The generation it says.
    pub generation: u64,
    /// The number it says.
    pub number: u64,
    /// Digest of the batch's bytes.
    pub hash: Hash,
    /// Its intents, in order.
    pub intents: Vec<Submitted<'a>>,
    /// Unix milliseconds.
    pub now: i64,
}

/// How a batch stands to the device that sent it.
pub(crate) enum Standing {
    /// It is judged.
    Next,
    /// A later batch, another generation or another person is known.
    Behind,
    /// The device is suspended already.
    Suspended,
    /// Another batch came under its number.
    Forks,
}

impl Submission<'_> {
    /// How it stands to what is known of its device.
    pub(crate) fn standing(&self, device: &SyncDevice, last_batch: Option<Hash>) -> Standing {
        let known = (device.position.generation, device.position.number);
        let told = (self.generation, self.number);
        if device.position.suspended {
            Standing::Suspended
        } else if device.principal != self.actor || told < known || told.0 > known.0 || told.1 == 0 {
            Standing::Behind
        } else if told == known && last_batch != Some(self.hash) {
            Standing::Forks
        } else {
            Standing::Next
        }
    }
}

/// An intent as it came.
pub struct Submitted<'a> {
    /// What it says.
    pub intent: Intent,
    /// Digest of its bytes.
    pub digest: Digest,
    /// Its bytes.
    pub text: &'a str,
}

/// What a command comes to.
pub enum Decision {
    /// It takes effect by writing these.
    Apply(Vec<Write>),
    /// It does not.
    Refuse {
        /// Stable code.
        code: &'static str,
        /// The state's own words.
        reason: Option<Words>,
    },
    /// Another act made it pointless.
    Supersede {
        /// Which.
        by: Uuid,
    },
}

impl Decision {
    /// What it comes to if it takes no effect, or else what is to be written.
    pub(crate) fn without_effect(self) -> Result<Fate, Vec<Write>> {
        match self {
            Self::Apply(writes) => Err(writes),
            Self::Refuse { code, reason } => Ok(Fate::Refused {
                code: code.to_owned(),
                reason,
            }),
            Self::Supersede { by } => Ok(Fate::Superseded { by }),
        }
    }
}

/// A record to write, or to remove.
pub struct Write {
    /// Kind of record.
    pub kind: String,
    /// Which one.
    pub id: String,
    /// What it says; nothing removes it.
    pub content: Option<Value>,
}

impl Write {
    /// Whether it marks a letter as read.
    pub(crate) fn reads_letter(&self) -> bool {
        let says = |content: &Value| content["read"] == Value::Bool(true);
        self.kind == MARK && self.content.as_ref().is_some_and(says)
    }
}

/// The principal's records as they are while a command is decided.
pub trait RecordsNow {
    /// What a record says.
    fn get(&self, kind: &str, id: &str) -> Result<Option<Value>, StoreError>;
}

/// The records of somebody on another shard.
#[derive(Default)]
pub(crate) struct Elsewhere {
    asked: Cell<bool>,
}

impl Elsewhere {
    /// What an intent comes to whatever the records say, if it takes no effect.
    pub(crate) fn decide(intent: &Intent, decide: &dyn Decide) -> Result<Option<Fate>, StoreError> {
        let records = Self::default();
        let decision = decide.decide(intent, &records);
        if records.asked.get() {
            return Ok(None);
        }
        match decision?.without_effect() {
            Ok(fate) => Ok(Some(fate)),
            Err(writes) if writes.len() > MAX_WRITES as usize => Err(StoreError::TooManyWrites),
            Err(_) => Ok(None),
        }
    }
}

impl RecordsNow for Elsewhere {
    fn get(&self, _: &str, _: &str) -> Result<Option<Value>, StoreError> {
        self.asked.set(true);
        Err(StoreError::Moved { to: None })
    }
}

/// Decides commands. The same intent over the same records must come to the same decision.
pub trait Decide {
    /// What the intent comes to.
    fn decide(&self, intent: &Intent, records: &dyn RecordsNow) -> Result<Decision, StoreError>;

    /// The journal's event for it, whatever it came to.
    fn event(&self, intent: &Intent) -> Event;
}

/// What became of a batch.
pub enum Judged {
    /// An outcome for each intent.
    Outcomes(Vec<Outcome>),
    /// A later batch, or another generation, is known: the device was restored.
    Behind,
    /// Another batch has this number: the device is suspended now, and its sessions have ended.
    Forked,
}

/// A device that sends batches.
#[derive(Clone, PartialEq, Eq)]
pub struct SyncDevice {
    /// Where it stands.
    pub position: DevicePosition,
    /// Public key of its batches, as JWK JSON.
    pub jwk: String,
    /// Whose device it is.
    pub principal: Principal,
}

/// An act as it was judged.
#[derive(Clone, PartialEq, Eq)]
pub struct KnownAct {
    /// The installation that sent it first.
    pub client: String,
    /// Unix milliseconds.
    pub judged: i64,
    /// What became of it.
    pub outcome: Outcome,
}

impl From<KeptAct> for KnownAct {
    fn from(act: KeptAct) -> Self {
        Self {
            client: act.client,
            judged: act.judged,
            outcome: Outcome {
                intent: act.id,
                digest: act.digest,
                fate: act.fate,
            },
        }
    }
}

/// What synchronising keeps. Every method is one transaction.
pub trait SyncStorage: Send + Sync {
    /// The device, if it has ever announced a key.
    fn sync_device(&self, client: &str) -> Result<Option<SyncDevice>, StoreError>;

    /// Begins a generation, if it is later than the one known; the suspension ends with it.
    fn begin_generation(
        &self,
        client: &str,
        principal: Principal,
        generation: u64,
        jwk: &str,
    ) -> Result<DevicePosition, StoreError>;

    /// Judges a batch: each intent by itself, once, with its event, its records and its outcome.
    fn judge(&self, submission: &Submission<'_>, decide: &dyn Decide) -> Result<Judged, StoreError>;

    /// What changed after the cursor, at most `limit` records and whole versions; read with its event.
    fn pull(
        &self,
        principal: Principal,
        cursor: Cursor,
        limit: u32,
        event: &Event,
    ) -> Result<Page, StoreError>;

    /// What `actor` did, by id and after this one, at most `limit`; read with its event.
    fn acts(
        &self,
        actor: Principal,
        after: Option<Uuid>,
        limit: u32,
        event: &Event,
    ) -> Result<Vec<KnownAct>, StoreError>;

    /// Writes records that did not come by an intent: what the state itself changed.
    fn write(&self, principal: Principal, writes: &[Write], event: &Event) -> Result<u64, StoreError>;

    /// Forgets the removals up to a version.
    fn compact(&self, principal: Principal, up_to: u64) -> Result<(), StoreError>;
}
