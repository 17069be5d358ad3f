//! What a database does as one shard of several: the halves of what a single one does in one transaction.

use acasa_domain::Principal;
use acasa_protocol::sync::DevicePosition;
use uuid::Uuid;

use super::{
    PostgresStorage, authorizations, is_storable, journal,
    pool::column,
    sync::{self, begin_generation},
};
use crate::{Event, StoreError, SyncDevice};

pub(crate) use super::authorizations::Removed;

impl PostgresStorage {
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

    /// The device, where its owner is.
    pub(crate) fn device_of(&self, client: &str, owner: &str) -> Result<Option<SyncDevice>, StoreError> {
        if !is_storable(client) || !is_storable(owner) {
            return Ok(None);
        }
        // At one moment: devices come and go with their owners.
        let found = self.pool.ask(
            "SELECT d.generation, d.number, d.suspended, d.jwk, d.principal, d.last_batch,
                 (SELECT place FROM principal_state WHERE principal = $2), s.routes
             FROM shard s LEFT JOIN sync_device d ON d.client = $1",
            &[&client, &owner],
        )?;
        let Some(row) = found.first() else {
            return Ok(None);
        };
        if !self.guard.allows(column(row, 6)?)? {
            self.guard.knows(column(row, 7)?)?;
        }
        let is_known = column::<Option<&str>>(row, 4)?.is_some();
        let found = is_known.then(|| sync::device(row)).transpose()?;
        Ok(found.map(|(device, _)| device))
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
