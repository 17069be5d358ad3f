//! Judging a batch: under the locks of its device and its principals, and written at the end in two statements,
//! however many intents there are.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
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
    locked_device, record,
};
use crate::{
    Decide, Decision, Judged, RecordsNow, RootKeys, StoreError, Submission, Submitted, Write,
    payload::{DataKey, Place, keep_fate, read_fate},
    sync::Standing,
    values::{refused, to_sql},
};

pub(super) fn judge(
    transaction: &mut Transaction<'_>,
    submission: &Submission<'_>,
    decide: &dyn Decide,
) -> Result<Judged, StoreError> {
    let mut standing = standing(transaction, submission)?;
    let mut owners = BTreeSet::from([submission.actor.to_string()]);
    if !matches!(standing, Standing::Next) {
        // That counts only where the owner is, and may have been looked up just before they came.
        Changes::of_owners(transaction, &owners, [])?;
        standing = self::standing(transaction, submission)?;
    }
    match standing {
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
    let here = intents
        .map(|intent| intent.principal)
        .filter(|principal| decide.is_here(*principal));
    owners.extend(here.map(|principal| principal.to_string()));
    let others = events.iter().map(|event| event.principal.clone());
    let mut changes = Changes::of_owners(transaction, &owners, others)?;
    let actor = submission.actor.to_string();
    let key = changes.key(transaction.opened(), &actor)?;
    let mut batch = Batch {
        known: known(transaction, submission, key.as_ref())?,
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
                let fate = batch.judge(transaction, intent, decide)?;
                batch.changes.append(event)?;
                batch.known.insert(intent.id, (submitted.digest, fate.clone()));
                let key = batch.changes.key_or_new(transaction.opened(), &actor)?;
                let place = Place::Text {
                    actor: &actor,
                    id: intent.id,
                };
                batch.new.push(New {
                    submitted,
                    outcome: keep_fate(&key, &actor, intent.id, &fate)?,
                    text: key.seal(place, submitted.text)?,
                });
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

/// How a batch stands to its device, which is locked.
fn standing(transaction: &mut Transaction<'_>, submission: &Submission<'_>) -> Result<Standing, StoreError> {
    let device = locked_device(transaction, submission.client)?;
    Ok(device.map_or(Standing::Behind, |(device, last_batch)| {
        submission.standing(&device, last_batch)
    }))
}

/// What is known while a batch is judged.
struct Batch<'a> {
    known: BTreeMap<Uuid, (Digest, Fate)>,
    seen: RefCell<Seen>,
    changes: Changes,
    new: Vec<New<'a>>,
}

/// An act that was not known before, as it is kept.
struct New<'a> {
    submitted: &'a Submitted<'a>,
    outcome: String,
    text: String,
}

/// Records by principal, kind and identifier, as read or as this batch leaves them.
type Seen = BTreeMap<(Principal, String, String), Option<Value>>;

impl Batch<'_> {
    fn judge(
        &mut self,
        transaction: &mut Transaction<'_>,
        intent: &Intent,
        decide: &dyn Decide,
    ) -> Result<Fate, StoreError> {
        let is_met = |id| matches!(self.known.get(id), Some((_, Fate::Applied { .. })));
        if !intent.depends_on.iter().all(is_met) {
            return Ok(refused("dependency_refused"));
        }
        let now = Now {
            opened: RefCell::new((transaction.opened(), &mut self.changes)),
            principal: intent.principal,
            seen: &self.seen,
        };
        let decision = decide.decide(intent, &now)?;
        Ok(match decision {
            Decision::Apply(writes) => self.apply(transaction, intent.principal, &writes)?,
            Decision::Refuse { code, reason } => Fate::Refused {
                code: code.to_owned(),
                reason,
            },
            Decision::Supersede { by } => Fate::Superseded { by },
        })
    }

    fn apply(
        &mut self,
        transaction: &mut Transaction<'_>,
        principal: Principal,
        writes: &[Write],
    ) -> Result<Fate, StoreError> {
        let (version, records) = self.changes.put(transaction.opened(), principal, writes)?;
        let seen = self.seen.get_mut();
        for write in writes {
            let key = (principal, write.kind.clone(), write.id.clone());
            seen.insert(key, write.content.clone());
        }
        Ok(Fate::Applied { version, records })
    }
}

/// What opens a record that was not seen yet.
type Opened<'a> = ((&'a mut Connection, &'a RootKeys), &'a mut Changes);

struct Now<'a> {
    opened: RefCell<Opened<'a>>,
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
        let name = self.principal.to_string();
        let mut opened = self.opened.borrow_mut();
        let ((connection, roots), changes) = &mut *opened;
        let found = connection.row(
            "SELECT kind, id, version, content FROM record WHERE principal = $1 AND kind = $2 AND id = $3",
            &[&name, &kind, &id],
        )?;
        let content = match found {
            Some(row) => {
                let key = changes.key((connection, roots), &name)?;
                record(key.as_deref(), &name, &row)?.content
            }
            None => None,
        };
        self.seen.borrow_mut().insert(key, content.clone());
        Ok(content)
    }
}

/// What was judged before of the batch's intents, and of those they wait for.
fn known(
    transaction: &mut Transaction<'_>,
    submission: &Submission<'_>,
    key: Option<&Rc<DataKey>>,
) -> Result<BTreeMap<Uuid, (Digest, Fate)>, StoreError> {
    let intents = submission.intents.iter().map(|submitted| &submitted.intent);
    let ids: BTreeSet<Uuid> = intents
        .flat_map(|intent| std::iter::once(intent.id).chain(intent.depends_on.iter().copied()))
        .collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let actor = submission.actor.to_string();
    let rows = transaction.connection.rows(
        "SELECT id, digest, outcome FROM intent WHERE actor = $1 AND id = ANY ($2)",
        &[&actor, &ids],
    )?;
    let read = |row| {
        let id: Uuid = column(row, 0)?;
        let digest = Digest(hash_of(column(row, 1)?)?);
        let fate = read_fate(|| Ok(key.cloned()), &actor, id, column(row, 2)?)?;
        Ok((id, (digest, fate)))
    };
    rows.iter().map(read).collect()
}

/// Keeps the new outcomes, and the batch as the device's last.
fn keep(
    transaction: &mut Transaction<'_>,
    submission: &Submission<'_>,
    new: &[New<'_>],
) -> Result<(), StoreError> {
    let intents = || new.iter().map(|new| new.submitted);
    let ids: Vec<Uuid> = intents().map(|submitted| submitted.intent.id).collect();
    let digests: Vec<&[u8]> = intents().map(|submitted| submitted.digest.0.as_slice()).collect();
    let principals: Vec<String> = intents()
        .map(|submitted| submitted.intent.principal.to_string())
        .collect();
    let outcomes: Vec<&str> = new.iter().map(|new| new.outcome.as_str()).collect();
    let texts: Vec<&str> = new.iter().map(|new| new.text.as_str()).collect();
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
