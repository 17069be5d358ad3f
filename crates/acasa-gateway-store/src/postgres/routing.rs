//! The table of routes, on the home shard.

use super::{PostgresStorage, Transaction, pool::column};
use crate::StoreError;

/// How many shards there are.
#[derive(Clone, Copy)]
pub(crate) struct Routing {
    pub(crate) version: i64,
    pub(crate) shards: i32,
    /// So many may be opened.
    pub(crate) announced: Option<i32>,
    /// Principals are on their way to so many.
    pub(crate) next: Option<i32>,
    /// One-time values are spread over so many.
    pub(crate) first: i32,
}

/// A principal that is elsewhere than the name says.
pub(crate) type Exception = (String, i32);

/// Programs that do not know where principals are, or leave behind what is under way, must not start any more.
const SCHEMA: i64 = 6;

impl PostgresStorage {
    /// Made for so many shards at the first start.
    pub(crate) fn begin_routing(&self, shards: i32) -> Result<(), StoreError> {
        if self.routing()?.is_some() {
            return Ok(());
        }
        self.transact(|transaction| {
            transaction.connection.change(
                "INSERT INTO routing (single, version, shards, first) VALUES (TRUE, 1, $1, $1)
                 ON CONFLICT (single) DO NOTHING",
                &[&shards],
            )?;
            Ok(())
        })
    }

    pub(crate) fn routing(&self) -> Result<Option<Routing>, StoreError> {
        let found = self
            .pool
            .ask("SELECT version, shards, announced, next, first FROM routing", &[])?;
        let read = |row| {
            Ok(Routing {
                version: column(row, 0)?,
                shards: column(row, 1)?,
                announced: column(row, 2)?,
                next: column(row, 3)?,
                first: column(row, 4)?,
            })
        };
        found.first().map(read).transpose()
    }

    /// Exceptions made after a version of the table.
    pub(crate) fn exceptions_after(&self, version: i64) -> Result<Vec<Exception>, StoreError> {
        let rows = self.pool.ask(
            "SELECT principal, shard FROM route WHERE version > $1",
            &[&version],
        )?;
        rows.iter()
            .map(|row| Ok((column(row, 0)?, column(row, 1)?)))
            .collect()
    }

    /// So many shards may be opened from now on.
    pub(crate) fn announce(&self, shards: i32) -> Result<(), StoreError> {
        self.change_routing(|transaction| {
            transaction.connection.change(
                "UPDATE routing SET announced = $1 WHERE next IS NULL AND shards < $1",
                &[&shards],
            )
        })
    }

    /// Principals are on their way to so many shards, which were announced.
    pub(crate) fn begin_moving(&self, shards: i32) -> Result<(), StoreError> {
        self.change_routing(|transaction| {
            transaction
                .connection
                .change("UPDATE migration SET oldest = $1 WHERE number = $1", &[&SCHEMA])?;
            transaction.connection.change(
                "UPDATE routing SET next = $1 WHERE next IS NULL AND announced = $1",
                &[&shards],
            )
        })
    }

    /// A principal is elsewhere than the name says, until the number of shards changes.
    pub(crate) fn except(&self, principal: &str, shard: i32) -> Result<(), StoreError> {
        self.change_routing(|transaction| {
            transaction.connection.change(
                "INSERT INTO route (principal, shard, version) SELECT $1, $2, version + 1 FROM routing
                 ON CONFLICT (principal) DO UPDATE SET shard = excluded.shard, version = excluded.version",
                &[&principal, &shard],
            )
        })
    }

    /// Everybody is where the name says by the new number of shards, or among the exceptions that stay.
    pub(crate) fn end_moving(&self, no_exceptions_any_more: &[String]) -> Result<(), StoreError> {
        self.change_routing(|transaction| {
            transaction.connection.change(
                "DELETE FROM route WHERE principal = ANY ($1)",
                &[&no_exceptions_any_more],
            )?;
            transaction.connection.change(
                "UPDATE routing SET shards = next, next = NULL, announced = NULL WHERE next IS NOT NULL",
                &[],
            )
        })
    }

    /// Each change is a version, and told to all gateways.
    fn change_routing(
        &self,
        change: impl Fn(&mut Transaction<'_>) -> Result<u64, StoreError>,
    ) -> Result<(), StoreError> {
        self.transact(|transaction| {
            transaction
                .connection
                .row("SELECT version FROM routing FOR UPDATE", &[])?;
            if change(transaction)? == 0 {
                return Ok(());
            }
            transaction
                .connection
                .change("UPDATE routing SET version = version + 1", &[])?;
            transaction.connection.run("NOTIFY acasa_changes, '0 routes'")
        })
    }
}
