//! What lies in the file.

use acasa_domain::Principal;
use acasa_protocol::{notices::MARK, sync::Fate};
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::{
    InboxStorage as _, LetterReport, PrincipalStorage as _, SyncStorage as _, Write,
    testing::{
        PLANTED, event, plant, records_of,
        sync::{Plain, put_of, submit},
    },
};

fn person(number: usize) -> Principal {
    let numbers = ["urn:md:idnp:2999000000014", "urn:md:idnp:2999000000025"];
    numbers[number].parse().unwrap()
}

/// An act of the first person and a letter to the second, both with the planted text.
fn planted(storage: &SqliteStorage) {
    plant(storage, [person(0), person(1)]);
}

fn occurs(folder: &Path, text: &str) -> bool {
    std::fs::read_dir(folder).unwrap().any(|file| {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    })
}

#[test]
fn no_content_lies_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let storage = SqliteStorage::open(&folder.path().join("gateway.db"), digest, &roots()).unwrap();

    planted(&storage);

    assert_eq!(
        records_of(&storage, person(0)).unwrap()[0].content,
        Some(json!([PLANTED]))
    );
    assert!(
        occurs(folder.path(), "2999000000014"),
        "the search finds what is there"
    );
    assert!(!occurs(folder.path(), PLANTED));
}

#[test]
fn a_content_copied_over_another_is_broken_and_reaches_nobody() {
    let storage = SqliteStorage::in_memory(digest).unwrap();
    planted(&storage);
    let swap =
        "UPDATE record SET content = (SELECT content FROM record WHERE kind = 'thing') WHERE kind = 'notice'";
    storage.connection().execute(swap, []).unwrap();

    let refused = records_of(&storage, person(1)).err().unwrap();

    assert_eq!((refused.code(), refused.retryable()), ("payload_broken", false));
    assert_eq!(records_of(&storage, person(0)).unwrap().len(), 1);
}

#[test]
fn an_outcome_copied_over_another_is_broken() {
    let storage = SqliteStorage::in_memory(digest).unwrap();
    planted(&storage);
    let send = |batch| {
        let act = put_of(person(0), 9, "c");
        submit(&storage, ("client", person(0)), (1, batch), &[act], &Plain).map(drop)
    };
    send(2).unwrap();
    let swap = "UPDATE intent SET outcome = (SELECT outcome FROM intent ORDER BY id LIMIT 1)";
    storage.connection().execute(swap, []).unwrap();

    assert_eq!(send(3).err().unwrap().code(), "payload_broken");
}

#[test]
fn other_root_keys_do_not_open_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gateway.db");
    drop(SqliteStorage::open(&path, digest, &roots()).unwrap());
    let other = RootKeys::make_random().unwrap();

    let refused = SqliteStorage::open(&path, digest, &other).err().unwrap();

    assert_eq!(refused.code(), "root_key_unknown");
}

#[test]
fn what_older_programs_kept_is_sealed_when_the_file_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gateway.db");
    for migration in &MIGRATIONS[..3] {
        rewrite(&path, migration);
    }
    let act = Uuid::from_u128(5);
    rewrite(
        &path,
        &format!(
            r#"PRAGMA user_version = 3;
             INSERT INTO principal_state VALUES ('{0}', 3, 0);
             INSERT INTO record VALUES ('{0}', 'preference', 'sms', 2, '{{"key":"{PLANTED}"}}');
             INSERT INTO record VALUES ('{0}', 'thing', 'gone', 3, NULL);
             DELETE FROM preference_untold;
             INSERT INTO intent VALUES ('{0}', x'{1}', 'client', zeroblob(32),
                 '{{"outcome":"refused","code":"no","reason":{{"ro":"{PLANTED}","ru":"","en":""}}}}',
                 1, '{0}', '{PLANTED}');"#,
            person(0),
            act.simple(),
        ),
    );
    assert!(occurs(folder.path(), PLANTED));

    let storage = SqliteStorage::open(&path, digest, &roots()).unwrap();

    let records = records_of(&storage, person(0)).unwrap();
    assert_eq!(records[0].content, Some(json!({ "key": PLANTED })));
    assert_eq!(records[1].content, None);
    let (known, fate) = storage.outcome(person(0), act).unwrap().unwrap();
    let Fate::Refused { reason, .. } = fate else {
        panic!("it was refused");
    };
    assert_eq!((known.0, reason.unwrap().ro.as_str()), ([0; 32], PLANTED));
    assert!(
        storage.preference_reports(9).unwrap().is_empty(),
        "nothing has changed"
    );
    drop(storage);
    assert!(!occurs(folder.path(), PLANTED));
}

#[test]
fn a_mark_reads_its_letter_though_the_database_cannot_see_it() {
    let storage = SqliteStorage::in_memory(digest).unwrap();
    planted(&storage);
    let id = Uuid::from_u128(3);
    let mark = Write {
        kind: MARK.into(),
        id: id.to_string(),
        content: Some(json!({ "read": true })),
    };

    storage.write(person(1), &[mark], &event("p")).unwrap();

    assert_eq!(
        storage.letter_reports(9).unwrap(),
        [LetterReport { id, read: true }]
    );
}

#[test]
fn a_broken_preference_keeps_nobody_else_s_waiting() {
    let storage = SqliteStorage::in_memory(digest).unwrap();
    for number in [0, 1] {
        let write = Write {
            kind: "preference".into(),
            id: "sms".into(),
            content: Some(json!({ "key": "sms", "value": false })),
        };
        storage.write(person(number), &[write], &event("p")).unwrap();
    }
    let swap = "UPDATE record SET content = (SELECT content FROM record WHERE principal LIKE '%25')";
    storage.connection().execute(swap, []).unwrap();

    let reports = storage.preference_reports(9).unwrap();

    assert_eq!(reports.len(), 1);
    assert!(reports[0].principal == person(1));
}

#[test]
fn after_rewrapping_the_new_root_key_alone_opens_everything() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gateway.db");
    planted(&SqliteStorage::open(&path, digest, &roots()).unwrap());
    let both = roots().rotated().unwrap();

    let storage = SqliteStorage::open(&path, digest, &both).unwrap();
    assert_eq!(records_of(&storage, person(0)).unwrap().len(), 1);
    assert_eq!(storage.rewrap().unwrap(), 2);
    drop(storage);

    let old = SqliteStorage::open(&path, digest, &roots()).err().unwrap();
    assert_eq!(old.code(), "root_key_unknown");
    let storage = SqliteStorage::open(&path, digest, &both.newest().unwrap()).unwrap();
    assert_eq!(
        records_of(&storage, person(0)).unwrap()[0].content,
        Some(json!([PLANTED]))
    );
    assert_eq!(records_of(&storage, person(1)).unwrap().len(), 1);
}

#[test]
fn a_destroyed_key_lies_in_the_file_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let storage = SqliteStorage::open(&folder.path().join("gateway.db"), digest, &roots()).unwrap();
    planted(&storage);
    let wrapped: String = storage
        .connection()
        .query_row(
            "SELECT wrapped FROM principal_key WHERE principal = ?1",
            [person(0).to_string()],
            first,
        )
        .unwrap();
    assert!(occurs(folder.path(), &wrapped));

    storage.erase(person(0), &event("p")).unwrap();

    assert!(!occurs(folder.path(), &wrapped));
}
