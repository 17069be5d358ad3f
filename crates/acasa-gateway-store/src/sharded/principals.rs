//! Principals as a whole, each on their shard.

use acasa_domain::Principal;
use uuid::Uuid;

use super::ShardedStorage;
use crate::{Event, Held, IssuedDocument, KeptAct, PrincipalStorage, Session, StoreError};

impl PrincipalStorage for ShardedStorage {
    fn held(&self, principal: Principal) -> Result<Held, StoreError> {
        self.shard_of(&principal.to_string()).held(principal)
    }

    fn erasable(&self, principal: Principal) -> Result<(), StoreError> {
        self.shard_of(&principal.to_string()).erasable(principal)
    }

    fn erase(&self, principal: Principal, event: &Event) -> Result<Held, StoreError> {
        self.shard_of(&principal.to_string()).erase(principal, event)
    }

    fn kept_acts(
        &self,
        actor: Principal,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<KeptAct>, StoreError> {
        self.shard_of(&actor.to_string()).kept_acts(actor, after, limit)
    }

    fn sessions_of(&self, person: &str) -> Result<Vec<Session>, StoreError> {
        self.home().sessions_of(person)
    }

    fn documents_of(&self, person: &str) -> Result<Vec<IssuedDocument>, StoreError> {
        self.home().documents_of(person)
    }

    fn rewrap(&self) -> Result<u64, StoreError> {
        self.shards.iter().map(PrincipalStorage::rewrap).sum()
    }
}
