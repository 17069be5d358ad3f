//! Judging a batch: under the locks of its device and its principals, and written at the end in two statements,
//! however many intents there are.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use acasa_domain::Principal;
use acasa_protocol::sync::{Digest, Fate, Intent, Outcome};
use serde_json::Value;
use uuid::Uuid;

use super::{
    super::{
        Transaction, authorizations,
        changes::Changes,
        hash_of, is_storable,
        pool::{Connection, column},
    },
    locked_device,
};
use crate::{
    Decide, Decision, Judged, RecordsNow, StoreError, Submission, Submitted, Write,
    sync::Standing,
    values::{json, read_json, refused, to_sql},
};

pub(super) fn judge(
    transaction: &mut Transaction<'_>,
    submission: &Submission<'_>,
    decide: &dyn Decide,
) -> Result<Judged, StoreError> {
    let Some((device, last_batch)) = locked_device(transaction, submission.client)? else {
        return Ok(Judged::Behind);
    };
    match submission.standing(&device, last_batch) {
        Standing::Next => {}
        Standing::Behind => return Ok(Judged::Behind),
        Standing::Suspended => return Ok(Judged::Forked),
        Standing::Forks => {
            suspend(transaction, submission.client)?;
            return Ok(Judged::Forked);
        }
    }
    let intents = submission.intents.iter().map(|submitted| &submitted.intent);
    let events: Vec<_> = intents.clone().map(|intent| decide.event(intent)).collect();
    let mut principals: BTreeSet<String> = intents.map(|intent| intent.principal.to_string()).collect();
    principals.extend(events.iter().map(|event| event.principal.clone()));
    principals.insert(submission.actor.to_string());
    let changes = Changes::of(transaction, principals)?;
    let mut batch = Batch {
        known: known(transaction, submission)?,
        seen: RefCell::default(),
        changes,
        new: Vec::new(),
    };
    let mut outcomes = Vec::with_capacity(submission.intents.len());
    for (submitted, event) in submission.intents.iter().zip(&events) {
        let intent = &submitted.intent;
        let fate = match batch.known.get(&intent.id) {
            Some((digest, fate)) if *digest == submitted.digest => fate.clone(),
            Some(_) => refused("intent_changed"),
            None => {
                let fate = batch.judge(transaction.connection, intent, decide)?;
                batch.changes.append(event)?;
                batch.known.insert(intent.id, (submitted.digest, fate.clone()));
                batch.new.push((submitted, json(&fate)?));
                fate
            }
        };
        outcomes.push(Outcome {
            intent: intent.id,
            digest: submitted.digest,
            fate,
        });
    }
    batch.changes.write(transaction)?;
    keep(transaction, submission, &batch.new)?;
    Ok(Judged::Outcomes(outcomes))
}

/// What is known while a batch is judged.
struct Batch<'a> {
    known: BTreeMap<Uuid, (Digest, Fate)>,
    seen: RefCell<Seen>,
    changes: Changes,
    new: Vec<(&'a Submitted<'a>, String)>,
}

/// Records by principal, kind and identifier, as read or as this batch leaves them.
type Seen = BTreeMap<(Principal, String, String), Option<Value>>;

impl Batch<'_> {
    fn judge(
        &mut self,
        connection: &mut Connection,
        intent: &Intent,
        decide: &dyn Decide,
    ) -> Result<Fate, StoreError> {
        let is_met = |id| matches!(self.known.get(id), Some((_, Fate::Applied { .. })));
        if !intent.depends_on.iter().all(is_met) {
            return Ok(refused("dependency_refused"));
        }
        let now = Now {
            connection: RefCell::new(connection),
            principal: intent.principal,
            seen: &self.seen,
        };
        Ok(match decide.decide(intent, &now)? {
            Decision::Apply(writes) => self.apply(intent.principal, &writes)?,
            Decision::Refuse { code, reason } => Fate::Refused {
                code: code.to_owned(),
                reason,
            },
            Decision::Supersede { by } => Fate::Superseded { by },
        })
    }

    fn apply(&mut self, principal: Principal, writes: &[Write]) -> Result<Fate, StoreError> {
        let (version, records) = self.changes.put(principal, writes)?;
        let seen = self.seen.get_mut();
        for write in writes {
            let key = (principal, write.kind.clone(), write.id.clone());
            seen.insert(key, write.content.clone());
        }
        Ok(Fate::Applied { version, records })
    }
}

struct Now<'a> {
    connection: RefCell<&'a mut Connection>,
    principal: Principal,
    seen: &'a RefCell<Seen>,
}

impl RecordsNow for Now<'_> {
    fn get(&self, kind: &str, id: &str) -> Result<Option<Value>, StoreError> {
        let key = (self.principal, kind.to_owned(), id.to_owned());
        if let Some(seen) = self.seen.borrow().get(&key) {
            return Ok(seen.clone());
        }
        if !is_storable(kind) || !is_storable(id) {
            return Ok(None);
        }
        let found = self.connection.borrow_mut().row(
            "SELECT content FROM record WHERE principal = $1 AND kind = $2 AND id = $3",
            &[&self.principal.to_string(), &kind, &id],
        )?;
        let content: Option<String> = found.map_or(Ok(None), |row| column(&row, 0))?;
        let content: Option<Value> = content.map(|text| read_json(&text)).transpose()?;
        self.seen.borrow_mut().insert(key, content.clone());
        Ok(content)
    }
}

/// What was judged before of the batch's intents, and of those they wait for.
fn known(
    transaction: &mut Transaction<'_>,
    submission: &Submission<'_>,
) -> Result<BTreeMap<Uuid, (Digest, Fate)>, StoreError> {
    let intents = submission.intents.iter().map(|submitted| &submitted.intent);
    let ids: BTreeSet<Uuid> = intents
        .flat_map(|intent| std::iter::once(intent.id).chain(intent.depends_on.iter().copied()))
        .collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let rows = transaction.connection.rows(
        "SELECT id, digest, outcome FROM intent WHERE actor = $1 AND id = ANY ($2)",
        &[&submission.actor.to_string(), &ids],
    )?;
    let read = |row| {
        let digest = Digest(hash_of(column(row, 1)?)?);
        Ok((column(row, 0)?, (digest, read_json(column(row, 2)?)?)))
    };
    rows.iter().map(read).collect()
}

/// Keeps the new outcomes, and the batch as the device's last.
fn keep(
    transaction: &mut Transaction<'_>,
    submission: &Submission<'_>,
    new: &[(&Submitted<'_>, String)],
) -> Result<(), StoreError> {
    let ids: Vec<Uuid> = new.iter().map(|(submitted, _)| submitted.intent.id).collect();
    let digests: Vec<&[u8]> = new
        .iter()
        .map(|(submitted, _)| submitted.digest.0.as_slice())
        .collect();
    let outcomes: Vec<&str> = new.iter().map(|(_, outcome)| outcome.as_str()).collect();
    let principals: Vec<String> = new
        .iter()
        .map(|(submitted, _)| submitted.intent.principal.to_string())
        .collect();
    let texts: Vec<&str> = new.iter().map(|(submitted, _)| submitted.text).collect();
    transaction.connection.change(
        "WITH outcomes AS (
             INSERT INTO intent (actor, id, client, digest, outcome, judged, principal, text)
             SELECT $1, id, $2, digest, outcome, $3, principal, text
             FROM unnest($4::uuid[], $5::bytea[], $6::text[], $7::text[], $8::text[])
                 AS new (id, digest, outcome, principal, text))
         UPDATE sync_device SET number = $9, last_batch = $10 WHERE client = $2",
        &[
            &submission.actor.to_string(),
            &submission.client,
            &submission.now,
            &ids,
            &digests,
            &outcomes,
            &principals,
            &texts,
            &to_sql(submission.number),
            &submission.hash.as_slice(),
        ],
    )?;
    Ok(())
}

/// Nobody knows which of the two is the owner's: both lose their sessions.
fn suspend(transaction: &mut Transaction<'_>, client: &str) -> Result<(), StoreError> {
    transaction.connection.change(
        "UPDATE sync_device SET suspended = TRUE WHERE client = $1",
        &[&client],
    )?;
    authorizations::end_grants_of_client(transaction, client)
}
