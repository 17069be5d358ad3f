//! Setting back what was sent: a new act, which depends on the one that it sets back.

use super::Activity;
use crate::vault::OpenVault;
use crate::{Acasa, CoreError, sync};
use acasa_api_types::{ActRef, ActivityView, AnnouncementsView, NoticePreferencesView};
use acasa_domain::Principal;
use acasa_protocol::acts::{Preference, SET_PREFERENCE};
use acasa_protocol::notices::{MARK_NOTICES, MarkNotices, SET_TOPIC, TopicPreference};
use acasa_store::{Act, ActFate, Letter};
use jiff::{SignedDuration, Timestamp};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// How long what was sent is offered for withdrawing; later it is changed where it was made.
const OFFERED: SignedDuration = SignedDuration::from_hours(24);
/// How many of the latest acts are looked at.
const LOOKED_AT: usize = 20;

impl Activity<'_> {
    /// Makes the act that sets back what was sent, if it still stands as it was made.
    pub fn withdraw(&self, which: &ActRef) -> Result<ActivityView, CoreError> {
        let (open, id) = self.find(which)?;
        let acts = open.records.acts().list(super::RECENT)?;
        let act = acts.iter().find(|act| act.id == id);
        let act = act.ok_or(CoreError::Unknown { what: "act" })?;
        let back = Standing::of(self.acasa, &open)?.back(act)?;
        let back = back.ok_or(CoreError::Document {
            code: "act_not_withdrawable",
        })?;
        self.acasa.sync().act_after(&open, &act.name, &back, vec![id])?;
        crate::notices::marks::foresee(self.acasa, &open)?;
        self.list()
    }
}

/// How things stand that acts have changed.
pub(super) struct Standing<'a> {
    open: &'a OpenVault,
    holder: Principal,
    preferences: NoticePreferencesView,
    announcements: AnnouncementsView,
    now: Timestamp,
}

impl<'a> Standing<'a> {
    pub(super) fn of(acasa: &Acasa, open: &'a OpenVault) -> Result<Self, CoreError> {
        Ok(Self {
            open,
            holder: sync::holder(open)?,
            preferences: acasa.notices().preferences()?,
            announcements: acasa.notices().announcements()?,
            now: Timestamp::now(),
        })
    }

    /// Which of these, the latest first, can be withdrawn.
    pub(super) fn withdrawable(&self, acts: &[Act]) -> Result<Vec<uuid::Uuid>, CoreError> {
        let mut found = Vec::new();
        for act in acts.iter().take(LOOKED_AT) {
            if self.back(act)?.is_some() {
                found.push(act.id);
            }
        }
        Ok(found)
    }

    /// What sets an act back: the same command with other arguments. None where it is not for sending, is old, cannot be
    /// set back exactly, or where something else stands in its place.
    fn back(&self, act: &Act) -> Result<Option<Value>, CoreError> {
        let is_sent = matches!(act.fate, ActFate::Sent | ActFate::Done);
        if !is_sent || self.now.duration_since(act.made_at) > OFFERED {
            return Ok(None);
        }
        match act.name.as_str() {
            SET_PREFERENCE => made_of(act, |set| Ok(preference(set, &self.preferences))),
            SET_TOPIC => made_of(act, |set| Ok(topic(set, &self.announcements))),
            MARK_NOTICES => made_of(act, |set| {
                let letters = self.letters(&set)?;
                Ok(letters.and_then(|letters| marks(set, &letters)))
            }),
            _ => Ok(None),
        }
    }

    /// The letters it marked; none where one is not held any more.
    fn letters(&self, set: &MarkNotices) -> Result<Option<Vec<Letter>>, CoreError> {
        let letters = self.open.records.letters();
        let found = set
            .notices
            .iter()
            .map(|id| letters.get(self.holder, &id.to_string()));
        Ok(found.collect::<Result<_, _>>()?)
    }
}

/// What is made of an act's arguments, if they can be read.
fn made_of<A: DeserializeOwned + Serialize>(
    act: &Act,
    make: impl FnOnce(A) -> Result<Option<A>, CoreError>,
) -> Result<Option<Value>, CoreError> {
    let Ok(set) = serde_json::from_str(&act.arguments) else {
        return Ok(None);
    };
    Ok(make(set)?.and_then(|back| serde_json::to_value(back).ok()))
}

/// The other way of a channel that still stands as it was set; not where no channel would be left.
fn preference(set: Preference, now: &NoticePreferencesView) -> Option<Preference> {
    let channels = [now.email, now.sms, now.viber, now.app];
    let closes_last = channels.iter().filter(|open| **open).count() == 1;
    let other = |set: bool, stands: bool| (set == stands && !(set && closes_last)).then_some(!set);
    match set {
        // What it was before is not known.
        Preference::Language(_) => None,
        Preference::Email(set) => other(set, now.email).map(Preference::Email),
        Preference::Sms(set) => other(set, now.sms).map(Preference::Sms),
        Preference::Viber(set) => other(set, now.viber).map(Preference::Viber),
        Preference::App(set) => other(set, now.app).map(Preference::App),
    }
}

fn topic(set: TopicPreference, now: &AnnouncementsView) -> Option<TopicPreference> {
    let topic = crate::notices::view_topic(set.topic);
    let stands = now.topics.iter().find(|announced| announced.topic == topic)?;
    let as_set = stands.announce == set.announce && !(set.announce && stands.required);
    as_set.then_some(TopicPreference {
        topic: set.topic,
        announce: !set.announce,
    })
}

fn marks(set: MarkNotices, letters: &[Letter]) -> Option<MarkNotices> {
    let as_set = |letter: &Letter| {
        let stands = |set: Option<bool>, is: bool| set.is_none_or(|set| set == is);
        stands(set.read, letter.marks.read)
            && stands(set.archived, letter.marks.archived)
            && stands(set.pinned, letter.marks.pinned)
    };
    if !letters.iter().all(as_set) {
        return None;
    }
    let other = |set: Option<bool>| set.map(|set| !set);
    Some(MarkNotices {
        read: other(set.read),
        archived: other(set.archived),
        // Putting away takes from the top, and bringing back does not put there.
        pinned: other(set.pinned).filter(|_| set.archived.is_none()),
        ..set
    })
}

#[cfg(test)]
mod tests;
