//! The contract of [`InboxStorage`](crate::InboxStorage).

use acasa_domain::Principal;
use acasa_protocol::{
    acts::PREFERENCE,
    notices::{MARK, NOTICE},
    sync::Cursor,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Fresh, event};
use crate::{InboxPosition, Letter, LetterReport, Storage, Write};

pub(super) fn contract(fresh: Fresh<'_>) {
    a_letter_is_kept_once_however_often_it_comes(&*fresh());
    the_position_moves_with_the_letter_and_without_one(&*fresh());
    a_sender_is_told_that_a_letter_came_and_that_it_was_read(&*fresh());
    nobody_else_s_mark_reads_a_letter(&*fresh());
    what_comes_by_no_sender_is_told_to_nobody(&*fresh());
    a_record_is_read_by_its_owner_with_an_event(&*fresh());
    changed_preferences_are_told_until_they_are_known(&*fresh());
}

fn person(last: u8) -> Principal {
    let numbers = ["2999000000014", "2999000000025"];
    format!("urn:md:idnp:{}", numbers[usize::from(last)])
        .parse()
        .expect("a synthetic number")
}

fn letter(number: u128) -> Letter {
    Letter {
        principal: person(0),
        id: Uuid::from_u128(number),
        content: json!({ "number": number.to_string() }),
        reported: true,
    }
}

fn position(number: u64) -> InboxPosition {
    InboxPosition {
        feed: "feed".into(),
        number,
    }
}

fn take(storage: &dyn Storage, letter: &Letter) -> bool {
    let event = event(&letter.principal.to_string());
    storage.take(letter, None, &event).expect("keeps")
}

fn write(storage: &dyn Storage, principal: Principal, kind: &str, id: &str, content: Value) -> u64 {
    let write = Write {
        kind: kind.into(),
        id: id.into(),
        content: Some(content),
    };
    storage.write(principal, &[write], &event("p")).expect("writes")
}

fn records(storage: &dyn Storage, principal: Principal) -> usize {
    let cursor = Cursor {
        since: 0,
        began: None,
    };
    let page = storage.pull(principal, cursor, 1000, &event("p")).expect("reads");
    page.records.len()
}

fn events(storage: &dyn Storage, principal: Principal) -> usize {
    let events = storage.events_about(&principal.to_string(), None, 1000);
    events.expect("reads").len()
}

fn a_letter_is_kept_once_however_often_it_comes(storage: &dyn Storage) {
    assert!(take(storage, &letter(1)), "the first time it is new");
    assert!(!take(storage, &letter(1)), "the second time it is known");
    let elsewhere = Letter {
        principal: person(1),
        ..letter(1)
    };
    assert!(!take(storage, &elsewhere), "it belongs to one person");

    assert_eq!((records(storage, person(0)), records(storage, person(1))), (1, 0));
    assert_eq!((events(storage, person(0)), events(storage, person(1))), (1, 0));
}

fn the_position_moves_with_the_letter_and_without_one(storage: &dyn Storage) {
    assert_eq!(storage.inbox_position().expect("reads"), None);
    for (number, new) in [(4, true), (5, false)] {
        let kept = storage.take(&letter(1), Some(&position(number)), &event("p"));
        assert_eq!(kept.expect("keeps"), new);
        assert_eq!(storage.inbox_position().expect("reads"), Some(position(number)));
    }
    storage.pass(&position(6)).expect("passes");
    assert_eq!(storage.inbox_position().expect("reads"), Some(position(6)));
}

fn a_sender_is_told_that_a_letter_came_and_that_it_was_read(storage: &dyn Storage) {
    let id = Uuid::from_u128(1);
    let due = |storage: &dyn Storage| storage.letter_reports(10).expect("reads");
    let came = LetterReport { id, read: false };
    let was_read = LetterReport { id, read: true };
    take(storage, &letter(1));
    assert_eq!(due(storage), [came]);
    storage.letters_reported(&[came]).expect("keeps");
    assert_eq!(due(storage), []);

    let mark = |read| write(storage, person(0), MARK, &id.to_string(), json!({ "read": read }));
    mark(false);
    assert_eq!(due(storage), []);
    mark(true);
    assert_eq!(due(storage), [was_read]);
    mark(false);
    assert_eq!(due(storage), [was_read], "a read letter stays read");
    storage.letters_reported(&[was_read]).expect("keeps");
    storage.letters_reported(&[came]).expect("keeps");
    mark(true);
    assert_eq!(due(storage), []);
}

fn nobody_else_s_mark_reads_a_letter(storage: &dyn Storage) {
    let id = Uuid::from_u128(1).to_string();
    take(storage, &letter(1));
    let due = storage.letter_reports(10).expect("reads");
    storage.letters_reported(&due).expect("keeps");

    write(storage, person(1), MARK, &id, json!({ "read": true }));

    assert_eq!(storage.letter_reports(10).expect("reads"), []);
}

fn what_comes_by_no_sender_is_told_to_nobody(storage: &dyn Storage) {
    let unreported = Letter {
        reported: false,
        ..letter(1)
    };
    take(storage, &unreported);
    let id = unreported.id.to_string();
    write(storage, person(0), MARK, &id, json!({ "read": true }));

    assert_eq!(storage.letter_reports(10).expect("reads"), []);
}

fn a_record_is_read_by_its_owner_with_an_event(storage: &dyn Storage) {
    take(storage, &letter(1));
    let id = Uuid::from_u128(1).to_string();
    let read = |principal: Principal, id: &str| {
        let event = event(&principal.to_string());
        let found = storage.read_record(principal, NOTICE, id, &event);
        found.expect("reads").is_some()
    };

    assert!(read(person(0), &id));
    assert!(!read(person(1), &id), "it is another's");
    assert!(!read(person(0), "other"), "there is none");

    assert_eq!((events(storage, person(0)), events(storage, person(1))), (2, 0));
}

fn changed_preferences_are_told_until_they_are_known(storage: &dyn Storage) {
    let set = |value: bool| {
        write(
            storage,
            person(0),
            PREFERENCE,
            "sms",
            json!({ "key": "sms", "value": value }),
        )
    };
    let due = || storage.preference_reports(10).expect("reads");
    assert!(due().is_empty());
    let first = set(false);
    let told = due();
    assert_eq!(
        (told.len(), told[0].principal, told[0].version),
        (1, person(0), first)
    );
    assert_eq!(told[0].preferences, [json!({ "key": "sms", "value": false })]);

    let second = set(true);
    storage.preferences_reported(person(0), first).expect("keeps");
    let told = due();
    assert_eq!(
        (told.len(), told[0].version),
        (1, second),
        "they changed meanwhile"
    );
    storage.preferences_reported(person(0), second).expect("keeps");
    assert!(due().is_empty());
}
