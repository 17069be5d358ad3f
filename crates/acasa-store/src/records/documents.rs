use std::fmt;

use acasa_domain::Principal;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use uuid::Uuid;

use super::copies;
use super::principals::{Cabinet, Cabinets, Place};
use super::{Copy, CopyKind, NewCopy, Page, from_millis, from_optional_millis, one, to_millis};
use crate::{StoreError, Vault};

/// Documents, the portraits on their cards, and their copies.
pub struct Documents<'v>(pub(crate) &'v Vault);

/// Names one document of this vault; random.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DocumentId(Uuid);

impl DocumentId {
    /// Draws an id.
    pub fn make_random() -> Self {
        Self(Uuid::new_v4())
    }

    /// Reads one that was written by [`fmt::Display`].
    pub fn parse(text: &str) -> Result<Self, StoreError> {
        Uuid::try_parse(text).map(Self).map_err(|_| StoreError::NotFound)
    }
}

impl fmt::Display for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

/// What was last known of a document's status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentStatus {
    /// Nothing speaks against it.
    Valid,
    /// Its issuer suspended it for a time.
    Suspended,
    /// Its issuer revoked it.
    Revoked,
}

impl DocumentStatus {
    fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
        }
    }

    fn parse(text: &str) -> Result<Self, StoreError> {
        match text {
            "valid" => Ok(Self::Valid),
            "suspended" => Ok(Self::Suspended),
            "revoked" => Ok(Self::Revoked),
            _ => Err(StoreError::Damaged),
        }
    }
}

/// A document as it arrives.
#[derive(Clone)]
pub struct NewDocument {
    /// Whose it is.
    pub principal: Principal,
    /// Its type, such as `md.gov.wallet.pid.1`.
    pub doctype: String,
    /// What the card shows, as JSON of the caller's.
    pub summary: String,
    /// The portrait on the card, as received; `None` where the document has none.
    pub portrait: Option<Vec<u8>>,
    /// Where it stands among the others, small numbers first.
    pub position: i64,
    /// The end of the document's own validity.
    pub valid_until: Timestamp,
    /// When it was received.
    pub received_at: Timestamp,
    /// Its copies and companions; more can come later.
    pub copies: Vec<NewCopy>,
}

/// A document as it is kept, without portrait and copies.
#[derive(Clone, PartialEq, Eq)]
pub struct Document {
    /// Its name in this vault.
    pub id: DocumentId,
    /// Whose it is.
    pub principal: Principal,
    /// Its type.
    pub doctype: String,
    /// What was last known of its status.
    pub status: DocumentStatus,
    /// When the status was last checked; `None` if never.
    pub status_checked_at: Option<Timestamp>,
    /// What the card shows.
    pub summary: String,
    /// Where it stands among the others.
    pub position: i64,
    /// The end of the document's own validity.
    pub valid_until: Timestamp,
    /// When it was received.
    pub received_at: Timestamp,
}

/// Without the summary, which is personal.
impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document")
            .field("id", &self.id)
            .field("doctype", &self.doctype)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

const COLUMNS: &str = "SELECT id, principal, doctype, status, status_checked_at, summary, position, \
     valid_until, received_at FROM documents";

impl Documents<'_> {
    /// Keeps a document with its copies, all or nothing.
    pub fn insert(&self, document: &NewDocument) -> Result<DocumentId, StoreError> {
        let ids = self.insert_all(std::slice::from_ref(document))?;
        ids.first().copied().ok_or(StoreError::NotFound)
    }

    /// Keeps several, all or nothing.
    pub fn insert_all(&self, documents: &[NewDocument]) -> Result<Vec<DocumentId>, StoreError> {
        self.0
            .write(|tx| documents.iter().map(|document| insert(tx, document)).collect())
    }

    /// Adds copies to a document, all or nothing.
    pub fn insert_batch(&self, id: DocumentId, batch: &[NewCopy]) -> Result<(), StoreError> {
        self.0
            .write(|tx| copies::insert(tx, id, &cabinet_of(tx, id)?, batch))
    }

    /// The documents of all principals, or of one, in their order.
    pub fn list(&self, of: Option<Principal>, page: Page) -> Result<Vec<Document>, StoreError> {
        let (limit, offset) = page.bounds();
        self.0.read(|connection| {
            let cabinets = Cabinet::all(connection)?;
            let mut query;
            let mut rows = if let Some(principal) = of {
                let id = Cabinet::find(connection, principal)?.id;
                query = connection.prepare_cached(&format!(
                    "{COLUMNS} WHERE principal = ?3 ORDER BY position, id LIMIT ?1 OFFSET ?2"
                ))?;
                query.query([limit, offset, id])?
            } else {
                query = connection
                    .prepare_cached(&format!("{COLUMNS} ORDER BY position, id LIMIT ?1 OFFSET ?2"))?;
                query.query([limit, offset])?
            };
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(from_row(row, &cabinets)?);
            }
            Ok(found)
        })
    }

    /// One document.
    pub fn get(&self, id: DocumentId) -> Result<Document, StoreError> {
        self.0.read(|connection| {
            let cabinets = Cabinet::all(connection)?;
            let mut query = connection.prepare_cached(&format!("{COLUMNS} WHERE id = ?1"))?;
            let mut rows = query.query([id.to_string()])?;
            from_row(rows.next()?.ok_or(StoreError::NotFound)?, &cabinets)
        })
    }

    /// How many documents there are.
    pub fn count(&self) -> Result<u32, StoreError> {
        self.0
            .read(|c| Ok(c.query_row("SELECT count(*) FROM documents", [], |row| row.get(0))?))
    }

    /// The portrait on the card, if the document has one.
    pub fn portrait(&self, id: DocumentId) -> Result<Option<Vec<u8>>, StoreError> {
        self.0.read(|connection| {
            let cabinet = cabinet_of(connection, id)?;
            let mut query = connection.prepare_cached("SELECT image FROM portraits WHERE document = ?1")?;
            let stored: Option<Vec<u8>> = query.query_row([id.to_string()], |row| row.get(0)).optional()?;
            let record = id.to_string();
            stored
                .map(|image| {
                    cabinet.open(
                        &Place {
                            column: PORTRAIT,
                            record: &record,
                        },
                        &image,
                    )
                })
                .transpose()
        })
    }

    /// Notes what the issuer's status list says.
    pub fn set_status(
        &self,
        id: DocumentId,
        status: DocumentStatus,
        checked_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.0.write(|tx| {
            one(tx
                .prepare_cached("UPDATE documents SET status = ?2, status_checked_at = ?3 WHERE id = ?1")?
                .execute(params![id.to_string(), status.as_str(), to_millis(checked_at)])?)
        })
    }

    /// Moves a document among the others.
    pub fn set_position(&self, id: DocumentId, position: i64) -> Result<(), StoreError> {
        self.0.write(|tx| {
            one(tx
                .prepare_cached("UPDATE documents SET position = ?2 WHERE id = ?1")?
                .execute(params![id.to_string(), position])?)
        })
    }

    /// Removes a document with its copies; returns the handles of their keys, for the keystore to
    /// destroy as well.
    pub fn delete(&self, id: DocumentId) -> Result<Vec<String>, StoreError> {
        self.0.write(|tx| {
            let mut query = tx.prepare_cached("SELECT key_handle FROM copies WHERE document = ?1")?;
            let handles = query
                .query_map([id.to_string()], |row| row.get(0))?
                .collect::<Result<Vec<_>, _>>()?;
            one(tx.execute("DELETE FROM documents WHERE id = ?1", [id.to_string()])?)?;
            Ok(handles)
        })
    }

    /// All copies of a document, without using one up.
    pub fn copies(&self, id: DocumentId) -> Result<Vec<Copy>, StoreError> {
        self.0
            .read(|connection| copies::list(connection, id, &cabinet_of(connection, id)?))
    }

    /// The copy for one showing; all renewals of that showing use this copy.
    ///
    /// A fresh one where there is one, else the least used ([`Copy::uses`] then is not 0, and the
    /// person is told that it can be recognised). Copies past their time come last: showing never
    /// fails while a copy of this kind exists.
    pub fn take_copy(&self, id: DocumentId, kind: &CopyKind, now: Timestamp) -> Result<Copy, StoreError> {
        self.0
            .write(|tx| copies::take(tx, id, &cabinet_of(tx, id)?, kind, now))
    }

    /// Undoes [`Self::take_copy`] for a copy that nobody has seen.
    pub fn give_back_copy(&self, id: i64) -> Result<(), StoreError> {
        self.0.write(|tx| {
            one(tx
                .prepare_cached("UPDATE copies SET uses = uses - 1 WHERE id = ?1 AND uses > 0")?
                .execute([id])?)
        })
    }

    /// How many copies of this kind were never shown and are valid now.
    pub fn fresh_copies(&self, id: DocumentId, kind: &CopyKind, now: Timestamp) -> Result<u32, StoreError> {
        self.0
            .read(|connection| copies::count_fresh(connection, id, kind, now))
    }
}

const SUMMARY: &str = "documents.summary";
const PORTRAIT: &str = "portraits.image";

fn insert(connection: &Connection, document: &NewDocument) -> Result<DocumentId, StoreError> {
    let id = DocumentId::make_random();
    let record = id.to_string();
    let cabinet = Cabinet::find(connection, document.principal)?;
    let summary = cabinet.seal(
        &Place {
            column: SUMMARY,
            record: &record,
        },
        document.summary.as_bytes(),
    )?;
    connection
        .prepare_cached(
            "INSERT INTO documents (id, principal, doctype, position, valid_until, received_at, summary)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            record,
            cabinet.id,
            document.doctype,
            document.position,
            to_millis(document.valid_until),
            to_millis(document.received_at),
            summary,
        ])?;
    if let Some(portrait) = &document.portrait {
        let image = cabinet.seal(
            &Place {
                column: PORTRAIT,
                record: &record,
            },
            portrait,
        )?;
        connection
            .prepare_cached("INSERT INTO portraits (document, image) VALUES (?1, ?2)")?
            .execute(params![record, image])?;
    }
    copies::insert(connection, id, &cabinet, &document.copies)?;
    Ok(id)
}

fn cabinet_of(connection: &Connection, id: DocumentId) -> Result<Cabinet, StoreError> {
    let mut query = connection.prepare_cached("SELECT principal FROM documents WHERE id = ?1")?;
    let principal: i64 = query.query_row([id.to_string()], |row| row.get(0))?;
    Cabinet::by_id(connection, principal)
}

fn from_row(row: &Row<'_>, cabinets: &Cabinets) -> Result<Document, StoreError> {
    let record: String = row.get(0)?;
    let (cabinet, principal) = cabinets.get(row.get(1)?)?;
    let stored = row.get_ref(5)?.as_blob().map_err(|_| StoreError::Damaged)?;
    Ok(Document {
        id: DocumentId::parse(&record).map_err(|_| StoreError::Damaged)?,
        principal,
        doctype: row.get(2)?,
        status: DocumentStatus::parse(&row.get::<_, String>(3)?)?,
        status_checked_at: from_optional_millis(row.get(4)?)?,
        summary: cabinet.open_text(
            &Place {
                column: SUMMARY,
                record: &record,
            },
            stored,
        )?,
        position: row.get(6)?,
        valid_until: from_millis(row.get(7)?)?,
        received_at: from_millis(row.get(8)?)?,
    })
}
