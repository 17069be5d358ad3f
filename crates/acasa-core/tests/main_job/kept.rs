//! Everything that the gateway keeps of a person, in a file of theirs.

use std::fs;

use acasa_core::{
    api::{Nothing, SavedView},
    commands,
};

use crate::device::{Device, World};

async fn save(device: &Device) -> Result<SavedView, String> {
    let saved = commands::activity_export(&device.acasa, Nothing {}).await;
    saved.map_err(|failure| failure.code)
}

#[tokio::test]
async fn a_person_saves_what_the_gateway_keeps_of_them_and_of_nobody_else() {
    let world = World::start().await;
    let (one, other) = (world.holder().await, world.device("other"));
    other.enrol("2").await;
    let people = &world.sandbox.country().people;

    let saved = save(&one).await.expect("it is saved");

    let text = fs::read_to_string(&saved.path).expect("a file");
    let kept: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(kept["complete"], true);
    assert_eq!(kept["person"], format!("urn:md:idnp:{}", people[0].idnp.as_str()));
    assert!(
        kept["documents"]
            .as_array()
            .is_some_and(|issued| !issued.is_empty())
    );
    assert_eq!(kept["installations"].as_array().map(Vec::len), Some(1));
    assert!(!text.contains(people[1].idnp.as_str()));
    assert!(saved.path.ends_with("datele mele Acasă.json"), "{}", saved.path);
}

#[tokio::test]
async fn nothing_is_saved_offline_locked_or_asked_for_too_often() {
    let world = World::start().await;
    let device = world.holder().await;
    device.gate.close();
    let offline = save(&device).await;
    device.gate.open();

    let mut codes = Vec::new();
    for _ in 0..4 {
        codes.push(save(&device).await.err());
    }
    commands::vault_lock(&device.acasa, Nothing {})
        .await
        .expect("it locks");
    let locked = save(&device).await;

    assert_eq!(offline.unwrap_err(), "offline");
    assert_eq!(codes, [None, None, None, Some("export_too_often".to_owned())]);
    assert_eq!(locked.unwrap_err(), "vault_locked");
}
