//! Numbered, forward-only changes of the schema. A released one is never edited.

use rusqlite::{Connection, TransactionBehavior};

use crate::StoreError;

/// Number `n` of this list brings the schema to version `n + 1`.
pub(super) const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_first.sql"),
    include_str!("migrations/0002_sync.sql"),
    include_str!("migrations/0003_letters.sql"),
    include_str!("migrations/0004_many_letters.sql"),
];

/// Marks the file as ours: "Acas" in ASCII.
const APPLICATION_ID: i32 = 0x4163_6173;

/// Brings the schema to the newest version, each step whole or not at all.
pub(super) fn migrate(connection: &mut Connection, migrations: &[&str]) -> Result<(), StoreError> {
    let known = u32::try_from(migrations.len()).unwrap_or(u32::MAX);
    loop {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let found: u32 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        if found > known {
            return Err(StoreError::NewerVersion { found, known });
        }
        let Some(step) = migrations.get(found as usize) else {
            return Ok(());
        };
        if found == 0 {
            transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        }
        transaction.execute_batch(step)?;
        transaction.pragma_update(None, "user_version", found + 1)?;
        transaction.commit()?;
        tracing::info!(store.schema = found + 1, "schema migrated");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: &[&str] = &[
        "CREATE TABLE a (x INTEGER NOT NULL) STRICT; INSERT INTO a VALUES (7)",
        "ALTER TABLE a ADD y INTEGER",
    ];

    fn version(connection: &Connection) -> u32 {
        connection
            .query_row("PRAGMA user_version", [], |row| row.get(0))
            .unwrap()
    }

    #[test]
    fn a_database_of_an_older_version_is_brought_forward_with_its_rows() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, &STEPS[..1]).unwrap();
        migrate(&mut connection, STEPS).unwrap();
        let x: i64 = connection
            .query_row("SELECT x FROM a WHERE y IS NULL", [], |row| row.get(0))
            .unwrap();
        assert_eq!((version(&connection), x), (2, 7));
    }

    #[test]
    fn a_newer_schema_is_refused_and_left_as_it_is() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, STEPS).unwrap();
        let refused = migrate(&mut connection, &STEPS[..1]);
        assert!(matches!(
            refused,
            Err(StoreError::NewerVersion { found: 2, known: 1 })
        ));
        assert_eq!(version(&connection), 2);
    }

    #[test]
    fn a_step_that_fails_halfway_changes_nothing() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, &STEPS[..1]).unwrap();
        let broken = [STEPS[0], "INSERT INTO a VALUES (8); SELECT broken"];
        assert!(migrate(&mut connection, &broken).is_err());
        let rows: i64 = connection
            .query_row("SELECT count(*) FROM a", [], |row| row.get(0))
            .unwrap();
        assert_eq!((version(&connection), rows), (1, 1));
    }

    #[test]
    fn letters_kept_before_they_were_counted_are_counted() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, &MIGRATIONS[..3]).unwrap();
        connection
            .execute_batch(
                "INSERT INTO principals (id, urn, is_holder) VALUES (1, 'urn:md:idnp:2999000000014', 1);
                 INSERT INTO letters (place, principal, id, topic, read, archived)
                 VALUES (1, 1, 'a', 'fines', 0, 0), (2, 1, 'b', 'fines', 0, 0), (3, 1, 'c', 'fines', 1, 0),
                        (4, 1, 'd', 'fines', 0, 1)",
            )
            .unwrap();
        migrate(&mut connection, MIGRATIONS).unwrap();
        let unread: i64 = connection
            .query_row(
                "SELECT unread FROM letters_unread_count WHERE principal = 1",
                [],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(unread, 2);
    }

    #[test]
    fn every_table_of_the_newest_schema_is_strict() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, MIGRATIONS).unwrap();
        let loose: i64 = connection
            .query_row(
                "SELECT count(*) FROM pragma_table_list WHERE strict = 0 AND schema = 'main' \
                 AND type = 'table' AND name NOT LIKE 'sqlite_%'",
                [],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(loose, 0);
    }
}
