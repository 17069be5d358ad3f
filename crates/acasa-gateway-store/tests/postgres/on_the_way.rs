//! What a gateway does for everybody while somebody is on the way to another shard.

use acasa_domain::Principal;
use acasa_gateway_store::{
    InboxStorage as _, MoveStep, ShardedStorage, Storage as _, Sweep, SyncStorage as _,
    testing::{
        self, event,
        sync::{Plain, put_of, submit},
    },
};
use acasa_protocol::{acts::PREFERENCE, sync::Cursor};
use serde_json::json;

use crate::{
    load::{device, person},
    moves::{World, movers, name, run_until, write},
};

/// A device of a person with a change of theirs to report, and a removal that can be forgotten.
fn begun(storage: &ShardedStorage, client: &str, person: Principal) {
    device(storage, client, person);
    let preference = json!({ "key": "sms", "value": false });
    assert_eq!(write(storage, person, PREFERENCE, "sms", Some(preference)), 1);
    let mut removal = put_of(person, 2, "a");
    "remove".clone_into(&mut removal.name);
    let acts = [put_of(person, 1, "a"), removal];
    submit(storage, (client, person), (1, 1), &acts, &Plain).unwrap();
}

fn reported(storage: &ShardedStorage) -> Vec<Principal> {
    let reports = storage.preference_reports(9).unwrap();
    let mut reported: Vec<_> = reports.into_iter().map(|report| report.principal).collect();
    reported.sort_by_key(Principal::to_string);
    reported
}

fn sweep(storage: &ShardedStorage) {
    let mut from = Some(Sweep::default());
    while let Some(at) = &from {
        from = storage.forget_removals(i64::MAX, at).unwrap();
    }
}

/// Whether a device that knows a person's records up to the removal is told to begin anew, as it was forgotten.
fn is_swept(storage: &ShardedStorage, person: Principal) -> bool {
    let before = Cursor {
        since: 2,
        began: None,
    };
    let page = storage.pull(person, before, 9, &event("reader")).unwrap();
    page.began.is_some()
}

pub(crate) fn looked_after() {
    let world = World::new(crate::quick_server());
    let (tool, gateway) = (world.announced(), world.open(4));
    let going = movers().next().unwrap();
    let (three, four) = (testing::routes(3), testing::routes(4));
    let beside = |number: &u64| {
        let name_of = name(*number);
        three.shard_of(&name_of) == three.shard_of(&name(going)) && four.shard_of(&name_of) != 3
    };
    // Whose turn comes after theirs.
    let staying = (going + 1..99).find(beside).unwrap();
    let (going, staying) = (person(going), person(staying));
    begun(&gateway, "going", going);
    begun(&gateway, "staying", staying);
    assert!(!is_swept(&gateway, going) && !is_swept(&gateway, staying));

    run_until(&tool, MoveStep::Arrive);
    assert!(
        reported(&gateway) == [staying],
        "who left is told of where they arrive"
    );
    sweep(&gateway);
    assert!(is_swept(&gateway, staying));

    run_until(&tool, MoveStep::Clear);
    assert!(
        reported(&gateway) == [going, staying],
        "each once, though one lies on two shards"
    );
    assert!(!is_swept(&gateway, going));
    sweep(&gateway);
    assert!(is_swept(&gateway, going));

    tool.reshard(&mut |_| Ok(())).unwrap();
    assert!(reported(&gateway) == [going, staying]);
}
