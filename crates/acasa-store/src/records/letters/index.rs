//! Keeping the letters' places and marks as the records say.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::{Foreseen, LETTERS, LetterEntry, LetterIndex, MARKS, Marks};
use crate::StoreError;
use crate::records::principals::Cabinet;
use crate::records::{confirmed, to_millis};

/// Letters of one millisecond that have places of their own.
const OF_ONE_TIME: i64 = 1000;

/// Follows one checkpoint while it is made the confirmed state, in its transaction.
pub(in crate::records) struct Indexing<'a> {
    pub(in crate::records) tx: &'a Connection,
    pub(in crate::records) cabinet: &'a Cabinet,
    pub(in crate::records) index: &'a dyn LetterIndex,
}

impl Indexing<'_> {
    /// Brings the letters to what the pages put aside say; with `anew` nothing else stays. What was foreseen has to be
    /// said anew afterwards. Called once the records are what they will be, with the pages still aside. Answers which
    /// letters were not there.
    pub(in crate::records) fn follow(&self, anew: bool) -> Result<Vec<String>, StoreError> {
        unforesee(self.tx, self.cabinet.id)?;
        if anew {
            self.tx
                .execute("DELETE FROM letters WHERE principal = ?1", [self.cabinet.id])?;
        }
        let mut arrived = Vec::new();
        self.changed(LETTERS, |id, content| {
            let was_there = self.remove(id)?;
            let Some(content) = content else {
                return Ok(());
            };
            if self.put(id, content)? && !was_there {
                arrived.push(id.to_owned());
            }
            Ok(())
        })?;
        self.changed(MARKS, |id, content| {
            self.mark(
                id,
                content.map_or_else(Marks::default, |content| self.index.mark(content)),
            )
        })?;
        Ok(arrived)
    }

    /// Each record of a kind among the pages put aside.
    fn changed(
        &self,
        kind: &str,
        mut each: impl FnMut(&str, Option<&str>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut query = self
            .tx
            .prepare_cached("SELECT id, content FROM records_staged WHERE principal = ?1 AND kind = ?2")?;
        let mut rows = query.query(params![self.cabinet.id, kind])?;
        while let Some(row) = rows.next()? {
            let id: String = row.get(0)?;
            let sealed: Option<Vec<u8>> = row.get(1)?;
            let content = sealed.map(|sealed| self.cabinet.open_text(&confirmed::place(&id), &sealed));
            each(&id, content.transpose()?.as_deref())?;
        }
        Ok(())
    }

    /// False for a letter that is not understood.
    fn put(&self, id: &str, content: &str) -> Result<bool, StoreError> {
        let Some(entry) = self.index.letter(content) else {
            return Ok(false);
        };
        let place = self.free_place(&entry)?;
        let marks = self.stored_marks(id)?;
        self.tx
            .prepare_cached(
                "INSERT INTO letters (place, principal, id, topic, read, archived, pinned)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                place,
                self.cabinet.id,
                id,
                entry.topic,
                marks.read,
                marks.archived,
                marks.pinned
            ])?;
        if !self.cabinet.is_sealed() {
            self.tx
                .prepare_cached("INSERT INTO letters_words (rowid, words) VALUES (?1, ?2)")?
                .execute(params![place, entry.words])?;
        }
        Ok(true)
    }

    /// After the letters of the same millisecond. Where a thousand of them are there already it is looked for in what
    /// follows, twice as far each time, so that a flood of letters stays as quick as any others.
    fn free_place(&self, entry: &LetterEntry) -> Result<i64, StoreError> {
        let mut highest = self
            .tx
            .prepare_cached("SELECT max(place) FROM letters WHERE place >= ?1 AND place < ?2")?;
        let mut from = to_millis(entry.sent_at).saturating_mul(OF_ONE_TIME);
        let mut reach = OF_ONE_TIME;
        loop {
            let end = from.saturating_add(reach);
            let found: Option<i64> = highest.query_row([from, end], |row| row.get(0))?;
            match found {
                None => return Ok(from),
                Some(place) if place < end - 1 => return Ok(place + 1),
                Some(_) => (from, reach) = (end, reach.saturating_mul(2)),
            }
        }
    }

    fn stored_marks(&self, id: &str) -> Result<Marks, StoreError> {
        let sealed: Option<Vec<u8>> = self
            .tx
            .prepare_cached("SELECT content FROM records WHERE principal = ?1 AND kind = ?2 AND id = ?3")?
            .query_row(params![self.cabinet.id, MARKS, id], |row| row.get(0))
            .optional()?;
        let Some(sealed) = sealed else {
            return Ok(Marks::default());
        };
        let content = self.cabinet.open_text(&confirmed::place(id), &sealed)?;
        Ok(self.index.mark(&content))
    }

    /// Whether it was there.
    fn remove(&self, id: &str) -> Result<bool, StoreError> {
        let removed = self
            .tx
            .prepare_cached("DELETE FROM letters WHERE principal = ?1 AND id = ?2")?
            .execute(params![self.cabinet.id, id])?;
        Ok(removed > 0)
    }

    fn mark(&self, id: &str, marks: Marks) -> Result<(), StoreError> {
        self.tx
            .prepare_cached(
                "UPDATE letters SET read = ?3, archived = ?4, pinned = ?5 WHERE principal = ?1 AND id = ?2",
            )?
            .execute(params![
                self.cabinet.id,
                id,
                marks.read,
                marks.archived,
                marks.pinned
            ])?;
        Ok(())
    }
}

/// Back to what is confirmed.
pub(super) fn unforesee(tx: &Connection, principal: i64) -> Result<(), StoreError> {
    tx.prepare_cached(
        "UPDATE letters SET read = confirmed.read, archived = confirmed.archived, pinned = confirmed.pinned
         FROM letters_confirmed AS confirmed WHERE confirmed.place = letters.place AND principal = ?1",
    )?
    .execute([principal])?;
    tx.prepare_cached(
        "DELETE FROM letters_confirmed
         WHERE (SELECT principal FROM letters WHERE letters.place = letters_confirmed.place) = ?1",
    )?
    .execute([principal])?;
    Ok(())
}

/// Lays one change over a letter's marks; a letter that is not here is left alone.
pub(super) fn foresee(tx: &Connection, principal: i64, change: &Foreseen) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT OR IGNORE INTO letters_confirmed (place, read, archived, pinned)
         SELECT place, read, archived, pinned FROM letters WHERE principal = ?1 AND id = ?2",
    )?
    .execute(params![principal, change.id])?;
    tx.prepare_cached(
        "UPDATE letters SET read = coalesce(?3, read), archived = coalesce(?4, archived), pinned = coalesce(?5, pinned)
         WHERE principal = ?1 AND id = ?2",
    )?
    .execute(params![
        principal,
        change.id,
        change.read,
        change.archived,
        change.pinned
    ])?;
    Ok(())
}
