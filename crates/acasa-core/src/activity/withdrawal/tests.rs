use super::*;
use crate::vault::testing::Opened;
use acasa_api_types::{ActStep, LanguageTag};
use acasa_protocol::notices::Topic;
use acasa_protocol::sync::Intent;
use acasa_store::{Marks, NewAct, StoredIntent};
use serde_json::json;
use uuid::Uuid;

fn channels(email: bool, sms: bool) -> NoticePreferencesView {
    NoticePreferencesView {
        language: LanguageTag::Ro,
        email,
        sms,
        viber: false,
        app: false,
        waiting: Vec::new(),
        known: true,
        act: None,
    }
}

#[test]
fn a_channel_is_set_back_only_from_where_it_was_set_to_and_not_if_it_is_the_last() {
    let both = channels(true, true);
    assert_eq!(
        preference(Preference::Sms(true), &both),
        Some(Preference::Sms(false))
    );
    assert_eq!(preference(Preference::Sms(false), &both), None);
    assert_eq!(preference(Preference::Email(true), &channels(true, false)), None);
    assert_eq!(
        preference(Preference::Sms(false), &channels(true, false)),
        Some(Preference::Sms(true))
    );
    let ru = Preference::Language(acasa_domain::Language::Ru);
    assert_eq!(preference(ru, &both), None);
}

fn marked(read: bool, archived: bool, pinned: bool) -> Letter {
    Letter {
        place: 1,
        id: Uuid::nil().to_string(),
        content: String::new(),
        marks: Marks {
            read,
            archived,
            pinned,
        },
        foreseen: false,
    }
}

#[test]
fn marks_are_set_back_where_every_letter_stands_as_it_was_marked_and_putting_away_not_onto_the_top() {
    let set = |read, archived, pinned| MarkNotices {
        notices: Vec::new(),
        read,
        archived,
        pinned,
    };
    for (made, as_set, otherwise, back) in [
        (
            set(None, Some(true), Some(false)),
            marked(true, true, false),
            marked(true, false, false),
            set(None, Some(false), None),
        ),
        (
            set(None, Some(true), Some(false)),
            marked(false, true, false),
            marked(false, true, true),
            set(None, Some(false), None),
        ),
        (
            set(None, Some(false), None),
            marked(false, false, true),
            marked(false, true, true),
            set(None, Some(true), None),
        ),
        (
            set(None, None, Some(true)),
            marked(false, false, true),
            marked(false, false, false),
            set(None, None, Some(false)),
        ),
        (
            set(Some(true), None, None),
            marked(true, false, false),
            marked(false, false, false),
            set(Some(false), None, None),
        ),
    ] {
        assert_eq!(marks(made.clone(), std::slice::from_ref(&as_set)), Some(back));
        assert_eq!(marks(made, &[as_set, otherwise]), None);
    }
}

fn topics(app: &Opened) -> AnnouncementsView {
    app.acasa.notices().announcements().unwrap()
}

#[test]
fn a_topic_is_set_back_from_where_it_was_set_to_and_the_required_one_never() {
    let standing = topics(&Opened::start());
    let set = |topic, announce| TopicPreference { topic, announce };

    let fines = topic(set(Topic::Fines, true), &standing);
    assert_eq!(fines, Some(set(Topic::Fines, false)));
    assert_eq!(
        topic(set(Topic::Fines, false), &standing),
        None,
        "it stands otherwise"
    );
    assert_eq!(topic(set(Topic::Security, true), &standing), None);
}

/// What a device did, that long ago, and the state has applied.
fn done(app: &Opened, name: &str, arguments: &Value, ago: SignedDuration) -> Uuid {
    let act = NewAct {
        id: Uuid::now_v7(),
        principal: app.holder,
        actor: app.holder,
        name: name.to_owned(),
        arguments: arguments.to_string(),
        made_at: Timestamp::now() - ago,
        fate: ActFate::Done,
    };
    let intent = StoredIntent {
        id: act.id,
        principal: act.principal,
        digest: [0; 32],
        text: String::new(),
        depends_on: Vec::new(),
    };
    app.open.records.intents().insert(&act, &intent).unwrap();
    act.id
}

/// Opens the channel that is open from the beginning.
fn sms_opened(app: &Opened, ago: SignedDuration) -> Uuid {
    let open = json!({ "key": "sms", "value": true });
    done(app, SET_PREFERENCE, &open, ago)
}

/// Which acts are offered to be withdrawn, the latest first.
fn offered(app: &Opened) -> Vec<String> {
    let acts = app.acasa.activity().list().unwrap().acts;
    let offered = acts
        .into_iter()
        .filter(|act| act.steps.contains(&ActStep::Withdraw));
    offered.map(|act| act.id).collect()
}

fn withdraw(app: &Opened, id: Uuid) -> Result<ActivityView, CoreError> {
    app.acasa.activity().withdraw(&ActRef { id: id.to_string() })
}

#[test]
fn what_was_sent_is_offered_for_a_day() {
    let app = Opened::start();
    let minute = SignedDuration::from_mins(1);
    let in_time = sms_opened(&app, OFFERED - minute);
    let too_late = sms_opened(&app, OFFERED + minute);

    assert_eq!(OFFERED, SignedDuration::from_hours(24));
    assert_eq!(offered(&app), [in_time.to_string()]);
    let refused = withdraw(&app, too_late).err().unwrap();
    assert_eq!(refused.code(), "act_not_withdrawable");
    assert!(withdraw(&app, in_time).is_ok());
}

#[test]
fn the_latest_twenty_that_are_listed_are_offered_and_readings_are_not_listed() {
    let app = Opened::start();
    let acts: Vec<String> = (1..=21)
        .map(|minutes| sms_opened(&app, SignedDuration::from_mins(minutes)).to_string())
        .collect();
    for _ in 0..25 {
        let read = json!({ "notices": [Uuid::nil()], "read": true });
        done(&app, MARK_NOTICES, &read, SignedDuration::ZERO);
    }

    assert_eq!(offered(&app), acts[..20]);
}

#[test]
fn closing_a_required_topic_is_not_offered() {
    let app = Opened::start();
    let open = |topic| {
        let set = json!({ "topic": topic, "announce": true });
        done(&app, SET_TOPIC, &set, SignedDuration::ZERO)
    };
    let (fines, security) = (open("fines"), open("security"));

    assert_eq!(offered(&app), [fines.to_string()]);
    let refused = withdraw(&app, security).err().unwrap();
    assert_eq!(refused.code(), "act_not_withdrawable");
}

#[test]
fn a_withdrawal_depends_on_the_act_that_it_sets_back() {
    let app = Opened::start();
    let set = Preference::Sms(false);
    let act = app.acasa.sync().act(&app.open, SET_PREFERENCE, &set).unwrap();
    app.send(1);

    withdraw(&app, act).unwrap();

    let pending = app.open.records.intents().pending().unwrap();
    let (back, was_sent) = &pending[1];
    assert_eq!(
        (pending.len(), back.depends_on.as_slice(), *was_sent),
        (2, &[act][..], false)
    );
    let signed: Intent = serde_json::from_str(&back.text).unwrap();
    assert_eq!(signed.depends_on, [act]);
    assert_eq!(signed.arguments, json!({ "key": "sms", "value": true }));
}
