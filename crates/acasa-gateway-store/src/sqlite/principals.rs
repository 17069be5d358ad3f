//! What is kept of a principal, and its end.

use acasa_domain::Principal;
use acasa_protocol::{acts::PREFERENCE, notices::NOTICE};
use rusqlite::{Connection, TransactionBehavior, named_params, params};
use uuid::Uuid;

use super::{SqliteStorage, first, holdings, journal, keys};
use crate::{Event, Held, IssuedDocument, KeptAct, PrincipalStorage, Session, StoreError};

impl PrincipalStorage for SqliteStorage {
    fn held(&self, principal: Principal) -> Result<Held, StoreError> {
        held(&self.connection(), &principal.to_string())
    }

    fn erasable(&self, principal: Principal) -> Result<(), StoreError> {
        erasable(&self.connection(), &principal.to_string())
    }

    fn erase(&self, principal: Principal, event: &Event) -> Result<Held, StoreError> {
        let name = principal.to_string();
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        erasable(&transaction, &name)?;
        let held = held(&transaction, &name)?;
        erase(&transaction, &name)?;
        journal::append(&transaction, event, self.digest)?;
        transaction.commit()?;
        // The log still has the pages as they were; where somebody else reads, the next one folds it in.
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], first::<i64>)?;
        Ok(held)
    }

    fn kept_acts(
        &self,
        actor: Principal,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<KeptAct>, StoreError> {
        holdings::acts(self.opened(&self.connection()), actor, after, limit)
    }

    fn sessions_of(&self, person: &str) -> Result<Vec<Session>, StoreError> {
        holdings::sessions_of(&self.connection(), person)
    }

    fn documents_of(&self, person: &str) -> Result<Vec<IssuedDocument>, StoreError> {
        holdings::documents_of(&self.connection(), person)
    }

    fn rewrap(&self) -> Result<u64, StoreError> {
        let mut total = 0;
        loop {
            let mut connection = self.connection();
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let some = keys::rewrap_some(self.opened(&transaction))?;
            transaction.commit()?;
            total += some;
            if some == 0 {
                return Ok(total);
            }
        }
    }
}

fn held(connection: &Connection, principal: &str) -> Result<Held, StoreError> {
    let of = named_params! { ":principal": principal, ":notice": NOTICE };
    let held = connection.query_row(
        "SELECT count(*), count(*) FILTER (WHERE kind = :notice),
                (SELECT count(text) FROM intent WHERE actor = :principal)
         FROM record WHERE principal = :principal AND content IS NOT NULL",
        of,
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    let (records, letters, acts): (u32, u32, u32) = held;
    Ok(Held {
        records: records.into(),
        letters: letters.into(),
        acts: acts.into(),
    })
}

fn erasable(connection: &Connection, principal: &str) -> Result<(), StoreError> {
    let is_waited_for: bool = connection.query_row(
        "SELECT EXISTS (
             SELECT 1 FROM record r JOIN letter l ON l.id = r.id
             WHERE r.principal = ?1 AND r.kind = ?2 AND l.told <= l.was_read)",
        params![principal, NOTICE],
        first,
    )?;
    if is_waited_for {
        return Err(StoreError::LettersUntold);
    }
    Ok(())
}

/// Preferences are as at the beginning again, and told so.
fn erase(connection: &Connection, principal: &str) -> Result<(), StoreError> {
    connection.execute("DELETE FROM principal_key WHERE principal = ?1", [principal])?;
    connection.execute(
        "UPDATE principal_state SET version = version + 1, floor = version + 1 WHERE principal = ?1",
        [principal],
    )?;
    connection.execute(
        "INSERT OR REPLACE INTO preference_untold (principal, version)
         SELECT principal, version FROM principal_state WHERE principal = ?1
         AND EXISTS (SELECT 1 FROM record WHERE principal = ?1 AND kind = ?2)",
        params![principal, PREFERENCE],
    )?;
    connection.execute("DELETE FROM record WHERE principal = ?1", [principal])?;
    connection.execute(
        "UPDATE intent SET text = NULL, outcome = json_remove(outcome, '$.sealed') WHERE actor = ?1",
        [principal],
    )?;
    Ok(())
}
