//! Acts under way between shards, which a gateway carries by itself.

use acasa_gateway_store::{
    Client, Storage,
    testing::{
        PostgresServer, event,
        sync::{Plain, put_of, submit},
    },
};
use acasa_protocol::sync::Fate;
use tokio::{runtime::Runtime, time::timeout};

use crate::{aside, databases, replicas::LONG, storage, world};

const ACTOR: &str = "urn:md:idnp:2999000000014";
const OTHERS: [u32; 7] = [25, 36, 47, 58, 69, 70, 81];

/// Takes what was judged for others away from every shard, or brings it back.
fn swap(server: &PostgresServer, addresses: &[String]) {
    for address in addresses {
        server.run(
            address.rsplit('/').next().unwrap(),
            "DO $$ BEGIN
                 IF to_regclass('delivered') IS NULL THEN ALTER TABLE away RENAME TO delivered;
                 ELSE ALTER TABLE delivered RENAME TO away; END IF;
             END $$",
        );
    }
}

/// Sends acts for others that cannot be carried now, past the gateway, which would refuse them at once.
fn sent(storage: &dyn Storage) {
    let client = Client {
        id: "client".to_owned(),
        jwk: "{}".to_owned(),
        redirect_uris: Vec::new(),
        registered: 1,
    };
    storage.register_client(&client).unwrap();
    let actor = ACTOR.parse().unwrap();
    storage.begin_generation("client", actor, 1, "{}").unwrap();
    let acts = OTHERS.map(|number| {
        let other = format!("urn:md:idnp:29990000000{number}").parse().unwrap();
        let mut act = put_of(other, number.into(), "a");
        act.actor = actor;
        act
    });
    let error = submit(storage, ("client", actor), (1, 1), &acts, &Plain).err();
    assert_eq!(error.unwrap().code(), "storage_failed");
}

fn numbers_say(numbers: &str, length: u64) -> bool {
    numbers
        .lines()
        .any(|line| line == format!("acasa_acts_forwarded {length}"))
}

pub(crate) fn carried(server: &PostgresServer) {
    let databases = databases(server, 3);
    Runtime::new().unwrap().block_on(async {
        let kept = storage(&databases).await;
        let length = aside(|| {
            swap(server, &databases.addresses);
            sent(&*kept);
            kept.forwarded_length().unwrap()
        });
        let waiting = world(&databases).await;
        let numbers = waiting.numbers().await;
        waiting.stop().await;
        aside(|| swap(server, &databases.addresses));

        let world = world(&databases).await;
        let done = async {
            while !numbers_say(&world.numbers().await, 0) {
                tokio::task::yield_now().await;
            }
        };
        timeout(LONG, done).await.unwrap();
        let acts = aside(|| kept.acts(ACTOR.parse().unwrap(), None, 9, &event("reader")));
        world.stop().await;

        assert!(length > 0 && numbers_say(&numbers, length), "{length}");
        let (mut applied, mut refused) = (0, 0);
        for act in acts.unwrap() {
            match act.outcome.fate {
                Fate::Refused { code, .. } if code == "act_not_allowed" => refused += 1,
                Fate::Applied { .. } => applied += 1,
                Fate::Refused { .. } | Fate::Superseded { .. } => panic!("another outcome"),
            }
        }
        // Those that are kept where the actor is were judged at once.
        assert_eq!((applied + refused, refused), (OTHERS.len() as u64, length));
    });
}
