use std::fmt;

use acasa_domain::Principal;
use jiff::Timestamp;
use rusqlite::params;

use super::principals::{Cabinet, Place};
use super::{Page, from_millis, to_millis};
use crate::{StoreError, Vault};

/// The gateway's journal of who read a principal's data, as last fetched.
pub struct Journal<'v>(pub(crate) &'v Vault);

/// One event of the journal.
#[derive(Clone, PartialEq, Eq)]
pub struct JournalEvent {
    /// Its number in the principal's journal.
    pub sequence: u64,
    /// When it happened.
    pub at: Timestamp,
    /// The event, byte for byte as received: its hash chains it to the one before.
    pub event: Vec<u8>,
}

/// Without the event, which says who asked about whom.
impl fmt::Debug for JournalEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JournalEvent")
            .field("sequence", &self.sequence)
            .finish_non_exhaustive()
    }
}

const EVENT: &str = "journal.event";

impl Journal<'_> {
    /// Keeps fetched events, all or nothing; one already there stays as it is.
    pub fn append(&self, of: Principal, events: &[JournalEvent]) -> Result<(), StoreError> {
        self.0.write(|tx| {
            let cabinet = Cabinet::find(tx, of)?;
            let mut statement = tx.prepare_cached(
                "INSERT INTO journal (principal, sequence, at, event) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (principal, sequence) DO NOTHING",
            )?;
            for event in events {
                let sequence = i64::try_from(event.sequence).map_err(|_| StoreError::TooLarge)?;
                let place = Place {
                    column: EVENT,
                    record: &event.sequence.to_string(),
                };
                let sealed = cabinet.seal(&place, &event.event)?;
                statement.execute(params![cabinet.id, sequence, to_millis(event.at), sealed])?;
            }
            Ok(())
        })
    }

    /// The latest first.
    pub fn list(&self, of: Principal, page: Page) -> Result<Vec<JournalEvent>, StoreError> {
        let (limit, offset) = page.bounds();
        self.0.read(|connection| {
            let cabinet = Cabinet::find(connection, of)?;
            let mut query = connection.prepare_cached(
                "SELECT sequence, at, event FROM journal WHERE principal = ?1
                 ORDER BY sequence DESC LIMIT ?2 OFFSET ?3",
            )?;
            let mut rows = query.query([cabinet.id, limit, offset])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let sequence = u64::try_from(row.get::<_, i64>(0)?).map_err(|_| StoreError::Damaged)?;
                let stored = row.get_ref(2)?.as_blob().map_err(|_| StoreError::Damaged)?;
                let place = Place {
                    column: EVENT,
                    record: &sequence.to_string(),
                };
                let event = cabinet.open(&place, stored)?;
                found.push(JournalEvent {
                    sequence,
                    at: from_millis(row.get(1)?)?,
                    event,
                });
            }
            Ok(found)
        })
    }
}
