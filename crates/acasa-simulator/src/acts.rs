//! What people do: mostly what the state takes, sometimes what it does not.

use acasa_domain::Principal;
use acasa_protocol::acts::SET_PREFERENCE;
use acasa_protocol::notices::{MARK_NOTICES, NOTICE, SET_TOPIC};
use acasa_protocol::sync::Intent;
use acasa_sync::Draft;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::device::Device;
use crate::draw::Draw;
use crate::state::wall;

/// What an act becomes on the device that keeps it.
pub(crate) enum Made {
    Draft(Draft),
    /// A newer app wrote its bytes: no gateway of today reads them.
    Newer(Intent, String),
}

pub(crate) fn make(draw: &mut Draw, device: &Device, now: u64) -> Made {
    let clock = wall(now, device.skew);
    let principal = device.principal();
    let (name, arguments) = command(draw, device);
    let mut draft = Draft {
        id: draw.id(now),
        name,
        arguments,
        actor: principal,
        principal,
        power: draw.one_in(25).then(|| "power-of-attorney".to_owned()),
        depends_on: depends_on(draw, device),
        not_after: None,
        made_at: clock.to_string(),
    };
    if draw.one_in(8) {
        let seconds = *draw.pick(&[-3_600, 1, 30, 86_400]).unwrap_or(&30);
        let limit = clock.checked_add(jiff::SignedDuration::from_secs(seconds));
        draft.not_after = limit.ok().map(|limit| limit.to_string());
    }
    if draw.one_in(20) {
        newer(draft, principal)
    } else {
        Made::Draft(draft)
    }
}

fn command(draw: &mut Draw, device: &Device) -> (String, Value) {
    let preference = |arguments| (SET_PREFERENCE.to_owned(), arguments);
    if draw.one_in(12) {
        return preference(json!({ "key": "fax", "value": true }));
    }
    if draw.one_in(12) {
        let size = if draw.one_in(3) { 15_000 } else { 10 };
        return ("future.act".to_owned(), json!({ "text": "x".repeat(size) }));
    }
    if draw.one_in(4)
        && let Some(arguments) = marks(draw, device)
    {
        return (MARK_NOTICES.to_owned(), arguments);
    }
    if draw.one_in(12) {
        let topic = draw.pick(&["fines", "security", "other", "weather"]).copied();
        let arguments = json!({ "topic": topic, "announce": draw.one_in(2) });
        return (SET_TOPIC.to_owned(), arguments);
    }
    if draw.one_in(5) {
        let tag = draw.pick(&["ro", "ru", "en"]).copied();
        return preference(json!({ "key": "language", "value": tag }));
    }
    let channel = draw.pick(&["email", "sms", "viber", "app"]).copied();
    preference(json!({ "key": channel, "value": draw.one_in(3) }))
}

/// Of letters that are there, mostly; rarely what no gateway takes.
fn marks(draw: &mut Draw, device: &Device) -> Option<Value> {
    let (_, letters) = device
        .vault
        .confirmed()
        .records(device.principal(), Some(NOTICE))
        .unwrap_or_default();
    if letters.is_empty() && !draw.one_in(10) {
        return None;
    }
    let mut notices = Vec::new();
    for _ in 0..=draw.below(4) {
        if let Some(letter) = draw.pick(&letters) {
            notices.push(letter.id.clone());
        }
    }
    if draw.one_in(10) {
        notices.push(letter_id(draw.below(300)));
    }
    if draw.one_in(40) {
        notices = (0..101).map(letter_id).collect();
    }
    let mut arguments = json!({ "notices": notices });
    for mark in ["read", "archived", "pinned"] {
        if draw.one_in(2) {
            arguments[mark] = Value::Bool(draw.one_in(2));
        }
    }
    if draw.one_in(40) {
        arguments["colour"] = json!("blue");
    }
    Some(arguments)
}

/// The name of a person's letter.
pub(crate) fn letter_id(number: usize) -> String {
    Uuid::from_u128(0x4000_8000_0000_0000_0000 + number as u128).to_string()
}

/// A letter as the gateway writes it, or one that no device of today understands.
pub(crate) fn letter(draw: &mut Draw, now: u64, long: bool) -> Value {
    if draw.one_in(8) {
        return json!({ "at": now });
    }
    let topic = draw.pick(&["fines", "security", "weather"]).copied();
    json!({
        "sentAt": wall(now, 0).to_string(),
        "source": { "ro": "ASP" },
        "topic": topic,
        "priority": "medium",
        "subject": { "ro": format!("Scrisoarea {now}") },
        "body": { "ro": [{ "runs": [{ "text": "Bună ziua. ".repeat(if long { 4_000 } else { 1 }) }] }] },
    })
}

fn depends_on(draw: &mut Draw, device: &Device) -> Vec<Uuid> {
    let mut found = Vec::new();
    if draw.one_in(4) {
        let known: Vec<Uuid> = device.acts.keys().copied().collect();
        for _ in 0..=draw.below(2) {
            // Of late ones rather than of old ones.
            let place = known.len().saturating_sub(1 + draw.below(5));
            if let Some(id) = known.get(place)
                && !found.contains(id)
            {
                found.push(*id);
            }
        }
    }
    found
}

fn newer(draft: Draft, principal: Principal) -> Made {
    let intent = Intent {
        id: draft.id,
        name: draft.name,
        arguments: draft.arguments,
        actor: principal,
        principal,
        power: None,
        depends_on: Vec::new(),
        not_after: None,
        made_at: draft.made_at,
    };
    let mut text = json!(intent);
    if let Some(fields) = text.as_object_mut() {
        fields.insert("fromTheFuture".to_owned(), Value::Bool(true));
    }
    Made::Newer(intent, text.to_string())
}
