//! Reminders that announce themselves: whether the vault is open or closed, once, and saying nothing of whom they are.

use std::{
    fs,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use acasa_core::{
    api::{AnnouncementChange, Nothing, QuietHours},
    commands,
};
use jiff::{ToSpan as _, Zoned, civil::Date};

use crate::device::{CARD, Device, Listening, PERSON, World};

const SENTENCE: &str = "Un document vă expiră în curând. Deschideți Acasă ca să vedeți care.";

/// A device with one document, closed, the document's id and the last day on which it holds.
async fn closed(world: &World, host: &Arc<Listening>) -> (Device, String, Date) {
    let device = world.device_in("reminding", host.clone());
    device.enrol(PERSON).await;
    assert_eq!(device.receive(CARD).await.error, None);
    let listed = commands::documents_list(&device.acasa, Nothing {}).await;
    let card = listed.expect("open").documents.remove(0);
    let end = card.valid_until.expect("it ends").parse().expect("a day");
    lock(&device).await;
    (device, card.id, end)
}

async fn lock(device: &Device) {
    let locked = commands::vault_lock(&device.acasa, Nothing {}).await;
    locked.expect("it locks");
}

/// A moment of a day, so many days before another.
fn at(end: Date, days_before: i32, hour: i8) -> Zoned {
    let day = end.checked_sub(days_before.days()).expect("a day");
    day.at(hour, 30, 0, 0)
        .to_zoned(Zoned::now().time_zone().clone())
        .expect("a time")
}

#[tokio::test]
async fn a_closed_vault_announces_an_end_in_the_mornings_of_its_days_once_each() {
    let world = World::start().await;
    let host = Arc::new(Listening::default());
    let (device, _, end) = closed(&world, &host).await;
    let said_by = |moment: Zoned| {
        device.acasa.reminders().look(&moment).expect("it is looked for");
        host.said().len()
    };

    let counts = [
        said_by(at(end, 91, 12)),
        said_by(at(end, 90, 8)),
        said_by(at(end, 90, 9)),
        said_by(at(end, 90, 10)),
        said_by(at(end, 31, 12)),
        // The app was not running on either day: once for both.
        said_by(at(end, 2, 12)),
        said_by(at(end, 0, 12)),
    ];

    assert_eq!(counts, [0, 0, 1, 1, 1, 2, 2]);
    assert!(
        host.said().iter().all(|said| said == SENTENCE),
        "{:?}",
        host.said()
    );
}

#[tokio::test]
async fn beside_a_closed_vault_lie_times_and_ids_that_say_nothing() {
    let world = World::start().await;
    let host = Arc::new(Listening::default());
    let (device, card, _) = closed(&world, &host).await;

    let text = fs::read_to_string(device.folder().join("preferences.json")).expect("preferences");

    let kept: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let alarms = kept["profiles"][0]["alarms"].as_array().expect("alarms");
    assert_eq!(alarms.len(), 3);
    for alarm in alarms {
        let names: Vec<&String> = alarm.as_object().expect("an object").keys().collect();
        assert_eq!(names, ["at", "id"]);
    }
    assert!(!text.contains(&card), "{text}");
}

#[tokio::test]
async fn an_app_that_was_ended_reminds_at_its_next_start() {
    let world = World::start().await;
    let host = Arc::new(Listening::default());
    let (device, _, end) = closed(&world, &host).await;

    let again = device.beside();
    again
        .acasa
        .reminders()
        .look(&at(end, 30, 12))
        .expect("it is looked for");

    assert_eq!(host.said(), [SENTENCE]);
}

#[tokio::test]
async fn a_reminder_waits_for_the_end_of_quiet_hours_and_is_silent_where_announcing_is_off() {
    let world = World::start().await;
    let host = Arc::new(Listening::default());
    let (device, _, end) = closed(&world, &host).await;
    let set = async |change: AnnouncementChange| {
        device.unlock().await.expect("it opens");
        let set = commands::notices_announce(&device.acasa, change).await;
        set.expect("it is set");
        lock(&device).await;
    };
    let said_by = |moment: Zoned| {
        device.acasa.reminders().look(&moment).expect("it is looked for");
        host.said().len()
    };

    set(AnnouncementChange {
        quiet: Some(QuietHours {
            from: "08:00".to_owned(),
            until: "11:00".to_owned(),
        }),
        ..AnnouncementChange::default()
    })
    .await;
    let quiet = [said_by(at(end, 90, 9)), said_by(at(end, 90, 11))];
    set(AnnouncementChange {
        enabled: Some(false),
        ..AnnouncementChange::default()
    })
    .await;
    let off = said_by(at(end, 7, 12));
    set(AnnouncementChange {
        enabled: Some(true),
        ..AnnouncementChange::default()
    })
    .await;

    assert_eq!((quiet, off), ([0, 1], 1));
}

#[tokio::test]
async fn a_document_that_was_removed_is_not_reminded_of() {
    let world = World::start().await;
    let host = Arc::new(Listening::default());
    let (device, card, end) = closed(&world, &host).await;
    device.unlock().await.expect("it opens");
    let removed = commands::documents_remove(&device.acasa, acasa_core::api::DocumentRef { id: card }).await;
    removed.expect("it is removed");
    lock(&device).await;

    device
        .acasa
        .reminders()
        .look(&at(end, 7, 12))
        .expect("it is looked for");

    assert!(host.said().is_empty(), "{:?}", host.said());
}

#[tokio::test]
async fn whoever_has_the_open_app_before_them_is_told_by_it_and_whoever_has_the_closed_one_by_a_sentence() {
    let world = World::start().await;
    let host = Arc::new(Listening::default());
    let (device, _, end) = closed(&world, &host).await;
    host.is_looked_at.store(true, Ordering::SeqCst);
    let said_by = |moment: Zoned| {
        device.acasa.reminders().look(&moment).expect("it is looked for");
        host.said().len()
    };

    let before_the_pin = said_by(at(end, 90, 12));
    device.unlock().await.expect("it opens");
    let on_the_screen = said_by(at(end, 30, 12));
    host.is_looked_at.store(false, Ordering::SeqCst);
    let behind_others = said_by(at(end, 7, 12));

    assert_eq!((before_the_pin, on_the_screen, behind_others), (1, 1, 2));
}

#[tokio::test]
async fn the_app_looks_by_itself_soon_after_it_starts() {
    let world = World::start().await;
    let host = Arc::new(Listening::default());
    let (device, _, _) = closed(&world, &host).await;
    let path = device.folder().join("preferences.json");
    let text = fs::read_to_string(&path).expect("preferences");
    let mut kept: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    kept["profiles"][0]["alarms"][0]["at"] = "2020-01-01T07:00:00Z".into();
    fs::write(&path, kept.to_string()).expect("it is written");

    let _again = device.beside();

    for _ in 0..500 {
        if !host.said().is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(host.said(), [SENTENCE]);
}
