//! What a gateway may do with the tables, if it is not their owner.

use super::PostgresStorage;
use crate::{StoreError, postgres::failure};

/// Says what is given to a role (`%1$I`) on the tables of a schema (`%2$I`): nothing of the tables' shape, and of what
/// was written for ever only more.
const RIGHTS: &str = "SELECT format('
    REVOKE ALL ON ALL TABLES IN SCHEMA %2$I FROM %1$I;
    GRANT USAGE ON SCHEMA %2$I TO %1$I;
    GRANT USAGE ON SEQUENCE journal_sequence TO %1$I;
    GRANT SELECT ON migration, shard, routing, route TO %1$I;
    GRANT UPDATE (routes) ON shard TO %1$I;
    GRANT SELECT, INSERT ON journal, intent, delivered, subject, revoked_document, letter_owner, root_key,
        principal_key TO %1$I;
    GRANT SELECT, INSERT, UPDATE ON principal_state, code, status_list, device_owner, inbox_position TO %1$I;
    GRANT SELECT, INSERT, UPDATE (revoked) ON copy TO %1$I;
    GRANT SELECT, INSERT, UPDATE (was_read, told) ON letter TO %1$I;
    GRANT SELECT, INSERT, DELETE ON client, outbox, forwarded TO %1$I;
    GRANT SELECT, INSERT, UPDATE, DELETE ON pushed, grants, access_token, used_value, sync_device, record,
        preference_untold TO %1$I', $1::text, current_schema())";

impl PostgresStorage {
    /// Lets a role serve, and no more. This storage must be opened as the owner.
    pub(crate) fn let_serve(&self, role: &str) -> Result<(), StoreError> {
        let mut client = super::pool::connect(self.pool.settings())?;
        let given = client
            .query_one(RIGHTS, &[&role])
            .and_then(|row| row.try_get::<_, String>(0))
            .and_then(|rights| client.batch_execute(&rights));
        given.map_err(|error| failure::of(&error))
    }
}
