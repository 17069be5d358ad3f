//! The vault and the keystore as the engine's store.

use super::DeviceKey;
use crate::notices::{ByWords, marks};
use crate::vault::OpenVault;
use crate::{Acasa, CoreError};
use acasa_domain::Principal;
use acasa_keystore::Keystore;
use acasa_protocol::sync::{Cursor, Digest, Fate, Outcome, Page, Record};
use acasa_store as vault;
use acasa_store::{
    ActFate, CheckpointPage, ConfirmedRecord, IntentOutcome, NewAct, StoreError, StoredBatch, StoredIntent,
};
use acasa_sync::{Batch, Dependency, Kept, Position, Settled, Store, Stored};
use jiff::Timestamp;
use std::sync::Arc;
use uuid::Uuid;

/// Where the keystore keeps generation and number, which a restored folder does not turn back.
pub(crate) const POSITION_SLOT: &str = "sync-position";

/// What synchronising keeps.
pub(crate) struct VaultStore {
    records: vault::Vault,
    /// The keystore and the profile's name in it; none where the profile was made without one.
    keystore: Option<(Arc<dyn Keystore>, String)>,
    /// Letters that came since somebody asked.
    arrived: Vec<String>,
}

impl VaultStore {
    pub(crate) fn new(acasa: &Acasa, open: &OpenVault) -> Result<Self, CoreError> {
        let name = acasa.vault().keystore_name()?;
        let keystore = name.map(|name| (Arc::clone(&acasa.inner.setup.keystore), name));
        Ok(Self::over(open.records.clone(), keystore))
    }

    pub(super) fn over(records: vault::Vault, keystore: Option<(Arc<dyn Keystore>, String)>) -> Self {
        Self {
            records,
            keystore,
            arrived: Vec::new(),
        }
    }

    /// The key that goes with it.
    pub(super) fn key(&self) -> DeviceKey {
        DeviceKey::new(self.records.clone())
    }

    /// Keeps an act with its bytes.
    pub(super) fn keep(&self, act: &NewAct, intent: &Stored) -> Result<(), CoreError> {
        Ok(self.records.intents().insert(act, &to_stored(intent))?)
    }

    pub(crate) fn records(&self) -> &vault::Vault {
        &self.records
    }

    /// Letters that came since this was last asked; not those of a device that is told everything for the first time.
    pub(super) fn take_arrived(&mut self) -> Vec<String> {
        std::mem::take(&mut self.arrived)
    }

    fn remember(&self, generation: u64, number: u64) -> Result<(), CoreError> {
        let Some((keystore, name)) = &self.keystore else {
            return Ok(());
        };
        let position = [generation.to_be_bytes(), number.to_be_bytes()].concat();
        Ok(keystore.set(name, POSITION_SLOT, &position)?)
    }

    fn remembered(&self) -> Result<Option<(u64, u64)>, CoreError> {
        let Some((keystore, name)) = &self.keystore else {
            return Ok(None);
        };
        let Some(kept) = keystore.get(name, POSITION_SLOT)? else {
            return Ok(None);
        };
        let (Some((generation, rest)), 16) = (kept.split_first_chunk::<8>(), kept.len()) else {
            return Err(StoreError::Damaged.into());
        };
        let number = rest.first_chunk::<8>().ok_or(StoreError::Damaged)?;
        Ok(Some((
            u64::from_be_bytes(*generation),
            u64::from_be_bytes(*number),
        )))
    }
}

impl Store for VaultStore {
    type Error = CoreError;

    fn position(&self) -> Result<Position, CoreError> {
        let (generation, number) = self.records.intents().position()?;
        Ok(Position {
            generation,
            number,
            keystore: self.remembered()?.unwrap_or((generation, number)),
        })
    }

    fn begin_generation(&mut self, generation: u64, restored: bool) -> Result<(), CoreError> {
        // The key first: a generation without its key could not go on.
        self.key().make(generation)?;
        self.records.intents().begin_generation(generation, restored)?;
        self.remember(generation, 0)
    }

    fn waiting(&self) -> Result<Vec<Stored>, CoreError> {
        let pending = self.records.intents().pending()?.into_iter();
        let stored = |(intent, sent)| Stored {
            sent,
            ..from_stored(intent)
        };
        Ok(pending.map(stored).collect())
    }

    fn dependency(&self, id: Uuid) -> Result<Dependency, CoreError> {
        Ok(match self.records.intents().fate(id)? {
            Some(ActFate::Done) => Dependency::Met,
            Some(ActFate::Waiting | ActFate::Sent | ActFate::ToConfirm) => Dependency::Open,
            Some(ActFate::Refused | ActFate::Withdrawn | ActFate::Superseded) | None => Dependency::Failed,
        })
    }

    fn unanswered(&self) -> Result<Option<Batch>, CoreError> {
        let batch = self.records.intents().unanswered()?;
        Ok(batch.map(|batch| Batch {
            generation: batch.generation,
            number: batch.number,
            text: batch.text,
            intents: batch
                .intents
                .into_iter()
                .map(|(id, digest)| (id, Digest(digest)))
                .collect(),
        }))
    }

    fn keep_batch(&mut self, batch: &Batch) -> Result<(), CoreError> {
        let stored = StoredBatch {
            generation: batch.generation,
            number: batch.number,
            text: batch.text.clone(),
            intents: batch.intents.iter().map(|(id, digest)| (*id, digest.0)).collect(),
        };
        self.records.intents().keep_batch(&stored, Timestamp::now())?;
        self.remember(batch.generation, batch.number)
    }

    fn settle(&mut self, number: u64, outcomes: &[Outcome]) -> Result<(), CoreError> {
        let outcomes: Vec<IntentOutcome> = outcomes.iter().map(settled).collect();
        Ok(self
            .records
            .intents()
            .settle(number, &outcomes, Timestamp::now())?)
    }

    fn forget_batch(&mut self, number: u64) -> Result<(), CoreError> {
        Ok(self.records.intents().forget_batch(number)?)
    }

    fn take_back(&mut self, number: u64) -> Result<(), CoreError> {
        Ok(self.records.intents().take_back(number)?)
    }

    fn refuse(&mut self, settled: &[Settled]) -> Result<(), CoreError> {
        for refusal in settled {
            match self
                .records
                .intents()
                .refuse(refusal.id, refusal.code, Timestamp::now())
            {
                // The person took it back meanwhile.
                Ok(()) | Err(StoreError::Settled) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn pulled(&self, principal: Principal) -> Result<Cursor, CoreError> {
        let (since, began) = self.records.confirmed().pulled(principal)?;
        Ok(Cursor { since, began })
    }

    fn stage(&mut self, principal: Principal, page: &Page) -> Result<(), CoreError> {
        let records = confirmed(page);
        Ok(self
            .records
            .confirmed()
            .stage(principal, &checkpoint(page, &records))?)
    }

    fn commit(&mut self, principal: Principal, page: &Page) -> Result<(), CoreError> {
        let records = confirmed(page);
        let arrived =
            self.records
                .confirmed()
                .commit(principal, &checkpoint(page, &records), &ByWords::default())?;
        self.arrived.extend(arrived);
        marks::foresee_over(self, principal)
    }

    fn confirmed(&self, principal: Principal, kind: Option<&str>) -> Result<(u64, Vec<Record>), CoreError> {
        let (version, records) = self.records.confirmed().records(principal, kind)?;
        let records = records.into_iter().map(|record| {
            let content = record.content.as_deref().map(serde_json::from_str).transpose();
            Ok(Record {
                kind: record.kind,
                id: record.id,
                version: record.version,
                content: content.map_err(|_| StoreError::Damaged)?,
            })
        });
        Ok((version, records.collect::<Result<_, CoreError>>()?))
    }

    fn unconfirmed(&self, principal: Principal) -> Result<Vec<(Stored, Kept)>, CoreError> {
        let found = self.records.intents().unconfirmed(principal)?;
        let kept = found.into_iter().map(|(intent, state)| {
            let kept = match state.fate {
                ActFate::Waiting => Kept::Waiting,
                ActFate::Sent => Kept::Sent,
                ActFate::ToConfirm => Kept::ToConfirm,
                ActFate::Done => {
                    let records = state.result.as_deref().map(serde_json::from_str).transpose();
                    Kept::Settled(Fate::Applied {
                        version: state.version.unwrap_or_default(),
                        records: records.map_err(|_| StoreError::Damaged)?.unwrap_or_default(),
                    })
                }
                ActFate::Refused | ActFate::Superseded | ActFate::Withdrawn => Kept::Withdrawn,
            };
            Ok((from_stored(intent), kept))
        });
        kept.collect()
    }
}

fn settled(outcome: &Outcome) -> IntentOutcome {
    let done = |fate, reason: &str, version, result| IntentOutcome {
        id: outcome.intent,
        fate,
        reason: reason.to_owned(),
        version,
        result,
    };
    match &outcome.fate {
        Fate::Applied { version, records } => {
            let records = serde_json::to_string(records).ok();
            done(ActFate::Done, "", Some(*version), records)
        }
        Fate::Refused { code, reason } => {
            let words = reason
                .as_ref()
                .and_then(|words| serde_json::to_string(words).ok());
            done(ActFate::Refused, code, None, words)
        }
        Fate::Superseded { .. } => done(ActFate::Superseded, "", None, None),
    }
}

fn confirmed(page: &Page) -> Vec<ConfirmedRecord> {
    let record = |record: &Record| ConfirmedRecord {
        kind: record.kind.clone(),
        id: record.id.clone(),
        version: record.version,
        content: record.content.as_ref().map(ToString::to_string),
    };
    page.records.iter().map(record).collect()
}

fn checkpoint<'a>(page: &Page, records: &'a [ConfirmedRecord]) -> CheckpointPage<'a> {
    CheckpointPage {
        version: page.version,
        began: page.began,
        records,
    }
}

fn to_stored(intent: &Stored) -> StoredIntent {
    StoredIntent {
        id: intent.id,
        principal: intent.principal,
        digest: intent.digest.0,
        text: intent.text.clone(),
        depends_on: intent.depends_on.clone(),
    }
}

fn from_stored(intent: StoredIntent) -> Stored {
    Stored {
        id: intent.id,
        principal: intent.principal,
        digest: Digest(intent.digest),
        text: intent.text,
        depends_on: intent.depends_on,
        sent: false,
    }
}
