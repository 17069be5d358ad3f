//! What each command comes to.

mod notices;

use acasa_domain::Principal;
use acasa_gateway_store::{Decide, Decision, Event, RecordsNow, StoreError, Write};
use acasa_protocol::{
    acts::{PREFERENCE, Preference, SET_PREFERENCE},
    notices::{MARK_NOTICES, SET_TOPIC},
    sync::Intent,
};
use jiff::Timestamp;
use serde::Deserialize as _;

use crate::journal::{Happening, own_event};

/// Decides one person's commands at one moment.
pub(super) struct Commands {
    pub(super) actor: Principal,
    pub(super) now: Timestamp,
    pub(super) correlation: String,
}

impl Decide for Commands {
    fn decide(&self, intent: &Intent, records: &dyn RecordsNow) -> Result<Decision, StoreError> {
        let own = self.actor;
        if intent.actor != own || intent.principal != own || intent.power.is_some() {
            return Ok(refuse("act_not_allowed"));
        }
        let late = |time: &String| time.parse::<Timestamp>().is_ok_and(|time| time >= self.now);
        if !intent.not_after.as_ref().is_none_or(late) {
            return Ok(refuse("act_expired"));
        }
        match intent.name.as_str() {
            SET_PREFERENCE => set_preference(intent, records),
            MARK_NOTICES => notices::mark(intent, records),
            SET_TOPIC => Ok(notices::set_topic(intent)),
            _ => Ok(refuse("act_unknown")),
        }
    }

    fn event(&self, intent: &Intent) -> Event {
        let object = intent.id.to_string();
        let time = self.now.as_millisecond();
        own_event(Happening::ActJudged, self.actor, &object, &self.correlation, time)
    }
}

fn refuse(code: &'static str) -> Decision {
    Decision::Refuse { code, reason: None }
}

/// The state must be able to reach everybody: one channel stays open.
fn set_preference(intent: &Intent, records: &dyn RecordsNow) -> Result<Decision, StoreError> {
    let Ok(wanted) = Preference::deserialize(&intent.arguments) else {
        return Ok(refuse("preference_unknown"));
    };
    let mut open = wanted.is_open_channel();
    for default in Preference::DEFAULTS
        .into_iter()
        .filter(|other| other.key() != wanted.key())
    {
        let stored = records.get(PREFERENCE, default.key())?;
        let holds = stored
            .and_then(|content| Preference::deserialize(content).ok())
            .unwrap_or(default);
        open |= holds.is_open_channel();
    }
    if !open {
        return Ok(refuse("preference_last_channel"));
    }
    Ok(Decision::Apply(vec![Write {
        kind: PREFERENCE.to_owned(),
        id: wanted.key().to_owned(),
        content: Some(intent.arguments.clone()),
    }]))
}

#[cfg(test)]
mod tests;
