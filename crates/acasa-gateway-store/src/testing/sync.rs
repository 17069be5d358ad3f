//! The contract of [`SyncStorage`](crate::SyncStorage), and what its tests send.

mod others;

use acasa_domain::Principal;
use acasa_protocol::sync::{Cursor, Digest, Fate, Intent, Outcome, Page};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Fresh, digest, event, with_client, with_session};
use crate::{
    Decide, Decision, Event, Judged, RecordsNow, Storage, StoreError, Submission, Submitted, Sweep, Write,
};

/// When every batch here is judged, in Unix milliseconds.
const JUDGED: i64 = 1;

pub(super) fn contract(fresh: Fresh<'_>) {
    an_intent_takes_effect_once_however_often_it_comes(&*fresh());
    the_same_id_with_other_bytes_is_refused_and_changes_nothing(&*fresh());
    each_intent_of_a_batch_is_judged_alone(&*fresh());
    what_waits_for_a_refused_one_is_refused(&*fresh());
    two_batches_under_one_number_suspend_the_device_and_end_its_sessions(&*fresh());
    an_old_batch_changes_nothing(&*fresh());
    a_new_generation_lifts_the_suspension_and_an_old_one_does_nothing(&*fresh());
    pages_end_between_versions_and_bring_everything_once(&*fresh());
    a_page_of_long_records_ends_before_it_is_too_large_to_read(&*fresh());
    removals_are_told_until_they_are_forgotten_and_then_a_page_begins_anew(&*fresh());
    old_removals_are_swept_and_young_ones_are_kept(&*fresh());
    nobody_reads_another_s_records(&*fresh());
    a_person_s_acts_are_listed_once_each_and_nobody_else_s(&*fresh());
    one_batch_sees_its_own_writes(&*fresh());
    an_installation_that_changes_hands_is_not_judged_as_its_former_owner_s(&*fresh());
    others::contract(fresh);
}

/// `put` writes its arguments' `value` under its `id`, `once` does so if nothing is there, `remove` removes it, `many`
/// writes that many at once.
pub struct Plain;

impl Decide for Plain {
    fn decide(&self, intent: &Intent, records: &dyn RecordsNow) -> Result<Decision, StoreError> {
        let id = intent.arguments["id"].as_str().unwrap_or_default();
        let write = |id: &str, content: Option<Value>| Write {
            kind: "thing".into(),
            id: id.into(),
            content,
        };
        Ok(match intent.name.as_str() {
            "put" => {
                let before = records.get("thing", id)?.unwrap_or_else(|| json!([]));
                let mut values = before.as_array().cloned().unwrap_or_default();
                values.push(intent.arguments["value"].clone());
                Decision::Apply(vec![write(id, Some(json!(values)))])
            }
            "once" => match records.get("thing", id)? {
                None => Decision::Apply(vec![write(id, Some(json!([intent.arguments["value"]])))]),
                Some(_) => Decision::Refuse {
                    code: "there_already",
                    reason: None,
                },
            },
            "remove" => Decision::Apply(vec![write(id, None)]),
            "many" => {
                let number = intent.arguments["number"].as_u64().unwrap_or_default();
                Decision::Apply(
                    (0..number)
                        .map(|at| write(&format!("{id}{at:03}"), Some(json!(at))))
                        .collect(),
                )
            }
            _ => Decision::Refuse {
                code: "no",
                reason: None,
            },
        })
    }

    fn event(&self, intent: &Intent) -> Event {
        event(&intent.principal.to_string())
    }
}

fn person() -> Principal {
    "urn:md:idnp:2999000000014".parse().expect("a synthetic number")
}

fn act(number: u128, name: &str, arguments: Value) -> Intent {
    act_of(person(), number, name, arguments)
}

fn act_of(person: Principal, number: u128, name: &str, arguments: Value) -> Intent {
    Intent {
        id: Uuid::from_u128(number),
        name: name.into(),
        arguments,
        actor: person,
        principal: person,
        power: None,
        depends_on: Vec::new(),
        not_after: None,
        made_at: "2026-11-22T10:00:00Z".into(),
    }
}

fn put(number: u128, id: &str) -> Intent {
    put_of(person(), number, id)
}

/// An act that adds its number to the values of a person's record.
pub fn put_of(person: Principal, number: u128, id: &str) -> Intent {
    let arguments = json!({ "id": id, "value": number.to_string() });
    act_of(person, number, "put", arguments)
}

fn judge(storage: &dyn Storage, place: (u64, u64), intents: &[Intent]) -> Judged {
    submit(storage, ("client", person()), place, intents, &Plain).expect("it is judged")
}

/// Submits intents as a device of a person, as batch `place.1` of generation `place.0`.
pub fn submit(
    storage: &dyn Storage,
    (client, actor): (&str, Principal),
    place: (u64, u64),
    intents: &[Intent],
    decide: &dyn Decide,
) -> Result<Judged, StoreError> {
    let texts: Vec<String> = intents
        .iter()
        .map(|intent| serde_json::to_string(intent).expect("JSON"))
        .collect();
    let submitted = intents.iter().zip(&texts).map(|(intent, text)| Submitted {
        intent: intent.clone(),
        digest: Digest(digest(text.as_bytes())),
        text,
    });
    let submission = Submission {
        client,
        actor,
        generation: place.0,
        number: place.1,
        hash: digest(texts.concat().as_bytes()),
        intents: submitted.collect(),
        now: JUDGED,
    };
    storage.judge(&submission, decide)
}

fn outcomes(judged: Judged) -> Vec<Outcome> {
    match judged {
        Judged::Outcomes(outcomes) => outcomes,
        Judged::Behind => panic!("the device is behind"),
        Judged::Forked => panic!("the device is forked"),
    }
}

fn refusal(outcome: &Outcome) -> Option<&str> {
    match &outcome.fate {
        Fate::Refused { code, .. } => Some(code),
        Fate::Applied { .. } | Fate::Superseded { .. } => None,
    }
}

fn begun(storage: &dyn Storage) -> &dyn Storage {
    with_client(storage);
    begun_as(storage, &person().to_string());
    storage
}

/// Begins the first generation of `client` as this person's device.
pub(super) fn begun_as(storage: &dyn Storage, person: &str) {
    let position = storage
        .begin_generation("client", person.parse().expect("a principal"), 1, "{}")
        .expect("it begins");
    assert_eq!(
        (position.generation, position.number, position.suspended),
        (1, 0, false)
    );
}

fn pull(storage: &dyn Storage, cursor: Cursor) -> Page {
    pull_of(storage, person(), cursor)
}

fn pull_of(storage: &dyn Storage, person: Principal, cursor: Cursor) -> Page {
    storage.pull(person, cursor, 1, &event("p")).expect("a page")
}

fn since(since: u64) -> Cursor {
    Cursor { since, began: None }
}

/// Everything from a cursor on, page by page.
fn everything(storage: &dyn Storage, mut cursor: Cursor) -> (Vec<(String, u64)>, u64) {
    let mut found = Vec::new();
    loop {
        let page = pull(storage, cursor);
        cursor.began = page.began.or(cursor.began);
        cursor.since = page.version;
        found.extend(page.records.into_iter().map(|record| (record.id, record.version)));
        if page.complete {
            return (found, page.version);
        }
    }
}

fn an_intent_takes_effect_once_however_often_it_comes(storage: &dyn Storage) {
    let storage = begun(storage);
    let intents = [put(1, "a")];
    let first = outcomes(judge(storage, (1, 1), &intents));
    let again = outcomes(judge(storage, (1, 1), &intents));
    let later = outcomes(judge(storage, (1, 2), &intents));
    assert!(first == again && again == later, "the same answer for ever");
    let page = pull(storage, since(0));
    assert_eq!(page.version, 1);
    assert_eq!(page.records[0].content, Some(json!(["1"])));
    let journalled = storage
        .events_about(&person().to_string(), None, 10)
        .expect("events");
    assert_eq!(journalled.len(), 1, "one event for one judgement");
}

fn the_same_id_with_other_bytes_is_refused_and_changes_nothing(storage: &dyn Storage) {
    let storage = begun(storage);
    outcomes(judge(storage, (1, 1), &[put(1, "a")]));
    let changed = outcomes(judge(storage, (1, 2), &[put(1, "b")]));
    assert_eq!(refusal(&changed[0]), Some("intent_changed"));
    assert_eq!(everything(storage, since(0)).0, [("a".to_owned(), 1)]);
}

fn each_intent_of_a_batch_is_judged_alone(storage: &dyn Storage) {
    let storage = begun(storage);
    let batch = [put(1, "a"), act(2, "forbidden", json!({})), put(3, "b")];
    let judged = outcomes(judge(storage, (1, 1), &batch));
    let refused: Vec<_> = judged.iter().map(refusal).collect();
    assert_eq!(refused, [None, Some("no"), None]);
    assert_eq!(everything(storage, since(0)).0.len(), 2);
}

fn what_waits_for_a_refused_one_is_refused(storage: &dyn Storage) {
    let storage = begun(storage);
    let mut second = put(2, "b");
    second.depends_on = vec![Uuid::from_u128(1)];
    let mut fourth = put(4, "d");
    fourth.depends_on = vec![Uuid::from_u128(3)];
    let mut fifth = put(5, "e");
    fifth.depends_on = vec![Uuid::from_u128(99)];
    let batch = [act(1, "forbidden", json!({})), second, put(3, "c"), fourth, fifth];
    let judged = outcomes(judge(storage, (1, 1), &batch));
    let refused: Vec<_> = judged.iter().map(refusal).collect();
    let because = Some("dependency_refused");
    assert_eq!(refused, [Some("no"), because, None, None, because]);
}

fn two_batches_under_one_number_suspend_the_device_and_end_its_sessions(storage: &dyn Storage) {
    let storage = begun(storage);
    with_session(storage);
    outcomes(judge(storage, (1, 1), &[put(1, "a")]));
    assert!(matches!(judge(storage, (1, 1), &[put(2, "b")]), Judged::Forked));
    let session = storage.grant_by_refresh(&[9; 32]).expect("reads");
    assert!(session.is_none(), "its sessions have ended");
    assert!(
        matches!(judge(storage, (1, 2), &[put(3, "c")]), Judged::Forked),
        "and it stays so"
    );
    let device = storage.sync_device("client").expect("reads").expect("known");
    assert!(device.position.suspended);
    assert_eq!(everything(storage, since(0)).0, [("a".to_owned(), 1)]);
}

fn an_old_batch_changes_nothing(storage: &dyn Storage) {
    let storage = begun(storage);
    outcomes(judge(storage, (1, 3), &[put(1, "a")]));
    for place in [(1, 2), (0, 4), (2, 1), (1, 0)] {
        assert!(
            matches!(judge(storage, place, &[put(2, "b")]), Judged::Behind),
            "{place:?}"
        );
    }
    let device = storage.sync_device("client").expect("reads").expect("known");
    assert_eq!((device.position.number, device.position.suspended), (3, false));
}

fn a_new_generation_lifts_the_suspension_and_an_old_one_does_nothing(storage: &dyn Storage) {
    let storage = begun(storage);
    outcomes(judge(storage, (1, 1), &[put(1, "a")]));
    judge(storage, (1, 1), &[put(2, "b")]);
    let begin = |generation| {
        let position = storage.begin_generation("client", person(), generation, "{\"new\":1}");
        let position = position.expect("it answers");
        (position.generation, position.number, position.suspended)
    };
    assert_eq!(begin(1), (1, 1, true));
    assert_eq!(begin(2), (2, 0, false));
    assert_eq!(begin(2), (2, 0, false));
    assert!(refusal(&outcomes(judge(storage, (2, 1), &[put(2, "b")]))[0]).is_none());
}

fn pages_end_between_versions_and_bring_everything_once(storage: &dyn Storage) {
    let storage = begun(storage);
    let many = |number, id| act(number, "many", json!({ "id": id, "number": 60 }));
    outcomes(judge(
        storage,
        (1, 1),
        &[many(1, "a"), many(2, "b"), many(3, "c")],
    ));
    // The limit is raised to the most one version can have: 100.
    let first = pull(storage, since(0));
    assert_eq!(
        (first.version, first.complete, first.records.len()),
        (1, false, 60)
    );
    let (all, version) = everything(storage, since(0));
    let mut ids: Vec<_> = all.iter().map(|(id, _)| id.clone()).collect();
    ids.dedup();
    assert_eq!((ids.len(), version), (180, 3));
    assert_eq!(everything(storage, since(2)).0.len(), 60);
    let quiet = pull(storage, since(3));
    assert_eq!(
        (quiet.version, quiet.complete, quiet.began, quiet.records.len()),
        (3, true, None, 0)
    );
}

fn a_page_of_long_records_ends_before_it_is_too_large_to_read(storage: &dyn Storage) {
    let long = "x".repeat(60 * 1024);
    for number in 0..40 {
        let write = Write {
            kind: "note".into(),
            id: format!("{number:02}"),
            content: Some(json!(long)),
        };
        storage.write(person(), &[write], &event("p")).expect("writes");
    }
    let first = pull(storage, since(0));
    assert!(!first.complete);
    assert_eq!((first.version, first.records.len()), (17, 17));
    let (all, version) = everything(storage, since(0));
    assert_eq!((all.len(), version), (40, 40));

    let many = (0..30).map(|number| Write {
        kind: "note".into(),
        id: format!("{number:02}"),
        content: Some(json!(long)),
    });
    let many: Vec<Write> = many.collect();
    storage.write(person(), &many, &event("p")).expect("writes");
    let together = pull(storage, since(40));
    assert_eq!(
        (together.version, together.complete, together.records.len()),
        (41, true, 30)
    );
    let rest = pull(storage, since(41));
    assert_eq!((rest.complete, rest.records.len()), (true, 0));
}

fn old_removals_are_swept_and_young_ones_are_kept(storage: &dyn Storage) {
    let storage = begun(storage);
    let remove = act(3, "remove", json!({ "id": "a" }));
    outcomes(judge(
        storage,
        (1, 1),
        &[put(1, "a"), put(2, "b"), remove, put(4, "c")],
    ));
    let sweep = |before| {
        let mut from = Some(Sweep::default());
        while let Some(at) = &from {
            from = storage.forget_removals(before, at).expect("sweeps");
        }
    };
    sweep(JUDGED);
    let told = pull(storage, since(2));
    assert_eq!((told.began, told.records[0].content.as_ref()), (None, None));

    sweep(JUDGED + 1);

    let anew = pull(storage, since(2));
    assert_eq!((anew.began, anew.records.len()), (Some(4), 2));
    assert!(anew.records.iter().all(|record| record.content.is_some()));
    // Who has everything goes on as before.
    assert_eq!(pull(storage, since(4)).began, None);
}

fn removals_are_told_until_they_are_forgotten_and_then_a_page_begins_anew(storage: &dyn Storage) {
    let storage = begun(storage);
    let remove = act(3, "remove", json!({ "id": "a" }));
    outcomes(judge(
        storage,
        (1, 1),
        &[put(1, "a"), put(2, "b"), remove, put(4, "c")],
    ));
    let told = pull(storage, since(2));
    assert_eq!(told.records[0].content, None);
    storage.compact(person(), 3).expect("compacts");
    let anew = pull(storage, since(2));
    assert_eq!(anew.began, Some(4));
    let ids: Vec<_> = anew.records.iter().map(|record| record.id.as_str()).collect();
    assert_eq!(ids, ["b", "c"]);
    assert_eq!(pull(storage, since(3)).began, None);
    let going_on = pull(
        storage,
        Cursor {
            since: 2,
            began: Some(4),
        },
    );
    assert_eq!(
        going_on.began, None,
        "a first fetch is not sent back to its beginning"
    );
}

fn nobody_reads_another_s_records(storage: &dyn Storage) {
    let storage = begun(storage);
    outcomes(judge(storage, (1, 1), &[put(1, "a")]));
    let other = "urn:md:idnp:2999000000025".parse().expect("a synthetic number");
    let page = storage.pull(other, since(0), 1, &event("p")).expect("a page");
    assert_eq!((page.version, page.records.len()), (0, 0));
    storage
        .write(
            other,
            &[Write {
                kind: "thing".into(),
                id: "theirs".into(),
                content: Some(json!(1)),
            }],
            &event("p"),
        )
        .expect("it is written");
    assert_eq!(everything(storage, since(0)).0, [("a".to_owned(), 1)]);
}

fn a_person_s_acts_are_listed_once_each_and_nobody_else_s(storage: &dyn Storage) {
    let storage = begun(storage);
    let nothing = act(3, "nothing", json!({}));
    outcomes(judge(storage, (1, 1), &[put(2, "a"), nothing.clone()]));
    let judged = outcomes(judge(storage, (1, 2), &[put(2, "a"), nothing, put(1, "a")]));
    let list = |actor, after: Option<u128>, limit| {
        let acts = storage.acts(actor, after.map(Uuid::from_u128), limit, &event("p"));
        acts.expect("a list")
    };
    let events = || storage.events_about("p", None, 9).expect("they are read").len();

    let all = list(person(), None, 9);
    let first = list(person(), None, 2);
    let rest = list(person(), Some(2), 2);
    let read = events();
    let other = "urn:md:idnp:2999000000025".parse().expect("a synthetic number");

    let due = [&judged[2], &judged[0], &judged[1]];
    assert!(all.iter().map(|act| &act.outcome).eq(due), "each once, by id");
    assert!(all.iter().all(|act| act.client == "client" && act.judged == 1));
    assert!(first.iter().chain(&rest).eq(&all));
    assert!(list(other, None, 9).is_empty());
    assert_eq!((read, events()), (3, 3), "who reads something is noted");
}

fn one_batch_sees_its_own_writes(storage: &dyn Storage) {
    let storage = begun(storage);
    outcomes(judge(storage, (1, 1), &[put(1, "a")]));
    let remove = act(3, "remove", json!({ "id": "a" }));
    let batch = [put(2, "a"), remove, put(4, "a"), put(5, "a"), put(4, "a")];
    let judged = outcomes(judge(storage, (1, 2), &batch));
    assert!(judged[2] == judged[4], "the same act twice is one act");
    let page = pull(storage, since(0));
    assert_eq!((page.version, page.records.len()), (5, 1));
    assert_eq!(page.records[0].content, Some(json!(["4", "5"])));
}

fn an_installation_that_changes_hands_is_not_judged_as_its_former_owner_s(storage: &dyn Storage) {
    let storage = begun(storage);
    outcomes(judge(storage, (1, 4), &[put(1, "a")]));
    // Enough of them that they are not all kept in one place where there are several.
    for number in ["2999000000025", "2999000000036", "2999000000047"] {
        begun_as(storage, &format!("urn:md:idnp:{number}"));
        assert!(matches!(judge(storage, (1, 5), &[put(2, "b")]), Judged::Behind));
    }
    begun_as(storage, &person().to_string());
    assert_eq!(everything(storage, since(0)).0, [("a".to_owned(), 1)]);
}
