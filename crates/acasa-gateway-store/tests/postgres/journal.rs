//! The journal's chains against whoever may do everything with the database.

use acasa_gateway_store::{Storage as _, StoreError, testing::event};

use crate::{open, server};

pub(crate) fn altered() {
    let server = server();
    let harm = [
        (
            "UPDATE journal SET event = replace(event, 'basis', 'Basis') WHERE sequence = 3",
            3,
        ),
        ("DELETE FROM journal WHERE sequence = 3", 5),
        ("DELETE FROM journal WHERE sequence = 5", 5),
        ("DELETE FROM journal WHERE principal = 'p'", 5),
        ("DELETE FROM principal_state WHERE principal = 'p'", 1),
    ];
    for (harm, place) in harm {
        let address = server.new_database();
        let storage = open(&server, &address);
        for principal in ["p", "q", "p", "q", "p"] {
            storage.record(&event(principal)).unwrap();
        }
        assert_eq!(storage.check_journal().unwrap(), 5);

        let name = address.rsplit('/').next().unwrap();
        server.run(name, &format!("ALTER TABLE journal DISABLE TRIGGER ALL; {harm}"));

        let broken = storage.check_journal().unwrap_err();
        assert!(
            matches!(broken, StoreError::JournalBroken { sequence } if sequence == place),
            "{harm}: {broken}"
        );
    }
}

pub(crate) fn append_only() {
    let server = server();
    let address = server.new_database();
    open(&server, &address).record(&event("p")).unwrap();
    let mut client = server.client(address.rsplit('/').next().unwrap());

    for change in [
        "UPDATE journal SET principal = 'q'",
        "DELETE FROM journal",
        "TRUNCATE journal",
        "DELETE FROM intent",
        "TRUNCATE intent",
    ] {
        assert!(client.batch_execute(change).is_err(), "{change}");
    }
}
