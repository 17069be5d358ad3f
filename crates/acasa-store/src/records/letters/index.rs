//! Keeping the letters' places and marks as the records say.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::search::is_word;
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
            if !self.cabinet.is_sealed() {
                self.tx.execute("DELETE FROM letters_vocabulary", [])?;
            }
        }
        let mut arrived = Vec::new();
        let mut come = Come::default();
        // Of the first letters none has to be looked for.
        let (has_letters, has_marks) = self.has()?;
        self.changed(LETTERS, |id, content| {
            let was_there = has_letters && self.remove(id)?;
            let Some(content) = content else {
                return Ok(());
            };
            let marks = if has_marks {
                self.stored_marks(id)?
            } else {
                Marks::default()
            };
            if self.put(id, content, marks, &mut come)? && !was_there {
                arrived.push(id.to_owned());
            }
            Ok(())
        })?;
        come.finish(self.tx, self.cabinet.id)?;
        self.changed(MARKS, |id, content| {
            self.mark(
                id,
                content.map_or_else(Marks::default, |content| self.index.mark(content)),
            )
        })?;
        Ok(arrived)
    }

    /// Whether there are letters, and whether there are marks.
    fn has(&self) -> Result<(bool, bool), StoreError> {
        let found = self
            .tx
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM letters WHERE principal = ?1),
                     EXISTS (SELECT 1 FROM records WHERE principal = ?1 AND kind = ?2)",
            )?
            .query_row(params![self.cabinet.id, MARKS], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
        Ok(found)
    }

    /// Puts in the words of all letters.
    pub(super) fn complete(&self) -> Result<(), StoreError> {
        let mut come = Come::default();
        let mut query = self.tx.prepare_cached(
            "SELECT place, letters.id, content FROM letters JOIN records
                 ON records.principal = letters.principal AND kind = ?2 AND records.id = letters.id
             WHERE letters.principal = ?1 ORDER BY place",
        )?;
        let mut rows = query.query(params![self.cabinet.id, LETTERS])?;
        while let Some(row) = rows.next()? {
            let id: String = row.get(1)?;
            let sealed: Vec<u8> = row.get(2)?;
            let content = self.cabinet.open_text(&confirmed::place(&id), &sealed)?;
            if let Some(entry) = self.index.letter(&content) {
                come.add_words(self.tx, row.get(0)?, entry.words)?;
            }
        }
        come.finish(self.tx, self.cabinet.id)
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
    fn put(&self, id: &str, content: &str, marks: Marks, come: &mut Come) -> Result<bool, StoreError> {
        let Some(entry) = self.index.letter(content) else {
            return Ok(false);
        };
        let place = self.free_place(&entry)?;
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
        come.unread += u32::from(!marks.read && !marks.archived);
        if !self.cabinet.is_sealed() {
            come.add_words(self.tx, place, entry.words)?;
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

    /// Whether it was there. It is looked for first: removing is a statement to be undone alone, and makes the words of
    /// all letters before it be written out, even where there is nothing to remove.
    fn remove(&self, id: &str) -> Result<bool, StoreError> {
        let place: Option<i64> = self
            .tx
            .prepare_cached("SELECT place FROM letters WHERE principal = ?1 AND id = ?2")?
            .query_row(params![self.cabinet.id, id], |row| row.get(0))
            .optional()?;
        let Some(place) = place else {
            return Ok(false);
        };
        self.tx
            .prepare_cached("DELETE FROM letters WHERE place = ?1")?
            .execute([place])?;
        Ok(true)
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

/// What the letters of one checkpoint bring with them.
#[derive(Default)]
struct Come {
    unread: u32,
    /// Rows and words that are not written yet.
    words: Vec<(i64, String)>,
    bytes: usize,
    /// Words that are in the vocabulary.
    known: HashSet<String>,
}

/// So many bytes of words are put in order before they are written.
const MOST_UNWRITTEN: usize = 4 * 1024 * 1024;
/// More words than this are not remembered while letters come; they are told to the vocabulary again.
const MOST_KNOWN: usize = 100_000;

impl Come {
    fn add_words(&mut self, tx: &Connection, place: i64, words: String) -> Result<(), StoreError> {
        self.bytes += words.len();
        self.words.push((-place, words));
        if self.bytes > MOST_UNWRITTEN {
            self.write_words(tx)?;
        }
        Ok(())
    }

    /// From the lowest row up: FTS5 writes everything out before it goes back to a lower one.
    fn write_words(&mut self, tx: &Connection) -> Result<(), StoreError> {
        self.words.sort_unstable_by_key(|(row, _)| *row);
        self.bytes = 0;
        let mut put = tx.prepare_cached("INSERT INTO letters_words (rowid, words) VALUES (?1, ?2)")?;
        let mut learn = tx.prepare_cached("INSERT OR IGNORE INTO letters_vocabulary VALUES (?1)")?;
        for (row, words) in self.words.drain(..) {
            put.execute(params![row, words])?;
            for word in words.split(' ').filter(|word| is_word(word)) {
                if self.known.contains(word) {
                    continue;
                }
                learn.execute([word])?;
                if self.known.len() < MOST_KNOWN {
                    self.known.insert(word.to_owned());
                }
            }
        }
        Ok(())
    }

    /// Writes what is not written yet.
    fn finish(mut self, tx: &Connection, principal: i64) -> Result<(), StoreError> {
        self.write_words(tx)?;
        tx.prepare_cached(
            "INSERT INTO letters_unread_count VALUES (?1, ?2)
             ON CONFLICT (principal) DO UPDATE SET unread = unread + ?2",
        )?
        .execute(params![principal, self.unread])?;
        Ok(())
    }
}

/// Back to what is confirmed. The few that were foreseen are gone through, never all letters: the plus keeps the
/// principal's index out of it.
pub(super) fn unforesee(tx: &Connection, principal: i64) -> Result<(), StoreError> {
    tx.prepare_cached(
        "UPDATE letters SET (read, archived, pinned) =
             (SELECT read, archived, pinned FROM letters_confirmed AS confirmed WHERE confirmed.place = letters.place)
         WHERE place IN (SELECT place FROM letters_confirmed) AND +principal = ?1",
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
