//! Synchronising, each person on their shard.

use acasa_domain::Principal;
use acasa_protocol::sync::{Cursor, DevicePosition, Page};
use uuid::Uuid;

use super::ShardedStorage;
use crate::{Decide, Event, Judged, KnownAct, StoreError, Submission, SyncDevice, SyncStorage, Write};

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
        let judged = self.judge_and_forward(submission, decide)?;
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
