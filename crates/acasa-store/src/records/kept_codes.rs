use std::fmt;

use acasa_domain::Principal;
use jiff::Timestamp;
use rusqlite::params;
use uuid::Uuid;

use super::principals::{Cabinet, Place};
use super::{Page, from_millis, from_optional_millis, one, to_millis};
use crate::{StoreError, Vault};

/// Codes a person scanned and kept for later.
pub struct KeptCodes<'v>(pub(crate) &'v Vault);

/// One kept code.
#[derive(Clone, PartialEq, Eq)]
pub struct KeptCode {
    /// Its id, drawn by the caller.
    pub id: Uuid,
    /// Who keeps it.
    pub principal: Principal,
    /// What was recognised, such as `mpay`.
    pub kind: String,
    /// The code's text.
    pub text: String,
    /// When it was kept.
    pub kept_at: Timestamp,
    /// By when something is to be done about it.
    pub due_at: Option<Timestamp>,
}

/// Without the text, which may be personal.
impl fmt::Debug for KeptCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptCode")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

const TEXT: &str = "kept_codes.text";

impl KeptCodes<'_> {
    /// Keeps a code.
    pub fn insert(&self, code: &KeptCode) -> Result<(), StoreError> {
        self.0.write(|tx| {
            let cabinet = Cabinet::find(tx, code.principal)?;
            let record = code.id.to_string();
            let text = cabinet.seal(
                &Place {
                    column: TEXT,
                    record: &record,
                },
                code.text.as_bytes(),
            )?;
            tx.prepare_cached(
                "INSERT INTO kept_codes (id, principal, kind, kept_at, due_at, text)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                record,
                cabinet.id,
                code.kind,
                to_millis(code.kept_at),
                code.due_at.map(to_millis),
                text,
            ])?;
            Ok(())
        })
    }

    /// The latest first.
    pub fn list(&self, page: Page) -> Result<Vec<KeptCode>, StoreError> {
        let (limit, offset) = page.bounds();
        self.0.read(|connection| {
            let cabinets = Cabinet::all(connection)?;
            let mut query = connection.prepare_cached(
                "SELECT id, principal, kind, kept_at, due_at, text FROM kept_codes
                 ORDER BY kept_at DESC, id DESC LIMIT ?1 OFFSET ?2",
            )?;
            let mut rows = query.query([limit, offset])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let record: String = row.get(0)?;
                let (cabinet, principal) = cabinets.get(row.get(1)?)?;
                let stored = row.get_ref(5)?.as_blob().map_err(|_| StoreError::Damaged)?;
                found.push(KeptCode {
                    id: Uuid::try_parse(&record).map_err(|_| StoreError::Damaged)?,
                    principal,
                    kind: row.get(2)?,
                    text: cabinet.open_text(
                        &Place {
                            column: TEXT,
                            record: &record,
                        },
                        stored,
                    )?,
                    kept_at: from_millis(row.get(3)?)?,
                    due_at: from_optional_millis(row.get(4)?)?,
                });
            }
            Ok(found)
        })
    }

    /// Lets a code go.
    pub fn delete(&self, id: Uuid) -> Result<(), StoreError> {
        self.0
            .write(|tx| one(tx.execute("DELETE FROM kept_codes WHERE id = ?1", [id.to_string()])?))
    }
}
