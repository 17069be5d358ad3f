//! The append-only journal, a chain for each principal, and its outbox.

use std::collections::BTreeSet;

use postgres::Row;

use super::{
    Transaction,
    changes::Changes,
    hash_of, is_storable,
    pool::{Pool, column},
};
use crate::{
    Event, JournalEntry, MOST_COUNTED, StoreError,
    values::{from_sql, link},
};

/// Entries that are checked at a time.
const PAGE: i64 = 1_000;

const DRAW: &str = "SELECT nextval('journal_sequence') FROM generate_series(1, $1)";

/// Writes an event that goes with changes to no principal's records.
pub(super) fn append(transaction: &mut Transaction<'_>, event: &Event) -> Result<i64, StoreError> {
    let mut changes = Changes::of(transaction, BTreeSet::from([event.principal.clone()]))?;
    changes.append(event)?;
    changes.write(transaction)
}

/// The journal's next numbers. Drawn while the principals are locked, so that a chain's numbers ascend; a
/// transaction that is undone leaves a gap.
pub(super) fn make_numbers(transaction: &mut Transaction<'_>, count: usize) -> Result<Vec<i64>, StoreError> {
    if count == 0 {
        return Ok(Vec::new());
    }
    let count = i32::try_from(count).unwrap_or(i32::MAX);
    let rows = match transaction.numbers {
        Some(home) => home.ask(DRAW, &[&count])?,
        None => transaction.connection.rows(DRAW, &[&count])?,
    };
    let mut numbers = rows
        .iter()
        .map(|row| column(row, 0))
        .collect::<Result<Vec<i64>, _>>()?;
    numbers.sort_unstable();
    Ok(numbers)
}

fn entry(row: &Row) -> Result<JournalEntry, StoreError> {
    let json: &str = column(row, 1)?;
    Ok(JournalEntry {
        sequence: column(row, 0)?,
        event: serde_json::from_str(json).map_err(|_| StoreError::Unreadable { what: "event" })?,
        hash: hash_of(column(row, 2)?)?,
    })
}

pub(super) fn about(
    pool: &Pool,
    principal: &str,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<JournalEntry>, StoreError> {
    if !is_storable(principal) {
        return Ok(Vec::new());
    }
    let rows = pool.ask(
        "SELECT sequence, event, hash FROM journal WHERE principal = $1 AND sequence < $2
         ORDER BY sequence DESC LIMIT $3",
        &[&principal, &before.unwrap_or(i64::MAX), &i64::from(limit)],
    )?;
    rows.iter().map(entry).collect()
}

pub(super) fn outbox(pool: &Pool, limit: u32) -> Result<Vec<JournalEntry>, StoreError> {
    let rows = pool.ask(
        "SELECT j.sequence, j.event, j.hash FROM outbox o JOIN journal j USING (sequence)
         ORDER BY o.sequence LIMIT $1",
        &[&i64::from(limit)],
    )?;
    rows.iter().map(entry).collect()
}

pub(super) fn outbox_length(pool: &Pool) -> Result<u64, StoreError> {
    let rows = pool.ask(
        "SELECT count(*) FROM (SELECT 1 FROM outbox LIMIT $1) AS waiting",
        &[&i64::from(MOST_COUNTED)],
    )?;
    let length = rows.first().map(|row| column(row, 0)).transpose()?;
    Ok(from_sql(length.unwrap_or_default()))
}

pub(super) fn delivered(transaction: &mut Transaction<'_>, sequences: &[i64]) -> Result<(), StoreError> {
    transaction
        .connection
        .change("DELETE FROM outbox WHERE sequence = ANY ($1)", &[&sequences])?;
    Ok(())
}

/// Follows every chain from its beginning to the end its principal's row knows, as everything stood at one moment.
pub(super) fn check(transaction: &mut Transaction<'_>) -> Result<i64, StoreError> {
    transaction
        .connection
        .run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
    let (mut principal, mut total) = (String::new(), 0);
    loop {
        let heads = transaction.connection.rows(
            "SELECT principal, length, last, hash FROM principal_state WHERE principal > $1
             ORDER BY principal LIMIT $2",
            &[&principal, &PAGE],
        )?;
        let Some(furthest) = heads.last() else {
            break;
        };
        for head in &heads {
            total += check_chain(transaction, head)?;
        }
        principal = column(furthest, 0)?;
    }
    let without_end = transaction.connection.row(
        "SELECT min(sequence) FROM journal j WHERE NOT EXISTS (
             SELECT 1 FROM principal_state s WHERE s.principal = j.principal)",
        &[],
    )?;
    match without_end.map(|row| column(&row, 0)).transpose()?.flatten() {
        Some(sequence) => Err(StoreError::JournalBroken { sequence }),
        None => Ok(total),
    }
}

fn check_chain(transaction: &mut Transaction<'_>, head: &Row) -> Result<i64, StoreError> {
    let principal: &str = column(head, 0)?;
    let (expected, last): (i64, i64) = (column(head, 1)?, column(head, 2)?);
    let (mut length, mut sequence, mut chained) = (0, 0, [0; 32]);
    loop {
        let rows = transaction.connection.rows(
            "SELECT sequence, event, hash FROM journal WHERE principal = $1 AND sequence > $2
             ORDER BY sequence LIMIT $3",
            &[&principal, &sequence, &PAGE],
        )?;
        for row in &rows {
            sequence = column(row, 0)?;
            chained = link(&chained, sequence, column(row, 1)?, transaction.digest);
            if chained != hash_of(column(row, 2)?)? {
                return Err(StoreError::JournalBroken { sequence });
            }
            length += 1;
        }
        if rows.is_empty() {
            break;
        }
    }
    if (length, sequence) != (expected, last) || chained != hash_of(column(head, 3)?)? {
        return Err(StoreError::JournalBroken { sequence: last });
    }
    Ok(length)
}
