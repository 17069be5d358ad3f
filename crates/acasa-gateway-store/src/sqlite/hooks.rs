//! What simulators look at and break on purpose.

use acasa_domain::Principal;
use acasa_protocol::sync::{Digest, Fate, Record};
use rusqlite::{Connection, named_params, params};
use uuid::Uuid;

use super::{SqliteStorage, sync};
use crate::StoreError;

/// A principal's records as they lie in the tables, removals included.
pub struct Lying {
    /// The newest version.
    pub version: u64,
    /// Up to here removals are forgotten.
    pub floor: u64,
    /// All records, by kind and id.
    pub records: Vec<Record>,
}

impl SqliteStorage {
    /// What is kept about an intent, if it was judged.
    pub fn outcome(&self, actor: Principal, id: Uuid) -> Result<Option<(Digest, Fate)>, StoreError> {
        sync::judged(self.opened(&self.connection()), actor, id)
    }

    /// The ids of all intents of an actor that were judged.
    pub fn judged(&self, actor: Principal) -> Result<Vec<Uuid>, StoreError> {
        self.connection()
            .prepare_cached("SELECT id FROM intent WHERE actor = :actor")?
            .query_map(named_params! { ":actor": actor.to_string() }, |row| row.get(0))?
            .map(|id: rusqlite::Result<[u8; 16]>| Ok(Uuid::from_bytes(id?)))
            .collect()
    }

    /// The records of a principal, read without an event.
    pub fn lying(&self, principal: Principal) -> Result<Lying, StoreError> {
        let connection = self.connection();
        let (version, floor) = sync::state(&connection, principal)?;
        let rows = connection
            .prepare_cached(
                "SELECT kind, id, version, content FROM record WHERE principal = ?1 ORDER BY kind, id",
            )?
            .query_map(params![principal.to_string()], sync::record_row)?
            .collect::<Result<Vec<_>, _>>()?;
        let records = sync::read_records(self.opened(&connection), principal, rows)?;
        Ok(Lying {
            version,
            floor,
            records,
        })
    }

    /// Another database in memory with the same content, as it was committed last.
    pub fn copy(&self) -> Result<Self, StoreError> {
        let mut copy = Connection::open_in_memory()?;
        rusqlite::backup::Backup::new(&self.connection(), &mut copy)?.run_to_completion(
            i32::MAX,
            std::time::Duration::ZERO,
            None,
        )?;
        Self::prepare(copy, self.digest, &self.roots)
    }

    /// Cuts off what runs after this many steps of the engine, as the end of the process would; a transaction under
    /// way is undone. Nothing calls that off.
    pub fn cut_off_after(&self, steps: Option<u32>) -> Result<(), StoreError> {
        let handler = steps.map(|mut left| {
            move || {
                // Once: undoing is made of steps, too.
                left = left.wrapping_sub(1);
                left == 0
            }
        });
        let mut connection = self.connection();
        connection.progress_handler(1, handler)?;
        // What was cut off while it began or ended is undone when the file is opened the next time.
        if !connection.is_autocommit() {
            connection.execute_batch("ROLLBACK")?;
        }
        Ok(())
    }

    /// Makes the disk full after this many pages beyond those there are; nothing makes it wide again.
    pub fn limit_pages(&self, more: Option<u32>) -> Result<(), StoreError> {
        let connection = self.connection();
        let there: u32 = connection.pragma_query_value(None, "page_count", |row| row.get(0))?;
        let most = more.map_or(i64::from(u32::MAX) - 1, |more| i64::from(there) + i64::from(more));
        connection.pragma_update_and_check(None, "max_page_count", most, |_| Ok(()))?;
        Ok(())
    }
}
