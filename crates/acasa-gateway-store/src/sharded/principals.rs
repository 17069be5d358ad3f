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
        let name = principal.to_string();
        self.settled(&name)?;
        self.at(&name, |shard| shard.erasable(principal))
    }

    fn erase(&self, principal: Principal, event: &Event) -> Result<Held, StoreError> {
        let name = principal.to_string();
        self.settled(&name)?;
        let held = self.at(&name, |shard| shard.erase(principal, event))?;
        // A move that began meanwhile may have been stopped before it cleared what it left.
        self.settled(&name)?;
        Ok(held)
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
        // A key on its way between shards would be passed over.
        let _alone = self.home().alone()?;
        self.shards.iter().map(PrincipalStorage::rewrap).sum()
    }
}

impl ShardedStorage {
    /// Refuses while a move of the principal is not over: there would be two places to erase.
    fn settled(&self, principal: &str) -> Result<(), StoreError> {
        for shard in &self.shards {
            let mut departures = shard.departures()?.into_iter();
            if departures.any(|departure| departure.principal == principal) {
                return Err(StoreError::Moved { to: None });
            }
        }
        Ok(())
    }
}
