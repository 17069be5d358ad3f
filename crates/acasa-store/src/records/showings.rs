use std::fmt;

use acasa_domain::Principal;
use jiff::Timestamp;
use rusqlite::params;
use uuid::Uuid;

use super::documents::DocumentId;
use super::principals::{Cabinet, Place};
use super::{Page, from_millis, from_optional_millis, one, to_millis};
use crate::{StoreError, Vault};

/// When which document was shown, and what of it. Stays on the device.
pub struct Showings<'v>(pub(crate) &'v Vault);

/// One showing, from opening the code to closing it, with all its renewals.
#[derive(Clone, PartialEq, Eq)]
pub struct Showing {
    /// Its id, drawn by the caller.
    pub id: Uuid,
    /// Whose document.
    pub principal: Principal,
    /// Which document; it may be gone by now.
    pub document: DocumentId,
    /// When it began.
    pub began_at: Timestamp,
    /// When it ended; `None` while it lasts, or when the app was stopped in the middle.
    pub ended_at: Option<Timestamp>,
    /// Whether a copy was used that had been shown before.
    pub reused: bool,
    /// What was shown and to whom, as JSON of the caller's.
    pub details: String,
}

/// Without whose, which and what.
impl fmt::Debug for Showing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Showing")
            .field("id", &self.id)
            .field("reused", &self.reused)
            .finish_non_exhaustive()
    }
}

const DETAILS: &str = "showings.details";

impl Showings<'_> {
    /// Notes that a showing began.
    pub fn begin(&self, showing: &Showing) -> Result<(), StoreError> {
        self.0.write(|tx| {
            let cabinet = Cabinet::find(tx, showing.principal)?;
            let record = showing.id.to_string();
            let details = cabinet.seal(
                &Place {
                    column: DETAILS,
                    record: &record,
                },
                showing.details.as_bytes(),
            )?;
            tx.prepare_cached(
                "INSERT INTO showings (id, principal, document, began_at, ended_at, reused, details)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                record,
                cabinet.id,
                showing.document.to_string(),
                to_millis(showing.began_at),
                showing.ended_at.map(to_millis),
                showing.reused,
                details,
            ])?;
            Ok(())
        })
    }

    /// Notes that it ended.
    pub fn end(&self, id: Uuid, at: Timestamp) -> Result<(), StoreError> {
        self.0.write(|tx| {
            one(tx
                .prepare_cached("UPDATE showings SET ended_at = ?2 WHERE id = ?1")?
                .execute(params![id.to_string(), to_millis(at)])?)
        })
    }

    /// The latest showings first, of all documents or of one.
    pub fn list(&self, of: Option<DocumentId>, page: Page) -> Result<Vec<Showing>, StoreError> {
        let (limit, offset) = page.bounds();
        let filter = if of.is_some() {
            "WHERE document = ?3"
        } else {
            "WHERE ?3 = ''"
        };
        let document = of.map(|id| id.to_string()).unwrap_or_default();
        self.0.read(|connection| {
            let cabinets = Cabinet::all(connection)?;
            let mut query = connection.prepare_cached(&format!(
                "SELECT id, principal, document, began_at, ended_at, reused, details FROM showings
                 {filter} ORDER BY began_at DESC, id DESC LIMIT ?1 OFFSET ?2"
            ))?;
            let mut rows = query.query(params![limit, offset, document])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let record: String = row.get(0)?;
                let (cabinet, principal) = cabinets.get(row.get(1)?)?;
                let stored = row.get_ref(6)?.as_blob().map_err(|_| StoreError::Damaged)?;
                found.push(Showing {
                    id: Uuid::try_parse(&record).map_err(|_| StoreError::Damaged)?,
                    principal,
                    document: DocumentId::parse(&row.get::<_, String>(2)?)
                        .map_err(|_| StoreError::Damaged)?,
                    began_at: from_millis(row.get(3)?)?,
                    ended_at: from_optional_millis(row.get(4)?)?,
                    reused: row.get(5)?,
                    details: cabinet.open_text(
                        &Place {
                            column: DETAILS,
                            record: &record,
                        },
                        stored,
                    )?,
                });
            }
            Ok(found)
        })
    }

    /// Forgets all showings.
    pub fn clear(&self) -> Result<(), StoreError> {
        self.0
            .write(|tx| Ok(tx.execute("DELETE FROM showings", []).map(drop)?))
    }
}
