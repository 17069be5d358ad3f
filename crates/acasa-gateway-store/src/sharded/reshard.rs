//! Moving principals to more shards while gateways serve.
//!
//! A principal is copied while everything goes on; then leaves ([`PostgresStorage::depart`]): from there on the old
//! shard refuses whoever comes, who looks again where to go; what is missing is brought, and the principal arrives. In
//! between acts wait for a moment. Whatever is interrupted is finished by the next run: a departure is remembered where
//! it began, an arrival where it ended, and each of the steps may be taken twice.

use super::ShardedStorage;
use crate::{Hash, PostgresSettings, PostgresStorage, RootKeys, StoreError, postgres::moves::Departure};

/// Acts that are copied at a time.
const SOME: usize = 500;

/// What is about to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoveStep {
    /// To let gateways know.
    Begin,
    /// To copy a principal.
    Copy,
    /// To refuse the principal where they were.
    Depart,
    /// To let the principal begin where they go.
    Arrive,
    /// To write the new route.
    Route,
    /// To clear away what is left.
    Clear,
    /// To count with the new number of shards.
    Switch,
}

/// Told before each step; an error ends the run there.
pub type Watch<'a> = &'a mut dyn FnMut(MoveStep) -> Result<(), StoreError>;

impl ShardedStorage {
    /// Lets gateways be started with these shards: those there are, and more after them. Nothing moves.
    pub fn announce(
        settings: Vec<PostgresSettings>,
        digest: fn(&[u8]) -> Hash,
        roots: &RootKeys,
    ) -> Result<(), StoreError> {
        let shards = Self::open_each(settings, digest, roots)?;
        let home = shards.first().ok_or(StoreError::Address)?;
        let count = i32::try_from(shards.len()).unwrap_or(i32::MAX);
        home.begin_routing(count)?;
        home.announce(count)?;
        Self::of(shards, digest).map(drop)
    }

    /// Moves whom the new shards get, and then counts with them; answers how many principals were moved. The shards
    /// opened here must have been announced, and every gateway started with them.
    pub fn reshard(&self, watch: Watch<'_>) -> Result<u64, StoreError> {
        let _alone = self.home().alone()?;
        watch(MoveStep::Begin)?;
        self.home().begin_moving(self.count())?;
        self.current.reload()?;
        let version = self.routes().version();
        for shard in &self.shards {
            shard.close_to_older(version)?;
        }
        let mut moved = 0;
        for shard in &self.shards {
            for departure in shard.departures()? {
                self.carry(shard, &departure, watch)?;
                moved += 1;
            }
        }
        for shard in &self.shards {
            moved += self.empty(shard, watch)?;
        }
        watch(MoveStep::Switch)?;
        self.current.reload()?;
        let by_name = self.routes().exceptions_by_name();
        self.home().end_moving(&by_name)?;
        self.current.reload()?;
        Ok(moved)
    }

    fn count(&self) -> i32 {
        i32::try_from(self.shards.len()).unwrap_or(i32::MAX)
    }

    /// Moves everybody on a shard whom another one gets.
    fn empty(&self, shard: &PostgresStorage, watch: Watch<'_>) -> Result<u64, StoreError> {
        let (mut moved, mut last) = (0, String::new());
        loop {
            let page = shard.principals_after(&last)?;
            let Some(furthest) = page.last() else {
                return Ok(moved);
            };
            last.clone_from(furthest);
            for principal in page {
                let target = self.routes().destination_of(&principal);
                if target != shard.number() {
                    watch(MoveStep::Copy)?;
                    Self::copy(shard, self.shard(target)?, &principal)?;
                    watch(MoveStep::Depart)?;
                    if let Some(departure) =
                        shard.depart(&principal, i32::try_from(target).unwrap_or(i32::MAX))?
                    {
                        self.carry(shard, &departure, watch)?;
                        moved += 1;
                    }
                }
            }
        }
    }

    /// What may come before its principal does.
    fn copy(from: &PostgresStorage, to: &PostgresStorage, principal: &str) -> Result<(), StoreError> {
        let mut version = to.staged_version(principal)?;
        while let Some((records, last)) = from.records_from(principal, version)? {
            to.stage_records(&records)?;
            version = last;
        }
        let there = to.intents(principal)?;
        let missing: Vec<_> = from
            .intents(principal)?
            .difference(&there)
            .map(|(id, _)| *id)
            .collect();
        for some in missing.chunks(SOME) {
            to.stage_intents(&from.read_intents(principal, some)?)?;
        }
        let there = to.delivered_to(principal)?;
        let missing = from.delivered_to(principal)?;
        let missing: Vec<_> = missing.difference(&there).collect();
        for some in missing.chunks(SOME) {
            to.stage_delivered(&from.read_delivered(some)?)?;
        }
        Ok(())
    }

    fn carry(
        &self,
        from: &PostgresStorage,
        departure: &Departure,
        watch: Watch<'_>,
    ) -> Result<(), StoreError> {
        let to = self.shard(usize::try_from(departure.shard).unwrap_or(usize::MAX))?;
        watch(MoveStep::Arrive)?;
        if !to.has_arrived(departure)? {
            Self::copy(from, to, &departure.principal)?;
            let staged = to.staged_version(&departure.principal)?;
            to.arrive(departure, &from.luggage(&departure.principal, staged)?)?;
        }
        watch(MoveStep::Route)?;
        self.home().except(&departure.principal, departure.shard)?;
        watch(MoveStep::Clear)?;
        from.clear(departure)
    }
}
