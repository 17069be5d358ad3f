//! People, their devices, and what they send.

use std::collections::BTreeMap;

use acasa_domain::Principal;
use acasa_gateway_store::{
    Client, Storage, StoreError,
    testing::{
        event,
        sync::{Plain, put_of, submit},
    },
};
use acasa_protocol::sync::{Cursor, Fate, Outcome};

/// A synthetic person.
pub(crate) fn person(number: u64) -> Principal {
    let digits = format!("2999{number:08}");
    let sum: u32 = digits
        .bytes()
        .zip([7, 3, 1].into_iter().cycle())
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    format!("urn:md:idnp:{digits}{}", sum % 10).parse().unwrap()
}

/// A registered installation of a person, with its first generation.
pub(crate) fn device(storage: &dyn Storage, client: &str, person: Principal) {
    let registered = Client {
        id: client.to_owned(),
        jwk: "{}".to_owned(),
        redirect_uris: Vec::new(),
        registered: 1,
    };
    storage.register_client(&registered).unwrap();
    storage.begin_generation(client, person, 1, "{}").unwrap();
}

/// Sends acts with these numbers as a device's batch.
pub(crate) fn send(
    storage: &dyn Storage,
    (client, person): (&str, Principal),
    batch: u64,
    acts: &[u128],
) -> Result<Vec<Outcome>, StoreError> {
    let intents: Vec<_> = acts.iter().map(|act| put_of(person, *act, "a")).collect();
    match submit(storage, (client, person), (1, batch), &intents, &Plain)? {
        acasa_gateway_store::Judged::Outcomes(outcomes) => Ok(outcomes),
        acasa_gateway_store::Judged::Behind => panic!("the device is behind"),
        acasa_gateway_store::Judged::Forked => panic!("the device is forked"),
    }
}

/// The version an act was applied as.
pub(crate) fn version(outcome: &Outcome) -> u64 {
    match &outcome.fate {
        Fate::Applied { version, .. } => *version,
        Fate::Refused { .. } | Fate::Superseded { .. } => panic!("not applied"),
    }
}

/// How often each act took effect on a person's record.
pub(crate) fn effects(storage: &dyn Storage, person: Principal) -> BTreeMap<u128, u32> {
    let start = Cursor {
        since: 0,
        began: None,
    };
    let page = storage.pull(person, start, 1, &event("reader")).unwrap();
    let mut effects = BTreeMap::new();
    for record in &page.records {
        for value in record.content.as_ref().unwrap().as_array().unwrap() {
            *effects
                .entry(value.as_str().unwrap().parse().unwrap())
                .or_default() += 1;
        }
    }
    effects
}
