//! Intents, outcomes, records.

use acasa_domain::Principal;
use acasa_protocol::sync::{Cursor, DevicePosition, Digest, Fate, Intent, MAX_PAGE, Outcome, Page, Record};
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, named_params, params};
use serde_json::Value;
use uuid::Uuid;

use super::{SqliteStorage, first, holdings, journal, keys::Opened};
use crate::{
    Decide, Event, Hash, Judged, KnownAct, MAX_WRITES, RecordsNow, SWEPT, StoreError, Submission, Submitted,
    SyncDevice, SyncStorage, Write,
    payload::{Place, keep_fate, needed, read_fate},
    sync::Standing,
    values::{from_sql, refused, to_sql, whole_page},
};

impl SyncStorage for SqliteStorage {
    fn sync_device(&self, client: &str) -> Result<Option<SyncDevice>, StoreError> {
        device(&self.connection(), client).map(|found| found.map(|(device, _)| device))
    }

    fn begin_generation(
        &self,
        client: &str,
        principal: Principal,
        generation: u64,
        jwk: &str,
    ) -> Result<DevicePosition, StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction
            .prepare_cached(
                "INSERT INTO sync_device (client, principal, generation, number, jwk)
                 VALUES (:client, :principal, :generation, 0, :jwk)
                 ON CONFLICT (client) DO UPDATE
                 SET principal = :principal, generation = :generation, number = 0, last_batch = NULL,
                     jwk = :jwk, suspended = 0
                 WHERE generation < :generation OR principal <> :principal",
            )?
            .execute(named_params! {
                ":client": client,
                ":principal": principal.to_string(),
                ":generation": to_sql(generation),
                ":jwk": jwk,
            })?;
        let found = device(&transaction, client)?;
        transaction.commit()?;
        found
            .map(|(device, _)| device.position)
            .ok_or(StoreError::Unreadable { what: "device" })
    }

    fn judge(&self, submission: &Submission<'_>, decide: &dyn Decide) -> Result<Judged, StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let Some((device, last_batch)) = device(&transaction, submission.client)? else {
            return Ok(Judged::Behind);
        };
        match submission.standing(&device, last_batch) {
            Standing::Next => {}
            Standing::Behind => return Ok(Judged::Behind),
            Standing::Suspended => return Ok(Judged::Forked),
            Standing::Forks => {
                suspend(&transaction, submission.client)?;
                transaction.commit()?;
                return Ok(Judged::Forked);
            }
        }
        let mut outcomes = Vec::with_capacity(submission.intents.len());
        for submitted in &submission.intents {
            outcomes.push(self.judge_one(&transaction, submission, submitted, decide)?);
        }
        transaction
            .prepare_cached(
                "UPDATE sync_device SET number = :number, last_batch = :hash WHERE client = :client",
            )?
            .execute(named_params! {
                ":number": to_sql(submission.number),
                ":hash": submission.hash,
                ":client": submission.client,
            })?;
        transaction.commit()?;
        Ok(Judged::Outcomes(outcomes))
    }

    fn pull(
        &self,
        principal: Principal,
        cursor: Cursor,
        limit: u32,
        event: &Event,
    ) -> Result<Page, StoreError> {
        let limit = limit.clamp(MAX_WRITES, MAX_PAGE);
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let (version, floor) = state(&transaction, principal)?;
        let goes_on = cursor.since >= floor || cursor.began.is_some_and(|began| began >= floor);
        let from = if goes_on { cursor.since } else { 0 };
        let records = transaction
            .prepare_cached(
                "SELECT kind, id, version, content FROM record
                 WHERE principal = :principal AND version > :from
                 ORDER BY version, kind, id LIMIT :limit",
            )?
            .query_map(
                named_params! {
                    ":principal": principal.to_string(),
                    ":from": to_sql(from),
                    ":limit": i64::from(limit) + 1,
                },
                record_row,
            )?
            .collect::<Result<Vec<_>, _>>()?;
        let mut records = read_records(self.opened(&transaction), principal, records)?;
        let complete = whole_page(&mut records, limit as usize);
        let last = records.last().map_or(from, |record| record.version);
        if !records.is_empty() {
            journal::append(&transaction, event, self.digest)?;
        }
        transaction.commit()?;
        Ok(Page {
            version: if complete { version.max(from) } else { last },
            complete,
            began: (!goes_on).then_some(version),
            records,
        })
    }

    fn acts(
        &self,
        actor: Principal,
        after: Option<Uuid>,
        limit: u32,
        event: &Event,
    ) -> Result<Vec<KnownAct>, StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let acts = holdings::acts(self.opened(&transaction), actor, after, limit)?;
        if !acts.is_empty() {
            journal::append(&transaction, event, self.digest)?;
        }
        transaction.commit()?;
        Ok(acts.into_iter().map(KnownAct::from).collect())
    }

    fn write(&self, principal: Principal, writes: &[Write], event: &Event) -> Result<u64, StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let (version, _) = put(self.opened(&transaction), principal, writes)?;
        journal::append(&transaction, event, self.digest)?;
        transaction.commit()?;
        Ok(version)
    }

    fn compact(&self, principal: Principal, up_to: u64) -> Result<(), StoreError> {
        compact(&mut self.connection(), &principal.to_string(), up_to)
    }
}

pub(super) fn compact(connection: &mut Connection, principal: &str, up_to: u64) -> Result<(), StoreError> {
    let transaction = connection.transaction()?;
    transaction.execute(
        "DELETE FROM record WHERE principal = ?1 AND version <= ?2 AND content IS NULL",
        params![principal, to_sql(up_to)],
    )?;
    transaction.execute(
        "UPDATE principal_state SET floor = max(floor, min(?2, version)) WHERE principal = ?1",
        params![principal, to_sql(up_to)],
    )?;
    transaction.commit()?;
    Ok(())
}

/// The next principals, and of those with removals the version that their own acts had reached before the moment.
pub(super) fn removals(
    connection: &Connection,
    before: i64,
    after: &str,
) -> Result<Vec<(String, Option<i64>)>, StoreError> {
    connection
        .prepare_cached(
            "SELECT s.principal, CASE WHEN EXISTS (
                 SELECT 1 FROM record r WHERE r.principal = s.principal AND r.content IS NULL
             ) THEN (
                 SELECT max(json_extract(i.outcome, '$.fate.version')) FROM intent i
                 WHERE i.actor = s.principal AND i.principal = s.principal AND i.judged < :before
             ) END
             FROM principal_state s WHERE s.principal > :after ORDER BY s.principal LIMIT :limit",
        )?
        .query_map(
            named_params! { ":before": before, ":after": after, ":limit": SWEPT },
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?
        .map(|row| Ok(row?))
        .collect()
}

impl SqliteStorage {
    fn judge_one(
        &self,
        connection: &Connection,
        submission: &Submission<'_>,
        submitted: &Submitted<'_>,
        decide: &dyn Decide,
    ) -> Result<Outcome, StoreError> {
        let intent = &submitted.intent;
        let opened = self.opened(connection);
        let outcome = |fate| Outcome {
            intent: intent.id,
            digest: submitted.digest,
            fate,
        };
        if let Some((digest, fate)) = judged(opened, submission.actor, intent.id)? {
            return Ok(outcome(if digest == submitted.digest {
                fate
            } else {
                refused("intent_changed")
            }));
        }
        let mut fate = None;
        for dependency in &intent.depends_on {
            let met = judged(opened, submission.actor, *dependency)?
                .is_some_and(|(_, fate)| matches!(fate, Fate::Applied { .. }));
            if !met {
                fate = Some(refused("dependency_refused"));
                break;
            }
        }
        let fate = match fate {
            Some(fate) => fate,
            None => effect(opened, intent, decide)?,
        };
        journal::append(connection, &decide.event(intent), self.digest)?;
        let actor = submission.actor.to_string();
        let key = opened.key_or_new(&actor)?;
        let place = Place::Text {
            actor: &actor,
            id: intent.id,
        };
        connection
            .prepare_cached(
                "INSERT INTO intent (actor, id, client, digest, outcome, judged, principal, text)
                 VALUES (:actor, :id, :client, :digest, :outcome, :judged, :principal, :text)",
            )?
            .execute(named_params! {
                ":actor": actor,
                ":id": intent.id.as_bytes(),
                ":client": submission.client,
                ":digest": submitted.digest.0,
                ":outcome": keep_fate(&key, &actor, intent.id, &fate)?,
                ":judged": submission.now,
                ":principal": intent.principal.to_string(),
                ":text": key.seal(place, submitted.text)?,
            })?;
        Ok(outcome(fate))
    }
}

fn effect(opened: Opened<'_>, intent: &Intent, decide: &dyn Decide) -> Result<Fate, StoreError> {
    let now = Now {
        opened,
        principal: intent.principal,
    };
    match decide.decide(intent, &now)?.without_effect() {
        Ok(fate) => Ok(fate),
        Err(writes) => {
            let (version, records) = put(opened, intent.principal, &writes)?;
            Ok(Fate::Applied { version, records })
        }
    }
}

pub(super) struct Now<'a> {
    pub(super) opened: Opened<'a>,
    pub(super) principal: Principal,
}

impl RecordsNow for Now<'_> {
    fn get(&self, kind: &str, id: &str) -> Result<Option<Value>, StoreError> {
        let principal = self.principal.to_string();
        let found: Option<(i64, Option<String>)> = self
            .opened
            .connection
            .prepare_cached(
                "SELECT version, content FROM record
                 WHERE principal = :principal AND kind = :kind AND id = :id",
            )?
            .query_row(
                named_params! { ":principal": principal, ":kind": kind, ":id": id },
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        let Some((version, Some(content))) = found else {
            return Ok(None);
        };
        let place = Place::Record {
            principal: &principal,
            kind,
            id,
            version,
        };
        let key = self.opened.key(&principal)?;
        needed(key.as_deref())?.open_json(place, &content)
    }
}

pub(super) fn put(
    opened: Opened<'_>,
    principal: Principal,
    writes: &[Write],
) -> Result<(u64, Vec<Record>), StoreError> {
    if writes.len() > MAX_WRITES as usize {
        return Err(StoreError::TooManyWrites);
    }
    let name = principal.to_string();
    let key = opened.key_or_new(&name)?;
    let version: i64 = opened
        .connection
        .prepare_cached(
            "INSERT INTO principal_state (principal, version) VALUES (:principal, 1)
             ON CONFLICT (principal) DO UPDATE SET version = version + 1 RETURNING version",
        )?
        .query_row(named_params! { ":principal": name }, first)?;
    let mut upsert = opened.connection.prepare_cached(
        "INSERT INTO record (principal, kind, id, version, content)
         VALUES (:principal, :kind, :id, :version, :content)
         ON CONFLICT (principal, kind, id) DO UPDATE SET version = :version, content = :content",
    )?;
    let mut records = Vec::with_capacity(writes.len());
    for write in writes {
        let place = Place::Record {
            principal: &name,
            kind: &write.kind,
            id: &write.id,
            version,
        };
        let content = write.content.as_ref();
        let content = content.map(|content| key.seal_json(place, content)).transpose()?;
        upsert.execute(named_params! {
            ":principal": name,
            ":kind": write.kind,
            ":id": write.id,
            ":version": version,
            ":content": content,
        })?;
        if write.reads_letter() {
            mark_read(opened.connection, &name, &write.id)?;
        }
        records.push(Record {
            kind: write.kind.clone(),
            id: write.id.clone(),
            version: from_sql(version),
            content: write.content.clone(),
        });
    }
    Ok((from_sql(version), records))
}

/// A read letter stays read, whatever its mark says later.
fn mark_read(connection: &Connection, principal: &str, id: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE letter SET was_read = 1 WHERE id = :id AND principal = :principal")?
        .execute(named_params! { ":id": id, ":principal": principal })?;
    Ok(())
}

pub(super) fn state(connection: &Connection, principal: Principal) -> Result<(u64, u64), StoreError> {
    let found: Option<(i64, i64)> = connection
        .prepare_cached("SELECT version, floor FROM principal_state WHERE principal = :principal")?
        .query_row(named_params! { ":principal": principal.to_string() }, |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    Ok(found.map_or((0, 0), |(version, floor)| (from_sql(version), from_sql(floor))))
}

fn device(connection: &Connection, client: &str) -> Result<Option<(SyncDevice, Option<Hash>)>, StoreError> {
    connection
        .prepare_cached(
            "SELECT generation, number, suspended, jwk, principal, last_batch FROM sync_device
             WHERE client = :client",
        )?
        .query_row(named_params! { ":client": client }, |row| {
            let principal: String = row.get(4)?;
            let position = DevicePosition {
                generation: from_sql(row.get(0)?),
                number: from_sql(row.get(1)?),
                suspended: row.get(2)?,
            };
            Ok((
                position,
                row.get::<_, String>(3)?,
                principal,
                row.get::<_, Option<Hash>>(5)?,
            ))
        })
        .optional()?
        .map(|(position, jwk, principal, last_batch)| {
            let principal = principal
                .parse()
                .map_err(|_| StoreError::Unreadable { what: "principal" })?;
            let device = SyncDevice {
                position,
                jwk,
                principal,
            };
            Ok((device, last_batch))
        })
        .transpose()
}

/// Nobody knows which of the two is the owner's: both lose their sessions.
fn suspend(connection: &Connection, client: &str) -> Result<(), StoreError> {
    for statement in [
        "UPDATE sync_device SET suspended = 1 WHERE client = :client",
        "DELETE FROM grants WHERE client = :client",
    ] {
        connection
            .prepare_cached(statement)?
            .execute(named_params! { ":client": client })?;
    }
    Ok(())
}

pub(super) fn judged(
    opened: Opened<'_>,
    actor: Principal,
    id: Uuid,
) -> Result<Option<(Digest, Fate)>, StoreError> {
    let actor = actor.to_string();
    let parameters = named_params! { ":actor": actor, ":id": id.as_bytes() };
    opened
        .connection
        .prepare_cached("SELECT digest, outcome FROM intent WHERE actor = :actor AND id = :id")?
        .query_row(parameters, |row| {
            Ok((row.get::<_, Hash>(0)?, row.get::<_, String>(1)?))
        })
        .optional()?
        .map(|(digest, kept)| {
            Ok((
                Digest(digest),
                read_fate(|| opened.key(&actor), &actor, id, &kept)?,
            ))
        })
        .transpose()
}

pub(super) type RecordRow = (String, String, i64, Option<String>);

pub(super) fn record_row(row: &Row<'_>) -> rusqlite::Result<RecordRow> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
}

/// Rows of one principal, opened.
pub(super) fn read_records(
    opened: Opened<'_>,
    principal: Principal,
    rows: Vec<RecordRow>,
) -> Result<Vec<Record>, StoreError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let principal = principal.to_string();
    let key = opened.key(&principal)?;
    let open = |(kind, id, version, content): RecordRow| {
        let place = Place::Record {
            principal: &principal,
            kind: &kind,
            id: &id,
            version,
        };
        let open = |content: String| needed(key.as_deref())?.open_json(place, &content);
        let content = content.map(open).transpose()?;
        Ok(Record {
            kind,
            id,
            version: from_sql(version),
            content,
        })
    };
    rows.into_iter().map(open).collect()
}
