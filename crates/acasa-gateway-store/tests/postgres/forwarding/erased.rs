//! Acts under way of, and for, people whose key is destroyed.

use acasa_gateway_store::PrincipalStorage as _;

use super::*;

fn erase(storage: &ShardedStorage, whose: Principal) {
    storage.erase(whose, &event(&whose.to_string())).unwrap();
}

fn fates(storage: &ShardedStorage, intents: &[Intent]) -> Vec<Fate> {
    let outcomes = send(storage, 1, intents).unwrap();
    outcomes.into_iter().map(|outcome| outcome.fate).collect()
}

fn is_bare(fate: &Fate, expected: u64) -> bool {
    matches!(fate, Fate::Applied { version, records } if *version == expected && records.is_empty())
}

/// What was not judged cannot be any more, and is not tried for ever.
pub(crate) fn erased_actor() {
    let world = World::together();
    let storage = world.begun();
    let intents = [act(other(), 1), act(other(), 2)];
    not_delivered(&world, &storage, &intents);
    let before = storage.held(actor()).unwrap();
    erase(&storage, actor());

    let counts = [settled(&storage), settled(&storage)];
    let known = storage.kept_acts(actor(), None, 9).unwrap();
    let again = fates(&storage, &intents);

    assert_eq!((before.acts, counts), (2, [2, 0]));
    assert_eq!(known.len(), 2);
    for fate in known.iter().map(|act| &act.fate).chain(&again) {
        assert!(matches!(fate, Fate::Refused { code, .. } if code == "act_erased"));
    }
    assert!(known.iter().all(|act| act.said.is_none()));
    assert!(effects(&storage, other()).is_empty());
    let events = storage.events_about(&other().to_string(), None, 9).unwrap();
    assert_eq!(events.len(), 2, "that it was judged is known");
    assert!(storage.held(actor()).unwrap().is_nothing());
}

/// What was judged before it stays what it was, without its contents.
pub(crate) fn erased_after_delivery() {
    let world = World::together();
    let storage = world.begun();
    let intents = [act(other(), 1)];
    delivered_and_not_settled(&world, &storage, &intents);
    erase(&storage, actor());

    let fates = fates(&storage, &intents);

    assert!(is_bare(&fates[0], 1));
    assert_eq!(effects(&storage, other()), [(1, 1)].into());
    assert!(storage.kept_acts(actor(), None, 9).unwrap()[0].said.is_none());
}

pub(crate) fn erased_principal() {
    let world = World::together();
    let storage = world.begun();
    let intents = [act(other(), 1), act(other(), 2)];
    delivered_and_not_settled(&world, &storage, &intents);
    erase(&storage, other());

    assert_eq!(settled(&storage), 2);
    let fates = fates(&storage, &intents);

    assert!(is_bare(&fates[0], 1), "its contents are erased");
    assert!(matches!(&fates[1], Fate::Applied { version: 3, records } if records.len() == 1));
    assert_eq!(effects(&storage, other()), [(2, 1)].into(), "judged after it");
    assert_eq!(under_way(&storage), 0);
}
