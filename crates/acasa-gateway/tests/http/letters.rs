//! Files of letters: for whom the letter is to, as they were announced, each time with an event.

use std::sync::Arc;

use acasa_crypto::digest::sha256;
use acasa_domain::Principal;
use acasa_gateway::ports::{Inbox, PortError};
use acasa_gateway_store::{Event, Letter};
use acasa_protocol::paths;
use acasa_wire::inbox::{Deliveries, DeliveryStatus, PreferencesReport};
use async_trait::async_trait;
use serde_json::json;
use uuid::Uuid;

use crate::world::{Answer, PERSON, World};

const FILE: &[u8] = b"%PDF-1.7 the decision";
const OTHER: &str = "2999000000014";

/// Has one file, whichever is asked for.
struct OneFile(&'static [u8]);

#[async_trait]
impl Inbox for OneFile {
    async fn deliveries(&self, _: u64) -> Result<Deliveries, PortError> {
        Err(PortError::Unavailable)
    }

    async fn attachment(&self, _: Uuid, _: usize, _: usize) -> Result<Vec<u8>, PortError> {
        Ok(self.0.to_vec())
    }

    async fn report(&self, _: Uuid, _: DeliveryStatus) -> Result<(), PortError> {
        Ok(())
    }

    async fn preferences(&self, _: &PreferencesReport) -> Result<(), PortError> {
        Ok(())
    }
}

/// A world in which two people have a letter with a file each.
async fn world(file: &'static [u8]) -> World {
    let world = World::start().await;
    let _ = world.gateway.clone().with_inbox(Arc::new(OneFile(file)));
    for (number, person) in [(1, PERSON), (2, OTHER)] {
        let principal = Principal::from(person.parse::<acasa_domain::Idnp>().unwrap());
        let letter = Letter {
            principal,
            id: Uuid::from_u128(number),
            content: json!({
                "sentAt": "2026-11-22T10:00:00Z", "source": { "ro": "ASP" }, "topic": "documents",
                "priority": "medium", "subject": { "ro": "Decizie" }, "body": { "ro": [] },
                "attachments": [{
                    "name": "Decizie ș.pdf", "mediaType": "application/pdf", "size": FILE.len(),
                    "sha256": data_encoding::HEXLOWER.encode(&sha256(FILE)),
                }],
            }),
            reported: false,
        };
        let event = Event {
            time: 1,
            kind: "Acasa.Notice.Received".to_owned(),
            actor: "urn:md:system:acasa".to_owned(),
            principal: principal.to_string(),
            legal_basis: String::new(),
            object_type: "Notice".to_owned(),
            object: String::new(),
            correlation: String::new(),
        };
        assert!(world.storage.take(&letter, None, &event).unwrap());
    }
    world
}

fn path(notice: &str, number: &str) -> String {
    format!("{}/{notice}/attachments/{number}", paths::NOTICES)
}

async fn ask(world: &World, path: &str) -> Answer {
    let device = world.register().await;
    let token = world.sign_in(&device).await.text("access_token").to_owned();
    let request = world.bound(&device, "GET", path, &token).await;
    world.send(request).await
}

/// Reads of letters, in the journal of a person.
fn reads(world: &World, person: &str) -> usize {
    let principal = format!("urn:md:idnp:{person}");
    let events = world.storage.events_about(&principal, None, 1000).unwrap();
    let of_letters = events.iter().filter(|entry| {
        entry.event.object_type == "Notice" && entry.event.kind == "Acasa.PersonalData.Access"
    });
    of_letters.count()
}

#[tokio::test]
async fn a_file_is_for_keeping_and_its_reading_is_journalled() {
    let world = world(FILE).await;
    let answer = ask(&world, &path(&Uuid::from_u128(1).to_string(), "0")).await;

    assert_eq!(answer.status, 200);
    for (name, value) in [
        ("content-type", "application/pdf"),
        (
            "content-disposition",
            "attachment; filename*=UTF-8''Decizie%20%C8%99.pdf",
        ),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
        ("content-security-policy", "default-src 'none'; sandbox"),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
    assert_eq!(answer.header("content-length"), FILE.len().to_string());
    assert_eq!(reads(&world, PERSON), 1);
    world.stop().await;
}

#[tokio::test]
async fn nobody_gets_another_s_file_or_one_that_is_not_there() {
    let world = world(FILE).await;
    let own = Uuid::from_u128(1).to_string();
    for (notice, number) in [
        (Uuid::from_u128(2).to_string(), "0"),
        (Uuid::from_u128(3).to_string(), "0"),
        (own.clone(), "-1"),
        ("letter".to_owned(), "0"),
    ] {
        let answer = ask(&world, &path(&notice, number)).await;
        assert_eq!(answer.refusal(), (404, "not_found"), "{notice} {number}");
    }
    assert_eq!((reads(&world, PERSON), reads(&world, OTHER)), (0, 0));
    assert_eq!(ask(&world, &path(&own, "1")).await.refusal(), (404, "not_found"));
    let nobody = world.get(&path(&own, "0")).await;
    assert_eq!(nobody.refusal(), (401, "token_invalid"));
    world.stop().await;
}

#[tokio::test]
async fn other_bytes_than_were_announced_are_not_passed_on() {
    let world = world(b"%PDF-1.7 the decisiom").await;
    let answer = ask(&world, &path(&Uuid::from_u128(1).to_string(), "0")).await;

    assert_eq!(answer.refusal(), (502, "service_refused"));
    world.stop().await;
}
