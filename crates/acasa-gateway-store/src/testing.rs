//! The contract of [`Storage`](crate::Storage), run by every engine's tests, and what simulators look into.

mod inbox;
mod planted;
mod principals;
#[cfg(unix)]
mod server;
pub mod sync;

use std::collections::BTreeSet;

pub use planted::{PLANTED, plant, records_of};
#[cfg(unix)]
pub use server::PostgresServer;

use crate::{
    Client, Code, Event, Grant, Hash, NewCopies, Pushed, Redeemed, RootKeys, Routes, Storage, StoreError,
    postgres::routing::Routing,
};

pub use crate::sqlite::hooks::Lying;

/// Makes an empty storage.
pub type Fresh<'a> = &'a dyn Fn() -> Box<dyn Storage>;

/// Runs the whole contract; panics where it is not kept.
pub fn contract(fresh: Fresh<'_>) {
    serving_contract(fresh);
    principals::contract(fresh);
}

/// All but what an operator does, not a gateway that serves: erasing people, replacing root keys.
pub fn serving_contract(fresh: Fresh<'_>) {
    fresh().ready().expect("it answers");
    one_time_values_are_used_once(&*fresh());
    a_pushed_request_is_completed_once_and_in_time(&*fresh());
    a_code_used_twice_ends_its_grant(&*fresh());
    access_tokens_end_with_time_and_with_their_grant(&*fresh());
    a_person_keeps_one_subject(&*fresh());
    copies_get_distinct_indices_and_are_revoked_together(&*fresh());
    the_outbox_keeps_order_until_delivery(&*fresh());
    pages_of_events_hold_one_person_only(&*fresh());
    removed_installations_take_their_sessions_with_them(&*fresh());
    a_text_with_a_nul_in_it_names_nothing(&*fresh());
    sync::contract(fresh);
    inbox::contract(fresh);
}

/// An event about `principal`.
pub fn event(principal: &str) -> Event {
    Event {
        time: 1_000,
        kind: "Acasa.PersonalData.Access".into(),
        actor: "urn:md:system:test".into(),
        principal: principal.into(),
        legal_basis: "basis".into(),
        object_type: "Document".into(),
        object: "d".into(),
        correlation: "c".into(),
    }
}

fn hash(byte: u8) -> Hash {
    [byte; 32]
}

/// Not SHA-256: four mixed sums of the bytes, good enough to see a changed byte and to spread names.
pub fn digest(bytes: &[u8]) -> Hash {
    let mut hash = [0; 32];
    for (lane, place) in (1_u64..).zip(hash.chunks_exact_mut(8)) {
        let mut sum = bytes.iter().fold(lane, |sum, byte| {
            (sum ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3)
        });
        for shift in [33, 29, 32] {
            sum = (sum ^ (sum >> shift)).wrapping_mul(0xFF51_AFD7_ED55_8CCD);
        }
        place.copy_from_slice(&sum.to_be_bytes());
    }
    hash
}

/// The same root keys each time.
pub fn roots() -> RootKeys {
    RootKeys::parse("BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc\n".as_bytes()).expect("a key")
}

/// The routes of so many shards, without exceptions.
pub fn routes(shards: i32) -> Routes {
    let routing = Routing {
        version: 1,
        shards,
        announced: None,
        next: None,
        first: shards,
    };
    Routes::new(&routing, Vec::new(), digest)
}

/// Registers the installation `client`.
pub fn with_client(storage: &dyn Storage) {
    let client = Client {
        id: "client".into(),
        jwk: "{}".into(),
        redirect_uris: vec!["http://127.0.0.1/a".into(), "http://[::1]/a".into()],
        registered: 1,
    };
    storage.register_client(&client).expect("registers");
    assert!(
        storage.client("client").expect("reads") == Some(client),
        "a client reads back"
    );
    assert!(
        storage.client("other").expect("reads").is_none(),
        "unknown clients are unknown"
    );
}

fn code(byte: u8) -> Code {
    Code {
        code: hash(byte),
        client: "client".into(),
        subject: "s".into(),
        body: "{}".into(),
        expires: 60,
    }
}

fn grant() -> Grant {
    Grant {
        id: "g".into(),
        client: "client".into(),
        subject: "s".into(),
        refresh: hash(9),
        dpop_thumbprint: "t".into(),
        started: 2,
    }
}

/// A session of the installation `client`.
fn with_session(storage: &dyn Storage) {
    authorized(storage, 1);
    storage.start_grant(&grant(), &hash(1)).expect("starts");
}

fn one_time_values_are_used_once(storage: &dyn Storage) {
    assert!(storage.use_once(&hash(1), 10, 1).expect("uses"), "first use");
    assert!(!storage.use_once(&hash(1), 10, 2).expect("uses"), "second use");
    assert!(storage.use_once(&hash(2), 10, 2).expect("uses"), "another value");
}

fn authorized(storage: &dyn Storage, byte: u8) {
    let pushed = Pushed {
        request: hash(byte),
        client: "client".into(),
        body: "{}".into(),
        expires: 50,
    };
    storage.push(&pushed).expect("pushes");
    let done = storage
        .authorize(&hash(byte), &code(byte), 5, &event("p"))
        .expect("authorizes");
    assert!(done, "an unexpired request completes");
}

fn a_pushed_request_is_completed_once_and_in_time(storage: &dyn Storage) {
    with_client(storage);
    authorized(storage, 1);
    let again = storage
        .authorize(&hash(1), &code(3), 5, &event("p"))
        .expect("authorizes");
    assert!(!again, "a completed request is gone");
    let late = Pushed {
        request: hash(2),
        client: "client".into(),
        body: "{}".into(),
        expires: 50,
    };
    storage.push(&late).expect("pushes");
    assert!(
        storage.pushed(&hash(2), 50).expect("reads").is_none(),
        "expired is gone"
    );
    assert_eq!(
        storage.check_journal().expect("checks"),
        1,
        "a refusal is no sign-in"
    );
}

fn a_code_used_twice_ends_its_grant(storage: &dyn Storage) {
    with_client(storage);
    authorized(storage, 1);
    let first = storage.redeem(&hash(1), 6).expect("redeems");
    assert!(
        matches!(first, Redeemed::Fresh(kept) if kept == code(1)),
        "first use"
    );
    storage.start_grant(&grant(), &hash(1)).expect("starts");
    assert!(
        storage.grant_by_refresh(&hash(9)).expect("reads") == Some(grant()),
        "grant reads back"
    );
    let second = storage.redeem(&hash(1), 7).expect("redeems");
    assert!(matches!(second, Redeemed::Reused), "second use");
    assert!(
        storage.grant_by_refresh(&hash(9)).expect("reads").is_none(),
        "the grant is ended"
    );
    assert!(
        matches!(storage.redeem(&hash(8), 7), Ok(Redeemed::Unknown)),
        "never issued"
    );
    authorized(storage, 2);
    assert!(
        matches!(storage.redeem(&hash(2), 60), Ok(Redeemed::Unknown)),
        "expired"
    );
}

fn access_tokens_end_with_time_and_with_their_grant(storage: &dyn Storage) {
    with_client(storage);
    authorized(storage, 1);
    storage.start_grant(&grant(), &hash(1)).expect("starts");
    storage.add_access("g", &hash(4), 20, 10).expect("adds");
    assert!(
        storage.grant_by_access(&hash(4), 19).expect("reads").is_some(),
        "in time"
    );
    assert!(
        storage.grant_by_access(&hash(4), 20).expect("reads").is_none(),
        "too late"
    );
    assert!(storage.end_grant("g").expect("ends"), "there was one");
    assert!(
        storage.grant_by_access(&hash(4), 11).expect("reads").is_none(),
        "grant ended"
    );
    assert!(!storage.end_grant("g").expect("ends"), "there is none");
}

fn a_person_keeps_one_subject(storage: &dyn Storage) {
    let first = storage.subject_of("person", "a").expect("reads");
    let second = storage.subject_of("person", "b").expect("reads");
    assert_eq!((first.as_str(), second.as_str()), ("a", "a"));
    assert_eq!(storage.person_of("a").expect("reads").as_deref(), Some("person"));
    assert_eq!(storage.person_of("b").expect("reads"), None);
}

fn copies_get_distinct_indices_and_are_revoked_together(storage: &dyn Storage) {
    let mut next = 0;
    // Draws each index twice, so that collisions happen.
    let mut draw = |below: u32| {
        next += 1;
        (next / 2) % below
    };
    let new = |document: &str, count| NewCopies {
        document: document.into(),
        subject: "s".into(),
        configuration: "c".into(),
        count,
        expires: 9,
    };
    let kept = storage
        .allocate(&new("kept", 4), &mut draw, &event("p"))
        .expect("allocates");
    let gone = storage
        .allocate(&new("gone", 3), &mut draw, &event("p"))
        .expect("allocates");
    let distinct: BTreeSet<_> = kept.iter().chain(&gone).collect();
    assert_eq!(distinct.len(), 7);
    assert_eq!(storage.revoke("gone", &event("p")).expect("revokes"), 3);
    assert_eq!(storage.revoke("gone", &event("p")).expect("revokes"), 0);
    let mut expected: Vec<_> = gone.iter().map(|slot| slot.index).collect();
    expected.sort_unstable();
    assert_eq!(storage.status_lists().expect("reads"), [1]);
    assert_eq!(storage.revoked_in(1).expect("reads"), Some(expected));
    assert_eq!(storage.revoked_in(2).expect("reads"), None);
    assert!(storage.is_revoked("gone").expect("reads"));
    assert!(!storage.is_revoked("kept").expect("reads"));
    // Asked for before the revocation and written after it: no copy nobody would revoke.
    let late = storage.allocate(&new("gone", 1), &mut draw, &event("p"));
    assert!(matches!(late, Err(StoreError::DocumentRevoked)));
    assert_eq!(storage.check_journal().expect("checks"), 4);
}

fn the_outbox_keeps_order_until_delivery(storage: &dyn Storage) {
    for _ in 0..3 {
        storage.record(&event("p")).expect("records");
    }
    let waiting = |limit| -> Vec<i64> {
        let entries = storage.outbox(limit).expect("reads");
        entries.iter().map(|entry| entry.sequence).collect()
    };
    assert_eq!(waiting(2), [1, 2]);
    assert_eq!(storage.outbox_length().expect("counts"), 3);
    storage.delivered(&[1, 2]).expect("marks");
    assert_eq!(waiting(9), [3]);
    assert_eq!(storage.outbox_length().expect("counts"), 1);
    assert_eq!(
        storage.check_journal().expect("checks"),
        3,
        "delivery removes nothing"
    );
}

fn pages_of_events_hold_one_person_only(storage: &dyn Storage) {
    for principal in ["p", "q", "p", "p"] {
        storage.record(&event(principal)).expect("records");
    }
    let page = |before| -> Vec<i64> {
        let entries = storage.events_about("p", before, 2).expect("reads");
        entries.iter().map(|entry| entry.sequence).collect()
    };
    assert_eq!(page(None), [4, 3]);
    assert_eq!(page(Some(3)), [1]);
}

fn removed_installations_take_their_sessions_with_them(storage: &dyn Storage) {
    with_client(storage);
    assert_eq!(storage.subject_of("person", "s").expect("reads"), "s");
    authorized(storage, 1);
    storage.start_grant(&grant(), &hash(1)).expect("starts");
    storage.add_access("g", &hash(4), 20, 10).expect("adds");
    sync::begun_as(storage, "urn:md:idnp:2999000000014");
    let removed = storage.remove_clients_of("person", &event("p")).expect("removes");
    assert_eq!(removed, 1);
    assert!(storage.client("client").expect("reads").is_none());
    assert!(storage.grant_by_access(&hash(4), 11).expect("reads").is_none());
    assert!(storage.sync_device("client").expect("reads").is_none());
    let again = storage.remove_clients_of("person", &event("p")).expect("removes");
    assert_eq!(again, 0);
    assert_eq!(storage.check_journal().expect("checks"), 3);
}

fn a_text_with_a_nul_in_it_names_nothing(storage: &dyn Storage) {
    with_client(storage);
    let text = "client\0";
    assert!(storage.client(text).expect("reads").is_none());
    assert!(storage.person_of(text).expect("reads").is_none());
    assert!(!storage.is_revoked(text).expect("reads"));
    assert!(storage.sync_device(text).expect("reads").is_none());
    assert!(storage.events_about(text, None, 9).expect("reads").is_empty());
}
