//! Principals as a whole, each on their shard.

use acasa_domain::Principal;
use uuid::Uuid;

use super::ShardedStorage;
use crate::{Event, Held, IssuedDocument, KeptAct, PrincipalStorage, Session, StoreError};

impl PrincipalStorage for ShardedStorage {
    fn held(&self, principal: Principal) -> Result<Held, StoreError> {
        self.at(&principal.to_string(), |shard| shard.held(principal))
    }

    fn erasable(&self, principal: Principal) -> Result<(), StoreError> {
        self.at(&principal.to_string(), |shard| shard.erasable(principal))
    }

    fn erase(&self, principal: Principal, event: &Event) -> Result<Held, StoreError> {
        self.at(&principal.to_string(), |shard| shard.erase(principal, event))
    }

    fn kept_acts(
        &self,
        actor: Principal,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<KeptAct>, StoreError> {
        self.at(&actor.to_string(), |shard| shard.kept_acts(actor, after, limit))
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
