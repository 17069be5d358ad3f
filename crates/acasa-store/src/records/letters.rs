use std::fmt;

use acasa_domain::Principal;
use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _, Row, params, params_from_iter};

use super::intents::count;
use super::principals::Cabinet;
use crate::{StoreError, Vault};

mod index;
mod search;

pub(super) use index::Indexing;
pub use search::{Form, Sought};

/// Kind of the records that are letters.
pub const LETTERS: &str = "notice";
/// Kind of the records that hold their marks, by the same ids.
pub const MARKS: &str = "notice-mark";

/// Letters among the confirmed records: in order, by topic, by their words, with their marks.
pub struct Letters<'v>(pub(crate) &'v Vault);

/// What a checkpoint's records mean for the letters. Whoever commits one says so; here nothing of their content is
/// known.
pub trait LetterIndex {
    /// A letter's place among the others; nothing, where its content is not understood.
    fn letter(&self, content: &str) -> Option<LetterEntry>;
    /// What a record of marks says.
    fn mark(&self, content: &str) -> Marks;
}

/// What is known of a letter beside its record.
pub struct LetterEntry {
    /// When it was sent.
    pub sent_at: Timestamp,
    /// What it is about.
    pub topic: String,
    /// Its words as they are looked for, in lower case, of letters and digits only, separated by spaces.
    pub words: String,
}

/// What the person did with a letter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Marks {
    /// It was read.
    pub read: bool,
    /// It was put away.
    pub archived: bool,
    /// It stays on top.
    pub pinned: bool,
}

/// Marks of a letter that were changed here and are not confirmed yet.
pub struct Foreseen {
    /// The letter's record.
    pub id: String,
    /// It was read, or not.
    pub read: Option<bool>,
    /// It was put away, or not.
    pub archived: Option<bool>,
    /// It stays on top, or not.
    pub pinned: Option<bool>,
}

/// A letter in a list.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// Newer letters have higher ones.
    pub place: i64,
    /// Its record's id.
    pub id: String,
    /// Its record's content.
    pub content: String,
    /// Marks as the person sees them.
    pub marks: Marks,
    /// Whether these are not what the state has confirmed.
    pub foreseen: bool,
}

/// Without id and content, which are personal.
impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Letter")
            .field("marks", &self.marks)
            .finish_non_exhaustive()
    }
}

/// Which letters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Shelf {
    /// Not put away and not on top.
    #[default]
    Inbox,
    /// On top.
    Pinned,
    /// Not put away and not read.
    Unread,
    /// Not put away.
    Kept,
    /// Put away.
    Archive,
    /// All of them.
    All,
}

impl Shelf {
    /// Without the principal; each is answered by an index. What is on top is few, whatever else is kept: the plus leaves
    /// the choice of its index to that.
    const fn condition(self) -> &'static str {
        match self {
            Self::Inbox => "archived = 0 AND pinned = 0",
            Self::Pinned => "pinned = 1 AND +archived = 0",
            Self::Unread => "read = 0 AND archived = 0",
            Self::Kept => "archived = 0",
            Self::Archive => "archived = 1",
            Self::All => "archived IN (0, 1)",
        }
    }
}

/// Which letters to list.
#[derive(Default)]
pub struct LetterFilter<'a> {
    /// Which of them.
    pub shelf: Shelf,
    /// Only these topics; all, where there are none.
    pub topics: &'a [&'a str],
    /// Only those that have all of these words.
    pub words: &'a [Sought],
    /// Only those before this place.
    pub before: Option<i64>,
    /// How many.
    pub limit: u32,
}

const COLUMNS: &str = "letters.place, letters.id, letters.read, letters.archived, letters.pinned,
    EXISTS (SELECT 1 FROM letters_confirmed WHERE letters_confirmed.place = letters.place)";

impl Letters<'_> {
    /// Newest first.
    pub fn list(&self, principal: Principal, filter: &LetterFilter<'_>) -> Result<Vec<Letter>, StoreError> {
        self.0.read(|connection| {
            let cabinet = Cabinet::find(connection, principal)?;
            let before = filter.before.unwrap_or(i64::MAX);
            let limit = filter.limit.min(1000);
            let found = match (filter.words, filter.topics) {
                ([], []) => {
                    let sql = format!(
                        "SELECT {COLUMNS} FROM letters WHERE principal = ?1 AND {} AND place < ?2
                         ORDER BY place DESC LIMIT ?3",
                        filter.shelf.condition()
                    );
                    rows(connection, &sql, params![cabinet.id, before, limit])?
                }
                ([], topics) => {
                    let mut found = Vec::new();
                    let sql = format!(
                        "SELECT {COLUMNS} FROM letters WHERE principal = ?1 AND topic = ?4 AND {} AND place < ?2
                         ORDER BY place DESC LIMIT ?3",
                        filter.shelf.condition()
                    );
                    for topic in topics {
                        found.extend(rows(connection, &sql, params![cabinet.id, before, limit, topic])?);
                    }
                    found.sort_by_key(|letter| std::cmp::Reverse(letter.place));
                    found.truncate(limit as usize);
                    found
                }
                (words, topics) => match search::query(connection, words)? {
                    Some(query) => searched(connection, &cabinet, filter.shelf, query, topics, before, limit)?,
                    None => Vec::new(),
                },
            };
            found.into_iter().map(|letter| with_content(connection, &cabinet, letter)).collect()
        })
    }

    /// One letter.
    pub fn get(&self, principal: Principal, id: &str) -> Result<Option<Letter>, StoreError> {
        self.0.read(|connection| {
            let cabinet = Cabinet::find(connection, principal)?;
            let sql = format!("SELECT {COLUMNS} FROM letters WHERE principal = ?1 AND id = ?2");
            let found = rows(connection, &sql, params![cabinet.id, id])?.pop();
            found
                .map(|letter| with_content(connection, &cabinet, letter))
                .transpose()
        })
    }

    /// How many are neither read nor put away.
    pub fn unread(&self, principal: Principal) -> Result<u64, StoreError> {
        self.0.read(|connection| {
            let cabinet = Cabinet::find(connection, principal)?;
            let found = connection
                .prepare_cached("SELECT unread FROM letters_unread_count WHERE principal = ?1")?
                .query_row([cabinet.id], |row| row.get(0))
                .optional()?;
            count(found.unwrap_or(0))
        })
    }

    /// Which of these topics there are letters of.
    pub fn topics<'t>(&self, principal: Principal, topics: &[&'t str]) -> Result<Vec<&'t str>, StoreError> {
        self.0.read(|connection| {
            let cabinet = Cabinet::find(connection, principal)?;
            let mut query = connection.prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM letters WHERE principal = ?1 AND topic = ?2)",
            )?;
            let mut found = Vec::new();
            for topic in topics {
                if query.query_row(params![cabinet.id, topic], |row| row.get(0))? {
                    found.push(*topic);
                }
            }
            Ok(found)
        })
    }

    /// Puts in the words of letters that were kept before their words were kept as now; nothing where they are there.
    pub fn complete(&self, principal: Principal, index: &dyn LetterIndex) -> Result<(), StoreError> {
        let missing = "SELECT EXISTS (SELECT 1 FROM letters WHERE principal = ?1)
            AND NOT EXISTS (SELECT 1 FROM letters_vocabulary)";
        let is_missing = |connection: &Connection, cabinet: &Cabinet| {
            let found: bool = connection
                .prepare_cached(missing)?
                .query_row([cabinet.id], |row| row.get(0))?;
            Ok(found && !cabinet.is_sealed())
        };
        if !self
            .0
            .read(|connection| is_missing(connection, &Cabinet::find(connection, principal)?))?
        {
            return Ok(());
        }
        self.0.write(|tx| {
            let cabinet = Cabinet::find(tx, principal)?;
            let indexing = Indexing {
                tx,
                cabinet: &cabinet,
                index,
            };
            indexing.complete()
        })
    }

    /// Says anew which marks are not confirmed yet: these, in their order, and no others.
    pub fn foresee(&self, principal: Principal, changes: &[Foreseen]) -> Result<(), StoreError> {
        self.0.write(|tx| {
            let cabinet = Cabinet::find(tx, principal)?;
            index::unforesee(tx, cabinet.id)?;
            changes
                .iter()
                .try_for_each(|change| index::foresee(tx, cabinet.id, change))
        })
    }

    /// Adds marks that are not confirmed yet to those there are.
    pub fn foresee_more(&self, principal: Principal, changes: &[Foreseen]) -> Result<(), StoreError> {
        self.0.write(|tx| {
            let cabinet = Cabinet::find(tx, principal)?;
            changes
                .iter()
                .try_for_each(|change| index::foresee(tx, cabinet.id, change))
        })
    }
}

fn searched(
    connection: &Connection,
    cabinet: &Cabinet,
    shelf: Shelf,
    query: String,
    topics: &[&str],
    before: i64,
    limit: u32,
) -> Result<Vec<Letter>, StoreError> {
    let among = if topics.is_empty() {
        String::new()
    } else {
        format!(" AND topic IN ({})", vec!["?"; topics.len()].join(", "))
    };
    // The words come first and in order, so that a page is found without sorting all there is. Their rows are the
    // places' negatives.
    let sql = format!(
        "SELECT {COLUMNS} FROM letters_words CROSS JOIN letters ON letters.place = -letters_words.rowid
         WHERE letters_words MATCH ? AND letters_words.rowid > ? AND principal = ? AND {}{among}
         ORDER BY letters_words.rowid LIMIT ?",
        shelf.condition()
    );
    let mut values: Vec<Value> = vec![query.into(), (-before).into(), cabinet.id.into()];
    values.extend(topics.iter().map(|topic| Value::from((*topic).to_owned())));
    values.push(limit.into());
    rows(connection, &sql, params_from_iter(values))
}

fn rows(
    connection: &Connection,
    sql: &str,
    values: impl rusqlite::Params,
) -> Result<Vec<Letter>, StoreError> {
    let mut query = connection.prepare_cached(sql)?;
    let found = query.query_map(values, letter)?.collect::<Result<_, _>>()?;
    Ok(found)
}

fn letter(row: &Row<'_>) -> rusqlite::Result<Letter> {
    Ok(Letter {
        place: row.get(0)?,
        id: row.get(1)?,
        content: String::new(),
        marks: Marks {
            read: row.get(2)?,
            archived: row.get(3)?,
            pinned: row.get(4)?,
        },
        foreseen: row.get(5)?,
    })
}

fn with_content(
    connection: &Connection,
    cabinet: &Cabinet,
    mut letter: Letter,
) -> Result<Letter, StoreError> {
    let sealed: Option<Vec<u8>> = connection
        .prepare_cached("SELECT content FROM records WHERE principal = ?1 AND kind = ?2 AND id = ?3")?
        .query_row(params![cabinet.id, LETTERS, letter.id], |row| row.get(0))
        .optional()?;
    let sealed = sealed.ok_or(StoreError::Damaged)?;
    letter.content = cabinet.open_text(&super::confirmed::place(&letter.id), &sealed)?;
    Ok(letter)
}
