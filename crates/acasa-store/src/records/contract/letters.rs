use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{holder, on_both};
use crate::{
    CheckpointPage, ConfirmedRecord, Foreseen, Form, LETTERS, LetterEntry, LetterFilter, LetterIndex, MARKS,
    Marks, Shelf, Sought, Vault,
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

/// "amenda vit*" as two words, of which the second is a beginning.
fn sought(typed: &str) -> Vec<Sought> {
    let form = |word: &str| Form {
        word: word.trim_end_matches('*').to_owned(),
        beginning: word.ends_with('*'),
    };
    let words = typed.split(' ');
    words
        .map(|word| Sought {
            forms: word.split('|').map(form).collect(),
        })
        .collect()
}

fn found(vault: &Vault, typed: &str) -> Vec<String> {
    let filter = LetterFilter {
        words: &sought(typed),
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
fn words_are_found_by_their_forms_and_beginnings_newest_first_and_among_topics() {
    on_both(|vault| {
        vault.principals().set_holder(holder()).unwrap();
        commit(
            vault,
            1,
            None,
            &[
                letter("a", 10, "fines", "amenda viteza"),
                letter("b", 20, "services", "amenda programare"),
                letter("c", 30, "services", "viteza паспорт"),
            ],
        );

        for (typed, ids) in [
            ("amenda", vec!["b", "a"]),
            ("vitez*", vec!["c", "a"]),
            ("vit*", vec!["c", "a"]),
            ("vi*", vec!["c", "a"]),
            ("vitez", vec![]),
            ("hipopotam*", vec![]),
            ("amenda viteza", vec!["a"]),
            ("programare|viteza", vec!["c", "b", "a"]),
            ("пасп*", vec!["c"]),
            ("пас*", vec!["c"]),
        ] {
            assert_eq!(found(vault, typed), ids, "{typed}");
        }
        let among = LetterFilter {
            words: &sought("viteza"),
            topics: &["fines"],
            ..of(Shelf::Inbox)
        };
        assert_eq!(ids(vault, &among), ["a"]);
        let before = LetterFilter {
            words: &sought("viteza"),
            before: Some(30_000_000),
            ..of(Shelf::Inbox)
        };
        assert_eq!(ids(vault, &before), ["a"]);
    });
}

#[test]
fn a_beginning_of_many_words_finds_all_letters_that_have_one_of_them() {
    on_both(|vault| {
        vault.principals().set_holder(holder()).unwrap();
        let many: Vec<_> = (0..600)
            .map(|number| {
                letter(
                    &number.to_string(),
                    number,
                    "other",
                    &format!("numar{number} x{number}"),
                )
            })
            .collect();
        commit(vault, 1, None, &many);
        let page = |before| LetterFilter {
            words: &[],
            before,
            limit: 1000,
            ..of(Shelf::All)
        };
        for typed in ["numar*", "num*", "nu*", "numar*|x*", "numar* x*"] {
            let filter = LetterFilter {
                words: &sought(typed),
                ..page(None)
            };
            assert_eq!(ids(vault, &filter), ids(vault, &page(None)), "{typed}");
        }
        assert_eq!(found(vault, "numar59*").len(), 11);
    });
}

#[test]
fn words_of_letters_kept_before_are_put_in_once() {
    on_both(|vault| {
        vault.principals().set_holder(holder()).unwrap();
        commit(vault, 1, None, &[letter("a", 10, "fines", "amenda")]);
        vault
            .write(|tx| {
                Ok(tx.execute_batch(
                    "INSERT INTO letters_words (letters_words) VALUES ('delete-all'); DELETE FROM letters_vocabulary",
                )?)
            })
            .unwrap();
        assert!(found(vault, "amenda").is_empty());

        for _ in 0..2 {
            vault.letters().complete(holder(), &Plain).unwrap();
            assert_eq!(found(vault, "amen*"), ["a"]);
            assert_eq!(vault.letters().unread(holder()).unwrap(), 1);
        }
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
            (found(vault, "doi"), found(vault, "trei")),
            (vec![], vec!["b".to_owned()])
        );
        let changed = vault.letters().get(holder(), "b").unwrap().unwrap();
        assert!(changed.marks.read && changed.content.contains("trei"));

        commit(vault, 4, None, &[record(LETTERS, "a", None)]);
        assert_eq!(
            (ids(vault, &of(Shelf::All)), found(vault, "unu")),
            (vec!["b".to_owned()], vec![])
        );

        commit(vault, 9, Some(8), &[letter("c", 1, "other", "patru")]);
        assert_eq!(
            (ids(vault, &of(Shelf::All)), found(vault, "trei")),
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
            words: &sought("secret"),
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

/// What may happen to letters.
#[derive(Debug, Clone)]
enum Event {
    Come(u8, bool),
    Go(u8),
    Mark(u8, bool, bool),
    Foresee(Vec<(u8, Option<bool>, Option<bool>)>),
    Anew(Vec<u8>),
}

fn event() -> impl Strategy<Value = Event> {
    let id = 0..6u8;
    prop_oneof![
        (id.clone(), any::<bool>()).prop_map(|(id, later)| Event::Come(id, later)),
        id.clone().prop_map(Event::Go),
        (id.clone(), any::<bool>(), any::<bool>()).prop_map(|(id, read, away)| Event::Mark(id, read, away)),
        prop::collection::vec((id.clone(), any::<Option<bool>>(), any::<Option<bool>>()), 0..4)
            .prop_map(Event::Foresee),
        prop::collection::vec(id, 0..4).prop_map(Event::Anew),
    ]
}

fn happen(vault: &Vault, version: u64, event: &Event) {
    let of = |id: &u8| letter(&id.to_string(), i64::from(*id), "fines", "unu");
    match event {
        Event::Come(id, later) => {
            let sent = i64::from(*id) + 100 * i64::from(*later);
            commit(
                vault,
                version,
                None,
                &[letter(&id.to_string(), sent, "fines", "unu")],
            );
        }
        Event::Go(id) => {
            commit(vault, version, None, &[record(LETTERS, &id.to_string(), None)]);
        }
        Event::Mark(id, read, archived) => {
            let marks = json!({ "read": read, "archived": archived });
            commit(vault, version, None, &[mark(&id.to_string(), marks)]);
        }
        Event::Foresee(changes) => {
            let changes: Vec<_> = changes
                .iter()
                .map(|(id, read, archived)| Foreseen {
                    id: id.to_string(),
                    read: *read,
                    archived: *archived,
                    pinned: None,
                })
                .collect();
            vault.letters().foresee(holder(), &changes).unwrap();
        }
        Event::Anew(ids) => {
            let records: Vec<_> = ids.iter().map(of).collect();
            commit(vault, version, Some(version), &records);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn as_many_are_said_to_be_unread_as_the_list_has(events in prop::collection::vec(event(), 0..24)) {
        let vault = Vault::in_memory_unwiped().unwrap();
        vault.principals().set_holder(holder()).unwrap();
        for (version, event) in (1..).zip(&events) {
            happen(&vault, version, event);
            let listed = ids(&vault, &of(Shelf::Unread)).len();
            prop_assert_eq!(vault.letters().unread(holder()).unwrap(), listed as u64);
        }
    }
}

/// Steps of the engine for a letter and a mark that come, for what is foreseen, for the first pages, for searches, and for
/// the records of another kind, beside so many letters.
fn steps_beside(letters: i64) -> [u64; 5] {
    let vault = Vault::in_memory_unwiped().unwrap();
    vault.principals().set_holder(holder()).unwrap();
    let many: Vec<_> = (0..letters)
        .map(|number| letter(&number.to_string(), number, "fines", "unu"))
        .collect();
    commit(&vault, 1, None, &many);
    vault
        .letters()
        .foresee(holder(), &[read("1"), read("2")])
        .unwrap();
    let news = [
        letter("new", letters, "fines", "unu"),
        mark("3", json!({ "read": true })),
    ];
    let (_, commit) = vault.steps_of(|vault| commit(vault, 2, None, &news)).unwrap();
    let foresee = vault.steps_of(|vault| vault.letters().foresee(holder(), &[read("1")]));
    let page = vault.steps_of(|vault| {
        for shelf in [
            Shelf::Inbox,
            Shelf::Kept,
            Shelf::Pinned,
            Shelf::Unread,
            Shelf::Archive,
        ] {
            ids(vault, &of(shelf));
        }
        vault.letters().unread(holder()).unwrap()
    });
    let search = vault.steps_of(|vault| {
        (
            found(vault, "unu"),
            found(vault, "un*"),
            found(vault, "niciunul*"),
        )
    });
    let others = vault.steps_of(|vault| vault.confirmed().records(holder(), Some("preference")).unwrap());
    [
        commit,
        foresee.unwrap().1,
        page.unwrap().1,
        search.unwrap().1,
        others.unwrap().1,
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_kept_and_looked_for_is_an_answer_and_never_an_error(
        kept in ".{0,40}",
        sought in prop::collection::vec(prop::collection::vec((".{0,8}", any::<bool>()), 0..3), 0..3),
    ) {
        let vault = Vault::in_memory_unwiped().unwrap();
        vault.principals().set_holder(holder()).unwrap();
        commit(&vault, 1, None, &[letter("a", 1, "fines", &kept)]);
        let form = |(word, beginning)| Form { word, beginning };
        let words: Vec<_> = sought
            .into_iter()
            .map(|forms| Sought { forms: forms.into_iter().map(form).collect() })
            .collect();
        let filter = LetterFilter { words: &words, ..of(Shelf::All) };
        prop_assert!(vault.letters().list(holder(), &filter).is_ok(), "{:?} in {:?}", words, kept);
    }
}

#[test]
fn a_few_changes_and_a_page_cost_the_same_beside_few_letters_and_beside_many() {
    let (few, many) = (steps_beside(100), steps_beside(4_000));

    for (few, many) in few.into_iter().zip(many) {
        assert!(many < few + few / 4, "{few} steps beside few, {many} beside many");
    }
}
