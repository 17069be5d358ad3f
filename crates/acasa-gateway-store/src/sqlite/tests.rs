mod payload;

use std::path::Path;

use super::*;
use crate::testing::{self, digest, roots};

#[test]
fn memory_keeps_the_contract() {
    testing::contract(&|| Box::new(SqliteStorage::in_memory(digest).unwrap()));
}

#[test]
fn a_file_keeps_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    let number = std::cell::Cell::new(0);

    testing::contract(&|| {
        number.set(number.get() + 1);
        let path = folder.path().join(format!("{}.db", number.get()));
        Box::new(SqliteStorage::open(&path, digest, &roots()).unwrap())
    });
}

#[test]
fn what_was_journalled_is_there_after_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gateway.db");
    SqliteStorage::open(&path, digest, &roots())
        .unwrap()
        .record(&testing::event("p"))
        .unwrap();

    let length = SqliteStorage::open(&path, digest, &roots())
        .unwrap()
        .check_journal()
        .unwrap();

    assert_eq!(length, 1);
}

#[test]
fn a_newer_schema_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gateway.db");
    drop(SqliteStorage::open(&path, digest, &roots()).unwrap());
    rewrite(&path, "PRAGMA user_version = 99");

    let refused = SqliteStorage::open(&path, digest, &roots()).err().unwrap();

    assert_eq!(refused.code(), "storage_newer");
}

#[test]
fn an_event_altered_behind_the_triggers_breaks_the_chain_at_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gateway.db");
    let storage = SqliteStorage::open(&path, digest, &roots()).unwrap();
    for _ in 0..3 {
        storage.record(&testing::event("p")).unwrap();
    }
    drop(storage);
    rewrite(
        &path,
        "DROP TRIGGER journal_keeps_updates_out;
         UPDATE journal SET event = replace(event, 'basis', 'Basis') WHERE sequence = 2",
    );

    let broken = SqliteStorage::open(&path, digest, &roots())
        .unwrap()
        .check_journal()
        .unwrap_err();

    assert!(matches!(broken, StoreError::JournalBroken { sequence: 2 }));
}

#[test]
fn the_journal_takes_no_update_and_no_delete() {
    let storage = SqliteStorage::in_memory(digest).unwrap();
    storage.record(&testing::event("p")).unwrap();

    let changes = ["UPDATE journal SET principal = 'q'", "DELETE FROM journal"];

    for change in changes {
        assert!(storage.connection().execute(change, []).is_err(), "{change}");
    }
}

#[test]
fn hot_queries_use_an_index() {
    let storage = SqliteStorage::in_memory(digest).unwrap();
    let connection = storage.connection();
    let hot = [
        "SELECT * FROM access_token t JOIN grants g ON g.id = t.grant_id WHERE t.token = x'00'",
        "SELECT * FROM journal WHERE principal = 'p' AND sequence < 9 ORDER BY sequence DESC",
        "SELECT idx FROM copy WHERE list = 1 AND revoked = 1 ORDER BY idx",
        "SELECT * FROM copy WHERE document = 'd'",
        "SELECT content FROM record WHERE principal = 'p' AND kind = 'preference'",
        "SELECT outcome FROM intent WHERE actor = 'p' AND id > x'' ORDER BY id LIMIT 9",
    ];

    for query in hot {
        let plan: Vec<String> = connection
            .prepare(&format!("EXPLAIN QUERY PLAN {query}"))
            .unwrap()
            .query_map([], |row| row.get(3))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        assert!(
            plan.iter().all(|step| !step.starts_with("SCAN")),
            "{query}: {plan:?}"
        );
    }
}

fn rewrite(path: &Path, sql: &str) {
    Connection::open(path).unwrap().execute_batch(sql).unwrap();
}
