//! What each command must come to, as `docs/formats/sync.md` says.

use acasa_domain::Principal;
use acasa_protocol::sync::Intent;
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{Asked, Records, Written};

const CHANNELS: [&str; 4] = ["email", "sms", "viber", "app"];
const TOPICS: [&str; 10] = [
    "documents",
    "fines",
    "payments",
    "services",
    "vehicles",
    "social",
    "powers",
    "civic",
    "security",
    "other",
];
const MARKS: [&str; 3] = ["read", "archived", "pinned"];

/// What an act has to write, or why it is refused.
pub(super) fn decide(
    records: &Records,
    asked: &Asked<'_>,
    intent: &Intent,
) -> Result<Vec<Written>, &'static str> {
    let own = Principal::from(asked.person);
    if intent.actor != own || intent.principal != own || intent.power.is_some() {
        return Err("act_not_allowed");
    }
    if let Some(limit) = &intent.not_after
        && limit.parse::<Timestamp>().is_ok_and(|limit| limit < asked.now)
    {
        return Err("act_expired");
    }
    match intent.name.as_str() {
        "preference.set" if !asked.older => set_preference(records, &intent.arguments),
        "notice.mark" if !asked.older => mark(records, &intent.arguments),
        "topic.set" if !asked.older => set_topic(&intent.arguments),
        _ => Err("act_unknown"),
    }
}

fn there<'a>(records: &'a Records, kind: &str, id: &str) -> Option<&'a Value> {
    records.get(&(kind.to_owned(), id.to_owned()))?.1.as_ref()
}

fn set_preference(records: &Records, arguments: &Value) -> Result<Vec<Written>, &'static str> {
    let (key, value) = (arguments["key"].as_str(), &arguments["value"]);
    let key = match key {
        Some("language") if matches!(value.as_str(), Some("ro" | "ru" | "en")) => "language",
        Some(key) if CHANNELS.contains(&key) && value.is_boolean() => key,
        _ => return Err("preference_unknown"),
    };
    let stays_open = CHANNELS.iter().any(|channel| {
        if key == *channel {
            return *value == Value::Bool(true);
        }
        let kept = there(records, "preference", channel).and_then(|content| content["value"].as_bool());
        kept.unwrap_or(*channel != "viber")
    });
    if !stays_open {
        return Err("preference_last_channel");
    }
    Ok(vec![(
        "preference".to_owned(),
        key.to_owned(),
        Some(arguments.clone()),
    )])
}

fn mark(records: &Records, arguments: &Value) -> Result<Vec<Written>, &'static str> {
    const UNREADABLE: &str = "act_unknown";
    let given = arguments.as_object().ok_or(UNREADABLE)?;
    let known = |(name, value): (&String, &Value)| {
        name == "notices" || MARKS.contains(&name.as_str()) && (value.is_boolean() || value.is_null())
    };
    let named = given
        .get("notices")
        .and_then(Value::as_array)
        .filter(|_| given.iter().all(known))
        .ok_or(UNREADABLE)?;
    let id = |id: &Value| id.as_str()?.parse::<Uuid>().ok();
    let mut notices: Vec<Uuid> = named.iter().map(id).collect::<Option<_>>().ok_or(UNREADABLE)?;
    if notices.is_empty() || !MARKS.iter().any(|name| arguments[name].is_boolean()) {
        return Err("notice_mark_empty");
    }
    if notices.len() > 100 {
        return Err("notice_too_many");
    }
    notices.sort_unstable();
    notices.dedup();
    let mut writes = Vec::new();
    for notice in notices {
        let id = notice.to_string();
        there(records, "notice", &id).ok_or("notice_unknown")?;
        let before = there(records, "notice-mark", &id);
        let mut after = Map::new();
        for name in MARKS {
            let stays = before.is_some_and(|before| before[name] == Value::Bool(true));
            after.insert(name.to_owned(), json!(arguments[name].as_bool().unwrap_or(stays)));
        }
        writes.push(("notice-mark".to_owned(), id, Some(Value::Object(after))));
    }
    Ok(writes)
}

fn set_topic(arguments: &Value) -> Result<Vec<Written>, &'static str> {
    let given = arguments.as_object().filter(|given| given.len() == 2);
    let topic = given.and_then(|given| given.get("topic")?.as_str());
    let announce = given.and_then(|given| given.get("announce")?.as_bool());
    let (Some(topic), Some(announce)) = (topic.filter(|topic| TOPICS.contains(topic)), announce) else {
        return Err("topic_unknown");
    };
    if topic == "security" && !announce {
        return Err("topic_required");
    }
    Ok(vec![(
        "topic".to_owned(),
        topic.to_owned(),
        Some(arguments.clone()),
    )])
}
