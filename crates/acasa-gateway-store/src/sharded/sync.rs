//! Synchronising, each person on their shard.

use std::collections::BTreeSet;

use acasa_domain::Principal;
use acasa_protocol::sync::{Cursor, DevicePosition, Intent, Page};
use serde_json::Value;
use uuid::Uuid;

use super::ShardedStorage;
use crate::{
    Decide, Decision, Event, Judged, KnownAct, RecordsNow, StoreError, Submission, SyncDevice, SyncStorage,
    Write,
};

impl SyncStorage for ShardedStorage {
    fn sync_device(&self, client: &str) -> Result<Option<SyncDevice>, StoreError> {
        let Some(owner) = self.home().device_owner(client)? else {
            return Ok(None);
        };
        let found = self.at(&owner, |shard| shard.device_of(client, &owner))?;
        Ok(found.filter(|device| device.principal.to_string() == owner))
    }

    /// The owner first: from then on the former owner's row is not asked any more.
    fn begin_generation(
        &self,
        client: &str,
        principal: Principal,
        generation: u64,
        jwk: &str,
    ) -> Result<DevicePosition, StoreError> {
        let before = self.home().device_owner(client)?;
        self.home().own_device(client, principal)?;
        let name = principal.to_string();
        if before.is_some_and(|before| before != name) {
            for shard in &self.shards {
                shard.forget_devices(&[client.to_owned()])?;
            }
        }
        self.at(&name, |shard| {
            shard.begin_owned_generation(client, principal, generation, jwk)
        })
    }

    /// The sessions of a suspended device end on the home shard, each time it is told that it is: if not now, then
    /// at the next attempt.
    fn judge(&self, submission: &Submission<'_>, decide: &dyn Decide) -> Result<Judged, StoreError> {
        let actor = submission.actor.to_string();
        let judged = self.at(&actor, |shard| {
            let here = Here {
                principals: self.with(submission),
                decide,
            };
            shard.judge(submission, &here)
        })?;
        if matches!(judged, Judged::Forked) {
            self.home().end_sessions(submission.client)?;
        }
        Ok(judged)
    }

    fn pull(
        &self,
        principal: Principal,
        cursor: Cursor,
        limit: u32,
        event: &Event,
    ) -> Result<Page, StoreError> {
        self.at(&principal.to_string(), |shard| {
            shard.pull(principal, cursor, limit, event)
        })
    }

    fn acts(
        &self,
        actor: Principal,
        after: Option<Uuid>,
        limit: u32,
        event: &Event,
    ) -> Result<Vec<KnownAct>, StoreError> {
        self.at(&actor.to_string(), |shard| shard.acts(actor, after, limit, event))
    }

    fn write(&self, principal: Principal, writes: &[Write], event: &Event) -> Result<u64, StoreError> {
        self.at(&principal.to_string(), |shard| {
            shard.write(principal, writes, event)
        })
    }

    fn compact(&self, principal: Principal, up_to: u64) -> Result<(), StoreError> {
        self.at(&principal.to_string(), |shard| shard.compact(principal, up_to))
    }
}

/// Lets acts take effect on their actor's shard only. Acts of one person on another's records are not there yet.
struct Here<'a> {
    principals: BTreeSet<Principal>,
    decide: &'a dyn Decide,
}

impl ShardedStorage {
    /// The principals of a batch that are where its actor is.
    fn with(&self, submission: &Submission<'_>) -> BTreeSet<Principal> {
        let routes = self.routes();
        let place = routes.place_of(&submission.actor.to_string());
        let principals = submission
            .intents
            .iter()
            .map(|submitted| submitted.intent.principal);
        principals
            .filter(|principal| routes.place_of(&principal.to_string()) == place)
            .collect()
    }
}

impl Decide for Here<'_> {
    fn decide(&self, intent: &Intent, records: &dyn RecordsNow) -> Result<Decision, StoreError> {
        if self.is_here(intent.principal) {
            return self.decide.decide(intent, records);
        }
        match self.decide.decide(intent, &Elsewhere)? {
            Decision::Apply(_) => Err(StoreError::PrincipalElsewhere),
            refused @ (Decision::Refuse { .. } | Decision::Supersede { .. }) => Ok(refused),
        }
    }

    fn event(&self, intent: &Intent) -> Event {
        self.decide.event(intent)
    }

    fn is_here(&self, principal: Principal) -> bool {
        self.principals.contains(&principal)
    }
}

/// Records of another shard.
struct Elsewhere;

impl RecordsNow for Elsewhere {
    fn get(&self, _: &str, _: &str) -> Result<Option<Value>, StoreError> {
        Err(StoreError::PrincipalElsewhere)
    }
}
