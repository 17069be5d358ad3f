//! What is kept of a principal, and its end.

use std::collections::BTreeSet;

use acasa_domain::Principal;
use acasa_protocol::{acts::PREFERENCE, notices::NOTICE};
use uuid::Uuid;

use super::{
    PostgresStorage, Transaction,
    changes::Changes,
    holdings, keys, place,
    pool::{Connection, column},
};
use crate::{Event, Held, IssuedDocument, KeptAct, PrincipalStorage, Session, StoreError, values::from_sql};

impl PrincipalStorage for PostgresStorage {
    fn held(&self, principal: Principal) -> Result<Held, StoreError> {
        let principal = principal.to_string();
        self.transact(|transaction| {
            place::is_here(transaction, &principal)?;
            held(transaction.connection, &principal)
        })
    }

    fn erasable(&self, principal: Principal) -> Result<(), StoreError> {
        let principal = principal.to_string();
        self.transact(|transaction| {
            place::is_here(transaction, &principal)?;
            erasable(transaction.connection, &principal)
        })
    }

    fn erase(&self, principal: Principal, event: &Event) -> Result<Held, StoreError> {
        self.transact(|transaction| erase(transaction, &principal.to_string(), event))
    }

    fn kept_acts(
        &self,
        actor: Principal,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<KeptAct>, StoreError> {
        self.transact(|transaction| {
            place::is_here(transaction, &actor.to_string())?;
            holdings::acts(transaction, actor, after, limit)
        })
    }

    fn sessions_of(&self, person: &str) -> Result<Vec<Session>, StoreError> {
        holdings::sessions_of(&self.pool, person)
    }

    fn documents_of(&self, person: &str) -> Result<Vec<IssuedDocument>, StoreError> {
        holdings::documents_of(&self.pool, person)
    }

    fn rewrap(&self) -> Result<u64, StoreError> {
        let mut total = 0;
        loop {
            let some = self.transact(|transaction| {
                let (connection, roots) = transaction.opened();
                keys::rewrap_some(connection, roots)
            })?;
            total += some;
            if some == 0 {
                return Ok(total);
            }
        }
    }
}

fn held(connection: &mut Connection, principal: &str) -> Result<Held, StoreError> {
    let found = connection.row(
        "SELECT count(*), count(*) FILTER (WHERE kind = $2), (SELECT count(text) FROM intent WHERE actor = $1)
             + (SELECT count(text) FROM forwarded WHERE actor = $1)
         FROM record WHERE principal = $1 AND content IS NOT NULL",
        &[&principal, &NOTICE],
    )?;
    let row = found.ok_or(StoreError::Unreadable { what: "count" })?;
    Ok(Held {
        records: from_sql(column(&row, 0)?),
        letters: from_sql(column(&row, 1)?),
        acts: from_sql(column(&row, 2)?),
    })
}

fn erasable(connection: &mut Connection, principal: &str) -> Result<(), StoreError> {
    let waited_for = connection.row(
        "SELECT 1 FROM record r JOIN letter l ON l.id = r.id::uuid
         WHERE r.principal = $1 AND r.kind = $2 AND l.told <= l.was_read LIMIT 1",
        &[&principal, &NOTICE],
    )?;
    if waited_for.is_some() {
        return Err(StoreError::LettersUntold);
    }
    Ok(())
}

fn erase(transaction: &mut Transaction<'_>, principal: &str, event: &Event) -> Result<Held, StoreError> {
    let owners = BTreeSet::from([principal.to_owned()]);
    let mut changes = Changes::of_owners(transaction, &owners, [event.principal.clone()])?;
    let connection = &mut *transaction.connection;
    erasable(connection, principal)?;
    let held = held(connection, principal)?;
    connection.change("DELETE FROM principal_key WHERE principal = $1", &[&principal])?;
    connection.change(
        "UPDATE intent SET text = NULL, outcome = (outcome::jsonb - 'sealed')::text
         WHERE actor = $1",
        &[&principal],
    )?;
    let gone = connection.rows(
        "DELETE FROM record WHERE principal = $1 RETURNING kind",
        &[&principal],
    )?;
    let mut had_preferences = false;
    for row in &gone {
        had_preferences |= column::<&str>(row, 0)? == PREFERENCE;
    }
    let version = changes.begin_anew(principal)?;
    if had_preferences {
        // They are as at the beginning again, and told so.
        connection.change(
            "INSERT INTO preference_untold (principal, version) VALUES ($1, $2)
             ON CONFLICT (principal) DO UPDATE SET version = excluded.version",
            &[&principal, &version],
        )?;
    }
    changes.append(event)?;
    changes.write(transaction)?;
    transaction.connection.change(
        "UPDATE principal_state SET floor = version WHERE principal = $1",
        &[&principal],
    )?;
    Ok(held)
}
