//! The engine for several gateways at once: one PostgreSQL database.
//!
//! What concerns a principal is changed under the lock of the principal's row (`principal_state`), which also
//! holds the end of the principal's chain in the journal: each principal has a chain of their own, and two
//! people's transactions never wait for each other.

mod authorizations;
mod changes;
mod copies;
mod failure;
pub(crate) mod forwarded;
mod hear;
mod holdings;
mod inbox;
mod journal;
mod keys;
pub(crate) mod moves;
pub(crate) mod place;
mod pool;
mod principals;
mod roles;
pub(crate) mod routing;
mod schema;
mod settings;
mod shard;
pub(crate) mod sync;
mod tell;

use std::{collections::BTreeSet, sync::Arc};

use place::Guard;
use pool::{Connection, Pool};
pub use settings::PostgresSettings;
use tell::Teller;

use crate::{
    Client, Code, Event, Grant, Hash, JournalEntry, Load, NewCopies, Pushed, Redeemed, RootKeys, StatusSlot,
    Storage, StoreError, Sweep, Tag,
};

/// PostgreSQL behind [`Storage`]. Its methods wait for the database on the thread that calls them, which may not
/// be an asynchronous one. Clones are the same storage.
#[derive(Clone)]
pub struct PostgresStorage {
    pub(crate) pool: Arc<Pool>,
    /// Where the journal's numbers are drawn, if not here.
    pub(crate) numbers: Option<Arc<Pool>>,
    /// What names are hidden with before they are told.
    pub(crate) secret: String,
    teller: Arc<Teller>,
    guard: Guard,
    digest: fn(&[u8]) -> Hash,
    roots: RootKeys,
}

/// A transaction, and what writing the journal and contents needs.
struct Transaction<'a> {
    connection: &'a mut Connection,
    numbers: Option<&'a Pool>,
    guard: Guard,
    digest: fn(&[u8]) -> Hash,
    roots: &'a RootKeys,
    /// Principals whose records it changes.
    changed: BTreeSet<String>,
}

impl<'a> Transaction<'a> {
    /// What contents are opened with.
    fn opened(&mut self) -> (&mut Connection, &'a RootKeys) {
        (self.connection, self.roots)
    }
}

impl PostgresStorage {
    /// Opens the database and brings it to this program's schema; `digest` is SHA-256.
    pub fn open(
        settings: PostgresSettings,
        digest: fn(&[u8]) -> Hash,
        roots: &RootKeys,
    ) -> Result<Self, StoreError> {
        let shard = settings.shard;
        let pool = Arc::new(Pool::new(settings));
        let secret = pool.transact(|connection| schema::prepare(connection, shard, roots))?;
        Ok(Self {
            teller: Arc::new(Teller::new(Arc::clone(&pool))),
            guard: Guard::alone(shard),
            pool,
            numbers: None,
            secret,
            digest,
            roots: roots.clone(),
        })
    }

    fn transact<T>(
        &self,
        mut work: impl FnMut(&mut Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let (done, changed) = self.pool.transact(|connection| {
            let mut transaction = Transaction {
                connection,
                numbers: self.numbers.as_deref(),
                guard: self.guard,
                digest: self.digest,
                roots: &self.roots,
                changed: BTreeSet::new(),
            };
            let done = work(&mut transaction)?;
            Ok((done, transaction.changed))
        })?;
        let tags = changed
            .iter()
            .map(|name| Tag::of(&self.secret, name, self.digest));
        self.teller.tell(tags.collect());
        Ok(done)
    }
}

impl Storage for PostgresStorage {
    fn ready(&self) -> Result<(), StoreError> {
        self.pool.ask("SELECT 1", &[])?;
        Ok(())
    }

    fn load(&self) -> Load {
        self.pool.load()
    }

    fn register_client(&self, client: &Client) -> Result<(), StoreError> {
        self.transact(|transaction| authorizations::register_client(transaction, client))
    }

    fn client(&self, id: &str) -> Result<Option<Client>, StoreError> {
        authorizations::client(&self.pool, id)
    }

    fn remove_clients_of(&self, person: &str, event: &Event) -> Result<u64, StoreError> {
        self.transact(|transaction| {
            let removed = authorizations::remove_clients_of(transaction, person)?;
            sync::forget_devices(transaction, &removed.with_grants)?;
            journal::append(transaction, event)?;
            Ok(removed.count)
        })
    }

    fn use_once(&self, value: &Hash, expires: i64, now: i64) -> Result<bool, StoreError> {
        self.transact(|transaction| authorizations::use_once(transaction, value, expires, now))
    }

    fn push(&self, pushed: &Pushed) -> Result<(), StoreError> {
        self.transact(|transaction| authorizations::push(transaction, pushed))
    }

    fn pushed(&self, request: &Hash, now: i64) -> Result<Option<Pushed>, StoreError> {
        authorizations::pushed(&self.pool, request, now)
    }

    fn authorize(&self, request: &Hash, code: &Code, now: i64, event: &Event) -> Result<bool, StoreError> {
        self.transact(|transaction| {
            let completed = authorizations::complete(transaction, request, code, now)?;
            if completed {
                journal::append(transaction, event)?;
            }
            Ok(completed)
        })
    }

    fn redeem(&self, code: &Hash, now: i64) -> Result<Redeemed, StoreError> {
        self.transact(|transaction| authorizations::redeem(transaction, code, now))
    }

    fn start_grant(&self, grant: &Grant, code: &Hash) -> Result<(), StoreError> {
        self.transact(|transaction| authorizations::start_grant(transaction, grant, code))
    }

    fn grant_by_refresh(&self, token: &Hash) -> Result<Option<Grant>, StoreError> {
        authorizations::grant_by_refresh(&self.pool, token)
    }

    fn add_access(&self, grant: &str, token: &Hash, expires: i64, now: i64) -> Result<(), StoreError> {
        self.transact(|transaction| authorizations::add_access(transaction, grant, token, expires, now))
    }

    fn grant_by_access(&self, token: &Hash, now: i64) -> Result<Option<Grant>, StoreError> {
        authorizations::grant_by_access(&self.pool, token, now)
    }

    fn end_grant(&self, grant: &str) -> Result<bool, StoreError> {
        self.transact(|transaction| authorizations::end_grant(transaction, grant))
    }

    fn subject_of(&self, person: &str, candidate: &str) -> Result<String, StoreError> {
        self.transact(|transaction| authorizations::subject_of(transaction, person, candidate))
    }

    fn person_of(&self, subject: &str) -> Result<Option<String>, StoreError> {
        authorizations::person_of(&self.pool, subject)
    }

    fn allocate(
        &self,
        copies: &NewCopies,
        draw: &mut dyn FnMut(u32) -> u32,
        event: &Event,
    ) -> Result<Vec<StatusSlot>, StoreError> {
        self.transact(|transaction| {
            let slots = copies::allocate(transaction, copies, draw)?;
            journal::append(transaction, event)?;
            Ok(slots)
        })
    }

    fn revoke(&self, document: &str, event: &Event) -> Result<u64, StoreError> {
        self.transact(|transaction| {
            let revoked = copies::revoke(transaction, document)?;
            journal::append(transaction, event)?;
            Ok(revoked)
        })
    }

    fn is_revoked(&self, document: &str) -> Result<bool, StoreError> {
        copies::is_revoked(&self.pool, document)
    }

    fn status_lists(&self) -> Result<Vec<u32>, StoreError> {
        copies::status_lists(&self.pool)
    }

    fn revoked_in(&self, list: u32) -> Result<Option<Vec<u32>>, StoreError> {
        copies::revoked_in(&self.pool, list)
    }

    fn record(&self, event: &Event) -> Result<i64, StoreError> {
        self.transact(|transaction| journal::append(transaction, event))
    }

    fn events_about(
        &self,
        principal: &str,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<JournalEntry>, StoreError> {
        journal::about(&self.pool, principal, before, limit)
    }

    fn outbox(&self, limit: u32) -> Result<Vec<JournalEntry>, StoreError> {
        journal::outbox(&self.pool, limit)
    }

    fn outbox_length(&self) -> Result<u64, StoreError> {
        journal::outbox_length(&self.pool)
    }

    fn delivered(&self, sequences: &[i64]) -> Result<(), StoreError> {
        self.transact(|transaction| journal::delivered(transaction, sequences))
    }

    fn forget_removals(&self, before: i64, from: &Sweep) -> Result<Option<Sweep>, StoreError> {
        let found = sync::removals(&self.pool, before, &from.after)?;
        for (principal, version) in &found {
            let Some(version) = version else {
                continue;
            };
            match self.transact(|transaction| sync::compact(transaction, principal, *version)) {
                // Where they are now, they are swept too.
                Ok(()) | Err(StoreError::Moved { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(from.after(found.last().map(|(principal, _)| principal.as_str())))
    }

    fn check_journal(&self) -> Result<i64, StoreError> {
        self.transact(journal::check)
    }
}

/// PostgreSQL keeps no text with a NUL in it, so what is asked for by such a text is not there.
fn is_storable(text: &str) -> bool {
    !text.contains('\0')
}

fn hash_of(bytes: &[u8]) -> Result<Hash, StoreError> {
    bytes
        .try_into()
        .map_err(|_| StoreError::Unreadable { what: "hash" })
}
