//! What a person does without a connection takes effect once there is one: once, on all their devices.

use std::{fs, path::Path, time::Duration};

use acasa_core::{
    api::{
        ActRef, ActStep, ActView, ConnectionView, Fate, LanguageTag, Nothing, NoticePreference,
        NoticePreferenceChange, NoticePreferencesView, SettingsChange,
    },
    commands,
};

use crate::device::{CARD, Device, PERSON, World};

pub(crate) fn sms(open: bool) -> NoticePreferenceChange {
    NoticePreferenceChange {
        sms: Some(open),
        ..NoticePreferenceChange::default()
    }
}

pub(crate) fn email(open: bool) -> NoticePreferenceChange {
    NoticePreferenceChange {
        email: Some(open),
        ..NoticePreferenceChange::default()
    }
}

pub(crate) async fn prefer(device: &Device, change: NoticePreferenceChange) -> NoticePreferencesView {
    commands::notices_prefer(&device.acasa, change)
        .await
        .expect("it is kept")
}

pub(crate) async fn preferences(device: &Device) -> NoticePreferencesView {
    commands::notices_preferences(&device.acasa, Nothing {})
        .await
        .expect("the vault is open")
}

pub(crate) async fn sync(device: &Device) -> ConnectionView {
    commands::app_sync(&device.acasa, Nothing {})
        .await
        .expect("the vault is open")
}

/// The latest act.
pub(crate) async fn latest(device: &Device) -> ActView {
    let activity = commands::activity_list(&device.acasa, Nothing {}).await;
    activity.expect("the vault is open").acts.remove(0)
}

/// Another device of the same person.
pub(crate) async fn second(world: &World) -> Device {
    let device = world.device("second");
    device.enrol(PERSON).await;
    let arrived = device.receive(CARD).await;
    assert_eq!(arrived.error, None);
    device
}

#[tokio::test]
async fn an_act_without_a_connection_waits_and_takes_effect_when_there_is_one() {
    let world = World::start().await;
    let (device, other) = (world.holder().await, second(&world).await);
    sync(&device).await;
    device.gate.close();

    let kept = prefer(&device, sms(false)).await;
    let waiting = latest(&device).await;
    let offline = sync(&device).await;
    device.gate.open();
    let online = sync(&device).await;
    let done = latest(&device).await;
    sync(&other).await;

    assert_eq!((kept.sms, kept.waiting), (false, vec![NoticePreference::Sms]));
    assert_eq!(kept.act.as_ref(), Some(&waiting.id));
    assert_eq!(
        (waiting.fate, waiting.kind.as_str()),
        (Fate::Waiting, "preference_sms_off")
    );
    assert_eq!(waiting.steps, [ActStep::Undo]);
    assert_eq!((offline.waiting, online.waiting), (1, 0));
    assert_eq!(
        (done.id, done.fate, done.steps),
        (waiting.id, Fate::Done, vec![ActStep::Withdraw])
    );
    let told = preferences(&other).await;
    assert_eq!((told.sms, told.email, told.known), (false, true, true));
}

#[tokio::test]
async fn a_new_device_is_told_without_asking_once_it_knows_whose_it_is() {
    let world = World::start().await;
    let device = world.holder().await;
    prefer(&device, sms(false)).await;
    sync(&device).await;

    let newcomer = second(&world).await;
    let told = async {
        while !preferences(&newcomer).await.known {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let told = tokio::time::timeout(Duration::from_secs(20), told).await;

    assert!(told.is_ok(), "nothing came by itself");
    assert!(!preferences(&newcomer).await.sms);
}

#[tokio::test]
async fn two_devices_come_to_the_same_and_keep_each_other_s_changes() {
    let world = World::start().await;
    let (one, two) = (world.holder().await, second(&world).await);
    one.gate.close();
    two.gate.close();

    prefer(&one, sms(false)).await;
    let ru = NoticePreferenceChange {
        language: Some(LanguageTag::Ru),
        ..NoticePreferenceChange::default()
    };
    prefer(&two, ru).await;
    prefer(
        &two,
        NoticePreferenceChange {
            viber: Some(true),
            ..sms(true)
        },
    )
    .await;
    for device in [&one, &two, &one, &two] {
        device.gate.open();
        sync(device).await;
    }

    let (first, second) = (preferences(&one).await, preferences(&two).await);
    assert_eq!(first, second);
    // The gateway's order decides: the second device's word on SMS came last.
    assert_eq!(
        (first.language, first.sms, first.viber),
        (LanguageTag::Ru, true, true)
    );
}

#[tokio::test]
async fn an_act_is_taken_back_until_it_is_sent_and_not_after() {
    let world = World::start().await;
    let (device, other) = (world.holder().await, second(&world).await);
    sync(&device).await;

    let kept = prefer(&device, sms(false)).await;
    let undo = |id: String| commands::activity_undo(&device.acasa, ActRef { id });
    let undone = undo(kept.act.expect("an act")).await.expect("in time");
    sync(&device).await;
    sync(&other).await;

    assert_eq!(undone.acts[0].fate, Fate::Withdrawn);
    assert!(preferences(&device).await.sms);
    assert!(preferences(&other).await.sms);

    let sent = prefer(&device, sms(false)).await;
    sync(&device).await;
    let late = undo(sent.act.expect("an act")).await.expect_err("it was sent");
    assert_eq!(late.code, "act_settled");
}

#[tokio::test]
async fn what_was_not_sent_can_be_saved_and_goes_on_waiting() {
    let world = World::start().await;
    let device = world.holder().await;
    sync(&device).await;
    device.gate.close();
    let act = prefer(&device, sms(false)).await.act.expect("an act");

    let saved = commands::activity_save(&device.acasa, Nothing {})
        .await
        .expect("a file");
    let text = fs::read_to_string(&saved.path).expect("the file");
    let file: serde_json::Value = serde_json::from_str(&text).expect("JSON");

    assert_eq!(file["format"], "acasa-unsent-acts");
    assert_eq!(file["acts"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        (&file["acts"][0]["id"], &file["acts"][0]["fate"]),
        (&act.into(), &"waiting".into())
    );
    assert_eq!(file["acts"][0]["arguments"]["key"], "sms");
    assert_eq!(latest(&device).await.fate, Fate::Waiting);
}

#[tokio::test]
async fn what_waits_outlives_the_app_and_is_sent_by_the_next_one() {
    let world = World::start().await;
    let (device, other) = (world.holder().await, second(&world).await);
    device.gate.close();
    prefer(&device, sms(false)).await;

    let device = device.restart_offline().await;
    device.unlock().await.expect("it opens");
    let waiting = latest(&device).await.fate;
    let seen = preferences(&device).await.sms;
    device.gate.open();
    sync(&device).await;
    sync(&other).await;

    assert_eq!((waiting, seen), (Fate::Waiting, false));
    assert_eq!(latest(&device).await.fate, Fate::Done);
    assert!(!preferences(&other).await.sms);
}

#[tokio::test]
async fn a_session_that_ends_holds_acts_back_and_loses_none() {
    let world = World::start().await;
    let device = world.holder().await;
    sync(&device).await;
    world.sandbox.revoke_installations(PERSON).await.expect("removed");

    prefer(&device, sms(false)).await;
    let ended = sync(&device).await;
    let held = latest(&device).await.fate;
    device.sign_in(PERSON).await;
    let again = sync(&device).await;
    let other = second(&world).await;
    sync(&other).await;

    // It may have arrived, for all the device knows: the new session's gateway is asked again.
    assert_eq!((ended.sign_in_needed, ended.waiting, held), (true, 1, Fate::Sent));
    assert_eq!((again.sign_in_needed, again.waiting), (false, 0));
    assert_eq!(latest(&device).await.fate, Fate::Done);
    assert!(!preferences(&other).await.sms);
}

#[tokio::test]
async fn the_last_channel_is_kept_open_by_the_device_and_by_the_state() {
    let world = World::start().await;
    let (one, two) = (world.holder().await, second(&world).await);
    for device in [&one, &two] {
        sync(device).await;
        device.gate.close();
    }
    let closed = |email, sms, app| NoticePreferenceChange {
        email: Some(email),
        sms: Some(sms),
        app: Some(app),
        ..NoticePreferenceChange::default()
    };
    let all = commands::notices_prefer(&one.acasa, closed(false, false, false)).await;
    assert_eq!(all.expect_err("one stays").code, "preference_last_channel");

    // Each leaves another one open; together they would leave none.
    prefer(&one, closed(false, false, true)).await;
    prefer(
        &two,
        NoticePreferenceChange {
            app: Some(false),
            ..NoticePreferenceChange::default()
        },
    )
    .await;
    for device in [&one, &two] {
        device.gate.open();
        sync(device).await;
    }

    let refused = latest(&two).await;
    assert_eq!(refused.fate, Fate::Refused);
    assert_eq!(refused.error.as_deref(), Some("preference_last_channel"));
    assert!(preferences(&two).await.app);
}

#[tokio::test]
async fn a_vault_put_back_from_a_copy_sends_nothing_before_it_is_asked() {
    let world = World::start().await;
    let (device, other) = (world.holder().await, second(&world).await);
    sync(&device).await;
    device.gate.close();
    prefer(&device, sms(false)).await;
    let device = device.restart_offline().await;
    let copy = tempfile::TempDir::new().expect("a folder");
    copy_files(&device.profile_folder(), copy.path());
    device.unlock().await.expect("it opens");
    device.gate.open();
    assert_eq!(sync(&device).await.waiting, 0);
    prefer(&other, sms(true)).await;
    sync(&other).await;

    let device = device.restart_offline().await;
    copy_files(copy.path(), &device.profile_folder());
    device.unlock().await.expect("it opens");
    device.gate.open();
    sync(&device).await;
    let noticed = sync(&device).await;
    let asked = latest(&device).await;
    let dropped = commands::activity_drop(&device.acasa, ActRef { id: asked.id }).await;
    sync(&device).await;
    sync(&other).await;

    assert_eq!((noticed.to_confirm, noticed.waiting), (1, 0));
    assert_eq!(
        (asked.fate, asked.steps),
        (Fate::ToConfirm, vec![ActStep::Confirm, ActStep::Drop])
    );
    assert_eq!(dropped.expect("it is let go").acts[0].fate, Fate::Withdrawn);
    // The other device's word came after, and what was put back did not undo it.
    assert!(preferences(&device).await.sms);
    assert!(preferences(&other).await.sms);
}

/// Puts the files of one folder into another, in place of what is there.
fn copy_files(from: &Path, to: &Path) {
    for stale in fs::read_dir(to).expect("a folder") {
        fs::remove_file(stale.expect("it is read").path()).expect("it is removed");
    }
    for file in fs::read_dir(from).expect("a folder") {
        let file = file.expect("it is read");
        fs::copy(file.path(), to.join(file.file_name())).expect("it is copied");
    }
}

#[tokio::test]
async fn a_device_that_does_nothing_hears_of_another_s_act_at_once_but_not_where_data_is_saved() {
    let world = World::start().await;
    let (device, listener) = (world.holder().await, second(&world).await);
    sync(&listener).await;
    let is_told = async |sms: bool| {
        let told = async {
            while preferences(&listener).await.sms != sms {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        // Far shorter than the time between two looks.
        tokio::time::timeout(Duration::from_secs(15), told).await.is_ok()
    };

    prefer(&device, sms(false)).await;
    sync(&device).await;
    let heard = is_told(false).await;
    let saver = SettingsChange {
        data_saver: Some(true),
        ..SettingsChange::default()
    };
    commands::settings_set(&listener.acasa, saver)
        .await
        .expect("it is set");
    sync(&listener).await;
    prefer(&device, sms(true)).await;
    sync(&device).await;
    let spared = tokio::time::timeout(Duration::from_secs(3), is_told(true)).await;
    sync(&listener).await;

    assert!(heard, "nothing was heard");
    assert!(spared.is_err(), "something was looked for");
    assert!(preferences(&listener).await.sms);
}

#[tokio::test]
async fn what_is_stopped_stays_stopped_until_it_is_asked_for() {
    let world = World::start().await;
    let (device, other) = (world.holder().await, second(&world).await);
    sync(&device).await;
    commands::app_pause(&device.acasa, Nothing {})
        .await
        .expect("the vault is open");

    prefer(&other, sms(false)).await;
    sync(&other).await;
    prefer(&device, email(false)).await;
    tokio::time::sleep(Duration::from_secs(7)).await;
    let connection = commands::app_connection(&device.acasa, Nothing {})
        .await
        .expect("known");
    let stopped = (
        connection.paused,
        latest(&device).await.fate,
        preferences(&device).await.sms,
    );
    let again = sync(&device).await;

    assert_eq!(stopped, (true, Fate::Waiting, true));
    assert_eq!((again.paused, latest(&device).await.fate), (false, Fate::Done));
    assert!(!preferences(&device).await.sms);
}
