//! Connections, and transactions on them.
//!
//! A connection does its input and output on the thread that calls it, so no method may be called from an
//! asynchronous one.

use std::{
    collections::HashMap,
    sync::{
        Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use postgres::{
    Client, Row, Statement,
    types::{FromSql, ToSql},
};

use super::{PostgresSettings, failure};
use crate::{Load, StoreError};

/// How long to wait for a connection that somebody else has.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often a transaction is tried that met another one.
const TRIES: u32 = 5;

/// None of these cuts a commit short that waits for a standby: it would be acknowledged without the standby. The
/// database keeps programs out that do not say that they know of acts under way.
const SESSION: &str = "SET lock_timeout = '5s'; SET statement_timeout = '15s'; SET acasa.forwards = 'on';
    SET idle_in_transaction_session_timeout = '30s'; SET default_transaction_isolation = 'read committed';
    SELECT set_config('synchronous_commit', 'on', FALSE)
    WHERE current_setting('synchronous_commit') IN ('off', 'local', 'remote_write')";

/// A session of its own, past the pool.
pub(super) fn connect(settings: &PostgresSettings) -> Result<Client, StoreError> {
    settings
        .config
        .connect(settings.tls()?)
        .map_err(|error| failure::on_connecting(&error))
}

/// One connection with its prepared statements.
pub(super) struct Connection {
    client: Client,
    statements: HashMap<&'static str, Statement>,
}

type Parameters<'a> = &'a [&'a (dyn ToSql + Sync)];

impl Connection {
    fn open(settings: &PostgresSettings) -> Result<Self, StoreError> {
        let mut client = connect(settings)?;
        client
            .batch_execute(SESSION)
            .map_err(|error| failure::of(&error))?;
        Ok(Self {
            client,
            statements: HashMap::new(),
        })
    }

    fn statement(&mut self, sql: &'static str) -> Result<Statement, StoreError> {
        if let Some(known) = self.statements.get(sql) {
            return Ok(known.clone());
        }
        let prepared = self.client.prepare(sql).map_err(|error| failure::of(&error))?;
        self.statements.insert(sql, prepared.clone());
        Ok(prepared)
    }

    /// What a query finds.
    pub(super) fn rows(
        &mut self,
        sql: &'static str,
        parameters: Parameters<'_>,
    ) -> Result<Vec<Row>, StoreError> {
        let statement = self.statement(sql)?;
        self.client
            .query(&statement, parameters)
            .map_err(|error| failure::of(&error))
    }

    /// The one row a query finds, if it finds one.
    pub(super) fn row(
        &mut self,
        sql: &'static str,
        parameters: Parameters<'_>,
    ) -> Result<Option<Row>, StoreError> {
        let statement = self.statement(sql)?;
        self.client
            .query_opt(&statement, parameters)
            .map_err(|error| failure::of(&error))
    }

    /// How many rows a statement changed.
    pub(super) fn change(
        &mut self,
        sql: &'static str,
        parameters: Parameters<'_>,
    ) -> Result<u64, StoreError> {
        let statement = self.statement(sql)?;
        self.client
            .execute(&statement, parameters)
            .map_err(|error| failure::of(&error))
    }

    /// Statements without parameters.
    pub(super) fn run(&mut self, sql: &'static str) -> Result<(), StoreError> {
        self.client
            .batch_execute(sql)
            .map_err(|error| failure::of(&error))
    }
}

/// One column of a row.
pub(super) fn column<'a, T: FromSql<'a>>(row: &'a Row, at: usize) -> Result<T, StoreError> {
    row.try_get(at)
        .map_err(|_| StoreError::Unreadable { what: "row" })
}

/// The connections to one database.
pub(crate) struct Pool {
    settings: PostgresSettings,
    held: Mutex<Held>,
    freed: Condvar,
    retried: AtomicU64,
}

#[derive(Default)]
struct Held {
    idle: Vec<Connection>,
    open: usize,
}

impl Pool {
    pub(super) fn new(settings: PostgresSettings) -> Self {
        Self {
            settings,
            held: Mutex::default(),
            freed: Condvar::new(),
            retried: AtomicU64::new(0),
        }
    }

    pub(super) fn settings(&self) -> &PostgresSettings {
        &self.settings
    }

    /// Runs `work` in one transaction: committed if it succeeds, otherwise undone. It is run again when the
    /// transaction met another one, so it must do nothing outside.
    pub(super) fn transact<T>(
        &self,
        mut work: impl FnMut(&mut Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut tries = 1;
        loop {
            match self.attempt(&mut work) {
                Err(error) if failure::is_conflict(&error) && tries < TRIES => {
                    tries += 1;
                    self.retried.fetch_add(1, Ordering::Relaxed);
                }
                done => return done,
            }
        }
    }

    fn attempt<T>(
        &self,
        work: &mut impl FnMut(&mut Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut taken = self.begin()?;
        let done = work(taken.connection()?);
        let end = if done.is_ok() { "COMMIT" } else { "ROLLBACK" };
        let ended = taken.connection()?.run(end);
        let is_of_use = done.as_ref().err().is_none_or(failure::leaves_connection);
        if ended.is_ok() && is_of_use {
            taken.give_back();
        }
        done.and_then(|done| ended.map(|()| done))
    }

    /// Asks what may be asked twice: outside a transaction, and anew where the connection had ended meanwhile.
    pub(super) fn ask(&self, sql: &'static str, parameters: Parameters<'_>) -> Result<Vec<Row>, StoreError> {
        loop {
            let (mut taken, is_new) = self.take()?;
            let found = taken.connection()?.rows(sql, parameters);
            match found {
                Err(StoreError::Unavailable { .. }) if !is_new => drop(taken),
                Err(error) => return Err(error),
                Ok(rows) => {
                    taken.give_back();
                    return Ok(rows);
                }
            }
        }
    }

    /// A connection with a transaction begun. Connections that ended while they were idle are replaced.
    fn begin(&self) -> Result<Taken<'_>, StoreError> {
        loop {
            let (mut taken, is_new) = self.take()?;
            match taken.connection()?.run("BEGIN") {
                Ok(()) => return Ok(taken),
                Err(error) if is_new => return Err(error),
                Err(_) => drop(taken),
            }
        }
    }

    fn take(&self) -> Result<(Taken<'_>, bool), StoreError> {
        let full = |held: &mut Held| held.idle.is_empty() && held.open >= self.settings.connections;
        let (mut held, _) = self
            .freed
            .wait_timeout_while(self.held(), PATIENCE, full)
            .unwrap_or_else(PoisonError::into_inner);
        let mut taken = Taken {
            pool: self,
            connection: held.idle.pop(),
        };
        if taken.connection.is_some() {
            return Ok((taken, false));
        }
        if held.open >= self.settings.connections {
            // Its end would count a connection that it never had.
            std::mem::forget(taken);
            return Err(StoreError::Unavailable {
                state: "busy".to_owned(),
            });
        }
        held.open += 1;
        drop(held);
        taken.connection = Some(Connection::open(&self.settings)?);
        Ok((taken, true))
    }

    pub(super) fn load(&self) -> Load {
        let (open, idle) = {
            let held = self.held();
            (held.open, held.idle.len())
        };
        Load {
            open: open as u64,
            used: open.saturating_sub(idle) as u64,
            limit: self.settings.connections as u64,
            retried: self.retried.load(Ordering::Relaxed),
        }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Pool {
    /// Closing a connection waits for it, which an asynchronous thread must not.
    fn drop(&mut self) {
        let idle = std::mem::take(&mut self.held().idle);
        if !idle.is_empty() {
            std::thread::spawn(move || drop(idle));
        }
    }
}

/// A connection in use. Unless given back, it is closed: nobody knows in what state it is.
struct Taken<'a> {
    pool: &'a Pool,
    connection: Option<Connection>,
}

impl Taken<'_> {
    fn connection(&mut self) -> Result<&mut Connection, StoreError> {
        self.connection.as_mut().ok_or_else(|| StoreError::Unavailable {
            state: "closed".to_owned(),
        })
    }

    fn give_back(mut self) {
        let connection = self.connection.take();
        self.pool.held().idle.extend(connection);
        self.pool.freed.notify_one();
        std::mem::forget(self);
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        drop(self.connection.take());
        self.pool.held().open -= 1;
        self.pool.freed.notify_one();
    }
}
