//! The schema, and who may open it.

use std::thread;

use acasa_gateway_store::{
    PostgresStorage, Storage as _,
    testing::{digest, event, roots},
};

use crate::{open, server};

pub(crate) fn made_once() {
    let server = server();
    let address = server.new_database();

    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| open(&server, &address).record(&event("p")).unwrap());
        }
    });

    assert_eq!(open(&server, &address).check_journal().unwrap(), 8);
}

pub(crate) fn newer() {
    let server = server();
    let address = server.new_database();
    let name = address.rsplit('/').next().unwrap();
    drop(open(&server, &address));

    server.run(name, "INSERT INTO migration (number, oldest) VALUES (98, 1)");
    open(&server, &address).record(&event("p")).unwrap();
    server.run(name, "INSERT INTO migration (number, oldest) VALUES (99, 99)");
    let refused = PostgresStorage::open(server.settings(&address), digest, &roots())
        .err()
        .unwrap();

    assert_eq!((refused.code(), refused.retryable()), ("storage_newer", false));
}

pub(crate) fn another_shard() {
    let server = server();
    let address = server.new_database();
    let open_as = |shard| PostgresStorage::open(server.settings(&address).for_shard(shard), digest, &roots());
    drop(open_as(3).unwrap());

    let refused = open_as(0).err().unwrap();

    assert_eq!(
        (refused.code(), refused.retryable()),
        ("storage_wrong_shard", false)
    );
    assert!(open_as(3).is_ok());
}

pub(crate) fn plans() {
    let server = server();
    let address = server.new_database();
    drop(open(&server, &address));
    let mut client = server.client(address.rsplit('/').next().unwrap());
    // A table with next to nothing in it is read through unless that is forbidden.
    client.batch_execute("SET enable_seqscan = off").unwrap();
    let hot = [
        "SELECT * FROM access_token t JOIN grants g ON g.id = t.grant_id WHERE t.token = '\\x00'",
        "SELECT * FROM journal WHERE principal = 'p' AND sequence < 9 ORDER BY sequence DESC LIMIT 9",
        "SELECT * FROM outbox o JOIN journal j USING (sequence) ORDER BY o.sequence LIMIT 9",
        "SELECT idx FROM copy WHERE list = 1 AND revoked ORDER BY idx",
        "SELECT * FROM copy WHERE document = 'd'",
        "SELECT * FROM record WHERE principal = 'p' AND version > 3 ORDER BY version, kind, id LIMIT 9",
        "SELECT * FROM intent WHERE actor = 'p' AND id = ANY ('{00000000-0000-0000-0000-000000000000}')",
        "SELECT * FROM intent WHERE actor = 'p' AND (NULL::uuid IS NULL OR id > NULL) ORDER BY id LIMIT 9",
        "SELECT value FROM used_value WHERE expires < 3 ORDER BY expires LIMIT 8",
        "SELECT * FROM principal_state WHERE principal = ANY ('{p,q}') ORDER BY principal FOR UPDATE",
        "DELETE FROM grants WHERE client = 'c'",
        "SELECT id FROM forwarded WHERE actor = 'p' ORDER BY number",
        "SELECT DISTINCT actor FROM forwarded WHERE actor > 'p' ORDER BY actor LIMIT 9",
        "SELECT outcome FROM delivered WHERE actor = 'p' AND id = '00000000-0000-0000-0000-000000000000'",
        "SELECT actor, id FROM delivered WHERE principal = 'p'",
    ];

    for query in hot {
        let plan = client.query(&format!("EXPLAIN {query}"), &[]).unwrap();
        let plan: Vec<String> = plan.iter().map(|row| row.get(0)).collect();
        assert!(
            plan.iter().all(|step| !step.contains("Seq Scan")),
            "{query}: {plan:#?}"
        );
    }
}
