//! What a person does with letters of the state.

use std::collections::BTreeSet;

use acasa_gateway_store::{Decision, RecordsNow, StoreError, Write};
use acasa_protocol::{
    notices::{MARK, MAX_MARKED, Mark, MarkNotices, NOTICE, TOPIC, Topic, TopicPreference},
    sync::Intent,
};
use serde::Deserialize as _;

use super::refuse;

/// All of them or none: a list that names a letter the person does not have was made over other records.
pub(super) fn mark(intent: &Intent, records: &dyn RecordsNow) -> Result<Decision, StoreError> {
    let Ok(wanted) = MarkNotices::deserialize(&intent.arguments) else {
        return Ok(refuse("act_unknown"));
    };
    let changes = [wanted.read, wanted.archived, wanted.pinned];
    if wanted.notices.is_empty() || changes.iter().all(Option::is_none) {
        return Ok(refuse("notice_mark_empty"));
    }
    if wanted.notices.len() > MAX_MARKED {
        return Ok(refuse("notice_too_many"));
    }
    let mut writes = Vec::new();
    for notice in wanted.notices.iter().collect::<BTreeSet<_>>() {
        let id = notice.to_string();
        if records.get(NOTICE, &id)?.is_none() {
            return Ok(refuse("notice_unknown"));
        }
        let stored = records.get(MARK, &id)?;
        let before = stored.and_then(|content| Mark::deserialize(content).ok());
        let mark = wanted.over(before.unwrap_or_default());
        writes.push(Write {
            kind: MARK.to_owned(),
            id,
            content: Some(serde_json::to_value(mark).map_err(|_| StoreError::Unreadable { what: "mark" })?),
        });
    }
    Ok(Decision::Apply(writes))
}

/// What concerns a person's safety announces itself always.
pub(super) fn set_topic(intent: &Intent) -> Decision {
    let Ok(wanted) = TopicPreference::deserialize(&intent.arguments) else {
        return refuse("topic_unknown");
    };
    // Any name reads as a topic, so that letters of a newer gateway can be read; a preference must be exact.
    if intent.arguments.get("topic").and_then(|topic| topic.as_str()) != Some(wanted.topic.key()) {
        return refuse("topic_unknown");
    }
    if wanted.topic == Topic::Security && !wanted.announce {
        return refuse("topic_required");
    }
    Decision::Apply(vec![Write {
        kind: TOPIC.to_owned(),
        id: wanted.topic.key().to_owned(),
        content: Some(intent.arguments.clone()),
    }])
}

#[cfg(test)]
mod tests;
