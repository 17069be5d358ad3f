//! How the database is reached, and what is said when it is not.

use acasa_gateway_store::{
    Client, PostgresSettings, PostgresStorage, Storage as _, StoreError,
    testing::{PostgresServer, digest, roots},
};
use rcgen::{CertificateParams, KeyPair};

use crate::{open, server};

fn refusal(settings: PostgresSettings) -> (&'static str, bool) {
    let error = PostgresStorage::open(settings, digest, &roots()).err().unwrap();
    (error.code(), error.retryable())
}

fn read(address: &str) -> Result<PostgresSettings, &'static str> {
    address.parse().map_err(|error: StoreError| error.code())
}

pub(crate) fn denied() {
    let server = server();
    let address = server.new_database();
    let wrong = read(&address).unwrap().with_password(b"another");
    let nowhere = server.settings(&server.address("nowhere"));
    let silent = read("postgres://postgres@127.0.0.1:1/acasa").unwrap();

    assert_eq!(refusal(wrong), ("storage_denied", false));
    assert_eq!(refusal(nowhere), ("storage_denied", false));
    assert_eq!(refusal(silent), ("storage_unavailable", true));
}

pub(crate) fn unprotected() {
    for address in [
        "postgres://a@db.example/acasa",
        "postgres://a@db.example/acasa?sslmode=prefer",
        "postgres://a@127.0.0.1,10.0.0.7/acasa?sslmode=disable",
        "postgres://a@localhost/acasa?hostaddr=10.0.0.7",
    ] {
        assert_eq!(read(address).err(), Some("storage_unprotected"), "{address}");
    }
    for address in [
        "postgres://a@db.example/acasa?sslmode=verify-full",
        "postgres://a@db1.example,db2.example/acasa?sslmode=require&target_session_attrs=read-write",
        "postgres://a@[::1]/acasa",
        "host=/run/postgresql user=a",
    ] {
        assert!(read(address).is_ok(), "{address}");
    }
    assert_eq!(read("http://db.example").err(), Some("storage_address"));
}

/// A certificate for this name and its key, in PEM.
fn certificate(name: &str) -> (String, String) {
    let key = KeyPair::generate().unwrap();
    let parameters = CertificateParams::new([name.to_owned()]).unwrap();
    (parameters.self_signed(&key).unwrap().pem(), key.serialize_pem())
}

pub(crate) fn encrypted() {
    let (own, key) = certificate("localhost");
    let (other, _) = certificate("localhost");
    let server = PostgresServer::start("").unwrap();
    server.encrypt(&own, &key);
    let address = server.new_database().replace("127.0.0.1", "localhost") + "?sslmode=verify-full";
    let by_number = address.replace("localhost", "127.0.0.1");
    let trusting =
        |address: &str, authority: &str| server.settings(address).with_trust(authority.as_bytes()).unwrap();

    let storage = PostgresStorage::open(trusting(&address, &own), digest, &roots()).unwrap();
    assert_eq!(storage.check_journal().unwrap(), 0);
    let mut client = server.client("postgres");
    let encrypted = "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
                     WHERE ssl AND application_name = 'acasa-gateway'";
    assert_eq!(client.query_one(encrypted, &[]).unwrap().get::<_, i64>(0), 1);
    drop(storage);

    assert_eq!(refusal(trusting(&address, &other)), ("storage_unavailable", true));
    assert_eq!(refusal(trusting(&by_number, &own)), ("storage_unavailable", true));
    assert_eq!(refusal(server.settings(&address)), ("storage_unavailable", true));
    let nonsense = server.settings(&address).with_trust(b"nonsense");
    assert_eq!(nonsense.err().unwrap().code(), "storage_trust");
}

pub(crate) fn error_texts() {
    let server = server();
    let storage = open(&server, &server.new_database());
    let client = Client {
        id: "of a person".to_owned(),
        jwk: "{}".to_owned(),
        redirect_uris: Vec::new(),
        registered: 1,
    };
    storage.register_client(&client).unwrap();

    let twice = storage.register_client(&client).unwrap_err();

    assert_eq!(twice.code(), "storage_failed");
    let told = format!("{twice} {twice:?}");
    assert!(told.contains("23505") && !told.contains("person"), "{told}");
    let settings = format!("{:?}", server.settings(&server.address("x")));
    assert!(!settings.contains(server.password()), "{settings}");
}
