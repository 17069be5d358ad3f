//! What lies in the tables.

use acasa_gateway_store::{
    InboxStorage as _, PostgresStorage, PrincipalStorage as _, RootKeys, Storage,
    testing::{PLANTED, PostgresServer, digest, event, plant, records_of, roots},
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    load::{person, send},
    open, quick_server,
};

/// An act of the first person and a letter to the second, both with the planted text.
fn planted(storage: &dyn Storage) {
    plant(storage, [person(0), person(1)]);
}

fn name(address: &str) -> &str {
    address.rsplit('/').next().unwrap()
}

/// Whether the text stands in any column of any table.
fn occurs(server: &PostgresServer, address: &str, text: &str) -> bool {
    let mut client = server.client(name(address));
    let tables = client
        .query(
            "SELECT format('%I', tablename) FROM pg_tables WHERE schemaname = 'public'",
            &[],
        )
        .unwrap();
    tables.iter().any(|table| {
        let table: String = table.get(0);
        let rows = client
            .query(&format!("SELECT t::text FROM {table} t"), &[])
            .unwrap();
        rows.iter().any(|row| row.get::<_, String>(0).contains(text))
    })
}

pub(crate) fn sealed() {
    let server = quick_server();
    let address = server.new_database();
    let storage = open(&server, &address);

    planted(&storage);

    assert_eq!(
        records_of(&storage, person(0)).unwrap()[0].content,
        Some(json!([PLANTED]))
    );
    assert_eq!(records_of(&storage, person(1)).unwrap().len(), 1);
    assert!(occurs(&server, &address, &person(0).to_string()));
    assert!(!occurs(&server, &address, PLANTED));
}

pub(crate) fn swapped() {
    let server = quick_server();
    let address = server.new_database();
    let storage = open(&server, &address);
    planted(&storage);
    send(&storage, ("client", person(0)), 2, &[9]).unwrap();

    server.run(
        name(&address),
        "UPDATE record SET content = (SELECT content FROM record WHERE id = 'b') WHERE kind = 'notice';
         UPDATE intent SET outcome = (SELECT outcome FROM intent ORDER BY id LIMIT 1)",
    );

    let refused = records_of(&storage, person(1)).err().unwrap();
    assert_eq!((refused.code(), refused.retryable()), ("payload_broken", false));
    assert_eq!(records_of(&storage, person(0)).unwrap().len(), 2);
    let again = send(&storage, ("client", person(0)), 3, &[9]).err().unwrap();
    assert_eq!(again.code(), "payload_broken");
}

/// The tables as the second step left them, with contents in the clear; an older program goes on afterwards.
pub(crate) fn older() {
    let server = quick_server();
    let address = server.new_database();
    let steps = [
        include_str!("../../migrations/postgres/0001.sql"),
        include_str!("../../migrations/postgres/0002.sql"),
        "CREATE TABLE migration (number BIGINT NOT NULL PRIMARY KEY, oldest BIGINT NOT NULL);
         INSERT INTO migration VALUES (1, 1), (2, 1)",
    ];
    for step in steps {
        server.run(name(&address), step);
    }
    let clear = |id: u128| {
        format!(
            r#"INSERT INTO record VALUES ('{0}', 'preference', '{id}', 2, '{{"key":"{PLANTED}"}}');
               INSERT INTO intent VALUES ('{0}', '{1}', 'client', decode('{2}', 'hex'),
                   '{{"outcome":"refused","code":"no","reason":{{"ro":"{PLANTED}","ru":"","en":""}}}}',
                   1, '{0}', '{PLANTED}')"#,
            person(0),
            Uuid::from_u128(id),
            "00".repeat(32),
        )
    };
    server.run(
        name(&address),
        &format!(
            "INSERT INTO principal_state (principal, version) VALUES ('{0}', 3); {1};
             INSERT INTO record VALUES ('{0}', 'thing', 'gone', 3, NULL); DELETE FROM preference_untold",
            person(0),
            clear(5),
        ),
    );
    assert!(occurs(&server, &address, PLANTED));

    let storage = open(&server, &address);

    let records = records_of(&storage, person(0)).unwrap();
    assert_eq!(records[0].content, Some(json!({ "key": PLANTED })));
    assert_eq!(records[1].content, None);
    assert!(!occurs(&server, &address, PLANTED));
    assert!(
        storage.preference_reports(9).unwrap().is_empty(),
        "nothing has changed"
    );
    let mut older = server.client(name(&address));
    for statement in clear(6).split(";\n") {
        assert!(
            older.batch_execute(statement).is_err(),
            "the database takes no content in the clear"
        );
    }
    assert_eq!(storage.held(person(0)).unwrap().acts, 1);
}

pub(crate) fn root_keys() {
    let server = quick_server();
    let address = server.new_database();
    planted(&open(&server, &address));
    let open_with = |roots: &RootKeys| PostgresStorage::open(server.settings(&address), digest, roots);
    let other = open_with(&RootKeys::make_random().unwrap()).err().unwrap();
    assert_eq!(other.code(), "root_key_unknown");
    let both = roots().rotated().unwrap();

    // One that has not been restarted yet does not know the new key, and says so.
    let waiting = open(&server, &address);
    assert_eq!(open_with(&both).unwrap().rewrap().unwrap(), 2);
    assert_eq!(
        records_of(&waiting, person(0)).err().unwrap().code(),
        "root_key_unknown"
    );

    assert_eq!(open_with(&roots()).err().unwrap().code(), "root_key_unknown");
    let storage = open_with(&both.newest().unwrap()).unwrap();
    assert_eq!(
        records_of(&storage, person(0)).unwrap()[0].content,
        Some(json!([PLANTED]))
    );
    assert_eq!(records_of(&storage, person(1)).unwrap().len(), 1);
}

pub(crate) fn destroyed() {
    let server = quick_server();
    let address = server.new_database();
    let storage = open(&server, &address);
    planted(&storage);
    let keys = || -> Vec<String> {
        let mut client = server.client(name(&address));
        let rows = client.query("SELECT wrapped FROM principal_key ORDER BY principal", &[]);
        rows.unwrap().iter().map(|row| row.get(0)).collect()
    };
    let before = keys();

    let erased = storage.erase(person(0), &event(&person(0).to_string())).unwrap();

    assert_eq!((erased.records, erased.acts), (1, 1));
    let left = keys();
    assert_eq!((before.len(), left.len()), (2, 1));
    let gone = before.iter().find(|key| !left.contains(key)).unwrap();
    assert!(!occurs(&server, &address, gone));
    assert_eq!(records_of(&storage, person(1)).unwrap().len(), 1);
}
