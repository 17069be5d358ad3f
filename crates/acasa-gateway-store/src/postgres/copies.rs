//! Issued copies and their status.

use std::collections::BTreeSet;

use super::{
    Transaction, is_storable,
    pool::{Pool, column},
};
use crate::{NewCopies, STATUS_LIST_SIZE, StatusSlot, StoreError};

/// As in the embedded engine: a list takes at most half of its indices.
const FILLED: u32 = STATUS_LIST_SIZE / 2;

/// Copies of a document are made and revoked one after the other, or a revocation would miss copies that are
/// just being made.
fn lock(transaction: &mut Transaction<'_>, document: &str) -> Result<(), StoreError> {
    transaction.connection.rows(
        "SELECT pg_advisory_xact_lock(hashtextextended($1, 7))",
        &[&document],
    )?;
    Ok(())
}

pub(super) fn allocate(
    transaction: &mut Transaction<'_>,
    copies: &NewCopies,
    draw: &mut dyn FnMut(u32) -> u32,
) -> Result<Vec<StatusSlot>, StoreError> {
    lock(transaction, &copies.document)?;
    let revoked = transaction.connection.row(
        "SELECT 1 FROM revoked_document WHERE document = $1",
        &[&copies.document],
    )?;
    if revoked.is_some() {
        return Err(StoreError::DocumentRevoked);
    }
    let (mut list, mut taken) = newest_list(transaction)?;
    let mut slots = Vec::new();
    while slots.len() < copies.count as usize {
        if taken >= FILLED {
            close(transaction, list, taken)?;
            (list, taken) = (list + 1, 0);
            transaction
                .connection
                .change("INSERT INTO status_list (list) VALUES ($1)", &[&to_sql(list)])?;
        }
        let wanted = (copies.count as usize - slots.len()).min((FILLED - taken) as usize);
        let indices: BTreeSet<i32> = (0..wanted)
            .map(|_| to_sql(draw(STATUS_LIST_SIZE) % STATUS_LIST_SIZE))
            .collect();
        let indices: Vec<i32> = indices.into_iter().collect();
        let inserted = transaction.connection.rows(
            "INSERT INTO copy (list, idx, document, subject, configuration, expires)
             SELECT $1, idx, $3, $4, $5, $6 FROM unnest($2::integer[]) AS drawn (idx)
             ON CONFLICT (list, idx) DO NOTHING RETURNING idx",
            &[
                &to_sql(list),
                &indices,
                &copies.document,
                &copies.subject,
                &copies.configuration,
                &copies.expires,
            ],
        )?;
        for row in &inserted {
            let index = from_sql(column(row, 0)?);
            slots.push(StatusSlot { list, index });
            taken += 1;
        }
    }
    close(transaction, list, taken)?;
    Ok(slots)
}

/// The list that is being filled, locked, and how many of its indices are taken.
fn newest_list(transaction: &mut Transaction<'_>) -> Result<(u32, u32), StoreError> {
    transaction.connection.change(
        "INSERT INTO status_list (list) SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM status_list)
         ON CONFLICT (list) DO NOTHING",
        &[],
    )?;
    // Locked before it is read: whoever held the lock may have begun another list.
    transaction
        .connection
        .rows("SELECT list FROM status_list WHERE list = 1 FOR UPDATE", &[])?;
    let newest = transaction.connection.row(
        "SELECT list, taken FROM status_list ORDER BY list DESC LIMIT 1",
        &[],
    )?;
    let newest = newest.ok_or(StoreError::Unreadable { what: "status list" })?;
    Ok((from_sql(column(&newest, 0)?), from_sql(column(&newest, 1)?)))
}

fn close(transaction: &mut Transaction<'_>, list: u32, taken: u32) -> Result<(), StoreError> {
    transaction.connection.change(
        "UPDATE status_list SET taken = $2 WHERE list = $1",
        &[&to_sql(list), &to_sql(taken)],
    )?;
    Ok(())
}

pub(super) fn revoke(transaction: &mut Transaction<'_>, document: &str) -> Result<u64, StoreError> {
    lock(transaction, document)?;
    transaction.connection.change(
        "INSERT INTO revoked_document (document) VALUES ($1) ON CONFLICT DO NOTHING",
        &[&document],
    )?;
    transaction.connection.change(
        "UPDATE copy SET revoked = TRUE WHERE document = $1 AND NOT revoked",
        &[&document],
    )
}

pub(super) fn is_revoked(pool: &Pool, document: &str) -> Result<bool, StoreError> {
    if !is_storable(document) {
        return Ok(false);
    }
    let found = pool.ask("SELECT 1 FROM revoked_document WHERE document = $1", &[&document])?;
    Ok(!found.is_empty())
}

/// A list exists once it has a copy.
pub(super) fn status_lists(pool: &Pool) -> Result<Vec<u32>, StoreError> {
    let found = pool.ask("SELECT list FROM status_list WHERE taken > 0 ORDER BY list", &[])?;
    found.iter().map(|row| Ok(from_sql(column(row, 0)?))).collect()
}

pub(super) fn revoked_in(pool: &Pool, list: u32) -> Result<Option<Vec<u32>>, StoreError> {
    let found = pool.ask(
        "SELECT l.list, c.idx FROM status_list l LEFT JOIN copy c ON c.list = l.list AND c.revoked
         WHERE l.list = $1 AND l.taken > 0 ORDER BY c.idx",
        &[&to_sql(list)],
    )?;
    if found.is_empty() {
        return Ok(None);
    }
    let indices = found.iter().map(|row| column::<Option<i32>>(row, 1));
    let indices = indices.filter_map(Result::transpose);
    indices
        .map(|index| Ok(from_sql(index?)))
        .collect::<Result<_, _>>()
        .map(Some)
}

/// Lists and indices stay far below the end of either type.
fn to_sql(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn from_sql(number: i32) -> u32 {
    u32::try_from(number).unwrap_or_default()
}
