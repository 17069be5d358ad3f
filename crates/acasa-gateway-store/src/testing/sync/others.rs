//! Acts of one person on the records of others. Some of those are kept elsewhere, where there are several places.

use acasa_domain::Principal;
use acasa_protocol::sync::{Fate, Intent, Outcome};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    JUDGED, Plain, act, begun, judge, outcomes, person, pull, pull_of, put, put_of, refusal, since, submit,
};
use crate::{MAX_WRITES, Storage, testing::Fresh};

pub(super) fn contract(fresh: Fresh<'_>) {
    an_act_for_another_takes_effect_on_their_records_once(&*fresh());
    what_another_s_records_refuse_is_refused(&*fresh());
    an_act_for_another_with_other_bytes_is_refused(&*fresh());
    acts_wait_for_those_on_another_s_records(&*fresh());
    acts_of_a_later_batch_know_what_became_of_them(&*fresh());
    the_order_of_a_batch_is_kept_on_everybody_s_records(&*fresh());
    an_act_for_another_writes_much_and_not_too_much(&*fresh());
    acts_for_others_are_the_actor_s(&*fresh());
}

const BECAUSE: Option<&str> = Some("dependency_refused");

/// Enough of them that they are not all kept where the person is.
fn others() -> [Principal; 7] {
    [25, 36, 47, 58, 69, 70, 81].map(|number| {
        let name = format!("urn:md:idnp:29990000000{number}");
        name.parse().expect("a synthetic number")
    })
}

/// An act of the person on another's record.
fn for_other(other: Principal, number: u128, name: &str, id: &str) -> Intent {
    let mut intent = put_of(other, number, id);
    intent.actor = person();
    name.clone_into(&mut intent.name);
    intent
}

fn after(mut intent: Intent, others: &[u128]) -> Intent {
    intent.depends_on = others.iter().map(|number| Uuid::from_u128(*number)).collect();
    intent
}

fn versions(outcomes: &[Outcome]) -> Vec<Result<u64, &str>> {
    let version = |outcome| match refusal(outcome) {
        Some(code) => Err(code),
        None => match &outcome.fate {
            Fate::Applied { version, .. } => Ok(*version),
            Fate::Refused { .. } | Fate::Superseded { .. } => Err("superseded"),
        },
    };
    outcomes.iter().map(version).collect()
}

/// What a record of somebody's says.
fn content(storage: &dyn Storage, whose: Principal, id: &str) -> Option<Value> {
    let records = pull_of(storage, whose, since(0)).records;
    let found = records.into_iter().find(|record| record.id == id);
    found.and_then(|record| record.content)
}

fn an_act_for_another_takes_effect_on_their_records_once(storage: &dyn Storage) {
    let storage = begun(storage);
    for (number, other) in (1..).zip(others()) {
        let intents = [for_other(other, number, "put", "a")];
        let batch = u64::try_from(number).expect("small") * 2;
        let first = outcomes(judge(storage, (1, batch), &intents));
        let again = outcomes(judge(storage, (1, batch), &intents));
        let later = outcomes(judge(storage, (1, batch + 1), &intents));

        assert!(first == again && again == later, "the same answer for ever");
        let Fate::Applied { version, records } = &first[0].fate else {
            panic!("it is applied")
        };
        assert_eq!((*version, records.len()), (1, 1));
        let page = pull_of(storage, other, since(0));
        assert!(page.version == 1 && page.records == *records);
        assert_eq!(records[0].content, Some(json!([number.to_string()])));
        let journalled = storage.events_about(&other.to_string(), None, 10);
        assert_eq!(
            journalled.expect("events").len(),
            1,
            "one event for one judgement"
        );
    }
    assert_eq!(pull(storage, since(0)).version, 0, "nothing of the actor's");
    assert_eq!(
        storage.forwarded_length().expect("counts"),
        0,
        "nothing is under way"
    );
    storage.check_journal().expect("it holds");
}

fn what_another_s_records_refuse_is_refused(storage: &dyn Storage) {
    let storage = begun(storage);
    for (batch, other) in (1..).zip(others()) {
        let number = u128::from(batch) * 10;
        let intents = [
            for_other(other, number, "once", "a"),
            for_other(other, number + 1, "once", "a"),
            for_other(other, number + 2, "forbidden", "a"),
            for_other(other, number + 3, "remove", "a"),
            for_other(other, number + 4, "once", "a"),
        ];
        let judged = outcomes(judge(storage, (1, batch), &intents));
        let again = outcomes(judge(storage, (1, batch), &intents));

        assert!(judged == again);
        let expected = [Ok(1), Err("there_already"), Err("no"), Ok(2), Ok(3)];
        assert_eq!(versions(&judged), expected);
        let journalled = storage.events_about(&other.to_string(), None, 10);
        assert_eq!(journalled.expect("events").len(), 5);
    }
}

fn an_act_for_another_with_other_bytes_is_refused(storage: &dyn Storage) {
    let storage = begun(storage);
    for (batch, other) in (1..).zip(others()) {
        let (batch, number) = (batch * 2, u128::from(batch) * 10);
        let act = |id| for_other(other, number, "put", id);
        let together = outcomes(judge(storage, (1, batch), &[act("a"), act("b"), act("a")]));
        let later = outcomes(judge(storage, (1, batch + 1), &[act("b"), put(number, "b")]));

        let (first, changed) = (Ok(1), Err("intent_changed"));
        assert_eq!(versions(&together), [first, changed, first]);
        assert_eq!(versions(&later), [changed, changed]);
        assert_eq!(pull_of(storage, other, since(0)).records.len(), 1);
    }
    assert_eq!(pull(storage, since(0)).version, 0);
}

fn acts_wait_for_those_on_another_s_records(storage: &dyn Storage) {
    let storage = begun(storage);
    let mut mine = 0;
    for (batch, other) in (1..).zip(others()) {
        let at = |number: u128| u128::from(batch) * 20 + number;
        let intents = [
            for_other(other, at(1), "put", "a"),
            after(put(at(2), "mine"), &[at(1)]),
            after(for_other(other, at(3), "put", "a"), &[at(2)]),
            after(for_other(other, at(4), "put", "a"), &[at(3), at(1)]),
            put(at(5), "mine"),
            for_other(other, at(6), "once", "a"),
            after(put(at(7), "no"), &[at(6)]),
            after(for_other(other, at(8), "put", "no"), &[at(7)]),
            after(put(at(9), "no"), &[at(1), at(12)]),
            after(for_other(other, at(10), "put", "no"), &[at(1), at(12)]),
            after(put(at(11), "mine"), &[at(4), at(5)]),
            put(at(12), "mine"),
        ];
        let judged = outcomes(judge(storage, (1, batch), &intents));
        let again = outcomes(judge(storage, (1, batch), &intents));

        assert!(judged == again);
        let expected = [
            Ok(1),
            Ok(mine + 1),
            Ok(2),
            Ok(3),
            Ok(mine + 2),
            Err("there_already"),
            Err("dependency_refused"),
            Err("dependency_refused"),
            Err("dependency_refused"),
            Err("dependency_refused"),
            Ok(mine + 3),
            Ok(mine + 4),
        ];
        assert_eq!(versions(&judged), expected);
        mine += 4;
        assert_eq!(content(storage, other, "no"), None);
    }
    assert_eq!(content(storage, person(), "no"), None);
}

fn acts_of_a_later_batch_know_what_became_of_them(storage: &dyn Storage) {
    let storage = begun(storage);
    for (at, other) in (0..).zip(others()) {
        let (batch, number) = (at * 2 + 1, u128::from(at) * 10);
        let first = [
            for_other(other, number + 1, "put", "a"),
            for_other(other, number + 2, "once", "a"),
        ];
        outcomes(judge(storage, (1, batch), &first));
        let second = [
            after(put(number + 3, "a"), &[number + 1]),
            after(put(number + 4, "a"), &[number + 2]),
            after(for_other(other, number + 5, "put", "a"), &[number + 3]),
            after(for_other(other, number + 6, "put", "a"), &[number + 4]),
        ];
        let judged = outcomes(judge(storage, (1, batch + 1), &second));

        let refused: Vec<_> = judged.iter().map(refusal).collect();
        assert_eq!(refused, [None, BECAUSE, None, BECAUSE]);
    }
}

fn the_order_of_a_batch_is_kept_on_everybody_s_records(storage: &dyn Storage) {
    let storage = begun(storage);
    let mut intents = Vec::new();
    for round in 0..3 {
        for (at, other) in (0..).zip(others()) {
            let number = round * 100 + at * 10;
            let before: &[u128] = if intents.is_empty() { &[] } else { &[9_000] };
            intents.push(for_other(other, number, "put", "a"));
            intents.push(after(put(number + 1, "a"), &[number]));
            intents.push(put(number + 2, "a"));
            if before.is_empty() {
                intents.push(for_other(other, 9_000, "put", "first"));
            }
            intents.push(after(for_other(other, number + 3, "put", "a"), before));
            intents.push(for_other(other, number + 4, "put", "a"));
        }
    }
    outcomes(judge(storage, (1, 1), &intents));

    let expected = |whose: Principal| -> Value {
        let theirs = intents.iter().filter(|intent| intent.principal == whose);
        theirs
            .filter(|intent| intent.arguments["id"] == "a")
            .map(|intent| intent.arguments["value"].clone())
            .collect()
    };
    for whose in others().into_iter().chain([person()]) {
        assert_eq!(content(storage, whose, "a"), Some(expected(whose)));
    }
}

fn an_act_for_another_writes_much_and_not_too_much(storage: &dyn Storage) {
    let storage = begun(storage);
    for (batch, other) in (1..).zip(others()) {
        let many = |number: u128, count: u32| {
            let mut intent = for_other(other, number, "many", "m");
            intent.arguments["number"] = json!(count);
            intent
        };
        let number = u128::from(batch) * 10;
        let judged = outcomes(judge(storage, (1, batch * 2), &[many(number, MAX_WRITES)]));
        let beyond = [put(number + 1, "a"), many(number + 2, MAX_WRITES + 1)];
        let refused = submit(storage, ("client", person()), (1, batch * 2 + 1), &beyond, &Plain);

        let Fate::Applied { version, records } = &judged[0].fate else {
            panic!("it is applied")
        };
        assert_eq!((*version, records.len()), (1, MAX_WRITES as usize));
        let code = refused.err().map(|error| error.code());
        assert_eq!(code, Some("storage_writes_too_many"));
        assert_eq!(pull_of(storage, other, since(0)).version, 1);
    }
    assert_eq!(pull(storage, since(0)).version, 0, "nothing of the batch");
}

fn acts_for_others_are_the_actor_s(storage: &dyn Storage) {
    let storage = begun(storage);
    let intents: Vec<Intent> = (1..)
        .zip(others())
        .map(|(number, other)| for_other(other, number, "put", "a"))
        .chain([act(90, "forbidden", json!({}))])
        .collect();
    let judged = outcomes(judge(storage, (1, 1), &intents));

    let event = super::event("p");
    let acts = storage.acts(person(), None, 20, &event).expect("a list");
    let kept = storage.kept_acts(person(), None, 20).expect("a list");

    assert!(acts.iter().map(|act| &act.outcome).eq(judged.iter()));
    assert!(
        acts.iter()
            .all(|act| act.client == "client" && act.judged == JUDGED)
    );
    for (intent, kept) in intents.iter().zip(&kept) {
        assert_eq!(
            (kept.id, &kept.principal),
            (intent.id, &intent.principal.to_string())
        );
        let said = kept.said.as_ref().expect("it is kept");
        assert_eq!(said["name"], intent.name.as_str());
    }
    for other in others() {
        assert!(storage.acts(other, None, 9, &event).expect("a list").is_empty());
    }
}
