//! What people do: mostly what the state takes, sometimes what it does not.

use acasa_domain::Principal;
use acasa_protocol::acts::SET_PREFERENCE;
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
    let (name, arguments) = command(draw);
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

fn command(draw: &mut Draw) -> (String, Value) {
    let preference = |arguments| (SET_PREFERENCE.to_owned(), arguments);
    if draw.one_in(12) {
        return preference(json!({ "key": "fax", "value": true }));
    }
    if draw.one_in(12) {
        let size = if draw.one_in(3) { 15_000 } else { 10 };
        return ("future.act".to_owned(), json!({ "text": "x".repeat(size) }));
    }
    if draw.one_in(5) {
        let tag = draw.pick(&["ro", "ru", "en"]).copied();
        return preference(json!({ "key": "language", "value": tag }));
    }
    let channel = draw.pick(&["email", "sms", "viber", "app"]).copied();
    preference(json!({ "key": channel, "value": draw.one_in(3) }))
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
