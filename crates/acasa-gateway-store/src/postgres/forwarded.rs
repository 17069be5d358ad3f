//! Acts on the records of somebody on another shard.
//!
//! Such an act is kept on its actor's shard, is judged on the principal's with its effect, and comes back as an outcome
//! like any other. Each step is a transaction, and may be taken twice: what was judged once is known there for ever.

use std::collections::BTreeSet;

use acasa_protocol::sync::{Digest, Fate, Intent};
use postgres::Row;
use uuid::Uuid;

use super::{
    PostgresStorage, Transaction, changes::Changes, hash_of, keys, place, pool::column,
    sync::effects::Effects,
};
use crate::{
    Decide, Event, MOST_COUNTED, SWEPT, StoreError, Submission, Submitted,
    payload::{DataKey, Place, keep_bare, keep_fate, read_fate},
    values::{from_sql, refused},
};

/// What an act comes to whose text was erased before it was judged.
const ERASED: &str = "act_erased";

/// An act that is to be kept.
pub(super) struct New<'a> {
    pub(super) submitted: &'a Submitted<'a>,
    pub(super) event: String,
    pub(super) text: String,
}

/// An act that is under way.
pub(crate) struct Forwarded {
    actor: String,
    id: Uuid,
    digest: Digest,
    /// On whose records.
    pub(crate) principal: String,
    event: Event,
    /// Nothing where it was erased.
    intent: Option<Intent>,
}

/// Keeps acts until it is known what became of them.
pub(super) fn keep(
    transaction: &mut Transaction<'_>,
    submission: &Submission<'_>,
    new: &[New<'_>],
) -> Result<(), StoreError> {
    for act in new {
        let intent = &act.submitted.intent;
        transaction.connection.change(
            "INSERT INTO forwarded (actor, id, client, digest, principal, judged, event, text)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            &[
                &submission.actor.to_string(),
                &intent.id,
                &submission.client,
                &act.submitted.digest.0.as_slice(),
                &intent.principal.to_string(),
                &submission.now,
                &act.event,
                &act.text,
            ],
        )?;
    }
    Ok(())
}

impl PostgresStorage {
    /// The next actors whose acts are under way from here.
    pub(crate) fn forwarding_actors(&self, after: &str) -> Result<Vec<String>, StoreError> {
        let rows = self.pool.ask(
            "SELECT DISTINCT actor FROM forwarded WHERE actor > $1 ORDER BY actor LIMIT $2",
            &[&after, &i64::from(SWEPT)],
        )?;
        rows.iter().map(|row| column(row, 0)).collect()
    }

    /// How many acts are under way from here, counted up to [`MOST_COUNTED`].
    pub(crate) fn count_forwarded(&self) -> Result<u64, StoreError> {
        let rows = self.pool.ask(
            "SELECT count(*) FROM (SELECT 1 FROM forwarded LIMIT $1) AS waiting",
            &[&i64::from(MOST_COUNTED)],
        )?;
        let count = rows.first().map(|row| column(row, 0)).transpose()?;
        Ok(from_sql(count.unwrap_or_default()))
    }

    /// An actor's acts that are under way, in their order.
    pub(crate) fn forwarded_by(&self, actor: &str) -> Result<Vec<Forwarded>, StoreError> {
        self.transact(|transaction| {
            place::is_here(transaction, actor)?;
            let rows = transaction.connection.rows(
                "SELECT id, digest, principal, event, text FROM forwarded WHERE actor = $1 ORDER BY number",
                &[&actor],
            )?;
            if rows.is_empty() {
                return Ok(Vec::new());
            }
            let (connection, roots) = transaction.opened();
            let key = keys::find(connection, roots, actor)?;
            rows.iter()
                .map(|row| forwarded(actor, key.as_deref(), row))
                .collect()
        })
    }

    /// Judges an act on the records of its principal, who is here: once, with its event and its effect.
    pub(crate) fn deliver(&self, act: &Forwarded, decide: &dyn Decide) -> Result<Fate, StoreError> {
        self.transact(|transaction| deliver(transaction, act, decide))
    }

    /// Keeps what an act came to where its actor is; it is under way no longer.
    pub(crate) fn settle(&self, act: &Forwarded, fate: &Fate) -> Result<(), StoreError> {
        self.transact(|transaction| settle(transaction, act, fate))
    }
}

fn forwarded(actor: &str, key: Option<&DataKey>, row: &Row) -> Result<Forwarded, StoreError> {
    let id: Uuid = column(row, 0)?;
    let (event, text): (&str, Option<&str>) = (column(row, 3)?, column(row, 4)?);
    let open = |(text, key): (&str, &DataKey)| key.open_json(Place::Text { actor, id }, text);
    Ok(Forwarded {
        actor: actor.to_owned(),
        id,
        digest: Digest(hash_of(column(row, 1)?)?),
        principal: column(row, 2)?,
        event: serde_json::from_str(event).map_err(|_| StoreError::Unreadable { what: "event" })?,
        intent: text.zip(key).map(open).transpose()?,
    })
}

fn deliver(
    transaction: &mut Transaction<'_>,
    act: &Forwarded,
    decide: &dyn Decide,
) -> Result<Fate, StoreError> {
    let principal = &act.principal;
    let owners = BTreeSet::from([principal.clone()]);
    let mut changes = Changes::of_owners(transaction, &owners, [act.event.principal.clone()])?;
    let found = transaction.connection.row(
        "SELECT digest, outcome FROM delivered WHERE actor = $1 AND id = $2",
        &[&act.actor, &act.id],
    )?;
    if let Some(row) = found {
        if column::<&[u8]>(&row, 0)? != act.digest.0.as_slice() {
            return Ok(refused("intent_changed"));
        }
        let key = changes.key(transaction.opened(), principal)?;
        return read_fate(|| Ok(key), &act.actor, act.id, column(&row, 1)?);
    }
    let mut effects = Effects::on(changes);
    let fate = match &act.intent {
        Some(intent) => effects.judge(transaction, intent, decide)?,
        None => refused(ERASED),
    };
    effects.changes.append(&act.event)?;
    let key = effects.changes.key_or_new(transaction.opened(), principal)?;
    let outcome = keep_fate(&key, &act.actor, act.id, &fate)?;
    transaction.connection.change(
        "INSERT INTO delivered (actor, id, digest, principal, outcome) VALUES ($1, $2, $3, $4, $5)",
        &[&act.actor, &act.id, &act.digest.0.as_slice(), principal, &outcome],
    )?;
    effects.changes.write(transaction)?;
    Ok(fate)
}

fn settle(transaction: &mut Transaction<'_>, act: &Forwarded, fate: &Fate) -> Result<(), StoreError> {
    let actor = &act.actor;
    let mut changes = Changes::of_owners(transaction, &BTreeSet::from([actor.clone()]), [])?;
    let found = transaction.connection.row(
        "DELETE FROM forwarded WHERE actor = $1 AND id = $2
         RETURNING client, digest, judged, principal, text",
        &[actor, &act.id],
    )?;
    let Some(row) = found else {
        // Somebody else did, with the same outcome.
        return Ok(());
    };
    let (client, digest): (&str, &[u8]) = (column(&row, 0)?, column(&row, 1)?);
    let (judged, principal): (i64, &str) = (column(&row, 2)?, column(&row, 3)?);
    let text: Option<&str> = column(&row, 4)?;
    let key = changes.key(transaction.opened(), actor)?;
    let outcome = match key.filter(|_| text.is_some()) {
        Some(key) => keep_fate(&key, actor, act.id, fate)?,
        None => keep_bare(fate)?,
    };
    transaction.connection.change(
        "INSERT INTO intent (actor, id, client, digest, outcome, judged, principal, text)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            actor, &act.id, &client, &digest, &outcome, &judged, &principal, &text,
        ],
    )?;
    Ok(())
}
