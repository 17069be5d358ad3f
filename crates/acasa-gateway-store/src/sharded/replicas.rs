//! What gateways on the same shards have to do with each other.

use std::sync::Arc;

use super::ShardedStorage;
use crate::{
    Deciding, Forwarding, Hearing, Listener, PostgresStorage, ReplicaStorage, StoreError, Sweep, Tag, Turn,
};

impl ReplicaStorage for ShardedStorage {
    fn tag_of(&self, principal: &str) -> Tag {
        self.home().tag_of(principal)
    }

    fn hear(&self, listener: Listener) -> Hearing {
        let mut hearing = Hearing::default();
        for shard in &self.shards {
            let current = Arc::clone(&self.current);
            // Who learns nothing of new routes now is refused by the shards, and looks then.
            let routes = Arc::new(move || drop(current.reload()));
            shard.hear_for(&mut hearing, Arc::clone(&listener), routes);
        }
        hearing
    }

    /// One for all shards.
    fn delivery_turn(&self) -> Result<Turn, StoreError> {
        self.home().delivery_turn()
    }

    fn forwarding_turn(&self) -> Result<Turn, StoreError> {
        self.home().turn_to_forward()
    }

    fn forward(&self, deciding: Deciding<'_>, from: &Sweep) -> Forwarding {
        self.forward_some(deciding, from)
    }

    fn forwarded_length(&self) -> Result<u64, StoreError> {
        self.shards.iter().map(PostgresStorage::count_forwarded).sum()
    }
}
