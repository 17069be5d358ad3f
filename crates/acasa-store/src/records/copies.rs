use std::fmt;

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

use super::documents::DocumentId;
use super::principals::{Cabinet, Place};
use super::{from_millis, to_millis};
use crate::StoreError;

/// What a copy is for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum CopyKind {
    /// The whole document.
    Full,
    /// A small credential made for a code, by its name: `age`, `name`, `portrait`.
    Companion(String),
}

impl CopyKind {
    fn as_str(&self) -> &str {
        match self {
            Self::Full => "full",
            Self::Companion(name) => name,
        }
    }

    fn parse(text: String) -> Self {
        if text == "full" {
            Self::Full
        } else {
            Self::Companion(text)
        }
    }
}

/// A copy as it arrives: one credential with one device key.
#[derive(Clone)]
pub struct NewCopy {
    /// What it is for.
    pub kind: CopyKind,
    /// The credential's format, such as `mso_mdoc` or `dc+sd-jwt`.
    pub format: String,
    /// The batch it came in; copies of one batch have the same times.
    pub batch: String,
    /// The credential, byte for byte as received.
    pub credential: Vec<u8>,
    /// The handle of its device key.
    pub key_handle: String,
    /// Its status list and place in it, if it has one.
    pub status: Option<(String, u64)>,
    /// The beginning of its validity.
    pub valid_from: Timestamp,
    /// The end of its validity.
    pub valid_until: Timestamp,
}

/// A copy as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Copy {
    /// Its name in this vault.
    pub id: i64,
    /// The document it is of.
    pub document: DocumentId,
    /// What it is for.
    pub kind: CopyKind,
    /// The credential's format.
    pub format: String,
    /// The batch it came in.
    pub batch: String,
    /// The credential, byte for byte as received.
    pub credential: Vec<u8>,
    /// The handle of its device key.
    pub key_handle: String,
    /// Its status list and place in it.
    pub status: Option<(String, u64)>,
    /// The beginning of its validity.
    pub valid_from: Timestamp,
    /// The end of its validity.
    pub valid_until: Timestamp,
    /// In how many showings it was used, before the one it was taken for.
    pub uses: u32,
}

/// Without the credential and the status index, by which a person could be recognised.
impl fmt::Debug for Copy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Copy")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("format", &self.format)
            .field("uses", &self.uses)
            .finish_non_exhaustive()
    }
}

const COLUMNS: &str = "SELECT id, document, kind, format, batch, key_handle, status_uri, status_index, \
     valid_from, valid_until, uses, credential FROM copies";
const CREDENTIAL: &str = "copies.credential";

pub(super) fn insert(
    connection: &Connection,
    document: DocumentId,
    cabinet: &Cabinet,
    copies: &[NewCopy],
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO copies (document, kind, format, batch, key_handle, status_uri, status_index, valid_from,
             valid_until, credential) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    for copy in copies {
        // A status index is far below 2⁶³: lists have at most a few hundred million places.
        let (uri, index) = copy
            .status
            .as_ref()
            .map_or(("", 0), |(uri, index)| (uri.as_str(), *index));
        let index = i64::try_from(index).map_err(|_| StoreError::TooLarge)?;
        let place = Place {
            column: CREDENTIAL,
            record: &copy.key_handle,
        };
        statement.execute(params![
            document.to_string(),
            copy.kind.as_str(),
            copy.format,
            copy.batch,
            copy.key_handle,
            uri,
            index,
            to_millis(copy.valid_from),
            to_millis(copy.valid_until),
            cabinet.seal(&place, &copy.credential)?,
        ])?;
    }
    Ok(())
}

pub(super) fn list(
    connection: &Connection,
    document: DocumentId,
    cabinet: &Cabinet,
) -> Result<Vec<Copy>, StoreError> {
    let mut query = connection.prepare_cached(&format!("{COLUMNS} WHERE document = ?1 ORDER BY id"))?;
    let mut rows = query.query([document.to_string()])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(from_row(row, document, cabinet)?);
    }
    Ok(found)
}

pub(super) fn take(
    connection: &Connection,
    document: DocumentId,
    cabinet: &Cabinet,
    kind: &CopyKind,
    now: Timestamp,
) -> Result<Copy, StoreError> {
    let mut query = connection.prepare_cached(&format!(
        "{COLUMNS} WHERE document = ?1 AND kind = ?2
         ORDER BY valid_until <= ?3 OR valid_from > ?3, uses, last_used_at, id LIMIT 1"
    ))?;
    let mut rows = query.query(params![document.to_string(), kind.as_str(), to_millis(now)])?;
    let copy = from_row(rows.next()?.ok_or(StoreError::NoCopy)?, document, cabinet)?;
    connection
        .prepare_cached("UPDATE copies SET uses = uses + 1, last_used_at = ?2 WHERE id = ?1")?
        .execute([copy.id, to_millis(now)])?;
    Ok(copy)
}

pub(super) fn count_fresh(
    connection: &Connection,
    document: DocumentId,
    kind: &CopyKind,
    now: Timestamp,
) -> Result<u32, StoreError> {
    let mut query = connection.prepare_cached(
        "SELECT count(*) FROM copies
         WHERE document = ?1 AND kind = ?2 AND uses = 0 AND valid_from <= ?3 AND valid_until > ?3",
    )?;
    Ok(query.query_row(
        params![document.to_string(), kind.as_str(), to_millis(now)],
        |row| row.get(0),
    )?)
}

fn from_row(row: &Row<'_>, document: DocumentId, cabinet: &Cabinet) -> Result<Copy, StoreError> {
    let key_handle: String = row.get(5)?;
    let uri: String = row.get(6)?;
    let index = u64::try_from(row.get::<_, i64>(7)?).map_err(|_| StoreError::Damaged)?;
    let stored = row.get_ref(11)?.as_blob().map_err(|_| StoreError::Damaged)?;
    let credential = cabinet.open(
        &Place {
            column: CREDENTIAL,
            record: &key_handle,
        },
        stored,
    )?;
    Ok(Copy {
        id: row.get(0)?,
        document,
        kind: CopyKind::parse(row.get(2)?),
        format: row.get(3)?,
        batch: row.get(4)?,
        credential,
        key_handle,
        status: (!uri.is_empty()).then_some((uri, index)),
        valid_from: from_millis(row.get(8)?)?,
        valid_until: from_millis(row.get(9)?)?,
        uses: row.get(10)?,
    })
}
