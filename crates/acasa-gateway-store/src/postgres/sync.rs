//! Devices, checkpoints and records.

pub(super) mod effects;
pub(crate) mod judge;

use std::collections::BTreeSet;

use acasa_domain::Principal;
use acasa_protocol::sync::{Cursor, DevicePosition, MAX_PAGE, Page, Record};
use judge::{Pass, Passed};
use postgres::Row;
use uuid::Uuid;

use super::{
    PostgresStorage, Transaction,
    changes::Changes,
    hash_of, holdings, is_storable,
    pool::{Pool, column},
};
use crate::{
    Decide, Event, Hash, Judged, KnownAct, MAX_WRITES, SWEPT, StoreError, Submission, SyncDevice,
    SyncStorage, Write,
    payload::{DataKey, Place, needed},
    values::{from_sql, to_sql, whole_page},
};

impl SyncStorage for PostgresStorage {
    fn sync_device(&self, client: &str) -> Result<Option<SyncDevice>, StoreError> {
        if !is_storable(client) {
            return Ok(None);
        }
        let found = self.pool.ask(
            "SELECT generation, number, suspended, jwk, principal, last_batch FROM sync_device
             WHERE client = $1",
            &[&client],
        )?;
        let found = found.first().map(device).transpose()?;
        Ok(found.map(|(device, _)| device))
    }

    fn begin_generation(
        &self,
        client: &str,
        principal: Principal,
        generation: u64,
        jwk: &str,
    ) -> Result<DevicePosition, StoreError> {
        self.transact(|transaction| {
            own_device(transaction, client, principal)?;
            begin_generation(transaction, client, principal, generation, jwk)
        })
    }

    fn judge(&self, submission: &Submission<'_>, decide: &dyn Decide) -> Result<Judged, StoreError> {
        Ok(match self.judge_pass(submission, decide, Pass::WHOLE)? {
            Passed::Outcomes(outcomes) => Judged::Outcomes(outcomes.into_iter().flatten().collect()),
            Passed::Behind => Judged::Behind,
            Passed::Forked => Judged::Forked,
        })
    }

    fn pull(
        &self,
        principal: Principal,
        cursor: Cursor,
        limit: u32,
        event: &Event,
    ) -> Result<Page, StoreError> {
        if let Some(page) = nothing_new(self, principal, cursor)? {
            return Ok(page);
        }
        self.transact(|transaction| pull(transaction, principal, cursor, limit, event))
    }

    fn acts(
        &self,
        actor: Principal,
        after: Option<Uuid>,
        limit: u32,
        event: &Event,
    ) -> Result<Vec<KnownAct>, StoreError> {
        self.transact(|transaction| acts(transaction, actor, after, limit, event))
    }

    fn write(&self, principal: Principal, writes: &[Write], event: &Event) -> Result<u64, StoreError> {
        self.transact(|transaction| {
            let mut changes = Changes::of_owner(transaction, principal, event)?;
            let (version, _) = changes.put(transaction.opened(), principal, writes)?;
            changes.append(event)?;
            changes.write(transaction)?;
            Ok(version)
        })
    }

    fn compact(&self, principal: Principal, up_to: u64) -> Result<(), StoreError> {
        let name = principal.to_string();
        self.transact(|transaction| compact(transaction, &name, to_sql(up_to)))
    }
}

impl PostgresStorage {
    /// As [`SyncStorage::judge`], as far as acts can be judged here.
    pub(crate) fn judge_pass(
        &self,
        submission: &Submission<'_>,
        decide: &dyn Decide,
        pass: Pass<'_>,
    ) -> Result<Passed, StoreError> {
        self.transact(|transaction| judge::judge(transaction, submission, decide, pass))
    }
}

pub(super) fn compact(
    transaction: &mut Transaction<'_>,
    principal: &str,
    up_to: i64,
) -> Result<(), StoreError> {
    // The row's lock first: nobody reads half of what is forgotten.
    Changes::of_owners(transaction, &BTreeSet::from([principal.to_owned()]), [])?;
    let parameters: [&(dyn postgres::types::ToSql + Sync); 2] = [&principal, &up_to];
    transaction.connection.change(
        "UPDATE principal_state SET floor = greatest(floor, least($2, version)) WHERE principal = $1",
        &parameters,
    )?;
    transaction.connection.change(
        "DELETE FROM record WHERE principal = $1 AND version <= $2 AND content IS NULL",
        &parameters,
    )?;
    Ok(())
}

/// The next principals, and of those with removals the version that their own acts had reached before the moment.
pub(super) fn removals(
    pool: &Pool,
    before: i64,
    after: &str,
) -> Result<Vec<(String, Option<i64>)>, StoreError> {
    let rows = pool.ask(
        "SELECT s.principal, CASE WHEN EXISTS (
             SELECT 1 FROM record r WHERE r.principal = s.principal AND r.content IS NULL
         ) THEN (
             SELECT max((i.outcome::json -> 'fate' ->> 'version')::bigint) FROM intent i
             WHERE i.actor = s.principal AND i.principal = s.principal AND i.judged < $1
         ) END
         FROM principal_state s WHERE s.principal > $2 ORDER BY s.principal LIMIT $3",
        &[&before, &after, &i64::from(SWEPT)],
    )?;
    rows.iter()
        .map(|row| Ok((column(row, 0)?, column(row, 1)?)))
        .collect()
}

/// Remembers whose device an installation is now. It must be registered.
pub(super) fn own_device(
    transaction: &mut Transaction<'_>,
    client: &str,
    principal: Principal,
) -> Result<(), StoreError> {
    transaction.connection.change(
        "INSERT INTO device_owner (client, principal) VALUES ($1, $2)
         ON CONFLICT (client) DO UPDATE SET principal = excluded.principal
         WHERE device_owner.principal <> excluded.principal",
        &[&client, &principal.to_string()],
    )?;
    Ok(())
}

pub(super) fn begin_generation(
    transaction: &mut Transaction<'_>,
    client: &str,
    principal: Principal,
    generation: u64,
    jwk: &str,
) -> Result<DevicePosition, StoreError> {
    // The device first, as whoever judges its batches does.
    locked_device(transaction, client)?;
    Changes::of_owners(transaction, &BTreeSet::from([principal.to_string()]), [])?;
    transaction.connection.change(
        "INSERT INTO sync_device (client, principal, generation, number, jwk) VALUES ($1, $2, $3, 0, $4)
         ON CONFLICT (client) DO UPDATE
         SET principal = $2, generation = $3, number = 0, last_batch = NULL, jwk = $4, suspended = FALSE
         WHERE sync_device.generation < $3 OR sync_device.principal <> $2",
        &[&client, &principal.to_string(), &to_sql(generation), &jwk],
    )?;
    let found = locked_device(transaction, client)?;
    found
        .map(|(device, _)| device.position)
        .ok_or(StoreError::Unreadable { what: "device" })
}

pub(super) fn forget_devices(
    transaction: &mut Transaction<'_>,
    clients: &[String],
) -> Result<(), StoreError> {
    transaction
        .connection
        .change("DELETE FROM sync_device WHERE client = ANY ($1)", &[&clients])?;
    Ok(())
}

/// The usual answer, in one statement and without a lock: the device has everything.
fn nothing_new(
    storage: &PostgresStorage,
    principal: Principal,
    cursor: Cursor,
) -> Result<Option<Page>, StoreError> {
    let found = storage.pool.ask(
        "SELECT version, floor, place FROM principal_state WHERE principal = $1",
        &[&principal.to_string()],
    )?;
    let place = found.first().map(|row| column(row, 2)).transpose()?.flatten();
    let Some(row) = found.first().filter(|_| place.is_some()) else {
        return Ok(None);
    };
    storage.guard.allows(place)?;
    let (version, floor) = (from_sql(column(row, 0)?), from_sql(column(row, 1)?));
    let is_new = cursor.since < version || cursor.since < floor;
    Ok((!is_new).then_some(Page {
        version: cursor.since,
        complete: true,
        began: None,
        records: Vec::new(),
    }))
}

fn pull(
    transaction: &mut Transaction<'_>,
    principal: Principal,
    cursor: Cursor,
    limit: u32,
    event: &Event,
) -> Result<Page, StoreError> {
    let limit = limit.clamp(MAX_WRITES, MAX_PAGE);
    let name = principal.to_string();
    let mut changes = Changes::of_owner(transaction, principal, event)?;
    let (version, floor) = changes.state(&name);
    let goes_on = cursor.since >= floor || cursor.began.is_some_and(|began| began >= floor);
    let from = if goes_on { cursor.since } else { 0 };
    let rows = transaction.connection.rows(
        "SELECT kind, id, version, content FROM record WHERE principal = $1 AND version > $2
         ORDER BY version, kind, id LIMIT $3",
        &[&name, &to_sql(from), &(i64::from(limit) + 1)],
    )?;
    let key = if rows.is_empty() {
        None
    } else {
        changes.key(transaction.opened(), &name)?
    };
    let open = |row| record(key.as_deref(), &name, row);
    let mut records = rows
        .iter()
        .map(open)
        .collect::<Result<Vec<Record>, StoreError>>()?;
    let complete = whole_page(&mut records, limit as usize);
    let last = records.last().map_or(from, |record| record.version);
    if !records.is_empty() {
        changes.append(event)?;
        changes.write(transaction)?;
    }
    Ok(Page {
        version: if complete { version.max(from) } else { last },
        complete,
        began: (!goes_on).then_some(version),
        records,
    })
}

fn acts(
    transaction: &mut Transaction<'_>,
    actor: Principal,
    after: Option<Uuid>,
    limit: u32,
    event: &Event,
) -> Result<Vec<KnownAct>, StoreError> {
    let mut changes = Changes::of_owner(transaction, actor, event)?;
    let known = holdings::acts(transaction, actor, after, limit)?;
    if !known.is_empty() {
        changes.append(event)?;
        changes.write(transaction)?;
    }
    Ok(known.into_iter().map(KnownAct::from).collect())
}

/// A row of a principal: kind, identifier, version and content.
pub(super) fn record(key: Option<&DataKey>, principal: &str, row: &Row) -> Result<Record, StoreError> {
    let (kind, id, version): (String, String, i64) = (column(row, 0)?, column(row, 1)?, column(row, 2)?);
    let place = Place::Record {
        principal,
        kind: &kind,
        id: &id,
        version,
    };
    let content: Option<&str> = column(row, 3)?;
    let open = |content| needed(key)?.open_json(place, content);
    let content = content.map(open).transpose()?;
    Ok(Record {
        kind,
        id,
        version: from_sql(version),
        content,
    })
}

/// The device and the digest of its last batch, locked.
fn locked_device(
    transaction: &mut Transaction<'_>,
    client: &str,
) -> Result<Option<(SyncDevice, Option<Hash>)>, StoreError> {
    let found = transaction.connection.row(
        "SELECT generation, number, suspended, jwk, principal, last_batch FROM sync_device
         WHERE client = $1 FOR UPDATE",
        &[&client],
    )?;
    found.as_ref().map(device).transpose()
}

pub(super) fn device(row: &Row) -> Result<(SyncDevice, Option<Hash>), StoreError> {
    let principal: &str = column(row, 4)?;
    let last_batch: Option<&[u8]> = column(row, 5)?;
    let device = SyncDevice {
        position: DevicePosition {
            generation: from_sql(column(row, 0)?),
            number: from_sql(column(row, 1)?),
            suspended: column(row, 2)?,
        },
        jwk: column(row, 3)?,
        principal: principal
            .parse()
            .map_err(|_| StoreError::Unreadable { what: "principal" })?,
    };
    Ok((device, last_batch.map(hash_of).transpose()?))
}
