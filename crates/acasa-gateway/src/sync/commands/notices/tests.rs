use std::collections::BTreeMap;

use acasa_domain::{Idnp, Principal};
use acasa_protocol::notices::{MARK_NOTICES, SET_TOPIC};
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;

#[derive(Default)]
struct Records(BTreeMap<(&'static str, String), Value>);

impl Records {
    fn with_notices(mut self, notices: impl IntoIterator<Item = Uuid>) -> Self {
        for notice in notices {
            self.0.insert((NOTICE, notice.to_string()), json!({}));
        }
        self
    }
}

impl RecordsNow for Records {
    fn get(&self, kind: &str, id: &str) -> Result<Option<Value>, StoreError> {
        let found = self.0.iter().find(|((k, i), _)| *k == kind && i == id);
        Ok(found.map(|(_, content)| content.clone()))
    }
}

fn intent(name: &str, arguments: Value) -> Intent {
    let own = Principal::from("2999000000014".parse::<Idnp>().unwrap());
    Intent {
        id: Uuid::nil(),
        name: name.to_owned(),
        arguments,
        actor: own,
        principal: own,
        power: None,
        depends_on: Vec::new(),
        not_after: None,
        made_at: "2026-11-22T10:00:00Z".to_owned(),
    }
}

type Written = Vec<(String, String, Option<Value>)>;

fn outcome(decision: Decision) -> Result<Written, &'static str> {
    match decision {
        Decision::Apply(writes) => Ok(writes
            .into_iter()
            .map(|write| (write.kind, write.id, write.content))
            .collect()),
        Decision::Refuse { code, .. } => Err(code),
        Decision::Supersede { .. } => Err("superseded"),
    }
}

fn marked(arguments: Value, records: &Records) -> Result<Written, &'static str> {
    outcome(mark(&intent(MARK_NOTICES, arguments), records).unwrap())
}

fn topic(arguments: Value) -> Result<Written, &'static str> {
    outcome(set_topic(&intent(SET_TOPIC, arguments)))
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

#[test]
fn each_letter_gets_its_mark_once_and_keeps_what_is_not_given() {
    let mut records = Records::default().with_notices([id(1), id(2)]);
    let before = json!({ "read": false, "archived": true, "pinned": false });
    records.0.insert((MARK, id(2).to_string()), before);

    let written = marked(
        json!({ "notices": [id(2), id(1), id(2)], "read": true }),
        &records,
    );

    let mark = |number, archived| {
        let content = json!({ "read": true, "archived": archived, "pinned": false });
        (MARK.to_owned(), id(number).to_string(), Some(content))
    };
    assert_eq!(written, Ok(vec![mark(1, false), mark(2, true)]));
}

#[test]
fn a_letter_that_is_not_the_person_s_refuses_them_all() {
    let records = Records::default().with_notices([id(1)]);

    let written = marked(json!({ "notices": [id(1), id(3)], "read": true }), &records);

    assert_eq!(written, Err("notice_unknown"));
}

#[test]
fn marking_needs_a_mark_and_from_one_letter_to_a_hundred() {
    let many: Vec<Uuid> = (0..=100).map(id).collect();
    let records = Records::default().with_notices(many.clone());

    for (arguments, refusal) in [
        (json!({ "notices": [id(1)] }), Some("notice_mark_empty")),
        (json!({ "notices": [], "read": true }), Some("notice_mark_empty")),
        (json!({ "notices": many, "read": true }), Some("notice_too_many")),
        (json!({ "notices": many[1..], "read": true }), None),
        (
            json!({ "notices": [id(1)], "starred": true }),
            Some("act_unknown"),
        ),
        (json!({ "notices": ["1"], "read": true }), Some("act_unknown")),
    ] {
        assert_eq!(marked(arguments.clone(), &records).err(), refusal, "{arguments}");
    }
}

#[test]
fn a_topic_s_preference_is_written_under_its_key() {
    let arguments = json!({ "topic": "fines", "announce": false });

    assert_eq!(
        topic(arguments.clone()),
        Ok(vec![(TOPIC.to_owned(), "fines".to_owned(), Some(arguments))])
    );
}

#[test]
fn only_topics_there_are_can_be_set_and_security_cannot_be_silenced() {
    for (arguments, refusal) in [
        (
            json!({ "topic": "weather", "announce": false }),
            Some("topic_unknown"),
        ),
        (json!({ "topic": "other", "announce": false }), None),
        (json!({ "topic": "fines" }), Some("topic_unknown")),
        (
            json!({ "topic": "fines", "announce": false, "until": 3 }),
            Some("topic_unknown"),
        ),
        (
            json!({ "topic": "security", "announce": false }),
            Some("topic_required"),
        ),
        (json!({ "topic": "security", "announce": true }), None),
    ] {
        assert_eq!(topic(arguments.clone()).err(), refusal, "{arguments}");
    }
}
