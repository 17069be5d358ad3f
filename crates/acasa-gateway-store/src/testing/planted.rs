//! Contents that are looked for where they must not lie.

use acasa_domain::Principal;
use acasa_protocol::sync::{Cursor, Record};
use serde_json::json;
use uuid::Uuid;

use super::{
    event,
    sync::{Plain, put_of, submit},
    with_client,
};
use crate::{Letter, Storage, StoreError};

/// Stands in contents and nowhere else.
pub const PLANTED: &str = "planted-6f1d";

/// Keeps an act of the first person, sent by the installation `client`, and a letter to the second, both with the planted
/// text.
pub fn plant(storage: &dyn Storage, [first, second]: [Principal; 2]) {
    with_client(storage);
    storage
        .begin_generation("client", first, 1, "{}")
        .expect("begins");
    let mut act = put_of(first, 2, "b");
    act.arguments["value"] = json!(PLANTED);
    submit(storage, ("client", first), (1, 1), &[act], &Plain).expect("judges");
    let letter = Letter {
        principal: second,
        id: Uuid::from_u128(3),
        content: json!({ "subject": PLANTED }),
        reported: true,
    };
    assert!(
        storage.take(&letter, None, &event("p")).expect("keeps"),
        "it is new"
    );
}

/// The first hundred records of a person.
pub fn records_of(storage: &dyn Storage, person: Principal) -> Result<Vec<Record>, StoreError> {
    let all = Cursor {
        since: 0,
        began: None,
    };
    let page = storage.pull(person, all, 100, &event(&person.to_string()))?;
    Ok(page.records)
}
