//! What a database does as one shard of several: the halves of what a single one does in one transaction.

use std::collections::BTreeMap;

use acasa_domain::Principal;
use acasa_protocol::sync::DevicePosition;
use uuid::Uuid;

use super::{
    PostgresStorage, authorizations, is_storable, journal,
    pool::column,
    sync::{self, begin_generation},
};
use crate::{Event, Hash, StoreError, sharded::Routes};

pub(crate) use super::authorizations::Removed;

impl PostgresStorage {
    /// The table of routes, on the home shard: made for so many shards at the first start, the same ever after.
    pub(crate) fn routes(&self, shards: usize, digest: fn(&[u8]) -> Hash) -> Result<Routes, StoreError> {
        let wanted = i32::try_from(shards).unwrap_or(i32::MAX);
        self.transact(|transaction| {
            let connection = &mut *transaction.connection;
            connection.change(
                "INSERT INTO routing (single, version, shards) VALUES (TRUE, 1, $1)
                 ON CONFLICT (single) DO NOTHING",
                &[&wanted],
            )?;
            let routing = connection
                .row("SELECT version, shards FROM routing FOR SHARE", &[])?
                .ok_or(StoreError::Unreadable {
                    what: "table of routes",
                })?;
            let found: i32 = column(&routing, 1)?;
            if found != wanted {
                return Err(StoreError::ShardCount { found, wanted });
            }
            let read = |row| {
                let shard: i32 = column(row, 1)?;
                let shard = usize::try_from(shard).ok().filter(|shard| *shard < shards);
                Ok((
                    column(row, 0)?,
                    shard.ok_or(StoreError::Unreadable { what: "route" })?,
                ))
            };
            let rows = connection.rows("SELECT principal, shard FROM route", &[])?;
            let elsewhere = rows
                .iter()
                .map(read)
                .collect::<Result<BTreeMap<_, _>, StoreError>>()?;
            Ok(Routes::new(column(&routing, 0)?, shards, elsewhere, digest))
        })
    }

    /// As [`Storage::remove_clients_of`](crate::Storage::remove_clients_of), without their devices.
    pub(crate) fn remove_authorized_clients(
        &self,
        person: &str,
        event: &Event,
    ) -> Result<Removed, StoreError> {
        self.transact(|transaction| {
            let removed = authorizations::remove_clients_of(transaction, person)?;
            journal::append(transaction, event)?;
            Ok(removed)
        })
    }

    pub(crate) fn forget_devices(&self, clients: &[String]) -> Result<(), StoreError> {
        self.transact(|transaction| sync::forget_devices(transaction, clients))
    }

    pub(crate) fn end_sessions(&self, client: &str) -> Result<(), StoreError> {
        self.transact(|transaction| authorizations::end_grants_of_client(transaction, client))
    }

    /// Whose device an installation is.
    pub(crate) fn device_owner(&self, client: &str) -> Result<Option<String>, StoreError> {
        if !is_storable(client) {
            return Ok(None);
        }
        let found = self
            .pool
            .ask("SELECT principal FROM device_owner WHERE client = $1", &[&client])?;
        found.first().map(|row| column(row, 0)).transpose()
    }

    /// Whose letter it is: this principal's, unless it is another's already.
    pub(crate) fn letter_owner(&self, id: Uuid, principal: &str) -> Result<String, StoreError> {
        self.transact(|transaction| {
            transaction.connection.change(
                "INSERT INTO letter_owner (id, principal) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING",
                &[&id, &principal],
            )?;
            let found = transaction
                .connection
                .row("SELECT principal FROM letter_owner WHERE id = $1", &[&id])?;
            let row = found.ok_or(StoreError::Unreadable { what: "letter" })?;
            column(&row, 0)
        })
    }

    pub(crate) fn own_device(&self, client: &str, principal: Principal) -> Result<(), StoreError> {
        self.transact(|transaction| sync::own_device(transaction, client, principal))
    }

    pub(crate) fn begin_owned_generation(
        &self,
        client: &str,
        principal: Principal,
        generation: u64,
        jwk: &str,
    ) -> Result<DevicePosition, StoreError> {
        self.transact(|transaction| begin_generation(transaction, client, principal, generation, jwk))
    }
}
