//! The contract of [`PrincipalStorage`](crate::PrincipalStorage).

use acasa_domain::Principal;
use acasa_protocol::{
    acts::PREFERENCE,
    sync::{Cursor, Fate, Page},
};
use serde_json::json;
use uuid::Uuid;

use super::{
    Fresh, event,
    sync::{Plain, begun_as, put_of, submit},
    with_client, with_session,
};
use crate::{Held, Judged, Letter, LetterReport, NewCopies, Storage, Write};

pub(super) fn contract(fresh: Fresh<'_>) {
    what_was_erased_is_gone_and_an_act_sent_again_is_known(&*fresh());
    devices_begin_anew_once_and_find_nothing(&*fresh());
    erasing_touches_nobody_else(&*fresh());
    nothing_is_erased_while_a_sender_waits_to_be_told(&*fresh());
    who_comes_back_after_it_gets_a_key_again(&*fresh());
    erased_preferences_are_told(&*fresh());
    a_person_is_given_their_acts_page_by_page(&*fresh());
    a_person_is_given_their_sessions_and_documents(&*fresh());
}

fn person(which: usize) -> Principal {
    let numbers = ["urn:md:idnp:2999000000014", "urn:md:idnp:2999000000025"];
    numbers[which].parse().expect("a synthetic number")
}

/// A device of the first person, and one act.
fn begun(storage: &dyn Storage) {
    with_client(storage);
    begun_as(storage, &person(0).to_string());
    assert!(matches!(sent(storage, 1, 1), Fate::Applied { version: 1, records } if records.len() == 1));
}

fn sent(storage: &dyn Storage, batch: u64, act: u128) -> Fate {
    let act = put_of(person(0), act, "a");
    let judged = submit(storage, ("client", person(0)), (1, batch), &[act], &Plain);
    match judged.expect("it is judged") {
        Judged::Outcomes(mut outcomes) => outcomes.remove(0).fate,
        Judged::Behind | Judged::Forked => panic!("the device is as it was"),
    }
}

fn erase(storage: &dyn Storage) -> Held {
    let event = event(&person(0).to_string());
    storage.erase(person(0), &event).expect("erases")
}

fn pull(storage: &dyn Storage, whose: Principal, since: u64, began: Option<u64>) -> Page {
    let event = event(&whose.to_string());
    let cursor = Cursor { since, began };
    storage.pull(whose, cursor, 100, &event).expect("a page")
}

fn letter() -> Letter {
    Letter {
        principal: person(0),
        id: Uuid::from_u128(7),
        content: json!({ "subject": "s" }),
        reported: true,
    }
}

fn what_was_erased_is_gone_and_an_act_sent_again_is_known(storage: &dyn Storage) {
    begun(storage);
    let one = Held {
        records: 1,
        letters: 0,
        acts: 1,
    };
    assert_eq!(storage.held(person(0)).expect("counts"), one);

    assert_eq!(erase(storage), one);

    assert!(storage.held(person(0)).expect("counts").is_nothing());
    for batch in [1, 2] {
        let again = sent(storage, batch, 1);
        assert!(
            matches!(again, Fate::Applied { version: 1, records } if records.is_empty()),
            "it is known and has no contents"
        );
    }
    assert!(
        pull(storage, person(0), 0, None).records.is_empty(),
        "and not applied again"
    );
    assert_eq!(
        storage.check_journal().expect("checks"),
        2,
        "the act and the erasure"
    );
    assert!(erase(storage).is_nothing(), "it may be repeated");
}

fn devices_begin_anew_once_and_find_nothing(storage: &dyn Storage) {
    begun(storage);
    erase(storage);

    let page = pull(storage, person(0), 1, None);
    assert!(page.records.is_empty() && page.complete);
    let began = page.began.expect("it begins anew");
    let next = pull(storage, person(0), page.version, None);
    assert_eq!((next.began, next.complete, next.version), (None, true, began));
}

fn erasing_touches_nobody_else(storage: &dyn Storage) {
    begun(storage);
    let write = Write {
        kind: "thing".into(),
        id: "a".into(),
        content: Some(json!("theirs")),
    };
    storage.write(person(1), &[write], &event("q")).expect("writes");

    erase(storage);

    let theirs = pull(storage, person(1), 0, None);
    assert_eq!(theirs.records[0].content, Some(json!("theirs")));
}

fn nothing_is_erased_while_a_sender_waits_to_be_told(storage: &dyn Storage) {
    begun(storage);
    assert!(storage.take(&letter(), None, &event("p")).expect("keeps"));

    let refused = storage.erase(person(0), &event("p")).expect_err("it waits");
    assert_eq!(
        (refused.code(), refused.retryable()),
        ("erasure_letters_untold", true)
    );
    assert_eq!(storage.held(person(0)).expect("counts").records, 2);

    let came = LetterReport {
        id: letter().id,
        read: false,
    };
    storage.letters_reported(&[came]).expect("keeps");
    assert_eq!(erase(storage).letters, 1);
    assert!(
        !storage.take(&letter(), None, &event("p")).expect("keeps"),
        "it is known"
    );
}

fn who_comes_back_after_it_gets_a_key_again(storage: &dyn Storage) {
    begun(storage);
    erase(storage);

    assert!(matches!(sent(storage, 2, 2), Fate::Applied { version: 3, .. }));

    let page = pull(storage, person(0), 0, None);
    assert_eq!(page.records[0].content, Some(json!(["2"])), "nothing of before");
    assert!(matches!(sent(storage, 2, 2), Fate::Applied { records, .. } if records.len() == 1));
}

fn a_person_is_given_their_acts_page_by_page(storage: &dyn Storage) {
    begun(storage);
    sent(storage, 2, 2);
    let acts = |whose, after| storage.kept_acts(whose, after, 1).expect("reads");
    let (first, second) = (acts(person(0), None), acts(person(0), Some(Uuid::from_u128(1))));
    let numbers: Vec<u128> = first.iter().chain(&second).map(|act| act.id.as_u128()).collect();
    assert_eq!(numbers, [1, 2]);
    let said = first[0].said.as_ref().expect("it is kept");
    assert_eq!(said["arguments"]["value"], "1");
    assert!(matches!(&first[0].fate, Fate::Applied { records, .. } if records.len() == 1));
    assert!(acts(person(0), Some(Uuid::from_u128(2))).is_empty());
    assert!(acts(person(1), None).is_empty(), "nobody else's");

    erase(storage);

    let left = acts(person(0), None);
    assert!(left[0].said.is_none() && left[0].digest == first[0].digest);
}

fn a_person_is_given_their_sessions_and_documents(storage: &dyn Storage) {
    with_client(storage);
    storage.subject_of("person", "s").expect("keeps");
    storage.subject_of("other", "o").expect("keeps");
    with_session(storage);
    let copies = NewCopies {
        document: "d".into(),
        subject: "s".into(),
        configuration: "c".into(),
        count: 3,
        expires: 9,
    };
    let mut next = 0;
    let mut draw = |below: u32| {
        next += 1;
        next % below
    };
    storage
        .allocate(&copies, &mut draw, &event("p"))
        .expect("allocates");
    storage.revoke("d", &event("p")).expect("revokes");

    let sessions = storage.sessions_of("person").expect("reads");
    let documents = storage.documents_of("person").expect("reads");

    assert_eq!(sessions.len(), 1);
    assert_eq!((sessions[0].client.as_str(), sessions[0].started), ("client", 2));
    assert_eq!(documents.len(), 1);
    assert_eq!(
        (documents[0].copies, documents[0].expires, documents[0].revoked),
        (3, 9, true)
    );
    assert!(storage.sessions_of("other").expect("reads").is_empty());
    assert!(storage.documents_of("other").expect("reads").is_empty());
}

fn erased_preferences_are_told(storage: &dyn Storage) {
    let write = Write {
        kind: PREFERENCE.into(),
        id: "sms".into(),
        content: Some(json!({ "key": "sms", "value": false })),
    };
    let version = storage.write(person(0), &[write], &event("p")).expect("writes");
    storage.preferences_reported(person(0), version).expect("keeps");

    erase(storage);

    let reports = storage.preference_reports(9).expect("reads");
    assert_eq!(reports.len(), 1);
    assert!(reports[0].preferences.is_empty());
}
