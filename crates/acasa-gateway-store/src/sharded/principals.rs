//! Principals as a whole, each on their shard.

use acasa_domain::Principal;

use super::ShardedStorage;
use crate::{Event, Held, PrincipalStorage, StoreError};

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

    fn rewrap(&self) -> Result<u64, StoreError> {
        self.shards.iter().map(PrincipalStorage::rewrap).sum()
    }
}
