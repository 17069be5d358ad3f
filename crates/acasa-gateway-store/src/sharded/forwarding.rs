//! Carrying acts to the records of principals on other shards, and bringing back what they came to.
//!
//! An act is judged where its principal is and settled where its actor is, both looked for anew each time: whoever
//! moves meanwhile has everything with them. Of one actor, acts on the same records arrive in their order. What
//! cannot be carried now stays, and may be carried by anybody, at once or again.

use std::collections::BTreeSet;

use acasa_domain::Principal;

use super::ShardedStorage;
use crate::{
    Decide, Deciding, Forwarding, Judged, PostgresStorage, StoreError, Submission, Sweep,
    postgres::{
        forwarded::Forwarded,
        sync::judge::{Pass, Passed},
    },
    sharded::routes::Place,
};

/// What could not be reached, and why.
#[derive(Default)]
struct OutOfReach {
    principals: BTreeSet<String>,
    shards: BTreeSet<usize>,
    why: Option<StoreError>,
}

impl ShardedStorage {
    /// Goes through a batch, carries what concerns others, and goes through it again, until everything is known. If
    /// something cannot be carried now, acts that do not depend on it are judged all the same; the batch is to come again.
    pub(super) fn judge_and_forward(
        &self,
        submission: &Submission<'_>,
        decide: &dyn Decide,
    ) -> Result<Judged, StoreError> {
        let actor = submission.actor.to_string();
        let mut out_of_reach = OutOfReach::default();
        let (mut goes_on, mut keeps_order) = (false, true);
        loop {
            let passed = self.at(&actor, |shard| {
                let here = self.with(submission);
                let pass = Pass {
                    here: Some(&here),
                    goes_on,
                    keeps_order,
                };
                shard.judge_pass(submission, decide, pass)
            })?;
            let outcomes = match passed {
                Passed::Outcomes(outcomes) => outcomes,
                Passed::Behind => return Ok(Judged::Behind),
                Passed::Forked => return Ok(Judged::Forked),
            };
            if outcomes.iter().all(Option::is_some) {
                return Ok(Judged::Outcomes(outcomes.into_iter().flatten().collect()));
            }
            goes_on = true;
            if self.forward_of(&actor, decide, &mut out_of_reach)? > 0 {
                continue;
            }
            if let Some(why) = out_of_reach.why.take_if(|_| !keeps_order) {
                return Err(why);
            }
            keeps_order &= out_of_reach.why.is_none();
        }
    }

    /// Carries some actors' acts.
    pub(super) fn forward_some(&self, deciding: Deciding<'_>, from: &Sweep) -> Forwarding {
        let Some(shard) = self.shards.get(from.shard) else {
            return Forwarding::default();
        };
        let next_shard = Some(from.shard + 1).filter(|shard| *shard < self.shards.len());
        let next_shard = next_shard.map(|shard| Sweep {
            shard,
            ..Sweep::default()
        });
        let mut done = Forwarding::default();
        let mut out_of_reach = OutOfReach::default();
        let actors = match shard.forwarding_actors(&from.after) {
            Ok(actors) => actors,
            Err(error) => {
                out_of_reach.why = Some(error);
                Vec::new()
            }
        };
        for actor in &actors {
            // One that cannot be judged holds up its actor's others, and nobody else's.
            out_of_reach.principals.clear();
            let settled = actor
                .parse()
                .map_err(|_| StoreError::Unreadable { what: "principal" })
                .and_then(|who| self.forward_of(actor, &*deciding(who), &mut out_of_reach));
            match settled {
                Ok(settled) => done.settled += settled,
                Err(error) => out_of_reach.why = out_of_reach.why.or(Some(error)),
            }
        }
        done.next = from.after(actors.last().map(String::as_str)).or(next_shard);
        done.failed = out_of_reach.why;
        done
    }

    /// Carries an actor's acts in their order; answers how many are settled.
    fn forward_of(
        &self,
        actor: &str,
        decide: &dyn Decide,
        out_of_reach: &mut OutOfReach,
    ) -> Result<u64, StoreError> {
        let mut settled = 0;
        for act in self.at(actor, |shard| shard.forwarded_by(actor))? {
            let shard = self.routes().shard_of(&act.principal);
            if out_of_reach.principals.contains(&act.principal) || out_of_reach.shards.contains(&shard) {
                continue;
            }
            match self.carry_act(actor, &act, decide) {
                Ok(()) => settled += 1,
                Err(error) => {
                    if matches!(error, StoreError::Unavailable { .. }) {
                        out_of_reach.shards.insert(shard);
                    }
                    out_of_reach.principals.insert(act.principal);
                    out_of_reach.why.get_or_insert(error);
                }
            }
        }
        Ok(settled)
    }

    fn carry_act(&self, actor: &str, act: &Forwarded, decide: &dyn Decide) -> Result<(), StoreError> {
        let deliver = |shard: &PostgresStorage| shard.deliver(act, decide);
        let fate = self.at(&act.principal, deliver)?;
        self.at(actor, |shard| shard.settle(act, &fate))
    }

    /// The principals of a batch that are surely where its actor is.
    fn with(&self, submission: &Submission<'_>) -> BTreeSet<Principal> {
        let routes = self.routes();
        let place = |principal: Principal| routes.place_of(&principal.to_string());
        let actor = submission.actor;
        let shard = place(actor);
        let intents = submission.intents.iter();
        let principals = intents.map(|submitted| submitted.intent.principal);
        let is_here = |other: &Principal| {
            *other == actor || matches!(place(*other), there @ Place::At(_) if there == shard)
        };
        principals.filter(is_here).collect()
    }
}
