//! The halves of a principal's move to another shard. Each may be done again after an interruption.
//!
//! The journal does not move: a chain stays on the shard it was written on, and goes on where the principal is.

use std::collections::BTreeSet;

use acasa_protocol::acts::PREFERENCE;
use uuid::Uuid;

use super::{PostgresStorage, pool::column};
use crate::StoreError;

/// Rows at a time.
const PAGE: i64 = 500;

/// A move that is not over.
pub(crate) struct Departure {
    pub(crate) principal: String,
    pub(crate) id: Uuid,
    pub(crate) shard: i32,
}

/// An act of somebody else: actor, identifier, and whether its contents are there.
pub(crate) type Delivered = (String, Uuid, bool);

/// What is brought at last, when nothing changes any more: rows as JSON.
pub(crate) struct Luggage {
    version: i64,
    floor: i64,
    records: String,
    /// What is there of versions whose removals may have been forgotten.
    old: String,
    devices: String,
    letters: String,
    untold: String,
    /// The wrapped key, without which nobody reads the rest.
    key: String,
    /// Their acts that are under way to others.
    forwarded: String,
}

const RECORDS: &str = "INSERT INTO record (principal, kind, id, version, content)
    SELECT * FROM json_to_recordset($1::text::json)
        AS r (principal text, kind text, id text, version bigint, content text)
    ON CONFLICT (principal, kind, id) DO UPDATE SET version = excluded.version, content = excluded.content
    WHERE record.version < excluded.version";

const INTENTS: &str = "INSERT INTO intent (actor, id, client, digest, outcome, judged, principal, text)
    SELECT * FROM json_to_recordset($1::text::json)
        AS r (actor text, id uuid, client text, digest bytea, outcome text, judged bigint, principal text, text text)
    ON CONFLICT (actor, id) DO UPDATE SET text = excluded.text, outcome = excluded.outcome";

impl PostgresStorage {
    /// Principals of this shard after one, in their order.
    pub(crate) fn principals_after(&self, principal: &str) -> Result<Vec<String>, StoreError> {
        let rows = self.pool.ask(
            "SELECT principal FROM principal_state WHERE place = $1 AND principal > $2 ORDER BY principal LIMIT $3",
            &[&self.guard.shard, &principal, &PAGE],
        )?;
        rows.iter().map(|row| column(row, 0)).collect()
    }

    /// Moves from here that are not over.
    pub(crate) fn departures(&self) -> Result<Vec<Departure>, StoreError> {
        let rows = self.pool.ask(
            "SELECT principal, id, shard FROM departure ORDER BY principal",
            &[],
        )?;
        let read = |row| {
            Ok(Departure {
                principal: column(row, 0)?,
                id: column(row, 1)?,
                shard: column(row, 2)?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// From now on the principal is not here, and nothing of theirs changes until they have arrived.
    pub(crate) fn depart(&self, principal: &str, shard: i32) -> Result<Option<Departure>, StoreError> {
        self.transact(|transaction| {
            let left = transaction.connection.change(
                "UPDATE principal_state SET place = $3 WHERE principal = $1 AND place = $2",
                &[&principal, &self.guard.shard, &shard],
            )?;
            if left == 0 {
                return Ok(None);
            }
            let begun = transaction.connection.row(
                "INSERT INTO departure (principal, shard) VALUES ($1, $2) RETURNING id",
                &[&principal, &shard],
            )?;
            let row = begun.ok_or(StoreError::Unreadable { what: "departure" })?;
            Ok(Some(Departure {
                principal: principal.to_owned(),
                id: column(&row, 0)?,
                shard,
            }))
        })
    }

    /// A page of records from a version on, as JSON, and the last version of it. Preferences go last: their change is news.
    pub(crate) fn records_from(
        &self,
        principal: &str,
        version: i64,
    ) -> Result<Option<(String, i64)>, StoreError> {
        let found = self.pool.ask(
            "SELECT json_agg(r)::text, max(version), count(*) FROM (
                 SELECT principal, kind, id, version, content FROM record
                 WHERE principal = $1 AND version >= $2 AND kind <> $3 ORDER BY version, kind, id LIMIT $4) r",
            &[&principal, &version, &PREFERENCE, &PAGE],
        )?;
        let Some(row) = found.first() else {
            return Ok(None);
        };
        let (records, last): (Option<String>, Option<i64>) = (column(row, 0)?, column(row, 1)?);
        let is_full = column::<i64>(row, 2)? == PAGE;
        // A version has fewer records than a page.
        Ok(records.zip(last).filter(|_| is_full))
    }

    /// Up to which version records have come here already.
    pub(crate) fn staged_version(&self, principal: &str) -> Result<i64, StoreError> {
        let found = self.pool.ask(
            "SELECT coalesce(max(version), 0) FROM record WHERE principal = $1 AND kind <> $2",
            &[&principal, &PREFERENCE],
        )?;
        found.first().map_or(Ok(0), |row| column(row, 0))
    }

    /// Records that come before their principal does.
    pub(crate) fn stage_records(&self, records: &str) -> Result<(), StoreError> {
        self.transact(|transaction| {
            transaction.connection.change(RECORDS, &[&records])?;
            Ok(())
        })
    }

    /// Which acts of a principal are here, and whether with their texts.
    pub(crate) fn intents(&self, actor: &str) -> Result<BTreeSet<(Uuid, bool)>, StoreError> {
        let rows = self.pool.ask(
            "SELECT id, text IS NOT NULL FROM intent WHERE actor = $1",
            &[&actor],
        )?;
        let read = |row| Ok((column(row, 0)?, column(row, 1)?));
        rows.iter().map(read).collect()
    }

    /// Acts and outcomes, as JSON.
    pub(crate) fn read_intents(&self, actor: &str, ids: &[Uuid]) -> Result<String, StoreError> {
        let found = self.pool.ask(
            "SELECT coalesce(json_agg(r), '[]')::text FROM (
                 SELECT actor, id, client, digest, outcome, judged, principal, text FROM intent
                 WHERE actor = $1 AND id = ANY ($2)) r",
            &[&actor, &ids],
        )?;
        found
            .first()
            .map_or_else(|| Ok("[]".to_owned()), |row| column(row, 0))
    }

    /// Acts and outcomes never change, so they may come before their principal does.
    pub(crate) fn stage_intents(&self, intents: &str) -> Result<(), StoreError> {
        self.transact(|transaction| {
            transaction.connection.change(INTENTS, &[&intents])?;
            Ok(())
        })
    }

    /// Which acts of others on a principal's records were judged here, and whether with their contents.
    pub(crate) fn delivered_to(&self, principal: &str) -> Result<BTreeSet<Delivered>, StoreError> {
        let rows = self.pool.ask(
            "SELECT actor, id, outcome::jsonb ? 'sealed' FROM delivered WHERE principal = $1",
            &[&principal],
        )?;
        let read = |row| Ok((column(row, 0)?, column(row, 1)?, column(row, 2)?));
        rows.iter().map(read).collect()
    }

    /// What they came to, as JSON.
    pub(crate) fn read_delivered(&self, some: &[&Delivered]) -> Result<String, StoreError> {
        let actors: Vec<&str> = some.iter().map(|(actor, _, _)| actor.as_str()).collect();
        let ids: Vec<Uuid> = some.iter().map(|(_, id, _)| *id).collect();
        let found = self.pool.ask(
            "SELECT coalesce(json_agg(d), '[]')::text FROM delivered d
             JOIN unnest($1::text[], $2::uuid[]) AS n (actor, id) USING (actor, id)",
            &[&actors, &ids],
        )?;
        found
            .first()
            .map_or_else(|| Ok("[]".to_owned()), |row| column(row, 0))
    }

    /// They may come before their principal does, as [`Self::stage_intents`].
    pub(crate) fn stage_delivered(&self, delivered: &str) -> Result<(), StoreError> {
        self.transact(|transaction| {
            transaction.connection.change(
                "INSERT INTO delivered (actor, id, digest, principal, outcome)
                 SELECT * FROM json_to_recordset($1::text::json)
                     AS r (actor text, id uuid, digest bytea, principal text, outcome text)
                 ON CONFLICT (actor, id) DO UPDATE SET outcome = excluded.outcome",
                &[&delivered],
            )?;
            Ok(())
        })
    }

    /// All that is not staged yet.
    pub(crate) fn luggage(&self, principal: &str, from_version: i64) -> Result<Luggage, StoreError> {
        let found = self.pool.ask(
            "SELECT version, floor,
                 (SELECT coalesce(json_agg(r), '[]')::text FROM (
                     SELECT principal, kind, id, version, content FROM record
                     WHERE principal = $1 AND (version >= $2 OR kind = $3)) r),
                 (SELECT coalesce(json_agg(o), '[]')::text FROM (
                     SELECT kind, id FROM record r WHERE r.principal = $1 AND r.version <= s.floor) o),
                 (SELECT coalesce(json_agg(d), '[]')::text FROM sync_device d WHERE principal = $1),
                 (SELECT coalesce(json_agg(l), '[]')::text FROM letter l WHERE principal = $1),
                 (SELECT coalesce(json_agg(u), '[]')::text FROM preference_untold u WHERE principal = $1),
                 (SELECT coalesce(json_agg(k), '[]')::text FROM principal_key k WHERE principal = $1),
                 (SELECT coalesce(json_agg(f), '[]')::text FROM forwarded f WHERE actor = $1)
             FROM principal_state s WHERE principal = $1",
            &[&principal, &from_version, &PREFERENCE],
        )?;
        let row = found
            .first()
            .ok_or(StoreError::Unreadable { what: "principal" })?;
        Ok(Luggage {
            version: column(row, 0)?,
            floor: column(row, 1)?,
            records: column(row, 2)?,
            old: column(row, 3)?,
            devices: column(row, 4)?,
            letters: column(row, 5)?,
            untold: column(row, 6)?,
            key: column(row, 7)?,
            forwarded: column(row, 8)?,
        })
    }

    /// Whether a move was carried out.
    pub(crate) fn has_arrived(&self, departure: &Departure) -> Result<bool, StoreError> {
        let found = self
            .pool
            .ask("SELECT id FROM arrival WHERE id = $1", &[&departure.id])?;
        Ok(!found.is_empty())
    }

    /// From now on the principal is here. Once for each departure: what happened since is not undone.
    pub(crate) fn arrive(&self, departure: &Departure, luggage: &Luggage) -> Result<(), StoreError> {
        let principal = &departure.principal;
        self.transact(|transaction| {
            let connection = &mut *transaction.connection;
            let new = connection.change(
                "INSERT INTO arrival (id) VALUES ($1) ON CONFLICT DO NOTHING",
                &[&departure.id],
            )?;
            if new == 0 {
                return Ok(());
            }
            connection.change(
                "INSERT INTO principal_state (principal, version, floor, place) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (principal) DO UPDATE
                 SET version = excluded.version, floor = excluded.floor, place = excluded.place",
                &[principal, &luggage.version, &luggage.floor, &departure.shard],
            )?;
            connection.change(
                "INSERT INTO root_key (name)
                 SELECT root FROM json_to_recordset($1::text::json) AS r (root text) ON CONFLICT DO NOTHING",
                &[&luggage.key],
            )?;
            connection.change(
                "INSERT INTO principal_key (principal, root, wrapped)
                 SELECT * FROM json_to_recordset($1::text::json) AS r (principal text, root text, wrapped text)
                 ON CONFLICT (principal) DO UPDATE SET root = excluded.root, wrapped = excluded.wrapped",
                &[&luggage.key],
            )?;
            connection.change(RECORDS, &[&luggage.records])?;
            // What had come here before it was removed, and its removal forgotten.
            connection.change(
                "DELETE FROM record r WHERE principal = $1 AND version <= $2 AND NOT EXISTS (
                     SELECT FROM json_to_recordset($3::text::json) AS o (kind text, id text)
                     WHERE o.kind = r.kind AND o.id = r.id)",
                &[principal, &luggage.floor, &luggage.old],
            )?;
            connection.change(
                "INSERT INTO sync_device (client, principal, generation, number, last_batch, jwk, suspended)
                 SELECT * FROM json_to_recordset($1::text::json) AS r (client text, principal text,
                     generation bigint, number bigint, last_batch bytea, jwk text, suspended boolean)
                 ON CONFLICT (client) DO NOTHING",
                &[&luggage.devices],
            )?;
            connection.change(
                "INSERT INTO letter (id, principal, was_read, told)
                 SELECT * FROM json_to_recordset($1::text::json)
                     AS r (id uuid, principal text, was_read integer, told integer)
                 ON CONFLICT (id) DO UPDATE SET was_read = excluded.was_read, told = excluded.told",
                &[&luggage.letters],
            )?;
            // Bringing preferences here was no change of them.
            connection.change("DELETE FROM preference_untold WHERE principal = $1", &[principal])?;
            connection.change(
                "INSERT INTO preference_untold (principal, version)
                 SELECT * FROM json_to_recordset($1::text::json) AS r (principal text, version bigint)",
                &[&luggage.untold],
            )?;
            // Numbered anew, in their order.
            connection.change(
                "INSERT INTO forwarded (actor, id, client, digest, principal, judged, event, text)
                 SELECT actor, id, client, digest, principal, judged, event, text
                 FROM json_to_recordset($1::text::json) AS r (number bigint, actor text, id uuid, client text,
                     digest bytea, principal text, judged bigint, event text, text text)
                 ORDER BY number ON CONFLICT (actor, id) DO NOTHING",
                &[&luggage.forwarded],
            )?;
            Ok(())
        })
    }

    /// What they left is cleared away; outcomes stay as they are, without the acts' texts.
    pub(crate) fn clear(&self, departure: &Departure) -> Result<(), StoreError> {
        let principal = &departure.principal;
        self.transact(|transaction| {
            let connection = &mut *transaction.connection;
            let over = connection.change("DELETE FROM departure WHERE id = $1", &[&departure.id])?;
            if over == 0 {
                return Ok(());
            }
            for clear in [
                "DELETE FROM record WHERE principal = $1",
                "DELETE FROM sync_device WHERE principal = $1",
                "DELETE FROM letter WHERE principal = $1",
                "DELETE FROM preference_untold WHERE principal = $1",
                "DELETE FROM principal_key WHERE principal = $1",
                "DELETE FROM forwarded WHERE actor = $1",
                "DELETE FROM delivered WHERE principal = $1",
                "UPDATE intent SET text = NULL WHERE actor = $1 AND text IS NOT NULL",
            ] {
                connection.change(clear, &[principal])?;
            }
            Ok(())
        })
    }
}
