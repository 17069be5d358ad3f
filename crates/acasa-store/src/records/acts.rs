use std::fmt;

use acasa_domain::Principal;
use jiff::Timestamp;
use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use super::principals::{Cabinet, Cabinets, Place};
use super::{Page, from_millis, to_millis};
use crate::{StoreError, Vault};

/// What the person did, each act with its fate.
pub struct Acts<'v>(pub(crate) &'v Vault);

/// What became of an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActFate {
    /// Made here, not sent yet.
    Waiting,
    /// Sent, and not answered yet.
    Sent,
    /// Done.
    Done,
    /// Refused, for the reason noted.
    Refused,
    /// Taken back before it was sent.
    Withdrawn,
    /// Made pointless by another act; nothing is wrong.
    Superseded,
    /// Brought back by a restored backup: the person confirms it or lets it go.
    ToConfirm,
}

impl ActFate {
    /// The fate in one word, as it is kept.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Superseded => "superseded",
            Self::ToConfirm => "to_confirm",
        }
    }

    pub(super) fn parse(text: &str) -> Result<Self, StoreError> {
        match text {
            "waiting" => Ok(Self::Waiting),
            "sent" => Ok(Self::Sent),
            "done" => Ok(Self::Done),
            "refused" => Ok(Self::Refused),
            "withdrawn" => Ok(Self::Withdrawn),
            "superseded" => Ok(Self::Superseded),
            "to_confirm" => Ok(Self::ToConfirm),
            _ => Err(StoreError::Damaged),
        }
    }

    /// Whether nothing can change it any more.
    pub fn is_final(self) -> bool {
        matches!(
            self,
            Self::Done | Self::Refused | Self::Withdrawn | Self::Superseded
        )
    }
}

/// An act as it is made.
#[derive(Clone)]
pub struct NewAct {
    /// Its id, made on the device.
    pub id: Uuid,
    /// On whose behalf.
    pub principal: Principal,
    /// Who acts, as a URN.
    pub actor: Principal,
    /// The command, such as `document.issue`.
    pub name: String,
    /// Its arguments, as JSON of the caller's.
    pub arguments: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// Where it starts: [`ActFate::Done`] for what needs no one else.
    pub fate: ActFate,
}

/// An act as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Act {
    /// Its id.
    pub id: Uuid,
    /// On whose behalf.
    pub principal: Principal,
    /// Who acted.
    pub actor: Principal,
    /// The command.
    pub name: String,
    /// Its arguments.
    pub arguments: String,
    /// What became of it.
    pub fate: ActFate,
    /// Why it was refused: a stable code, empty where there is none.
    pub reason: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// When its fate last changed.
    pub changed_at: Timestamp,
}

/// Without principal, actor and arguments, which are personal.
impl fmt::Debug for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Act")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("fate", &self.fate)
            .finish_non_exhaustive()
    }
}

const COLUMNS: &str =
    "SELECT id, principal, actor, name, arguments, fate, reason, made_at, changed_at FROM acts";
const ARGUMENTS: &str = "acts.arguments";

impl Acts<'_> {
    /// Keeps an act.
    pub fn insert(&self, act: &NewAct) -> Result<(), StoreError> {
        self.0.write(|tx| insert(tx, act))
    }

    /// Notes what became of an act. A final fate stays, and a sent act does not become unsent.
    pub fn set_fate(&self, id: Uuid, fate: ActFate, reason: &str, at: Timestamp) -> Result<(), StoreError> {
        self.0.write(|tx| {
            let present: String = tx
                .prepare_cached("SELECT fate FROM acts WHERE id = ?1")?
                .query_row([id.to_string()], |row| row.get(0))?;
            let present = ActFate::parse(&present)?;
            let goes_back = present == ActFate::Sent && matches!(fate, ActFate::Waiting | ActFate::Withdrawn);
            if present.is_final() || goes_back {
                return Err(StoreError::Settled);
            }
            tx.prepare_cached("UPDATE acts SET fate = ?2, reason = ?3, changed_at = ?4 WHERE id = ?1")?
                .execute(params![id.to_string(), fate.as_str(), reason, to_millis(at)])?;
            Ok(())
        })
    }

    /// The latest acts first.
    pub fn list(&self, page: Page) -> Result<Vec<Act>, StoreError> {
        let (limit, offset) = page.bounds();
        self.query(
            &format!("{COLUMNS} ORDER BY made_at DESC, id DESC LIMIT ?1 OFFSET ?2"),
            &[limit, offset],
        )
    }

    /// The acts that wait or were sent and not answered, oldest first: what is lost by wiping.
    pub fn unsettled(&self) -> Result<Vec<Act>, StoreError> {
        self.query(
            &format!("{COLUMNS} WHERE fate IN ('waiting', 'sent', 'to_confirm') ORDER BY made_at, id"),
            &[],
        )
    }

    fn query(&self, sql: &str, bounds: &[i64]) -> Result<Vec<Act>, StoreError> {
        self.0.read(|connection| {
            let cabinets = Cabinet::all(connection)?;
            let mut query = connection.prepare_cached(sql)?;
            let mut rows = query.query(rusqlite::params_from_iter(bounds))?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(from_row(row, &cabinets)?);
            }
            Ok(found)
        })
    }
}

pub(super) fn insert(tx: &Connection, act: &NewAct) -> Result<(), StoreError> {
    let cabinet = Cabinet::find(tx, act.principal)?;
    let record = act.id.to_string();
    let arguments = cabinet.seal(
        &Place {
            column: ARGUMENTS,
            record: &record,
        },
        act.arguments.as_bytes(),
    )?;
    tx.prepare_cached(
        "INSERT INTO acts (id, principal, actor, name, fate, made_at, changed_at, arguments)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7)",
    )?
    .execute(params![
        record,
        cabinet.id,
        act.actor.to_string(),
        act.name,
        act.fate.as_str(),
        to_millis(act.made_at),
        arguments,
    ])?;
    Ok(())
}

fn from_row(row: &Row<'_>, cabinets: &Cabinets) -> Result<Act, StoreError> {
    let record: String = row.get(0)?;
    let (cabinet, principal) = cabinets.get(row.get(1)?)?;
    let stored = row.get_ref(4)?.as_blob().map_err(|_| StoreError::Damaged)?;
    Ok(Act {
        id: Uuid::try_parse(&record).map_err(|_| StoreError::Damaged)?,
        principal,
        actor: super::principals::parse(&row.get::<_, String>(2)?)?,
        name: row.get(3)?,
        arguments: cabinet.open_text(
            &Place {
                column: ARGUMENTS,
                record: &record,
            },
            stored,
        )?,
        fate: ActFate::parse(&row.get::<_, String>(5)?)?,
        reason: row.get(6)?,
        made_at: from_millis(row.get(7)?)?,
        changed_at: from_millis(row.get(8)?)?,
    })
}
