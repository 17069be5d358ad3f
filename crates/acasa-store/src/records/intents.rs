use std::fmt;

use acasa_domain::Principal;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::acts::{self, ActFate, NewAct};
use super::principals::{Cabinet, Cabinets, Place};
use super::{one, to_millis};
use crate::{StoreError, Vault};
use jiff::Timestamp;

/// Acts that are sent to the state, with the bytes that are sent.
pub struct Intents<'v>(pub(crate) &'v Vault);

/// An act's bytes as they are sent: made once, never changed.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredIntent {
    /// The act's id.
    pub id: Uuid,
    /// Whose records it is about.
    pub principal: Principal,
    /// Digest of the bytes.
    pub digest: [u8; 32],
    /// The bytes.
    pub text: String,
    /// Acts that must have been applied before.
    pub depends_on: Vec<Uuid>,
}

/// Without principal and text, which are personal.
impl fmt::Debug for StoredIntent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredIntent")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// How far an intent has come.
#[derive(Clone, PartialEq, Eq)]
pub struct IntentState {
    /// The act's fate.
    pub fate: ActFate,
    /// The version that has its effect, if it was applied.
    pub version: Option<u64>,
    /// The records it changed, as JSON, until a checkpoint has them.
    pub result: Option<String>,
}

/// Signed bytes of several intents, kept until they are answered.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredBatch {
    /// The device's generation.
    pub generation: u64,
    /// Its number in it.
    pub number: u64,
    /// The bytes.
    pub text: String,
    /// What it carries, in order, with digests.
    pub intents: Vec<(Uuid, [u8; 32])>,
}

/// What became of one intent of a batch.
pub struct IntentOutcome {
    /// Which.
    pub id: Uuid,
    /// [`ActFate::Done`], [`ActFate::Refused`] or [`ActFate::Superseded`].
    pub fate: ActFate,
    /// A stable code, empty unless refused.
    pub reason: String,
    /// The version that has its effect.
    pub version: Option<u64>,
    /// The records it changed, as JSON.
    pub result: Option<String>,
}

/// An intent of a kept batch, with its digest, as it is written.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Carried {
    /// It was sent before, and may have been judged.
    Again(Uuid, Vec<u8>, bool),
    /// No batch carried it before.
    First(Uuid, Vec<u8>),
}

impl Carried {
    fn new(id: Uuid, digest: &[u8; 32], again: bool) -> Self {
        if again {
            Self::Again(id, digest.to_vec(), true)
        } else {
            Self::First(id, digest.to_vec())
        }
    }

    fn intent(&self) -> Result<(Uuid, [u8; 32]), StoreError> {
        let (Self::Again(id, digest, _) | Self::First(id, digest)) = self;
        let digest = digest.as_slice().try_into().map_err(|_| StoreError::Damaged)?;
        Ok((*id, digest))
    }
}

const TEXT: &str = "intents.text";
const RESULT: &str = "intents.result";
const COLUMNS: &str = "SELECT intents.id, intents.principal, digest, text, depends_on, fate, version, result
     FROM intents JOIN acts ON acts.id = intents.id";

impl Intents<'_> {
    /// Keeps an act together with its bytes, as waiting.
    pub fn insert(&self, act: &NewAct, intent: &StoredIntent) -> Result<(), StoreError> {
        self.0.write(|tx| {
            acts::insert(tx, act)?;
            let cabinet = Cabinet::find(tx, intent.principal)?;
            let record = intent.id.to_string();
            let text = cabinet.seal(&place(TEXT, &record), intent.text.as_bytes())?;
            tx.prepare_cached(
                "INSERT INTO intents (id, principal, digest, depends_on, text) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![
                record,
                cabinet.id,
                intent.digest,
                ids(&intent.depends_on),
                text
            ])?;
            Ok(())
        })
    }

    /// The device's generation and the last batch made in it.
    pub fn position(&self) -> Result<(u64, u64), StoreError> {
        self.0.read(|connection| {
            let found: Option<(i64, i64)> = connection
                .prepare_cached("SELECT generation, number FROM sync_position")?
                .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            found.map_or(Ok((0, 0)), |(generation, number)| {
                Ok((count(generation)?, count(number)?))
            })
        })
    }

    /// Begins a generation. After a `restored` backup, what was pending is to be confirmed.
    pub fn begin_generation(&self, generation: u64, restored: bool) -> Result<(), StoreError> {
        self.0.write(|tx| {
            if restored {
                tx.execute(
                    "UPDATE acts SET fate = 'to_confirm' WHERE fate IN ('waiting', 'sent')
                         AND id IN (SELECT id FROM intents)",
                    [],
                )?;
            }
            tx.execute("DELETE FROM sync_batch", [])?;
            set_position(tx, generation, 0)
        })
    }

    /// All that wait or were sent, in the order they were made, with whether they were sent.
    pub fn pending(&self) -> Result<Vec<(StoredIntent, bool)>, StoreError> {
        let pending = format!("{COLUMNS} WHERE fate IN ('waiting', 'sent') ORDER BY made");
        let found = self.query(&pending, None)?.into_iter();
        Ok(found
            .map(|(intent, state)| (intent, state.fate == ActFate::Sent))
            .collect())
    }

    /// What has to be laid over a principal's records, in the order it was made.
    pub fn unconfirmed(&self, principal: Principal) -> Result<Vec<(StoredIntent, IntentState)>, StoreError> {
        self.query(
            &format!(
                "{COLUMNS} WHERE intents.principal = (SELECT id FROM principals WHERE urn = ?1)
                 AND (fate IN ('waiting', 'sent') OR (fate = 'done' AND result IS NOT NULL)) ORDER BY made"
            ),
            Some(principal),
        )
    }

    /// An intent's fate, if this device knows it.
    pub fn fate(&self, id: Uuid) -> Result<Option<ActFate>, StoreError> {
        self.0.read(|connection| {
            let fate: Option<String> = connection
                .prepare_cached("SELECT fate FROM acts JOIN intents USING (id) WHERE id = ?1")?
                .query_row([id.to_string()], |row| row.get(0))
                .optional()?;
            fate.as_deref().map(ActFate::parse).transpose()
        })
    }

    /// The batch whose answer is awaited.
    pub fn unanswered(&self) -> Result<Option<StoredBatch>, StoreError> {
        self.0.read(batch)
    }

    /// Keeps a batch with its number and marks what it carries as sent.
    pub fn keep_batch(&self, batch: &StoredBatch, at: Timestamp) -> Result<(), StoreError> {
        self.0.write(|tx| {
            let mut before =
                tx.prepare_cached("SELECT EXISTS (SELECT 1 FROM acts WHERE id = ?1 AND fate = 'sent')")?;
            let mut sent = tx.prepare_cached(
                "UPDATE acts SET fate = 'sent', changed_at = ?2
                 WHERE id = ?1 AND fate IN ('waiting', 'sent')",
            )?;
            let mut carried = Vec::with_capacity(batch.intents.len());
            for (id, digest) in &batch.intents {
                let again: bool = before.query_row([id.to_string()], |row| row.get(0))?;
                one(sent.execute(params![id.to_string(), to_millis(at)])?)?;
                carried.push(Carried::new(*id, digest, again));
            }
            let carried = serde_json::to_string(&carried).map_err(|_| StoreError::Damaged)?;
            tx.execute(
                "INSERT INTO sync_batch (one, generation, number, text, intents) VALUES (1, ?1, ?2, ?3, ?4)",
                params![
                    column(batch.generation)?,
                    column(batch.number)?,
                    batch.text,
                    carried
                ],
            )?;
            set_position(tx, batch.generation, batch.number)
        })
    }

    /// Settles what the awaited batch carried and forgets the batch; another number changes nothing.
    pub fn settle(&self, number: u64, outcomes: &[IntentOutcome], at: Timestamp) -> Result<(), StoreError> {
        self.0.write(|tx| {
            if forget_batch(tx, number)? == 0 {
                return Ok(());
            }
            for outcome in outcomes {
                settle(tx, outcome, at)?;
            }
            Ok(())
        })
    }

    /// Forgets the awaited batch; what it carried stays sent.
    pub fn forget_batch(&self, number: u64) -> Result<(), StoreError> {
        self.0.write(|tx| forget_batch(tx, number).map(drop))
    }

    /// Forgets the awaited batch; what it was the first to carry waits anew.
    pub fn take_back(&self, number: u64) -> Result<(), StoreError> {
        self.0.write(|tx| {
            let carried = batch_row(tx)?.map(|(_, carried)| carried).unwrap_or_default();
            if forget_batch(tx, number)? == 0 {
                return Ok(());
            }
            for carried in carried {
                let Carried::First(id, _) = carried else { continue };
                tx.prepare_cached("UPDATE acts SET fate = 'waiting' WHERE id = ?1 AND fate = 'sent'")?
                    .execute([id.to_string()])?;
            }
            Ok(())
        })
    }

    /// What the state answered to an act, if it is kept: the records it changed, or its words on a refusal, as JSON.
    pub fn result(&self, id: Uuid) -> Result<Option<String>, StoreError> {
        self.0.read(|connection| {
            let record = id.to_string();
            let found: Option<(i64, Option<Vec<u8>>)> = connection
                .prepare_cached("SELECT principal, result FROM intents WHERE id = ?1")?
                .query_row([&record], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            let Some((principal, Some(sealed))) = found else {
                return Ok(None);
            };
            let cabinet = Cabinet::by_id(connection, principal)?;
            Ok(Some(cabinet.open_text(&place(RESULT, &record), &sealed)?))
        })
    }

    /// Refuses what waits, or what was sent and the gateway accepts in no batch.
    pub fn refuse(&self, id: Uuid, reason: &str, at: Timestamp) -> Result<(), StoreError> {
        match self.turn(id, "waiting", ActFate::Refused, reason, at) {
            Err(StoreError::Settled) => self.turn(id, "sent", ActFate::Refused, reason, at),
            turned => turned,
        }
    }

    /// Takes an act back before it is sent.
    pub fn withdraw(&self, id: Uuid, at: Timestamp) -> Result<(), StoreError> {
        self.turn(id, "waiting", ActFate::Withdrawn, "", at)
    }

    /// Sends an act after all that a restored backup brought back; it may have been sent before.
    pub fn confirm(&self, id: Uuid, at: Timestamp) -> Result<(), StoreError> {
        self.turn(id, "to_confirm", ActFate::Sent, "", at)
    }

    /// Lets an act go that a restored backup brought back.
    pub fn let_go(&self, id: Uuid, at: Timestamp) -> Result<(), StoreError> {
        self.turn(id, "to_confirm", ActFate::Withdrawn, "", at)
    }

    fn turn(&self, id: Uuid, from: &str, to: ActFate, reason: &str, at: Timestamp) -> Result<(), StoreError> {
        self.0.write(|tx| {
            let changed = tx
                .prepare_cached(
                    "UPDATE acts SET fate = ?3, reason = ?4, changed_at = ?5
                     WHERE id = ?1 AND fate = ?2 AND id IN (SELECT id FROM intents)",
                )?
                .execute(params![id.to_string(), from, to.as_str(), reason, to_millis(at)])?;
            if changed == 0 {
                Err(StoreError::Settled)
            } else {
                Ok(())
            }
        })
    }

    fn query(
        &self,
        sql: &str,
        principal: Option<Principal>,
    ) -> Result<Vec<(StoredIntent, IntentState)>, StoreError> {
        self.0.read(|connection| {
            let cabinets = Cabinet::all(connection)?;
            let mut query = connection.prepare_cached(sql)?;
            let urn = principal.map(|principal| principal.to_string());
            let mut rows = query.query(rusqlite::params_from_iter(urn))?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(from_row(row, &cabinets)?);
            }
            Ok(found)
        })
    }
}

fn from_row(row: &Row<'_>, cabinets: &Cabinets) -> Result<(StoredIntent, IntentState), StoreError> {
    let record: String = row.get(0)?;
    let (cabinet, principal) = cabinets.get(row.get(1)?)?;
    let text = row.get_ref(3)?.as_blob().map_err(|_| StoreError::Damaged)?;
    let depends_on: String = row.get(4)?;
    let result: Option<Vec<u8>> = row.get(7)?;
    let intent = StoredIntent {
        id: Uuid::try_parse(&record).map_err(|_| StoreError::Damaged)?,
        principal,
        digest: row.get(2)?,
        text: cabinet.open_text(&place(TEXT, &record), text)?,
        depends_on: serde_json::from_str(&depends_on).map_err(|_| StoreError::Damaged)?,
    };
    let state = IntentState {
        fate: ActFate::parse(&row.get::<_, String>(5)?)?,
        version: row.get::<_, Option<i64>>(6)?.map(count).transpose()?,
        result: result
            .map(|sealed| cabinet.open_text(&place(RESULT, &record), &sealed))
            .transpose()?,
    };
    Ok((intent, state))
}

fn settle(tx: &Connection, outcome: &IntentOutcome, at: Timestamp) -> Result<(), StoreError> {
    let record = outcome.id.to_string();
    let changed = tx
        .prepare_cached(
            "UPDATE acts SET fate = ?2, reason = ?3, changed_at = ?4 WHERE id = ?1 AND fate = 'sent'",
        )?
        .execute(params![
            record,
            outcome.fate.as_str(),
            outcome.reason,
            to_millis(at)
        ])?;
    // Access to the principal may have ended meanwhile: then there is nothing left to settle.
    if changed == 0 {
        return Ok(());
    }
    let principal: i64 = tx
        .prepare_cached("SELECT principal FROM intents WHERE id = ?1")?
        .query_row([&record], |row| row.get(0))?;
    let cabinet = Cabinet::by_id(tx, principal)?;
    let result = outcome
        .result
        .as_ref()
        .map(|result| cabinet.seal(&place(RESULT, &record), result.as_bytes()))
        .transpose()?;
    let version = outcome.version.map(column).transpose()?;
    tx.prepare_cached("UPDATE intents SET version = ?2, result = ?3 WHERE id = ?1")?
        .execute(params![record, version, result])?;
    Ok(())
}

fn batch(connection: &Connection) -> Result<Option<StoredBatch>, StoreError> {
    Ok(batch_row(connection)?.map(|(batch, _)| batch))
}

/// The batch, and how it came to carry what it carries.
fn batch_row(connection: &Connection) -> Result<Option<(StoredBatch, Vec<Carried>)>, StoreError> {
    let found: Option<(i64, i64, String, String)> = connection
        .prepare_cached("SELECT generation, number, text, intents FROM sync_batch")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .optional()?;
    let Some((generation, number, text, intents)) = found else {
        return Ok(None);
    };
    let carried: Vec<Carried> = serde_json::from_str(&intents).map_err(|_| StoreError::Damaged)?;
    let intents = carried.iter().map(Carried::intent).collect::<Result<_, _>>()?;
    let batch = StoredBatch {
        generation: count(generation)?,
        number: count(number)?,
        text,
        intents,
    };
    Ok(Some((batch, carried)))
}

fn forget_batch(tx: &Connection, number: u64) -> Result<usize, StoreError> {
    Ok(tx.execute("DELETE FROM sync_batch WHERE number = ?1", [column(number)?])?)
}

fn set_position(tx: &Connection, generation: u64, number: u64) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO sync_position (one, generation, number) VALUES (1, ?1, ?2)
         ON CONFLICT (one) DO UPDATE SET generation = ?1, number = ?2",
        params![column(generation)?, column(number)?],
    )?;
    Ok(())
}

fn place<'a>(column: &'static str, record: &'a str) -> Place<'a> {
    Place { column, record }
}

fn ids(ids: &[Uuid]) -> String {
    serde_json::json!(ids).to_string()
}

pub(super) fn column(number: u64) -> Result<i64, StoreError> {
    i64::try_from(number).map_err(|_| StoreError::Damaged)
}

pub(super) fn count(number: i64) -> Result<u64, StoreError> {
    u64::try_from(number).map_err(|_| StoreError::Damaged)
}
