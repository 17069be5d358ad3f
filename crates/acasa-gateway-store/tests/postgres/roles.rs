//! A gateway that is not the owner of its tables.

use acasa_gateway_store::{
    PostgresSettings, ShardedStorage, Storage as _,
    testing::{self, PostgresServer, digest, event, roots},
};

/// Who serves.
const ROLE: &str = "serving \"gateway\"";

fn role(server: &PostgresServer) {
    let password = server.password();
    server.run(
        "postgres",
        &format!("CREATE ROLE \"serving \"\"gateway\"\"\" LOGIN PASSWORD '{password}'"),
    );
}

fn as_role(server: &PostgresServer, address: &str) -> PostgresSettings {
    server.settings(&address.replace("postgres@", "serving%20%22gateway%22@"))
}

/// What a gateway does, the role may do.
pub(crate) fn serves() {
    let server = crate::quick_server();
    role(&server);
    let addresses = [server.new_database(), server.new_database()];
    testing::serving_contract(&|| {
        for address in &addresses {
            server.empty(address);
        }
        let owner = addresses.iter().map(|address| server.settings(address)).collect();
        ShardedStorage::migrate(owner, Some(ROLE), digest, &roots()).unwrap();
        let settings = addresses
            .iter()
            .map(|address| as_role(&server, address))
            .collect();
        Box::new(ShardedStorage::open(settings, digest, &roots()).unwrap())
    });
}

/// And nothing to what was written for ever.
pub(crate) fn no_more() {
    let server = crate::server();
    role(&server);
    let address = server.new_database();
    let open = || ShardedStorage::open(vec![as_role(&server, &address)], digest, &roots());
    let unmade = open().err().unwrap();
    ShardedStorage::migrate(vec![server.settings(&address)], Some(ROLE), digest, &roots()).unwrap();
    let storage = open().unwrap();
    storage.record(&event("p")).unwrap();

    let mut config: postgres::Config = address.parse().unwrap();
    config.user(ROLE).password(server.password());
    let mut client = config.connect(postgres::NoTls).unwrap();
    for harm in [
        "UPDATE journal SET event = ''",
        "DELETE FROM journal",
        "TRUNCATE journal",
        "ALTER TABLE journal DISABLE TRIGGER ALL",
        "DROP TABLE journal",
        "UPDATE intent SET outcome = ''",
        "DELETE FROM intent",
        "UPDATE routing SET shards = 9",
        "DELETE FROM revoked_document",
        "UPDATE copy SET document = ''",
        "CREATE TABLE another ()",
        "CREATE FUNCTION another() RETURNS INTEGER LANGUAGE sql AS 'SELECT 1'",
    ] {
        let refused = client.batch_execute(harm).unwrap_err();
        assert_eq!(
            refused.code().map(postgres::error::SqlState::code),
            Some("42501"),
            "{harm}"
        );
    }

    assert_eq!((unmade.code(), unmade.retryable()), ("storage_older", false));
    assert_eq!(storage.check_journal().unwrap(), 1);
}

/// It is told that the database is newer, not that it may not make tables.
pub(crate) fn newer() {
    let server = crate::server();
    role(&server);
    let address = server.new_database();
    let open = || ShardedStorage::open(vec![as_role(&server, &address)], digest, &roots());
    ShardedStorage::migrate(vec![server.settings(&address)], Some(ROLE), digest, &roots()).unwrap();
    let name = address.rsplit('/').next().unwrap();

    server.run(name, "INSERT INTO migration (number, oldest) VALUES (98, 1)");
    let allowed = open().map(drop);
    server.run(name, "INSERT INTO migration (number, oldest) VALUES (99, 99)");
    let refused = open().err().unwrap();

    assert!(allowed.is_ok());
    assert_eq!((refused.code(), refused.retryable()), ("storage_newer", false));
}
