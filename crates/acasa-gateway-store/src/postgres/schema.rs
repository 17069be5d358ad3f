//! Bringing a database to this program's schema, once, whoever comes first.

use super::{
    keys,
    pool::{Connection, column},
};
use crate::{RootKeys, StoreError};

/// A step, and the oldest schema whose programs work with the database after it.
type Migration = (&'static str, i64);

pub(super) const MIGRATIONS: &[Migration] = &[
    (include_str!("../../migrations/postgres/0001.sql"), 1),
    (include_str!("../../migrations/postgres/0002.sql"), 1),
    (include_str!("../../migrations/postgres/0003.sql"), 1),
    (include_str!("../../migrations/postgres/0004.sql"), 1),
    (include_str!("../../migrations/postgres/0010.sql"), ALONE),
    (include_str!("../../migrations/postgres/0011.sql"), 5),
];

/// Programs of no older schema go on beside those of this step.
const ALONE: i64 = 0;

/// Held while the schema changes. Any number would do that nothing else in the database takes.
const LOCK: &str = "SELECT pg_advisory_xact_lock(4702111234474983745)";

/// Applies what is missing, in one transaction; `shard` is the number this database must have. Answers its secret.
///
/// Programs of an older schema go on beside newer ones as long as a migration allows it.
pub(super) fn prepare(
    connection: &mut Connection,
    shard: i32,
    roots: &RootKeys,
) -> Result<String, StoreError> {
    match bring(connection, shard, roots) {
        // INSUFFICIENT PRIVILEGE: whoever may only serve cannot make tables.
        Err(StoreError::Engine { state }) if state == "42501" => return Err(StoreError::OlderSchema),
        done => done?,
    }
    let row = connection.row("SELECT number, secret FROM shard", &[])?;
    let row = row.ok_or(StoreError::Unreadable { what: "shard" })?;
    let found: i32 = column(&row, 0)?;
    if found == shard {
        column(&row, 1)
    } else {
        Err(StoreError::WrongShard { found, wanted: shard })
    }
}

fn bring(connection: &mut Connection, shard: i32, roots: &RootKeys) -> Result<(), StoreError> {
    if !is_ready(connection, MIGRATIONS)? {
        migrate(connection, MIGRATIONS)?;
        connection.change(
            "INSERT INTO shard (single, number) VALUES (TRUE, $1) ON CONFLICT (single) DO NOTHING",
            &[&shard],
        )?;
    }
    keys::prepare(connection, roots)
}

/// Whether there is nothing to do, so that who may change nothing of the tables can go on.
fn is_ready(connection: &mut Connection, migrations: &[Migration]) -> Result<bool, StoreError> {
    let made = connection.row(
        "SELECT to_regclass('migration') IS NOT NULL AND to_regclass('shard') IS NOT NULL",
        &[],
    )?;
    if !made.map_or(Ok(false), |row| column(&row, 0))? {
        return Ok(false);
    }
    let found = must_allow(connection, migrations)?;
    let shard = connection.row("SELECT number FROM shard", &[])?;
    Ok(shard.is_some() && found >= count(migrations))
}

/// The last migration of the database; refused, where it does not let programs that know these on.
fn must_allow(connection: &mut Connection, migrations: &[Migration]) -> Result<i64, StoreError> {
    let last = connection.row(
        "SELECT coalesce(max(number), 0), coalesce(max(oldest), 0) FROM migration",
        &[],
    )?;
    let (found, oldest): (i64, i64) = match last {
        Some(row) => (column(&row, 0)?, column(&row, 1)?),
        None => (0, 0),
    };
    let known = count(migrations);
    if oldest > known {
        return Err(StoreError::NewerSchema { found, known });
    }
    Ok(found)
}

fn count(migrations: &[Migration]) -> i64 {
    i64::try_from(migrations.len()).unwrap_or(i64::MAX)
}

fn migrate(connection: &mut Connection, migrations: &[Migration]) -> Result<(), StoreError> {
    connection.run("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0")?;
    connection.run(LOCK)?;
    connection.run(
        "CREATE TABLE IF NOT EXISTS migration (
             number BIGINT NOT NULL PRIMARY KEY, oldest BIGINT NOT NULL);
         CREATE TABLE IF NOT EXISTS shard (
             single BOOLEAN NOT NULL PRIMARY KEY CHECK (single), number INTEGER NOT NULL)",
    )?;
    let found = must_allow(connection, migrations)?;
    for (number, (step, oldest)) in (1_i64..).zip(migrations).filter(|(number, _)| *number > found) {
        connection.run(step)?;
        let oldest = if *oldest == ALONE { &number } else { oldest };
        connection.change(
            "INSERT INTO migration (number, oldest) VALUES ($1, $2)",
            &[&number, oldest],
        )?;
    }
    Ok(())
}
