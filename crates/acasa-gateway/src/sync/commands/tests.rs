use std::collections::HashMap;

use acasa_domain::Idnp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;

#[derive(Default)]
struct Records(HashMap<String, Value>);

impl RecordsNow for Records {
    fn get(&self, kind: &str, id: &str) -> Result<Option<Value>, StoreError> {
        assert_eq!(kind, PREFERENCE);
        Ok(self.0.get(id).cloned())
    }
}

const PERSON: &str = "2999000000014";
const NOW: &str = "2026-11-22T10:00:00Z";

fn commands() -> Commands {
    Commands {
        actor: PERSON.parse::<Idnp>().unwrap().into(),
        now: NOW.parse().unwrap(),
        correlation: "c".to_owned(),
    }
}

fn intent(arguments: Value) -> Intent {
    let own = Principal::from(PERSON.parse::<Idnp>().unwrap());
    Intent {
        id: Uuid::nil(),
        name: SET_PREFERENCE.to_owned(),
        arguments,
        actor: own,
        principal: own,
        power: None,
        depends_on: Vec::new(),
        not_after: None,
        made_at: NOW.to_owned(),
    }
}

fn outcome(intent: &Intent, records: &Records) -> Result<Vec<(String, Option<Value>)>, &'static str> {
    match commands().decide(intent, records).unwrap() {
        Decision::Apply(writes) => Ok(writes
            .into_iter()
            .map(|write| (write.id, write.content))
            .collect()),
        Decision::Refuse { code, .. } => Err(code),
        Decision::Supersede { .. } => Err("superseded"),
    }
}

#[test]
fn a_preference_is_written_under_its_key() {
    let set = json!({ "key": "sms", "value": false });

    assert_eq!(
        outcome(&intent(set.clone()), &Records::default()),
        Ok(vec![("sms".to_owned(), Some(set))])
    );
}

#[test]
fn the_last_channel_stays_open() {
    let mut records = Records::default();
    for key in ["sms", "app"] {
        records
            .0
            .insert(key.to_owned(), json!({ "key": key, "value": false }));
    }
    let close = intent(json!({ "key": "email", "value": false }));

    assert_eq!(outcome(&close, &records), Err("preference_last_channel"));
    assert!(outcome(&intent(json!({ "key": "language", "value": "ru" })), &records).is_ok());
    records
        .0
        .insert("viber".to_owned(), json!({ "key": "viber", "value": true }));
    assert!(outcome(&close, &records).is_ok());
}

#[test]
fn what_is_no_command_or_no_preference_is_refused() {
    let mut unknown = intent(json!({}));
    unknown.name = "preference.forget".to_owned();

    assert_eq!(outcome(&unknown, &Records::default()), Err("act_unknown"));
    assert_eq!(
        outcome(
            &intent(json!({ "key": "fax", "value": true })),
            &Records::default()
        ),
        Err("preference_unknown")
    );
}

#[test]
fn letters_are_marked_and_topics_set_by_their_commands() {
    for (name, arguments, expected) in [
        (MARK_NOTICES, json!({ "notices": [] }), Err("notice_mark_empty")),
        (
            SET_TOPIC,
            json!({ "topic": "weather", "announce": true }),
            Err("topic_unknown"),
        ),
    ] {
        let mut intent = intent(arguments);
        intent.name = name.to_owned();
        assert_eq!(outcome(&intent, &Records::default()), expected);
    }
}

#[test]
fn nobody_acts_for_another_without_a_power_and_powers_are_not_read_yet() {
    let set = json!({ "key": "sms", "value": false });
    let other = Principal::from("2999000000025".parse::<Idnp>().unwrap());
    let changes: [&dyn Fn(&mut Intent); 3] = [
        &|intent| intent.actor = other,
        &|intent| intent.principal = other,
        &|intent| intent.power = Some("p".to_owned()),
    ];
    for change in changes {
        let mut intent = intent(set.clone());
        change(&mut intent);
        assert_eq!(outcome(&intent, &Records::default()), Err("act_not_allowed"));
        assert_eq!(commands().event(&intent).principal, commands().actor.to_string());
    }
}

#[test]
fn an_act_counts_until_its_time_is_over_by_the_gateway_s_clock() {
    let set = json!({ "key": "sms", "value": false });
    for (not_after, taken) in [
        ("2026-11-22T10:00:00Z", true),
        ("2026-11-22T12:00:00+02:00", true),
        ("2026-11-22T09:59:59Z", false),
        ("tomorrow", false),
    ] {
        let mut intent = intent(set.clone());
        intent.not_after = Some(not_after.to_owned());
        assert_eq!(
            outcome(&intent, &Records::default()).is_ok(),
            taken,
            "{not_after}"
        );
    }
}
