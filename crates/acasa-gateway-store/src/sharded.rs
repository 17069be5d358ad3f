//! Several PostgreSQL databases as one storage.
//!
//! What concerns a principal stands on the principal's shard. What concerns nobody yet, or everybody, stands on the
//! home shard, the first: installations, sign-in, sessions, subjects, copies and their status, and the numbers of
//! the journal. An event stands on the shard whose change it belongs to, in the same transaction.

mod current;
mod forwarding;
mod inbox;
mod principals;
mod replicas;
mod reshard;
mod routes;
mod sync;

use std::{
    cmp::Reverse,
    sync::{Arc, RwLockReadGuard},
};

use current::Current;
pub use reshard::{MoveStep, Watch};
pub use routes::Routes;

use crate::{
    Client, Code, Event, Grant, Hash, JournalEntry, Load, NewCopies, PostgresSettings, PostgresStorage,
    Pushed, Redeemed, RootKeys, StatusSlot, Storage, StoreError, Sweep,
};

/// Shards behind [`Storage`]. Its methods wait on the thread that calls them, as [`PostgresStorage`]'s do.
pub struct ShardedStorage {
    shards: Vec<PostgresStorage>,
    current: Arc<Current>,
}

impl ShardedStorage {
    /// Opens these databases as the shards, in this order, home first; `digest` is SHA-256. They must be as many as
    /// ever, or as were announced, and in the order they were first opened in.
    pub fn open(
        settings: Vec<PostgresSettings>,
        digest: fn(&[u8]) -> Hash,
        roots: &RootKeys,
    ) -> Result<Self, StoreError> {
        Self::of(Self::open_each(settings, digest, roots)?, digest)
    }

    /// As who owns them, makes the tables of these databases or brings them up to date, and lets a role serve with
    /// them: it may write what gateways write, and change neither their shape nor the journal.
    pub fn migrate(
        settings: Vec<PostgresSettings>,
        role: Option<&str>,
        digest: fn(&[u8]) -> Hash,
        roots: &RootKeys,
    ) -> Result<(), StoreError> {
        let storage = Self::open(settings, digest, roots)?;
        let role = role.into_iter();
        role.flat_map(|role| storage.shards.iter().map(move |shard| (shard, role)))
            .try_for_each(|(shard, role)| shard.let_serve(role))
    }

    fn of(shards: Vec<PostgresStorage>, digest: fn(&[u8]) -> Hash) -> Result<Self, StoreError> {
        let home = shards.first().ok_or(StoreError::Address)?.clone();
        let current = Arc::new(Current::open(home, shards.len(), digest)?);
        Ok(Self { shards, current })
    }

    fn open_each(
        settings: Vec<PostgresSettings>,
        digest: fn(&[u8]) -> Hash,
        roots: &RootKeys,
    ) -> Result<Vec<PostgresStorage>, StoreError> {
        let mut shards: Vec<PostgresStorage> = Vec::with_capacity(settings.len());
        for (number, settings) in (0..).zip(settings) {
            let mut shard = PostgresStorage::open(settings.for_shard(number), digest, roots)?;
            if let Some(home) = shards.first() {
                shard.numbers = Some(Arc::clone(&home.pool));
                shard.secret.clone_from(&home.secret);
            }
            shards.push(shard);
        }
        Ok(shards)
    }

    /// Where principals are, as far as is known.
    pub fn routes(&self) -> RwLockReadGuard<'_, Routes> {
        self.current.routes()
    }

    fn home(&self) -> &PostgresStorage {
        &self.shards[0]
    }

    fn shard(&self, number: usize) -> Result<&PostgresStorage, StoreError> {
        let count = |number| i32::try_from(number).unwrap_or(i32::MAX);
        self.shards.get(number).ok_or(StoreError::ShardCount {
            found: count(number).saturating_add(1),
            wanted: count(self.shards.len()),
        })
    }

    /// Entries of all shards in one order.
    fn merged(
        &self,
        limit: u32,
        read: impl Fn(&PostgresStorage) -> Result<Vec<JournalEntry>, StoreError>,
        sort: impl FnOnce(&mut Vec<JournalEntry>),
    ) -> Result<Vec<JournalEntry>, StoreError> {
        let mut entries = Vec::new();
        for shard in &self.shards {
            entries.extend(read(shard)?);
        }
        sort(&mut entries);
        entries.truncate(limit as usize);
        Ok(entries)
    }
}

impl Storage for ShardedStorage {
    fn ready(&self) -> Result<(), StoreError> {
        self.shards.iter().try_for_each(Storage::ready)
    }

    fn load(&self) -> Load {
        self.shards
            .iter()
            .map(Storage::load)
            .fold(Load::default(), |sum, one| Load {
                open: sum.open + one.open,
                used: sum.used + one.used,
                limit: sum.limit + one.limit,
                retried: sum.retried + one.retried,
            })
    }

    fn register_client(&self, client: &Client) -> Result<(), StoreError> {
        self.home().register_client(client)
    }

    fn client(&self, id: &str) -> Result<Option<Client>, StoreError> {
        self.home().client(id)
    }

    /// A device that is left behind by a crash in the middle is nobody's: the home shard knows no owner of it.
    fn remove_clients_of(&self, person: &str, event: &Event) -> Result<u64, StoreError> {
        let removed = self.home().remove_authorized_clients(person, event)?;
        for shard in &self.shards {
            shard.forget_devices(&removed.with_grants)?;
        }
        Ok(removed.count)
    }

    fn use_once(&self, value: &Hash, expires: i64, now: i64) -> Result<bool, StoreError> {
        let shard = self.routes().shard_of_value(value);
        self.shard(shard)?.use_once(value, expires, now)
    }

    fn push(&self, pushed: &Pushed) -> Result<(), StoreError> {
        self.home().push(pushed)
    }

    fn pushed(&self, request: &Hash, now: i64) -> Result<Option<Pushed>, StoreError> {
        self.home().pushed(request, now)
    }

    fn authorize(&self, request: &Hash, code: &Code, now: i64, event: &Event) -> Result<bool, StoreError> {
        self.home().authorize(request, code, now, event)
    }

    fn redeem(&self, code: &Hash, now: i64) -> Result<Redeemed, StoreError> {
        self.home().redeem(code, now)
    }

    fn start_grant(&self, grant: &Grant, code: &Hash) -> Result<(), StoreError> {
        self.home().start_grant(grant, code)
    }

    fn grant_by_refresh(&self, token: &Hash) -> Result<Option<Grant>, StoreError> {
        self.home().grant_by_refresh(token)
    }

    fn add_access(&self, grant: &str, token: &Hash, expires: i64, now: i64) -> Result<(), StoreError> {
        self.home().add_access(grant, token, expires, now)
    }

    fn grant_by_access(&self, token: &Hash, now: i64) -> Result<Option<Grant>, StoreError> {
        self.home().grant_by_access(token, now)
    }

    fn end_grant(&self, grant: &str) -> Result<bool, StoreError> {
        self.home().end_grant(grant)
    }

    fn subject_of(&self, person: &str, candidate: &str) -> Result<String, StoreError> {
        self.home().subject_of(person, candidate)
    }

    fn person_of(&self, subject: &str) -> Result<Option<String>, StoreError> {
        self.home().person_of(subject)
    }

    fn allocate(
        &self,
        copies: &NewCopies,
        draw: &mut dyn FnMut(u32) -> u32,
        event: &Event,
    ) -> Result<Vec<StatusSlot>, StoreError> {
        self.home().allocate(copies, draw, event)
    }

    fn revoke(&self, document: &str, event: &Event) -> Result<u64, StoreError> {
        self.home().revoke(document, event)
    }

    fn is_revoked(&self, document: &str) -> Result<bool, StoreError> {
        self.home().is_revoked(document)
    }

    fn status_lists(&self) -> Result<Vec<u32>, StoreError> {
        self.home().status_lists()
    }

    fn revoked_in(&self, list: u32) -> Result<Option<Vec<u32>>, StoreError> {
        self.home().revoked_in(list)
    }

    fn record(&self, event: &Event) -> Result<i64, StoreError> {
        let shard = self.routes().shard_of(&event.principal);
        self.shard(shard)?.record(event)
    }

    fn events_about(
        &self,
        principal: &str,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<JournalEntry>, StoreError> {
        self.merged(
            limit,
            |shard| shard.events_about(principal, before, limit),
            |entries| entries.sort_by_key(|entry| Reverse(entry.sequence)),
        )
    }

    fn outbox(&self, limit: u32) -> Result<Vec<JournalEntry>, StoreError> {
        self.merged(
            limit,
            |shard| shard.outbox(limit),
            |entries| entries.sort_by_key(|entry| entry.sequence),
        )
    }

    fn outbox_length(&self) -> Result<u64, StoreError> {
        self.shards.iter().map(Storage::outbox_length).sum()
    }

    fn delivered(&self, sequences: &[i64]) -> Result<(), StoreError> {
        self.shards
            .iter()
            .try_for_each(|shard| shard.delivered(sequences))
    }

    fn forget_removals(&self, before: i64, from: &Sweep) -> Result<Option<Sweep>, StoreError> {
        let Some(shard) = self.shards.get(from.shard) else {
            return Ok(None);
        };
        let next = shard.forget_removals(before, from)?;
        Ok(next.or_else(|| {
            let shard = from.shard + 1;
            (shard < self.shards.len()).then(|| Sweep {
                shard,
                ..Sweep::default()
            })
        }))
    }

    fn check_journal(&self) -> Result<i64, StoreError> {
        self.shards.iter().map(Storage::check_journal).sum()
    }
}
