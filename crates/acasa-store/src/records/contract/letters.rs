use jiff::Timestamp;
use serde_json::{Value, json};

use super::{holder, on_both};
use crate::{
    CheckpointPage, ConfirmedRecord, Foreseen, LETTERS, LetterEntry, LetterFilter, LetterIndex, MARKS, Marks,
    Shelf, Vault,
};

/// Contents as `{"sent":seconds,"topic":…,"words":…}` and `{"read":…}`.
struct Plain;

impl LetterIndex for Plain {
    fn letter(&self, content: &str) -> Option<LetterEntry> {
        let content: Value = serde_json::from_str(content).ok()?;
        Some(LetterEntry {
            sent_at: Timestamp::from_second(content["sent"].as_i64()?).ok()?,
            topic: content["topic"].as_str()?.to_owned(),
            words: content["words"].as_str()?.to_owned(),
        })
    }

    fn mark(&self, content: &str) -> Marks {
        let content: Value = serde_json::from_str(content).unwrap_or_default();
        Marks {
            read: content["read"] == true,
            archived: content["archived"] == true,
            pinned: content["pinned"] == true,
        }
    }
}

fn letter(id: &str, sent: i64, topic: &str, words: &str) -> ConfirmedRecord {
    record(
        LETTERS,
        id,
        Some(json!({ "sent": sent, "topic": topic, "words": words })),
    )
}

fn mark(id: &str, content: Value) -> ConfirmedRecord {
    record(MARKS, id, Some(content))
}

fn record(kind: &str, id: &str, content: Option<Value>) -> ConfirmedRecord {
    ConfirmedRecord {
        kind: kind.to_owned(),
        id: id.to_owned(),
        version: 1,
        content: content.map(|content| content.to_string()),
    }
}

fn commit(vault: &Vault, version: u64, began: Option<u64>, records: &[ConfirmedRecord]) -> Vec<String> {
    let page = CheckpointPage {
        version,
        began,
        records,
    };
    vault.confirmed().commit(holder(), &page, &Plain).unwrap()
}

fn ids(vault: &Vault, filter: &LetterFilter<'_>) -> Vec<String> {
    let found = vault.letters().list(holder(), filter).unwrap();
    found.into_iter().map(|letter| letter.id).collect()
}

fn of(shelf: Shelf) -> LetterFilter<'static> {
    LetterFilter {
        shelf,
        limit: 50,
        ..LetterFilter::default()
    }
}

fn found(vault: &Vault, words: &str) -> Vec<String> {
    let filter = LetterFilter {
        words: Some(words),
        ..of(Shelf::All)
    };
    ids(vault, &filter)
}

fn read(id: &str) -> Foreseen {
    Foreseen {
        id: id.to_owned(),
        read: Some(true),
        archived: None,
        pinned: None,
    }
}

#[test]
fn letters_are_listed_newest_first_a_page_at_a_time_by_shelf_and_topic() {
    on_both(|vault| {
        vault.principals().set_holder(holder()).unwrap();
        commit(
            vault,
            1,
            None,
            &[
                letter("a", 10, "fines", "amenda"),
                letter("b", 30, "fines", "amenda"),
                letter("c", 20, "services", "programare"),
                letter("d", 20, "services", "programare"),
                letter("e", 5, "other", "vreme"),
                mark("a", json!({ "read": true, "archived": true })),
                mark("b", json!({ "read": true, "pinned": true })),
            ],
        );

        assert_eq!(ids(vault, &of(Shelf::Inbox)), ["d", "c", "e"]);
        assert_eq!(ids(vault, &of(Shelf::Pinned)), ["b"]);
        assert_eq!(ids(vault, &of(Shelf::Archive)), ["a"]);
        assert_eq!(ids(vault, &of(Shelf::Unread)), ["d", "c", "e"]);
        assert_eq!(vault.letters().unread(holder()).unwrap(), 3);
        let topics = vault
            .letters()
            .topics(holder(), &["documents", "fines", "other"])
            .unwrap();
        assert_eq!(topics, ["fines", "other"]);
        let two = LetterFilter {
            topics: &["services", "other"],
            limit: 2,
            ..of(Shelf::Inbox)
        };
        let first = vault.letters().list(holder(), &two).unwrap();
        let rest = LetterFilter {
            topics: &["services", "other"],
            before: Some(first[1].place),
            ..of(Shelf::Inbox)
        };
        assert_eq!(
            first.iter().map(|letter| letter.id.as_str()).collect::<Vec<_>>(),
            ["d", "c"]
        );
        assert_eq!(ids(vault, &rest), ["e"]);
    });
}

#[test]
fn words_are_found_by_their_beginnings_whatever_their_diacritics_and_among_topics() {
    on_both(|vault| {
        vault.principals().set_holder(holder()).unwrap();
        commit(
            vault,
            1,
            None,
            &[
                letter("a", 10, "fines", "amendă viteză"),
                letter("b", 20, "services", "amenda programare"),
                letter("c", 30, "services", "viteza"),
            ],
        );

        assert_eq!(found(vault, "\"amenda\""), ["b", "a"]);
        assert_eq!(found(vault, "\"vitez\"*"), ["c", "a"]);
        assert_eq!(found(vault, "\"amenda\" \"viteza\""), ["a"]);
        let among = LetterFilter {
            words: Some("\"viteza\""),
            topics: &["fines"],
            ..of(Shelf::Inbox)
        };
        assert_eq!(ids(vault, &among), ["a"]);
        let before = LetterFilter {
            words: Some("\"viteza\""),
            before: Some(30_000_000),
            ..of(Shelf::Inbox)
        };
        assert_eq!(ids(vault, &before), ["a"]);
    });
}

#[test]
fn a_letter_follows_its_record_when_it_changes_goes_or_begins_anew() {
    on_both(|vault| {
        vault.principals().set_holder(holder()).unwrap();
        commit(
            vault,
            1,
            None,
            &[letter("a", 10, "fines", "unu"), letter("b", 20, "fines", "doi")],
        );
        commit(vault, 2, None, &[mark("b", json!({ "read": true }))]);
        commit(vault, 3, None, &[letter("b", 5, "other", "trei")]);

        assert_eq!(ids(vault, &of(Shelf::All)), ["a", "b"]);
        assert_eq!(
            (found(vault, "\"doi\""), found(vault, "\"trei\"")),
            (vec![], vec!["b".to_owned()])
        );
        let changed = vault.letters().get(holder(), "b").unwrap().unwrap();
        assert!(changed.marks.read && changed.content.contains("trei"));

        commit(vault, 4, None, &[record(LETTERS, "a", None)]);
        assert_eq!(
            (ids(vault, &of(Shelf::All)), found(vault, "\"unu\"")),
            (vec!["b".to_owned()], vec![])
        );

        commit(vault, 9, Some(8), &[letter("c", 1, "other", "patru")]);
        assert_eq!(
            (ids(vault, &of(Shelf::All)), found(vault, "\"trei\"")),
            (vec!["c".to_owned()], vec![])
        );
    });
}

#[test]
fn what_is_foreseen_is_seen_until_it_is_said_anew_or_a_checkpoint_comes() {
    on_both(|vault| {
        vault.principals().set_holder(holder()).unwrap();
        commit(
            vault,
            1,
            None,
            &[letter("a", 10, "fines", "unu"), letter("b", 20, "fines", "doi")],
        );
        let letters = vault.letters();

        letters.foresee(holder(), &[read("a"), read("unknown")]).unwrap();
        letters.foresee_more(holder(), &[read("b")]).unwrap();
        assert_eq!(letters.unread(holder()).unwrap(), 0);
        assert!(letters.get(holder(), "a").unwrap().unwrap().foreseen);

        letters.foresee(holder(), &[read("b")]).unwrap();
        assert_eq!(ids(vault, &of(Shelf::Unread)), ["a"]);

        commit(vault, 2, None, &[mark("a", json!({ "read": true }))]);
        assert_eq!(ids(vault, &of(Shelf::Unread)), ["b"]);
        assert!(!letters.get(holder(), "b").unwrap().unwrap().foreseen);
    });
}

#[test]
fn only_letters_that_were_not_there_are_new_and_none_of_a_first_checkpoint() {
    on_both(|vault| {
        vault.principals().set_holder(holder()).unwrap();
        let first = commit(vault, 1, None, &[letter("a", 10, "fines", "unu")]);
        let second = commit(
            vault,
            2,
            None,
            &[letter("a", 10, "fines", "unu"), letter("b", 20, "fines", "doi")],
        );
        let anew = commit(vault, 5, Some(5), &[letter("c", 20, "fines", "doi")]);

        assert_eq!((first, second, anew), (vec![], vec!["b".to_owned()], vec![]));
    });
}

#[test]
fn a_letter_after_a_checkpoint_of_nothing_is_new_and_those_of_a_long_first_one_are_not() {
    on_both(|vault| {
        vault.principals().set_holder(holder()).unwrap();
        let nothing = commit(vault, 0, None, &[]);
        let after_nothing = commit(vault, 1, None, &[letter("a", 10, "fines", "unu")]);

        assert_eq!((nothing, after_nothing), (vec![], vec!["a".to_owned()]));
    });
    on_both(|vault| {
        vault.principals().set_holder(holder()).unwrap();
        let page = CheckpointPage {
            version: 1,
            began: None,
            records: &[letter("a", 10, "fines", "unu")],
        };
        vault.confirmed().stage(holder(), &page).unwrap();
        let rest = commit(vault, 2, None, &[letter("b", 20, "fines", "doi")]);

        assert_eq!(rest, Vec::<String>::new());
    });
}

#[test]
fn more_than_a_thousand_letters_of_one_moment_are_all_kept() {
    on_both(|vault| {
        vault.principals().set_holder(holder()).unwrap();
        let many: Vec<_> = (0..3500)
            .map(|number| letter(&number.to_string(), 10, "other", "la fel"))
            .collect();
        commit(vault, 1, None, &many);

        assert_eq!(vault.letters().unread(holder()).unwrap(), 3500);
    });
}

#[test]
fn another_s_letters_leave_no_words_and_go_with_the_access() {
    on_both(|vault| {
        vault.principals().set_holder(holder()).unwrap();
        let company = super::company();
        vault.principals().grant(company, super::now()).unwrap();
        let page = CheckpointPage {
            version: 1,
            began: None,
            records: &[letter("a", 10, "fines", "secret")],
        };
        vault.confirmed().commit(company, &page, &Plain).unwrap();

        let all = vault.letters().list(company, &of(Shelf::All)).unwrap();
        assert_eq!(all.len(), 1);
        let words = LetterFilter {
            words: Some("\"secret\""),
            ..of(Shelf::All)
        };
        assert!(vault.letters().list(company, &words).unwrap().is_empty());
        assert!(
            vault
                .letters()
                .list(holder(), &of(Shelf::All))
                .unwrap()
                .is_empty()
        );
        vault.principals().end(company).unwrap();
        vault.principals().grant(company, super::now()).unwrap();
        assert!(vault.letters().list(company, &of(Shelf::All)).unwrap().is_empty());
    });
}
