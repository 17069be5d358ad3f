//! What the person sees: the confirmed state with everything laid over it that is not confirmed yet.

use std::collections::BTreeMap;

use acasa_domain::Principal;
use acasa_protocol::sync::{Fate, Intent, Record};
use serde_json::Value;

use crate::{Kept, Store};

/// Records of one principal, by kind and id.
#[derive(Default)]
pub struct Records(BTreeMap<(String, String), Value>);

impl Records {
    /// What a record says.
    pub fn get(&self, kind: &str, id: &str) -> Option<&Value> {
        self.0.get(&(kind.to_owned(), id.to_owned()))
    }

    /// Writes a record.
    pub fn put(&mut self, kind: &str, id: &str, content: Value) {
        self.0.insert((kind.to_owned(), id.to_owned()), content);
    }

    /// Removes a record.
    pub fn remove(&mut self, kind: &str, id: &str) {
        self.0.remove(&(kind.to_owned(), id.to_owned()));
    }

    /// All of one kind, by id.
    pub fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = (&'a str, &'a Value)> {
        self.0
            .iter()
            .filter(move |((found, _), _)| found == kind)
            .map(|((_, id), content)| (id.as_str(), content))
    }

    fn set(&mut self, record: Record) {
        match record.content {
            Some(content) => self.0.insert((record.kind, record.id), content),
            None => self.0.remove(&(record.kind, record.id)),
        };
    }
}

/// What an intent will look like once it is applied; each command has its own. It must not fail: what it
/// does not understand it leaves alone. Never shows money as paid.
pub trait Replay {
    /// Lays the intent over the records.
    fn replay(&self, intent: &Intent, records: &mut Records);
}

/// A principal's records as the person sees them.
pub struct View {
    /// The checkpoint beneath.
    pub version: u64,
    /// The records.
    pub records: Records,
    /// How many intents are laid over it.
    pub pending: usize,
}

impl View {
    /// Builds it from what is kept: all records, or those of one kind.
    pub fn of<S: Store>(
        store: &S,
        principal: Principal,
        kind: Option<&str>,
        replay: &dyn Replay,
    ) -> Result<Self, S::Error> {
        let (version, confirmed) = store.confirmed(principal, kind)?;
        let mut view = Self {
            version,
            records: Records::default(),
            pending: 0,
        };
        for record in confirmed {
            view.records.set(record);
        }
        let mut unconfirmed = store.unconfirmed(principal)?;
        // Applied ones first and in the gateway's order, the rest above them as they were made.
        unconfirmed.sort_by_key(|(_, kept)| match kept {
            Kept::Settled(Fate::Applied { version, .. }) => *version,
            Kept::Settled(_) | Kept::Waiting | Kept::Sent | Kept::Withdrawn | Kept::ToConfirm => u64::MAX,
        });
        for (intent, kept) in unconfirmed {
            match kept {
                Kept::Settled(Fate::Applied { version, records }) if version > view.version => {
                    view.pending += 1;
                    for record in records {
                        view.records.set(record);
                    }
                }
                Kept::Waiting | Kept::Sent => {
                    if let Ok(intent) = serde_json::from_str::<Intent>(&intent.text) {
                        view.pending += 1;
                        replay.replay(&intent, &mut view.records);
                    }
                }
                Kept::Settled(_) | Kept::Withdrawn | Kept::ToConfirm => {}
            }
        }
        Ok(view)
    }
}
