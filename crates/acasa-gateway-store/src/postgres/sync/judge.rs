//! Judging a batch: under the locks of its device and its principals, and written at the end in few statements,
//! however many intents there are.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use acasa_domain::Principal;
use acasa_protocol::sync::{Digest, Fate, Intent, Outcome};
use uuid::Uuid;

use super::{
    super::{Transaction, authorizations, changes::Changes, forwarded, hash_of, pool::column},
    effects::Effects,
    locked_device,
};
use crate::{
    Decide, Event, StoreError, Submission, Submitted,
    payload::{DataKey, Place, keep_fate, read_fate},
    sync::{Elsewhere, Standing},
    values::{json, refused, to_sql},
};

/// How a batch is gone through.
#[derive(Clone, Copy)]
pub(crate) struct Pass<'a> {
    /// Whose records are where the actor's are; everybody's, where there is one database.
    pub(crate) here: Option<&'a BTreeSet<Principal>>,
    /// Whether the batch has stood before its device already.
    pub(crate) goes_on: bool,
    /// Whether an act waits for those before it on the same records that wait.
    pub(crate) keeps_order: bool,
}

impl Pass<'_> {
    /// Of one database.
    pub(super) const WHOLE: Pass<'static> = Pass {
        here: None,
        goes_on: false,
        keeps_order: true,
    };
}

/// What is known of a batch after a pass.
pub(crate) enum Passed {
    /// An outcome for each intent that has one.
    Outcomes(Vec<Option<Outcome>>),
    /// As [`Judged::Behind`](crate::Judged::Behind).
    Behind,
    /// As [`Judged::Forked`](crate::Judged::Forked).
    Forked,
}

pub(super) fn judge(
    transaction: &mut Transaction<'_>,
    submission: &Submission<'_>,
    decide: &dyn Decide,
    pass: Pass<'_>,
) -> Result<Passed, StoreError> {
    if !pass.goes_on {
        match standing(transaction, submission)? {
            Standing::Next => {}
            Standing::Behind => return Ok(Passed::Behind),
            Standing::Suspended => return Ok(Passed::Forked),
            Standing::Forks => {
                suspend(transaction, submission.client)?;
                return Ok(Passed::Forked);
            }
        }
    }
    let intents = submission.intents.iter().map(|submitted| &submitted.intent);
    let events: Vec<_> = intents.clone().map(|intent| decide.event(intent)).collect();
    let principals = intents.map(|intent| intent.principal);
    let here = principals.filter(|principal| pass.here.is_none_or(|here| here.contains(principal)));
    let mut owners: BTreeSet<String> = here.map(|principal| principal.to_string()).collect();
    let actor = submission.actor.to_string();
    owners.insert(actor.clone());
    let others = events.iter().map(|event| event.principal.clone());
    let mut changes = Changes::of_owners(transaction, &owners, others)?;
    let key = changes.key(transaction.opened(), &actor)?;
    let (known, towards) = known(transaction, submission, key.as_ref())?;
    let mut batch = Batch {
        known,
        towards,
        held: BTreeSet::new(),
        effects: Effects::on(changes),
        actor,
        pass,
        new: Vec::new(),
        forwarded: Vec::new(),
    };
    let mut outcomes = Vec::with_capacity(submission.intents.len());
    for (submitted, event) in submission.intents.iter().zip(&events) {
        let fate = batch.fate(transaction, submitted, event, decide)?;
        outcomes.push(fate.map(|fate| Outcome {
            intent: submitted.intent.id,
            digest: submitted.digest,
            fate,
        }));
    }
    batch.effects.changes.write(transaction)?;
    forwarded::keep(transaction, submission, &batch.forwarded)?;
    keep(transaction, submission, &batch.new, pass)?;
    Ok(Passed::Outcomes(outcomes))
}

/// How a batch stands to its device, which is locked.
fn standing(transaction: &mut Transaction<'_>, submission: &Submission<'_>) -> Result<Standing, StoreError> {
    let look = |transaction: &mut Transaction<'_>| {
        let device = locked_device(transaction, submission.client)?;
        Ok::<_, StoreError>(device.map_or(Standing::Behind, |(device, last_batch)| {
            submission.standing(&device, last_batch)
        }))
    };
    let standing = look(transaction)?;
    if matches!(standing, Standing::Next) {
        return Ok(standing);
    }
    // That counts only where the owner is, and may have been looked up just before they came.
    Changes::of_owners(transaction, &BTreeSet::from([submission.actor.to_string()]), [])?;
    look(transaction)
}

/// Acts with what they came to, if that is known.
type Known = BTreeMap<Uuid, (Digest, Option<Fate>)>;

/// What is known while a batch is judged.
struct Batch<'a> {
    known: Known,
    /// On whose records acts are under way.
    towards: BTreeSet<String>,
    /// On whose records acts wait here.
    held: BTreeSet<Principal>,
    effects: Effects,
    actor: String,
    pass: Pass<'a>,
    new: Vec<New<'a>>,
    forwarded: Vec<forwarded::New<'a>>,
}

/// An act that was not known before, as it is kept.
struct New<'a> {
    submitted: &'a Submitted<'a>,
    outcome: String,
    text: String,
}

/// What becomes of an act that was not known before.
enum Becomes {
    /// This.
    Known(Fate),
    /// It is judged elsewhere.
    Forwarded,
    /// It is judged once others are.
    Waits,
}

impl<'a> Batch<'a> {
    /// What an act came to, if that is known.
    fn fate(
        &mut self,
        transaction: &mut Transaction<'_>,
        submitted: &'a Submitted<'a>,
        event: &Event,
        decide: &dyn Decide,
    ) -> Result<Option<Fate>, StoreError> {
        let intent = &submitted.intent;
        if let Some((digest, fate)) = self.known.get(&intent.id) {
            return Ok(if *digest == submitted.digest {
                fate.clone()
            } else {
                Some(refused("intent_changed"))
            });
        }
        let fate = match self.judge(transaction, intent, decide)? {
            Becomes::Known(fate) => {
                self.effects.changes.append(event)?;
                let (key, text) = self.sealed(transaction, submitted)?;
                self.new.push(New {
                    submitted,
                    outcome: keep_fate(&key, &self.actor, intent.id, &fate)?,
                    text,
                });
                Some(fate)
            }
            Becomes::Forwarded => {
                self.towards.insert(intent.principal.to_string());
                let (_, text) = self.sealed(transaction, submitted)?;
                self.forwarded.push(forwarded::New {
                    submitted,
                    event: json(event)?,
                    text,
                });
                None
            }
            Becomes::Waits => {
                self.held.insert(intent.principal);
                None
            }
        };
        self.known.insert(intent.id, (submitted.digest, fate.clone()));
        Ok(fate)
    }

    fn judge(
        &mut self,
        transaction: &mut Transaction<'_>,
        intent: &Intent,
        decide: &dyn Decide,
    ) -> Result<Becomes, StoreError> {
        let mut waits = self.pass.keeps_order && self.held.contains(&intent.principal);
        for dependency in &intent.depends_on {
            match self.known.get(dependency) {
                Some((_, Some(Fate::Applied { .. }))) => {}
                Some((_, None)) => waits = true,
                Some(_) | None => return Ok(Becomes::Known(refused("dependency_refused"))),
            }
        }
        if waits {
            return Ok(Becomes::Waits);
        }
        // Behind others that are under way there, though it may have come here meanwhile.
        let is_here = self.pass.here.is_none_or(|here| here.contains(&intent.principal));
        if is_here && !self.towards.contains(&intent.principal.to_string()) {
            return self
                .effects
                .judge(transaction, intent, decide)
                .map(Becomes::Known);
        }
        let fate = Elsewhere::decide(intent, decide)?;
        Ok(fate.map_or(Becomes::Forwarded, Becomes::Known))
    }

    /// The actor's key, and the text of an act as it is kept.
    fn sealed(
        &mut self,
        transaction: &mut Transaction<'_>,
        submitted: &Submitted<'_>,
    ) -> Result<(Rc<DataKey>, String), StoreError> {
        let key = self
            .effects
            .changes
            .key_or_new(transaction.opened(), &self.actor)?;
        let place = Place::Text {
            actor: &self.actor,
            id: submitted.intent.id,
        };
        let text = key.seal(place, submitted.text)?;
        Ok((key, text))
    }
}

/// What is known of the batch's intents and of those they wait for, and on whose records acts are under way.
fn known(
    transaction: &mut Transaction<'_>,
    submission: &Submission<'_>,
    key: Option<&Rc<DataKey>>,
) -> Result<(Known, BTreeSet<String>), StoreError> {
    let intents = submission.intents.iter().map(|submitted| &submitted.intent);
    let ids: BTreeSet<Uuid> = intents
        .flat_map(|intent| std::iter::once(intent.id).chain(intent.depends_on.iter().copied()))
        .collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let actor = submission.actor.to_string();
    let rows = transaction.connection.rows(
        "SELECT id, digest, outcome, principal FROM intent WHERE actor = $1 AND id = ANY ($2)
         UNION ALL SELECT id, digest, NULL, principal FROM forwarded WHERE actor = $1",
        &[&actor, &ids],
    )?;
    let (mut known, mut towards) = (Known::new(), BTreeSet::new());
    for row in &rows {
        let id: Uuid = column(row, 0)?;
        let outcome: Option<&str> = column(row, 2)?;
        let read = |outcome| read_fate(|| Ok(key.cloned()), &actor, id, outcome);
        let fate = outcome.map(read).transpose()?;
        if fate.is_none() {
            towards.insert(column(row, 3)?);
        }
        known.insert(id, (Digest(hash_of(column(row, 1)?)?), fate));
    }
    Ok((known, towards))
}

/// Keeps the new outcomes, and the batch as the device's last.
fn keep(
    transaction: &mut Transaction<'_>,
    submission: &Submission<'_>,
    new: &[New<'_>],
    pass: Pass<'_>,
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
         UPDATE sync_device SET number = $9, last_batch = $10 WHERE client = $2 AND NOT $11",
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
            &pass.goes_on,
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
