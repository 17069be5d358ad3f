//! The embedded engine: one file, or memory, one writer.

mod authorizations;
mod copies;
mod holdings;
#[cfg(any(test, feature = "testing"))]
pub(crate) mod hooks;
mod inbox;
mod journal;
mod keys;
mod principals;
mod sync;

use std::{
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use keys::Opened;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, Row, TransactionBehavior, types::FromSql};

use crate::{
    Client, Code, Event, Grant, Hash, Hearing, JournalEntry, Listener, NewCopies, Pushed, Redeemed,
    ReplicaStorage, RootKeys, StatusSlot, Storage, StoreError, Sweep, Tag, Turn, values::from_sql,
};

const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001.sql"),
    include_str!("../migrations/0002.sql"),
    include_str!("../migrations/0003.sql"),
    include_str!("../migrations/0010.sql"),
];

/// SQLite behind [`Storage`].
pub struct SqliteStorage {
    connection: Mutex<Connection>,
    digest: fn(&[u8]) -> Hash,
    roots: RootKeys,
}

impl SqliteStorage {
    /// Opens or creates the file; `digest` is SHA-256.
    pub fn open(path: &Path, digest: fn(&[u8]) -> Hash, roots: &RootKeys) -> Result<Self, StoreError> {
        Self::prepare(Connection::open(path)?, digest, roots)
    }

    /// A database that ends with the process, and its root key with it.
    pub fn in_memory(digest: fn(&[u8]) -> Hash) -> Result<Self, StoreError> {
        Self::prepare(Connection::open_in_memory()?, digest, &RootKeys::make_random()?)
    }

    fn prepare(
        mut connection: Connection,
        digest: fn(&[u8]) -> Hash,
        roots: &RootKeys,
    ) -> Result<Self, StoreError> {
        // A journalled read must survive the machine: every commit reaches the disk.
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
             PRAGMA busy_timeout = 5000; PRAGMA secure_delete = ON;",
        )?;
        // Statements are planned once, and not again for each value they are given or each other statement.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.set_prepared_statement_cache_capacity(128);
        let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let found: i64 = transaction.query_row("PRAGMA user_version", [], first)?;
        if found > known {
            return Err(StoreError::NewerSchema { found, known });
        }
        for (_, migration) in (1_i64..).zip(MIGRATIONS).filter(|(number, _)| *number > found) {
            transaction.execute_batch(migration)?;
        }
        keys::meet(&transaction, roots)?;
        if found < known {
            let opened = Opened {
                connection: &transaction,
                roots,
            };
            keys::seal_clear(opened)?;
            transaction.pragma_update(None, "user_version", known)?;
        }
        transaction.commit()?;
        Ok(Self {
            connection: Mutex::new(connection),
            digest,
            roots: roots.clone(),
        })
    }

    fn opened<'a>(&'a self, connection: &'a Connection) -> Opened<'a> {
        Opened {
            connection,
            roots: &self.roots,
        }
    }

    /// The connection. A panic elsewhere rolled its transaction back, so a poisoned lock is sound.
    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One column of the first row, if there is a row.
fn first<T: FromSql>(row: &Row<'_>) -> rusqlite::Result<T> {
    row.get(0)
}

impl Storage for SqliteStorage {
    fn ready(&self) -> Result<(), StoreError> {
        self.connection().query_row("SELECT 1", [], first::<i64>)?;
        Ok(())
    }

    fn register_client(&self, client: &Client) -> Result<(), StoreError> {
        authorizations::register_client(&self.connection(), client)
    }

    fn client(&self, id: &str) -> Result<Option<Client>, StoreError> {
        authorizations::client(&self.connection(), id)
    }

    fn remove_clients_of(&self, person: &str, event: &Event) -> Result<u64, StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        let removed = authorizations::remove_clients_of(&transaction, person)?;
        journal::append(&transaction, event, self.digest)?;
        transaction.commit()?;
        Ok(removed)
    }

    fn use_once(&self, value: &Hash, expires: i64, now: i64) -> Result<bool, StoreError> {
        authorizations::use_once(&self.connection(), value, expires, now)
    }

    fn push(&self, pushed: &Pushed) -> Result<(), StoreError> {
        authorizations::push(&self.connection(), pushed)
    }

    fn pushed(&self, request: &Hash, now: i64) -> Result<Option<Pushed>, StoreError> {
        authorizations::pushed(&self.connection(), request, now)
    }

    fn authorize(&self, request: &Hash, code: &Code, now: i64, event: &Event) -> Result<bool, StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        if !authorizations::complete(&transaction, request, code, now)? {
            return Ok(false);
        }
        journal::append(&transaction, event, self.digest)?;
        transaction.commit()?;
        Ok(true)
    }

    fn redeem(&self, code: &Hash, now: i64) -> Result<Redeemed, StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        let redeemed = authorizations::redeem(&transaction, code, now)?;
        transaction.commit()?;
        Ok(redeemed)
    }

    fn start_grant(&self, grant: &Grant, code: &Hash) -> Result<(), StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        authorizations::start_grant(&transaction, grant, code)?;
        transaction.commit()?;
        Ok(())
    }

    fn grant_by_refresh(&self, token: &Hash) -> Result<Option<Grant>, StoreError> {
        authorizations::grant_by_refresh(&self.connection(), token)
    }

    fn add_access(&self, grant: &str, token: &Hash, expires: i64, now: i64) -> Result<(), StoreError> {
        authorizations::add_access(&self.connection(), grant, token, expires, now)
    }

    fn grant_by_access(&self, token: &Hash, now: i64) -> Result<Option<Grant>, StoreError> {
        authorizations::grant_by_access(&self.connection(), token, now)
    }

    fn end_grant(&self, grant: &str) -> Result<bool, StoreError> {
        authorizations::end_grant(&self.connection(), grant)
    }

    fn subject_of(&self, person: &str, candidate: &str) -> Result<String, StoreError> {
        authorizations::subject_of(&self.connection(), person, candidate)
    }

    fn person_of(&self, subject: &str) -> Result<Option<String>, StoreError> {
        authorizations::person_of(&self.connection(), subject)
    }

    fn allocate(
        &self,
        copies: &NewCopies,
        draw: &mut dyn FnMut(u32) -> u32,
        event: &Event,
    ) -> Result<Vec<StatusSlot>, StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        let slots = copies::allocate(&transaction, copies, draw)?;
        journal::append(&transaction, event, self.digest)?;
        transaction.commit()?;
        Ok(slots)
    }

    fn revoke(&self, document: &str, event: &Event) -> Result<u64, StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        let revoked = copies::revoke(&transaction, document)?;
        journal::append(&transaction, event, self.digest)?;
        transaction.commit()?;
        Ok(revoked)
    }

    fn is_revoked(&self, document: &str) -> Result<bool, StoreError> {
        copies::is_revoked(&self.connection(), document)
    }

    fn status_lists(&self) -> Result<Vec<u32>, StoreError> {
        copies::status_lists(&self.connection())
    }

    fn revoked_in(&self, list: u32) -> Result<Option<Vec<u32>>, StoreError> {
        copies::revoked_in(&self.connection(), list)
    }

    fn record(&self, event: &Event) -> Result<i64, StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        let sequence = journal::append(&transaction, event, self.digest)?;
        transaction.commit()?;
        Ok(sequence)
    }

    fn events_about(
        &self,
        principal: &str,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<JournalEntry>, StoreError> {
        journal::about(&self.connection(), principal, before, limit)
    }

    fn outbox(&self, limit: u32) -> Result<Vec<JournalEntry>, StoreError> {
        journal::outbox(&self.connection(), limit)
    }

    fn outbox_length(&self) -> Result<u64, StoreError> {
        journal::outbox_length(&self.connection())
    }

    fn delivered(&self, sequences: &[i64]) -> Result<(), StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        journal::delivered(&transaction, sequences)?;
        transaction.commit()?;
        Ok(())
    }

    fn forget_removals(&self, before: i64, from: &Sweep) -> Result<Option<Sweep>, StoreError> {
        let found = sync::removals(&self.connection(), before, &from.after)?;
        for (principal, version) in &found {
            if let Some(version) = version {
                sync::compact(&mut self.connection(), principal, from_sql(*version))?;
            }
        }
        Ok(from.after(found.last().map(|(principal, _)| principal.as_str())))
    }

    fn check_journal(&self) -> Result<i64, StoreError> {
        journal::check(&self.connection(), self.digest)
    }
}

/// One process has the file.
impl ReplicaStorage for SqliteStorage {
    fn tag_of(&self, principal: &str) -> Tag {
        Tag::of("", principal, self.digest)
    }

    fn hear(&self, _: Listener) -> Hearing {
        Hearing::default()
    }

    fn delivery_turn(&self) -> Result<Turn, StoreError> {
        Ok(Turn::Alone)
    }
}

#[cfg(test)]
mod tests;
