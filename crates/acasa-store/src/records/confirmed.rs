use std::fmt;

use acasa_domain::Principal;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::intents::{column, count};
use super::letters::{Indexing, LetterIndex};
use super::principals::{Cabinet, Place};
use crate::{StoreError, Vault};

/// Records the state has confirmed: whole checkpoints, never half of one.
pub struct Confirmed<'v>(pub(crate) &'v Vault);

/// A record as the state last wrote it.
#[derive(Clone, PartialEq, Eq)]
pub struct ConfirmedRecord {
    /// What kind of thing.
    pub kind: String,
    /// Which one.
    pub id: String,
    /// The principal's version that wrote it last.
    pub version: u64,
    /// What it says, as JSON; `None`, in a page only, where it was removed.
    pub content: Option<String>,
}

/// Without id and content, which are personal.
impl fmt::Debug for ConfirmedRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfirmedRecord")
            .field("kind", &self.kind)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

/// Part of a checkpoint.
pub struct CheckpointPage<'a> {
    /// Up to here everything is in this page and those before it.
    pub version: u64,
    /// It begins anew, from nothing, at this version of the state's.
    pub began: Option<u64>,
    /// What changed.
    pub records: &'a [ConfirmedRecord],
}

const CONTENT: &str = "records.content";

impl Confirmed<'_> {
    /// Up to where pages have come, and where they began anew if they did: those put aside, or else the
    /// last checkpoint.
    pub fn pulled(&self, principal: Principal) -> Result<(u64, Option<u64>), StoreError> {
        self.0.read(|connection| {
            let found: Option<(i64, Option<i64>, Option<i64>)> = connection
                .prepare_cached(
                    "SELECT version, staged_version, staged_began FROM checkpoints
                     JOIN principals ON principals.id = principal WHERE urn = ?1",
                )?
                .query_row([principal.to_string()], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
                })
                .optional()?;
            Ok(match found {
                None => (0, None),
                Some((_, Some(staged), began)) => (count(staged)?, began.map(count).transpose()?),
                Some((version, None, _)) => (count(version)?, None),
            })
        })
    }

    /// Puts a page aside.
    pub fn stage(&self, principal: Principal, page: &CheckpointPage<'_>) -> Result<(), StoreError> {
        self.0.write(|tx| stage(tx, principal, page))
    }

    /// Puts the last page aside and makes all of it the confirmed state, and the letters follow it. Answers which
    /// letters are new; none where it is the first checkpoint, or one that begins anew.
    pub fn commit(
        &self,
        principal: Principal,
        page: &CheckpointPage<'_>,
        index: &dyn LetterIndex,
    ) -> Result<Vec<String>, StoreError> {
        self.0.write(|tx| {
            let cabinet = Cabinet::find(tx, principal)?;
            // A checkpoint of which nothing has come before, not even that there is nothing.
            let first = tx
                .prepare_cached(
                    "SELECT version = 0 AND staged_version IS NOT NULL FROM checkpoints WHERE principal = ?1",
                )?
                .query_row([cabinet.id], |row| row.get(0))
                .optional()?
                .unwrap_or(true);
            stage(tx, principal, page)?;
            let began: Option<i64> = tx
                .prepare_cached("SELECT staged_began FROM checkpoints WHERE principal = ?1")?
                .query_row([cabinet.id], |row| row.get(0))?;
            if began.is_some() {
                tx.execute("DELETE FROM records WHERE principal = ?1", [cabinet.id])?;
            }
            for statement in [
                "DELETE FROM records WHERE principal = ?1 AND (kind, id) IN
                     (SELECT kind, id FROM records_staged WHERE principal = ?1 AND content IS NULL)",
                "INSERT INTO records (principal, kind, id, version, content)
                     SELECT principal, kind, id, version, content FROM records_staged
                     WHERE principal = ?1 AND content IS NOT NULL
                     ON CONFLICT (principal, kind, id) DO UPDATE
                     SET version = excluded.version, content = excluded.content",
            ] {
                tx.execute(statement, [cabinet.id])?;
            }
            let letters = Indexing {
                tx,
                cabinet: &cabinet,
                index,
            };
            let mut arrived = letters.follow(began.is_some())?;
            if first || began.is_some() {
                arrived.clear();
            }
            for statement in [
                "DELETE FROM records_staged WHERE principal = ?1",
                "UPDATE checkpoints SET version = staged_version, staged_version = NULL, staged_began = NULL
                     WHERE principal = ?1",
                "UPDATE intents SET result = NULL WHERE principal = ?1 AND result IS NOT NULL
                     AND version <= (SELECT version FROM checkpoints WHERE principal = ?1)",
            ] {
                tx.execute(statement, [cabinet.id])?;
            }
            Ok(arrived)
        })
    }

    /// The last checkpoint: its version and its records, all or of one kind.
    pub fn records(
        &self,
        principal: Principal,
        kind: Option<&str>,
    ) -> Result<(u64, Vec<ConfirmedRecord>), StoreError> {
        self.0.read(|connection| {
            let cabinet = Cabinet::find(connection, principal)?;
            let version: Option<i64> = connection
                .prepare_cached("SELECT version FROM checkpoints WHERE principal = ?1")?
                .query_row([cabinet.id], |row| row.get(0))
                .optional()?;
            // Two questions: with one for both, all records are gone through for the few of a kind.
            let of_kind = if kind.is_some() { "AND kind = ?2" } else { "AND ?2 IS NULL" };
            let mut query = connection.prepare_cached(&format!(
                "SELECT kind, id, version, content FROM records WHERE principal = ?1 {of_kind} ORDER BY kind, id"
            ))?;
            let mut rows = query.query(params![cabinet.id, kind])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let id: String = row.get(1)?;
                let stored = row.get_ref(3)?.as_blob().map_err(|_| StoreError::Damaged)?;
                found.push(ConfirmedRecord {
                    kind: row.get(0)?,
                    content: Some(cabinet.open_text(&place(&id), stored)?),
                    id,
                    version: count(row.get(2)?)?,
                });
            }
            Ok((count(version.unwrap_or(0))?, found))
        })
    }
}

fn stage(tx: &Connection, principal: Principal, page: &CheckpointPage<'_>) -> Result<(), StoreError> {
    let cabinet = Cabinet::find(tx, principal)?;
    if page.began.is_some() {
        tx.execute("DELETE FROM records_staged WHERE principal = ?1", [cabinet.id])?;
    }
    tx.prepare_cached(
        "INSERT INTO checkpoints (principal, staged_version, staged_began) VALUES (?1, ?2, ?3)
         ON CONFLICT (principal) DO UPDATE SET staged_version = ?2, staged_began = coalesce(?3, staged_began)",
    )?
    .execute(params![
        cabinet.id,
        column(page.version)?,
        page.began.map(column).transpose()?
    ])?;
    let mut insert = tx.prepare_cached(
        "INSERT INTO records_staged (principal, kind, id, version, content) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (principal, kind, id) DO UPDATE SET version = ?4, content = ?5",
    )?;
    for record in page.records {
        let content = record
            .content
            .as_ref()
            .map(|content| cabinet.seal(&place(&record.id), content.as_bytes()))
            .transpose()?;
        insert.execute(params![
            cabinet.id,
            record.kind,
            record.id,
            column(record.version)?,
            content
        ])?;
    }
    Ok(())
}

pub(super) fn place(record: &str) -> Place<'_> {
    Place {
        column: CONTENT,
        record,
    }
}
