//! Whether a principal's records are on this shard. A gateway that knows older routes is told so, whatever it does.

use std::collections::BTreeSet;

use super::{PostgresStorage, Transaction, pool::column};
use crate::StoreError;

/// What whoever asks knows of the routes.
#[derive(Clone, Copy)]
pub(crate) struct Guard {
    /// The shard's number.
    pub(crate) shard: i32,
    /// Their version.
    pub(crate) routes: i64,
    /// Whether principals that are nowhere yet begin here.
    pub(crate) begins: bool,
}

/// Held by who begins a principal, and alone by who ends that for older routes.
const BEGIN: &str = "SELECT pg_advisory_xact_lock_shared(4702111234474983747)";
const CLOSE: &str = "SELECT pg_advisory_xact_lock(4702111234474983747)";

impl Guard {
    /// Of a database by itself.
    pub(crate) fn alone(shard: i32) -> Self {
        Self {
            shard,
            routes: i64::MAX,
            begins: true,
        }
    }

    /// Whether the principal is here; if not, whether it may begin here.
    pub(super) fn allows(&self, place: Option<i32>) -> Result<bool, StoreError> {
        match place {
            Some(place) if place == self.shard => Ok(true),
            Some(place) => Err(StoreError::Moved { to: Some(place) }),
            None if self.begins => Ok(false),
            None => Err(StoreError::Moved { to: None }),
        }
    }

    /// Refuses who knows older routes than a principal must be begun with.
    pub(super) fn knows(&self, routes: i64) -> Result<(), StoreError> {
        if routes > self.routes {
            return Err(StoreError::Moved { to: None });
        }
        Ok(())
    }
}

/// Refuses who asks for a principal who is elsewhere, or may be: only of one who is nowhere yet there is nothing.
pub(super) fn is_here(transaction: &mut Transaction<'_>, principal: &str) -> Result<(), StoreError> {
    let found = transaction.connection.row(
        "SELECT place FROM principal_state WHERE principal = $1 FOR SHARE",
        &[&principal],
    )?;
    let place: Option<i32> = found.map_or(Ok(None), |row| column(&row, 0))?;
    let guard = transaction.guard;
    if !guard.allows(place)? {
        // Read after the place: a shard is closed to older routes before anybody begins elsewhere.
        let found = transaction.connection.row("SELECT routes FROM shard", &[])?;
        guard.knows(found.map_or(Ok(0), |row| column(&row, 0))?)?;
    }
    Ok(())
}

/// Begins principals on this shard.
pub(super) fn begin(transaction: &mut Transaction<'_>, names: &BTreeSet<String>) -> Result<(), StoreError> {
    let guard = transaction.guard;
    transaction.connection.run(BEGIN)?;
    let found = transaction.connection.row("SELECT routes FROM shard", &[])?;
    let routes: i64 = found.map_or(Ok(0), |row| column(&row, 0))?;
    guard.knows(routes)?;
    let names: Vec<&String> = names.iter().collect();
    transaction.connection.change(
        "INSERT INTO principal_state (principal, place) SELECT unnest($1::text[]), $2
         ON CONFLICT (principal) DO UPDATE SET place = coalesce(principal_state.place, excluded.place)",
        &[&names, &guard.shard],
    )?;
    Ok(())
}

impl PostgresStorage {
    /// The same database, for who knows these routes.
    pub(crate) fn guarded(&self, routes: i64, begins: bool) -> Self {
        let guard = Guard {
            routes,
            begins,
            ..self.guard
        };
        Self {
            guard,
            ..self.clone()
        }
    }

    /// Which shard it is.
    pub(crate) fn number(&self) -> usize {
        usize::try_from(self.guard.shard).unwrap_or_default()
    }

    /// From now on, nobody with older routes begins a principal here.
    pub(crate) fn close_to_older(&self, routes: i64) -> Result<(), StoreError> {
        let known = self.pool.ask("SELECT routes FROM shard", &[])?;
        let known: i64 = known.first().map_or(Ok(0), |row| column(row, 0))?;
        if known >= routes {
            return Ok(());
        }
        self.transact(|transaction| {
            transaction.connection.run(CLOSE)?;
            transaction
                .connection
                .change("UPDATE shard SET routes = greatest(routes, $1)", &[&routes])?;
            Ok(())
        })
    }
}
