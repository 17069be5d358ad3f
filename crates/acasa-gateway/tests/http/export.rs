//! Everything that is kept of a person: for the person, whole or not at all, each time with an event.

use std::{collections::BTreeSet, num::NonZeroU32, time::Duration};

use acasa_domain::Principal;
use acasa_gateway::{Limits, Rate};
use acasa_gateway_store::{Event, Letter, Write};
use acasa_protocol::paths;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    sender::{Sender, sms},
    world::{Answer, PERSON, Setting, World, make_key},
};

const OTHER: &str = "2999000000014";

fn event(principal: &Principal) -> Event {
    Event {
        time: 1,
        kind: "Acasa.Notice.Received".to_owned(),
        actor: "urn:md:system:acasa".to_owned(),
        principal: principal.to_string(),
        legal_basis: String::new(),
        object_type: "Notice".to_owned(),
        object: String::new(),
        correlation: String::new(),
    }
}

/// A device that has set a preference, beside a letter to its person and one to somebody else.
async fn begun(world: &World) -> Sender {
    for (number, person) in [(1, PERSON), (2, OTHER)] {
        let principal = Principal::from(person.parse::<acasa_domain::Idnp>().unwrap());
        let letter = Letter {
            principal,
            id: Uuid::from_u128(number),
            content: json!({ "subject": format!("to {person}") }),
            reported: false,
        };
        assert!(world.storage.take(&letter, None, &event(&principal)).unwrap());
    }
    let sender = Sender::enrol(world).await;
    assert_eq!(sender.push(world, 1, &[sms(7, false)]).await.status, 200);
    sender
}

async fn export(world: &World, sender: &Sender) -> Answer {
    sender.ask(world, "GET", paths::EXPORT, None).await
}

fn list<'a>(answer: &'a Answer, name: &str) -> &'a [Value] {
    answer.body[name].as_array().map_or(&[], Vec::as_slice)
}

#[tokio::test]
async fn a_person_is_given_everything_that_is_kept_of_them_and_nothing_of_another() {
    let world = World::start().await;
    let sender = begun(&world).await;

    let answer = export(&world, &sender).await;

    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, "application/json")
    );
    assert_eq!(answer.body["complete"], true);
    assert_eq!(answer.body["person"], format!("urn:md:idnp:{PERSON}"));
    let kinds: Vec<_> = list(&answer, "records")
        .iter()
        .map(|record| &record["kind"])
        .collect();
    assert_eq!(kinds, ["notice", "preference"]);
    let acts = list(&answer, "acts");
    assert_eq!(acts.len(), 1);
    assert_eq!(acts[0]["said"]["arguments"]["key"], "sms");
    assert_eq!(acts[0]["came_to"]["outcome"], "applied");
    let installations = list(&answer, "installations");
    assert_eq!(installations.len(), 1);
    assert_eq!(installations[0]["installation"], sender.device.client.as_str());
    assert_eq!(installations[0]["device"]["number"], 1);
    // The event of the giving itself was written before it.
    let transfer = list(&answer, "accesses")
        .iter()
        .any(|event| event["object_type"] == "Export" && event["event"] == "Acasa.PersonalData.Transfer");
    assert!(transfer);
    assert!(!answer.body.to_string().contains(OTHER));
}

#[tokio::test]
async fn what_is_more_than_a_page_of_anything_is_given_whole_and_once() {
    let world = World::start().await;
    let sender = Sender::enrol(&world).await;
    let principal = Principal::from(PERSON.parse::<acasa_domain::Idnp>().unwrap());
    // More than the 1,000 records, 500 acts and 500 events that are read at once; a page of records ends within a version.
    for version in 0..143 {
        let write = |at| Write {
            kind: "note".to_owned(),
            id: format!("{version}-{at}"),
            content: Some(json!(at)),
        };
        let writes: Vec<_> = (0..7).map(write).collect();
        world
            .storage
            .write(principal, &writes, &event(&principal))
            .unwrap();
    }
    let acts: Vec<String> = (1..=501).map(|id| sms(id, true)).collect();
    for (number, some) in (1..).zip(acts.chunks(500)) {
        assert_eq!(sender.push(&world, number, some).await.status, 200);
    }

    let answer = export(&world, &sender).await;

    let distinct = |name, member: &str| {
        let items = list(&answer, name);
        let values: BTreeSet<String> = items.iter().map(|item| item[member].to_string()).collect();
        (items.len(), values.len())
    };
    assert_eq!(answer.body["complete"], true);
    assert_eq!(distinct("records", "id"), (1_002, 1_002));
    assert_eq!(distinct("acts", "id"), (501, 501));
    let versions: Vec<_> = list(&answer, "records")
        .iter()
        .map(|record| record["version"].as_u64())
        .collect();
    assert!(versions.is_sorted());
    let sequences: Vec<_> = list(&answer, "accesses")
        .iter()
        .map(|event| event["sequence"].as_i64())
        .collect();
    assert!(
        sequences.windows(2).all(|pair| pair[0] > pair[1]),
        "newest first, each once"
    );
    let about = world.storage.events_about(&principal.to_string(), None, 10_000);
    assert_eq!(sequences.len(), about.unwrap().len());
    assert!(sequences.len() > 501, "{}", sequences.len());
}

#[tokio::test]
async fn nobody_else_is_given_it() {
    let world = World::start().await;
    let sender = begun(&world).await;

    let without = world.get(paths::EXPORT).await;
    let mut thief = Sender::enrol(&world).await;
    thief.token.clone_from(&sender.token);
    let stolen = export(&world, &thief).await;
    thief.token = "guessed".to_owned();
    let guessed = export(&world, &thief).await;
    let mut forged = Sender::enrol(&world).await;
    forged.device.dpop = make_key();
    let forged = export(&world, &forged).await;
    let posted = sender
        .ask(&world, "POST", paths::EXPORT, Some("{}".to_owned()))
        .await;

    for (answer, code) in [
        (&without, "token_invalid"),
        (&stolen, "token_invalid"),
        (&guessed, "token_invalid"),
        (&forged, "token_invalid"),
    ] {
        assert_eq!(answer.refusal(), (401, code));
        assert!(answer.body.get("records").is_none());
    }
    assert_eq!(posted.refusal(), (405, "method_not_allowed"));
    let after = world
        .storage
        .events_about(&format!("urn:md:idnp:{PERSON}"), None, 100);
    let exports = after.unwrap();
    let exports = exports.iter().filter(|entry| entry.event.object_type == "Export");
    assert_eq!(exports.count(), 0, "nothing was given");
}

#[tokio::test]
async fn a_person_who_asks_too_often_is_told_when_to_come_back() {
    let world = World::start_with(Setting {
        limits: Limits {
            per_export: Some(Rate {
                burst: NonZeroU32::new(1).unwrap(),
                every: Duration::from_hours(1),
            }),
            ..Limits::default()
        },
        ..Setting::default()
    })
    .await;
    let sender = begun(&world).await;
    assert_eq!(export(&world, &sender).await.status, 200);
    // Another installation is the same person.
    let other = Sender::enrol(&world).await;

    let refused = export(&world, &other).await;

    assert_eq!(refused.refusal(), (429, "too_many_requests"));
    assert!(!refused.header("retry-after").is_empty());
}

#[tokio::test]
async fn after_an_erasure_what_must_stay_is_all_there_is() {
    let world = World::start().await;
    let sender = begun(&world).await;
    let principal = Principal::from(PERSON.parse::<acasa_domain::Idnp>().unwrap());
    world.storage.erase(principal, &event(&principal)).unwrap();

    let answer = export(&world, &sender).await;

    assert_eq!(answer.body["complete"], true);
    assert!(list(&answer, "records").is_empty());
    let act = &list(&answer, "acts")[0];
    assert_eq!(
        (&act["said"], &act["came_to"]["outcome"]),
        (&Value::Null, &json!("applied"))
    );
    assert!(!list(&answer, "accesses").is_empty());
    // The device goes on: it finds nothing, and may act anew.
    assert_eq!(crate::sender::records(&sender.pull(&world).await), 0);
    assert_eq!(sender.push(&world, 2, &[sms(8, false)]).await.status, 200);
    assert_eq!(crate::sender::records(&sender.pull(&world).await), 1);
}
