//! The append-only journal and its outbox.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::first;
use crate::{
    Event, Hash, JournalEntry, MOST_COUNTED, StoreError,
    values::{from_sql, link},
};

pub(super) fn append(
    connection: &Connection,
    event: &Event,
    digest: fn(&[u8]) -> Hash,
) -> Result<i64, StoreError> {
    let last: Option<(i64, Hash)> = connection
        .prepare_cached("SELECT sequence, hash FROM journal ORDER BY sequence DESC LIMIT 1")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (previous, chained) = last.unwrap_or((0, [0; 32]));
    let sequence = previous + 1;
    let json = serde_json::to_string(event).map_err(|_| StoreError::Unreadable { what: "event" })?;
    let hash = link(&chained, sequence, &json, digest);
    connection
        .prepare_cached(
            "INSERT INTO journal (sequence, principal, event, hash)
             VALUES (:sequence, :principal, :event, :hash)",
        )?
        .execute(named_params! {
            ":sequence": sequence,
            ":principal": event.principal,
            ":event": json,
            ":hash": hash,
        })?;
    connection
        .prepare_cached("INSERT INTO outbox (sequence) VALUES (:sequence)")?
        .execute(named_params! { ":sequence": sequence })?;
    Ok(sequence)
}

fn entry(row: &Row<'_>) -> rusqlite::Result<(i64, String, Hash)> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
}

fn read((sequence, json, hash): (i64, String, Hash)) -> Result<JournalEntry, StoreError> {
    let event = serde_json::from_str(&json).map_err(|_| StoreError::Unreadable { what: "event" })?;
    Ok(JournalEntry {
        sequence,
        event,
        hash,
    })
}

pub(super) fn about(
    connection: &Connection,
    principal: &str,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<JournalEntry>, StoreError> {
    let before = before.unwrap_or(i64::MAX);
    connection
        .prepare_cached(
            "SELECT sequence, event, hash FROM journal
             WHERE principal = :principal AND sequence < :before
             ORDER BY sequence DESC LIMIT :limit",
        )?
        .query_map(
            named_params! { ":principal": principal, ":before": before, ":limit": limit },
            entry,
        )?
        .map(|row| read(row?))
        .collect()
}

pub(super) fn outbox(connection: &Connection, limit: u32) -> Result<Vec<JournalEntry>, StoreError> {
    connection
        .prepare_cached(
            "SELECT j.sequence, j.event, j.hash FROM outbox o JOIN journal j USING (sequence)
             ORDER BY o.sequence LIMIT :limit",
        )?
        .query_map(named_params! { ":limit": limit }, entry)?
        .map(|row| read(row?))
        .collect()
}

pub(super) fn outbox_length(connection: &Connection) -> Result<u64, StoreError> {
    let length: i64 = connection
        .prepare_cached("SELECT count(*) FROM (SELECT 1 FROM outbox LIMIT ?1)")?
        .query_row([MOST_COUNTED], first)?;
    Ok(from_sql(length))
}

pub(super) fn delivered(connection: &Connection, sequences: &[i64]) -> Result<(), StoreError> {
    let mut delete = connection.prepare_cached("DELETE FROM outbox WHERE sequence = :sequence")?;
    for sequence in sequences {
        delete.execute(named_params! { ":sequence": sequence })?;
    }
    Ok(())
}

pub(super) fn check(connection: &Connection, digest: fn(&[u8]) -> Hash) -> Result<i64, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT sequence, event, hash FROM journal ORDER BY sequence")?;
    let mut rows = statement.query([])?;
    let (mut length, mut chained) = (0_i64, [0; 32]);
    while let Some(row) = rows.next()? {
        let (sequence, json, hash) = entry(row)?;
        chained = link(&chained, length + 1, &json, digest);
        if sequence != length + 1 || chained != hash {
            return Err(StoreError::JournalBroken { sequence: length + 1 });
        }
        length = sequence;
    }
    Ok(length)
}
