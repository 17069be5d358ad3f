//! A store in memory, for tests and simulators: what a vault keeps and what a keystore keeps, apart, so
//! that one can be put back without the other.

use std::collections::BTreeMap;
use std::convert::Infallible;

use acasa_domain::Principal;
use acasa_protocol::sync::{Cursor, Outcome, Page, Record};
use uuid::Uuid;

use crate::{Batch, BatchKey, Dependency, Kept, Position, Settled, Store, Stored};

/// A store in memory.
#[derive(Clone, Default)]
pub struct MemoryStore {
    /// What a backup holds.
    pub vault: MemoryVault,
    /// What it does not.
    pub keystore: (u64, u64),
}

/// The part that a backup holds.
#[derive(Clone, Default)]
pub struct MemoryVault {
    generation: u64,
    number: u64,
    intents: Vec<(Stored, Kept)>,
    batch: Option<Batch>,
    /// What the batch carries and others carried before.
    again: Vec<Uuid>,
    held: BTreeMap<Principal, Held>,
}

#[derive(Clone, Default)]
struct Held {
    version: u64,
    records: BTreeMap<(String, String), Record>,
    staged: Option<Staged>,
}

#[derive(Clone, Default)]
struct Staged {
    began: Option<u64>,
    version: u64,
    records: Vec<Record>,
}

impl MemoryStore {
    /// Keeps an intent, as waiting.
    pub fn keep(&mut self, intent: Stored) {
        self.vault.intents.push((intent, Kept::Waiting));
    }

    /// Every intent with what it has come to.
    pub fn intents(&self) -> &[(Stored, Kept)] {
        &self.vault.intents
    }

    /// Takes an intent back; false once it has been sent.
    pub fn withdraw(&mut self, id: Uuid) -> bool {
        self.turn(id, |kept| *kept == Kept::Waiting, Kept::Withdrawn)
    }

    /// Sends an intent after all that a restored backup brought back; it may have been sent before.
    pub fn confirm(&mut self, id: Uuid) -> bool {
        self.turn(id, |kept| *kept == Kept::ToConfirm, Kept::Sent)
    }

    /// Lets an intent go that a restored backup brought back.
    pub fn let_go(&mut self, id: Uuid) -> bool {
        self.turn(id, |kept| *kept == Kept::ToConfirm, Kept::Withdrawn)
    }

    fn turn(&mut self, id: Uuid, from: impl Fn(&Kept) -> bool, to: Kept) -> bool {
        let found = self
            .vault
            .intents
            .iter_mut()
            .find(|(intent, kept)| intent.id == id && from(kept));
        found.map(|(_, kept)| *kept = to).is_some()
    }

    fn set(&mut self, id: Uuid, to: &Kept) {
        self.turn(id, |_| true, to.clone());
    }
}

impl Store for MemoryStore {
    type Error = Infallible;

    fn position(&self) -> Result<Position, Infallible> {
        Ok(Position {
            generation: self.vault.generation,
            number: self.vault.number,
            keystore: self.keystore,
        })
    }

    fn begin_generation(&mut self, generation: u64, restored: bool) -> Result<(), Infallible> {
        self.vault.generation = generation;
        self.vault.number = 0;
        self.vault.batch = None;
        for (_, kept) in &mut self.vault.intents {
            match kept {
                Kept::Waiting | Kept::Sent if restored => *kept = Kept::ToConfirm,
                Kept::Waiting | Kept::Sent | Kept::Settled(_) | Kept::Withdrawn | Kept::ToConfirm => {}
            }
        }
        self.keystore = (generation, 0);
        Ok(())
    }

    fn waiting(&self) -> Result<Vec<Stored>, Infallible> {
        let waiting = self
            .vault
            .intents
            .iter()
            .filter(|(_, kept)| matches!(kept, Kept::Waiting | Kept::Sent));
        let stored = |(intent, kept): &(Stored, Kept)| Stored {
            sent: *kept == Kept::Sent,
            ..intent.clone()
        };
        Ok(waiting.map(stored).collect())
    }

    fn dependency(&self, id: Uuid) -> Result<Dependency, Infallible> {
        let found = self.vault.intents.iter().find(|(intent, _)| intent.id == id);
        Ok(found.map_or(Dependency::Failed, |(_, kept)| Dependency::of(kept)))
    }

    fn unanswered(&self) -> Result<Option<Batch>, Infallible> {
        Ok(self.vault.batch.clone())
    }

    fn keep_batch(&mut self, batch: &Batch) -> Result<(), Infallible> {
        self.vault.again.clear();
        for (id, _) in &batch.intents {
            if self.turn(*id, |kept| *kept == Kept::Sent, Kept::Sent) {
                self.vault.again.push(*id);
            }
            self.set(*id, &Kept::Sent);
        }
        self.vault.number = batch.number;
        self.vault.batch = Some(batch.clone());
        self.keystore = (batch.generation, batch.number);
        Ok(())
    }

    fn settle(&mut self, number: u64, outcomes: &[Outcome]) -> Result<(), Infallible> {
        if self
            .vault
            .batch
            .as_ref()
            .is_some_and(|batch| batch.number == number)
        {
            self.vault.batch = None;
            for outcome in outcomes {
                self.set(outcome.intent, &Kept::Settled(outcome.fate.clone()));
            }
        }
        Ok(())
    }

    fn forget_batch(&mut self, number: u64) -> Result<(), Infallible> {
        self.vault.batch.take_if(|batch| batch.number == number);
        Ok(())
    }

    fn take_back(&mut self, number: u64) -> Result<(), Infallible> {
        if let Some(batch) = self.vault.batch.take_if(|batch| batch.number == number) {
            for (id, _) in batch.intents {
                if !self.vault.again.contains(&id) {
                    self.set(id, &Kept::Waiting);
                }
            }
        }
        Ok(())
    }

    fn refuse(&mut self, settled: &[Settled]) -> Result<(), Infallible> {
        for refusal in settled {
            let fate = refusal.fate();
            let open = |kept: &Kept| matches!(kept, Kept::Waiting | Kept::Sent);
            self.turn(refusal.id, open, Kept::Settled(fate));
        }
        Ok(())
    }

    fn pulled(&self, principal: Principal) -> Result<Cursor, Infallible> {
        let Some(held) = self.vault.held.get(&principal) else {
            return Ok(Cursor::default());
        };
        Ok(match &held.staged {
            Some(staged) => Cursor {
                since: staged.version,
                began: staged.began,
            },
            None => Cursor {
                since: held.version,
                began: None,
            },
        })
    }

    fn stage(&mut self, principal: Principal, page: &Page) -> Result<(), Infallible> {
        let held = self.vault.held.entry(principal).or_default();
        if page.began.is_some() {
            held.staged = None;
        }
        let staged = held.staged.get_or_insert_default();
        staged.began = page.began.or(staged.began);
        staged.version = page.version;
        staged.records.extend(page.records.iter().cloned());
        Ok(())
    }

    fn commit(&mut self, principal: Principal, page: &Page) -> Result<(), Infallible> {
        self.stage(principal, page)?;
        let held = self.vault.held.entry(principal).or_default();
        let staged = held.staged.take().unwrap_or_default();
        if staged.began.is_some() {
            held.records.clear();
        }
        for record in staged.records {
            let key = (record.kind.clone(), record.id.clone());
            if record.content.is_some() {
                held.records.insert(key, record);
            } else {
                held.records.remove(&key);
            }
        }
        held.version = staged.version;
        Ok(())
    }

    fn confirmed(&self, principal: Principal, kind: Option<&str>) -> Result<(u64, Vec<Record>), Infallible> {
        let Some(held) = self.vault.held.get(&principal) else {
            return Ok((0, Vec::new()));
        };
        let wanted = |record: &&Record| kind.is_none_or(|kind| record.kind == kind);
        Ok((
            held.version,
            held.records.values().filter(wanted).cloned().collect(),
        ))
    }

    fn unconfirmed(&self, principal: Principal) -> Result<Vec<(Stored, Kept)>, Infallible> {
        let of_principal = |(intent, _): &&(Stored, Kept)| intent.principal == principal;
        Ok(self.vault.intents.iter().filter(of_principal).cloned().collect())
    }
}

/// A key whose digests and signatures only tell bytes apart: nothing here is secret.
#[derive(Debug, Clone, Copy, Default)]
pub struct PlainKey;

impl BatchKey for PlainKey {
    fn digest(&self, bytes: &[u8]) -> [u8; 32] {
        // FNV-1a with four seeds: enough to tell test data apart.
        let mut digest = [0; 32];
        for (seed, part) in (0_u64..).zip(digest.as_chunks_mut::<8>().0) {
            let start = 0xcbf2_9ce4_8422_2325_u64.wrapping_add(seed);
            let hash = bytes.iter().fold(start, |hash, byte| {
                (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
            });
            *part = hash.to_be_bytes();
        }
        digest
    }

    fn sign(&self, _generation: u64, bytes: &[u8]) -> Option<Vec<u8>> {
        Some(self.digest(bytes).to_vec())
    }

    fn has(&self, _generation: u64) -> Option<bool> {
        Some(true)
    }
}
