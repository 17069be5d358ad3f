//! Issued copies and their status.

use rusqlite::{Connection, OptionalExtension, named_params};

use super::first;
use crate::{NewCopies, STATUS_LIST_SIZE, StatusSlot, StoreError};

/// A list takes at most half of its indices, so that a random draw hits a free one at the second
/// try on average and the free half hides how many documents there are.
const FILLED: u32 = STATUS_LIST_SIZE / 2;

pub(super) fn allocate(
    connection: &Connection,
    copies: &NewCopies,
    draw: &mut dyn FnMut(u32) -> u32,
) -> Result<Vec<StatusSlot>, StoreError> {
    // In this transaction, or a document revoked a moment ago would get copies that nobody revokes.
    if is_revoked(connection, &copies.document)? {
        return Err(StoreError::DocumentRevoked);
    }
    let newest: Option<u32> = connection
        .prepare_cached("SELECT max(list) FROM copy")?
        .query_row([], first)?;
    let mut list = newest.unwrap_or(1);
    let mut taken: u32 = connection
        .prepare_cached("SELECT count(*) FROM copy WHERE list = :list")?
        .query_row(named_params! { ":list": list }, first)?;
    let mut insert = connection.prepare_cached(
        "INSERT OR IGNORE INTO copy (list, idx, document, subject, configuration, expires)
         VALUES (:list, :idx, :document, :subject, :configuration, :expires)",
    )?;
    let mut slots = Vec::new();
    while slots.len() < copies.count as usize {
        if taken >= FILLED {
            list += 1;
            taken = 0;
        }
        let index = draw(STATUS_LIST_SIZE) % STATUS_LIST_SIZE;
        let inserted = insert.execute(named_params! {
            ":list": list,
            ":idx": index,
            ":document": copies.document,
            ":subject": copies.subject,
            ":configuration": copies.configuration,
            ":expires": copies.expires,
        })?;
        if inserted == 1 {
            taken += 1;
            slots.push(StatusSlot { list, index });
        }
    }
    Ok(slots)
}

pub(super) fn revoke(connection: &Connection, document: &str) -> Result<u64, StoreError> {
    connection
        .prepare_cached("INSERT OR IGNORE INTO revoked_document (document) VALUES (:document)")?
        .execute(named_params! { ":document": document })?;
    let copies = connection
        .prepare_cached("UPDATE copy SET revoked = 1 WHERE document = :document AND revoked = 0")?
        .execute(named_params! { ":document": document })?;
    Ok(copies as u64)
}

pub(super) fn is_revoked(connection: &Connection, document: &str) -> Result<bool, StoreError> {
    let found: Option<i64> = connection
        .prepare_cached("SELECT 1 FROM revoked_document WHERE document = :document")?
        .query_row(named_params! { ":document": document }, first)
        .optional()?;
    Ok(found.is_some())
}

pub(super) fn status_lists(connection: &Connection) -> Result<Vec<u32>, StoreError> {
    let lists = connection
        .prepare_cached("SELECT DISTINCT list FROM copy ORDER BY list")?
        .query_map([], first)?
        .collect::<Result<_, _>>()?;
    Ok(lists)
}

pub(super) fn revoked_in(connection: &Connection, list: u32) -> Result<Option<Vec<u32>>, StoreError> {
    let exists: Option<i64> = connection
        .prepare_cached("SELECT 1 FROM copy WHERE list = :list LIMIT 1")?
        .query_row(named_params! { ":list": list }, first)
        .optional()?;
    if exists.is_none() {
        return Ok(None);
    }
    let revoked = connection
        .prepare_cached("SELECT idx FROM copy WHERE list = :list AND revoked = 1 ORDER BY idx")?
        .query_map(named_params! { ":list": list }, first)?
        .collect::<Result<_, _>>()?;
    Ok(Some(revoked))
}
