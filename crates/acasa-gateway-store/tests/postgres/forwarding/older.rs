//! Programs that know nothing of acts under way, beside those that do.

use super::*;

/// What such a program writes when it judges an act of somebody.
fn judged(id: u128, whose: Principal) -> String {
    format!(
        "INSERT INTO intent (actor, id, client, digest, outcome, judged, principal, text)
         VALUES ('{whose}', '{}', 'client', decode('{}', 'hex'), '{{\"fate\":{{}}}}', 1, '{whose}', NULL)",
        Uuid::from_u128(id),
        "00".repeat(32),
    )
}

/// And when it moves somebody.
fn departs(whose: Principal) -> String {
    format!("INSERT INTO departure (principal, shard) VALUES ('{whose}', 0)")
}

pub(crate) fn older_programs() {
    let world = World::together();
    let storage = world.begun();
    let intents = [act(other(), 1)];
    let tries = |shard, statement: String| {
        let refused = world.client(shard).batch_execute(&statement).err();
        refused.map(|error| error.code().unwrap().code().to_owned())
    };
    let later = Some("55P03".to_owned());
    not_delivered(&world, &storage, &intents);

    let while_under_way = [
        tries(ACTORS, judged(1, actor())),
        tries(ACTORS, judged(2, actor())),
        tries(ACTORS, departs(actor())),
        tries(ACTORS, judged(3, on(ACTORS, 1))),
    ];
    assert_eq!(settled(&storage), 1);
    let afterwards = [
        tries(ACTORS, judged(4, actor())),
        tries(OTHERS, departs(other())),
        tries(OTHERS, departs(on(OTHERS, 1))),
    ];

    assert_eq!(
        while_under_way,
        [later.clone(), later.clone(), later.clone(), None]
    );
    assert_eq!(afterwards, [None, later, None]);
    assert_eq!(versions(&send(&storage, 1, &intents).unwrap()), [1]);
}
