use crate::vault::testing::Opened;
use acasa_api_types::{ActRef, MarkChange};
use acasa_protocol::notices::{Body, MarkNotices, NOTICE, Notice, Priority, Topic};
use acasa_protocol::sync::{Record, Words};
use uuid::Uuid;

fn words(text: &str) -> Words {
    Words {
        ro: text.to_owned(),
        ru: None,
        en: None,
    }
}

/// An app that so many unread letters have come to.
fn with_letters(count: u64) -> Opened {
    let app = Opened::start();
    let notice = Notice {
        sent_at: "2026-11-21T12:00:00Z".to_owned(),
        source: words("Poliția"),
        topic: Topic::Fines,
        priority: Priority::Medium,
        subject: words("Amendă"),
        body: Body {
            ro: Vec::new(),
            ru: None,
            en: None,
        },
        cut: false,
        action: None,
        attachments: Vec::new(),
    };
    let letter = |version: u64| Record {
        kind: NOTICE.to_owned(),
        id: Uuid::from_u128(u128::from(version)).to_string(),
        version,
        content: serde_json::to_value(&notice).ok(),
    };
    app.bring(count, (1..=count).map(letter).collect());
    app
}

fn all(read: bool) -> MarkChange {
    MarkChange {
        read: Some(read),
        ..MarkChange::default()
    }
}

/// How many letters each act that waits marks, the first one first.
fn marked(app: &Opened) -> Vec<(String, usize)> {
    let pending = app.open.records.acts().unsettled().unwrap();
    let count = |act: &acasa_store::Act| {
        let marks: MarkNotices = serde_json::from_str(&act.arguments).unwrap();
        (act.id.to_string(), marks.notices.len())
    };
    pending.iter().map(count).collect()
}

#[test]
fn more_than_a_hundred_letters_are_marked_by_several_acts_told_in_the_order_they_were_made() {
    let app = with_letters(250);

    let told = app.acasa.notices().mark(&all(true)).unwrap();

    assert_eq!((told.changed, told.unread), (250, 0));
    let made = marked(&app);
    assert_eq!(
        made.iter().map(|(_, count)| *count).collect::<Vec<_>>(),
        [100, 100, 50]
    );
    assert_eq!(told.acts, made.into_iter().map(|(id, _)| id).collect::<Vec<_>>());
}

#[test]
fn each_of_these_acts_taken_back_leaves_its_letters_unread() {
    let app = with_letters(101);
    let told = app.acasa.notices().mark(&all(true)).unwrap();
    let unread = || app.open.records.letters().unread(app.holder).unwrap();

    let left: Vec<_> = told
        .acts
        .into_iter()
        .rev()
        .map(|id| {
            app.acasa.activity().undo(&ActRef { id }).unwrap();
            unread()
        })
        .collect();

    assert_eq!(left, [1, 101]);
}

#[test]
fn exactly_a_hundred_letters_are_one_act_and_none_is_no_act() {
    let app = with_letters(100);
    assert_eq!(app.acasa.notices().mark(&all(true)).unwrap().acts.len(), 1);
    let again = app.acasa.notices().mark(&all(true)).unwrap();
    assert_eq!((again.acts.len(), again.changed), (0, 0));
}
