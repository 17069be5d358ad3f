//! Synchronising, each person on their shard.

use acasa_domain::Principal;
use acasa_protocol::sync::{Cursor, DevicePosition, Intent, Page};
use serde_json::Value;
use uuid::Uuid;

use super::{Routes, ShardedStorage};
use crate::{
    Decide, Decision, Event, Judged, KnownAct, RecordsNow, StoreError, Submission, SyncDevice, SyncStorage,
    Write,
};

impl SyncStorage for ShardedStorage {
    fn sync_device(&self, client: &str) -> Result<Option<SyncDevice>, StoreError> {
        let Some(owner) = self.home().device_owner(client)? else {
            return Ok(None);
        };
        let found = self.shard_of(&owner).sync_device(client)?;
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
        if let Some(before) = before
            && self.routes.shard_of(&before) != self.routes.shard_of(&name)
        {
            self.shard_of(&before).forget_devices(&[client.to_owned()])?;
        }
        self.shard_of(&name)
            .begin_owned_generation(client, principal, generation, jwk)
    }

    /// The sessions of a suspended device end on the home shard, each time it is told that it is: if not now, then
    /// at the next attempt.
    fn judge(&self, submission: &Submission<'_>, decide: &dyn Decide) -> Result<Judged, StoreError> {
        let actor = submission.actor.to_string();
        let here = Here {
            shard: self.routes.shard_of(&actor),
            routes: &self.routes,
            decide,
        };
        let judged = self.shard_of(&actor).judge(submission, &here)?;
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
        self.shard_of(&principal.to_string())
            .pull(principal, cursor, limit, event)
    }

    fn acts(
        &self,
        actor: Principal,
        after: Option<Uuid>,
        limit: u32,
        event: &Event,
    ) -> Result<Vec<KnownAct>, StoreError> {
        self.shard_of(&actor.to_string()).acts(actor, after, limit, event)
    }

    fn write(&self, principal: Principal, writes: &[Write], event: &Event) -> Result<u64, StoreError> {
        self.shard_of(&principal.to_string())
            .write(principal, writes, event)
    }

    fn compact(&self, principal: Principal, up_to: u64) -> Result<(), StoreError> {
        self.shard_of(&principal.to_string()).compact(principal, up_to)
    }
}

/// Lets acts take effect on their actor's shard only. Acts of one person on another's records are not there yet.
struct Here<'a> {
    shard: usize,
    routes: &'a Routes,
    decide: &'a dyn Decide,
}

impl Decide for Here<'_> {
    fn decide(&self, intent: &Intent, records: &dyn RecordsNow) -> Result<Decision, StoreError> {
        if self.routes.shard_of(&intent.principal.to_string()) == self.shard {
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
}

/// Records of another shard.
struct Elsewhere;

impl RecordsNow for Elsewhere {
    fn get(&self, _: &str, _: &str) -> Result<Option<Value>, StoreError> {
        Err(StoreError::PrincipalElsewhere)
    }
}
