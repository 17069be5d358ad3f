//! The routes as a gateway knows them, and what it does when it knows old ones.

use std::{
    sync::{PoisonError, RwLock, RwLockReadGuard},
    thread,
    time::Duration,
};

use super::{Routes, ShardedStorage, routes::Place};
use crate::{Hash, PostgresStorage, StoreError, postgres::routing::Routing};

/// How long to wait, in milliseconds, before looking again for who is on the way.
const WAITS: [u64; 12] = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000];

/// The routes that were read last.
pub(super) struct Current {
    home: PostgresStorage,
    routes: RwLock<Routes>,
    digest: fn(&[u8]) -> Hash,
}

impl Current {
    /// Of so many shards; made for them at the first start.
    pub(super) fn open(
        home: PostgresStorage,
        shards: usize,
        digest: fn(&[u8]) -> Hash,
    ) -> Result<Self, StoreError> {
        let wanted = i32::try_from(shards).unwrap_or(i32::MAX);
        home.begin_routing(wanted)?;
        let routing = routing(&home)?;
        let counts = [
            routing.next.or(routing.announced),
            routing.next.or(Some(routing.shards)),
        ];
        if !counts.contains(&Some(wanted)) {
            return Err(StoreError::ShardCount {
                found: routing.shards,
                wanted,
            });
        }
        let routes = Routes::new(&routing, home.exceptions_after(-1)?, digest);
        Ok(Self {
            home,
            routes: RwLock::new(routes),
            digest,
        })
    }

    pub(super) fn routes(&self) -> RwLockReadGuard<'_, Routes> {
        self.routes.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads what is new. Exceptions newer than the version are told again with theirs.
    pub(super) fn reload(&self) -> Result<(), StoreError> {
        let routing = routing(&self.home)?;
        let (known, counts) = {
            let routes = self.routes();
            (routes.version(), routes.count_as(&routing))
        };
        if routing.version <= known {
            return Ok(());
        }
        let exceptions = self.home.exceptions_after(if counts { known } else { -1 })?;
        let mut routes = self.routes.write().unwrap_or_else(PoisonError::into_inner);
        if routing.version > routes.version() {
            if routes.count_as(&routing) {
                routes.add(routing.version, exceptions);
            } else {
                *routes = Routes::new(&routing, exceptions, self.digest);
            }
        }
        Ok(())
    }
}

fn routing(home: &PostgresStorage) -> Result<Routing, StoreError> {
    home.routing()?.ok_or(StoreError::Unreadable {
        what: "table of routes",
    })
}

impl ShardedStorage {
    /// Does something where a principal is. What was refused there because the routes are old, or because the principal
    /// is just on the way, was undone, and is done again.
    pub(super) fn at<T>(
        &self,
        principal: &str,
        work: impl Fn(&PostgresStorage) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        for wait in WAITS {
            match self.try_at(principal, &work) {
                Err(StoreError::Moved { .. }) => {}
                done => return done,
            }
            thread::park_timeout(Duration::from_millis(wait));
            self.current.reload()?;
        }
        Err(StoreError::Moved { to: None })
    }

    fn try_at<T>(
        &self,
        principal: &str,
        work: &impl Fn(&PostgresStorage) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let (place, version) = {
            let routes = self.routes();
            (routes.place_of(principal), routes.version())
        };
        let (now, then) = match place {
            Place::At(shard) => return work(&self.shard(shard)?.guarded(version, true)),
            Place::Between(now, then) => (self.shard(now)?, self.shard(then)?),
        };
        match work(&now.guarded(version, false)) {
            Err(StoreError::Moved { to: Some(_) }) => return work(&then.guarded(version, false)),
            Err(StoreError::Moved { to: None }) => {}
            done => return done,
        }
        // Nowhere yet. From now on nobody with older routes begins the principal here, so it can begin there.
        now.close_to_older(version)?;
        match work(&now.guarded(version, false)) {
            Err(StoreError::Moved { to: None }) => work(&then.guarded(version, true)),
            done => done,
        }
    }
}
