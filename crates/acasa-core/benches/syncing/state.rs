//! The state beside its gateway.

use super::letters;
use acasa_domain::Principal;
use acasa_gateway_store::{RootKeys, SqliteStorage, SyncStorage as _, testing};
use acasa_sandbox::Sandbox;
use std::path::Path;

/// What the state itself writes: into the gateway's own database, beside the gateway.
pub(crate) struct State {
    storage: SqliteStorage,
    people: Vec<Principal>,
}

impl State {
    pub(crate) fn open(sandbox: &Sandbox, data: &Path) -> Self {
        let people = &sandbox.country().people;
        let roots = std::fs::read(data.join("keys/payload.keys")).expect("the state's root keys");
        let roots = RootKeys::parse(&roots).expect("root keys");
        let database = data.join("gateway.db");
        Self {
            storage: SqliteStorage::open(&database, testing::digest, &roots).expect("the database"),
            people: people.iter().map(|person| person.idnp.into()).collect(),
        }
    }

    /// Writes the letters of these numbers to a person, a hundred at a time.
    pub(crate) fn write(&self, person: usize, numbers: std::ops::Range<u64>) {
        let principal = self.people[person - 1];
        let event = testing::event(&principal.to_string());
        let mut writes = numbers.map(letters::write).peekable();
        while writes.peek().is_some() {
            let some: Vec<_> = writes.by_ref().take(100).collect();
            self.storage
                .write(principal, &some, &event)
                .expect("there is room");
        }
    }
}
