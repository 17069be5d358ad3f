//! Which letters announce themselves: topics on all the person's devices, hours on this one. Reminders keep the hours too.

use super::Notices;
use super::inbox::{protocol_topic, topic};
use crate::sync::{VaultStore, holder};
use crate::vault::OpenVault;
use crate::{Acasa, CoreError, words};
use acasa_api_types::{AnnouncementChange, AnnouncementsView, QuietHours, TopicAnnouncement};
use acasa_protocol::notices::{Notice, Priority, SET_TOPIC, TOPIC, Topic, TopicPreference};
use acasa_protocol::sync::Intent;
use acasa_sync::{Records, Replay, View};
use jiff::Zoned;
use jiff::civil::Time;
use serde::Deserialize as _;

/// More new letters than this at once are announced without reading them all.
const MOST_READ: usize = 20;

/// What setting a topic will look like.
struct Foreseen;

impl Replay for Foreseen {
    fn replay(&self, intent: &Intent, records: &mut Records) {
        if intent.name == SET_TOPIC
            && let Ok(wanted) = TopicPreference::deserialize(&intent.arguments)
        {
            records.put(TOPIC, wanted.topic.key(), intent.arguments.clone());
        }
    }
}

impl Notices<'_> {
    /// As it stands, with what was changed here and is not confirmed yet.
    pub fn announcements(&self) -> Result<AnnouncementsView, CoreError> {
        let open = self.acasa.vault().open()?;
        self.read_announcements(&open)
    }

    /// Changes what is given.
    pub fn announce(&self, change: AnnouncementChange) -> Result<AnnouncementsView, CoreError> {
        let open = self.acasa.vault().open()?;
        let quiet = change.quiet.map(|quiet| checked(&quiet)).transpose()?;
        let mut act = None;
        if let (Some(topic), Some(announce)) = (change.topic, change.announce) {
            let wanted = TopicPreference {
                topic: protocol_topic(topic),
                announce,
            };
            if is_required(wanted.topic) && !announce {
                return Err(CoreError::Document {
                    code: "topic_required",
                });
            }
            act = Some(self.acasa.sync().act(&open, SET_TOPIC, &wanted)?);
        }
        if change.enabled.is_some() || quiet.is_some() || change.quiet_off {
            let mut preferences = self.acasa.preferences();
            preferences.announce = change.enabled.unwrap_or(preferences.announce);
            if change.quiet_off {
                preferences.quiet = None;
            }
            preferences.quiet = quiet.or(preferences.quiet.take());
            preferences.save(&self.acasa.inner.setup.folder)?;
        }
        let mut view = self.read_announcements(&open)?;
        view.act = act.map(|act| act.to_string());
        Ok(view)
    }

    fn read_announcements(&self, open: &OpenVault) -> Result<AnnouncementsView, CoreError> {
        let announced = announced(self.acasa, open)?;
        let waiting = waiting(open)?;
        let topics = Topic::ALL.map(|wanted| TopicAnnouncement {
            topic: topic(wanted),
            announce: announced(wanted),
            required: is_required(wanted),
            waiting: waiting.contains(&wanted),
        });
        let preferences = self.acasa.preferences();
        Ok(AnnouncementsView {
            topics: topics.to_vec(),
            enabled: preferences.announce,
            quiet: preferences.quiet.clone(),
            act: None,
        })
    }
}

/// What concerns the safety of a person's account is always told.
const fn is_required(topic: Topic) -> bool {
    matches!(topic, Topic::Security)
}

/// Whether letters of a topic announce themselves; they do until the person says otherwise.
fn announced(acasa: &Acasa, open: &OpenVault) -> Result<impl Fn(Topic) -> bool, CoreError> {
    let store = VaultStore::new(acasa, open)?;
    let seen = View::of(&store, holder(open)?, Some(TOPIC), &Foreseen)?;
    Ok(move |topic: Topic| {
        let stored = seen.records.get(TOPIC, topic.key());
        let stored = stored.and_then(|content| TopicPreference::deserialize(content).ok());
        is_required(topic) || stored.is_none_or(|preference| preference.announce)
    })
}

fn waiting(open: &OpenVault) -> Result<Vec<Topic>, CoreError> {
    let acts = open.records.acts().unsettled()?;
    let waiting = acts.into_iter().filter_map(|act| {
        let pending = act.name == SET_TOPIC && act.fate != acasa_store::ActFate::ToConfirm;
        pending.then(|| of(&act.arguments))?
    });
    Ok(waiting.map(|preference| preference.topic).collect())
}

fn of(arguments: &str) -> Option<TopicPreference> {
    serde_json::from_str(arguments).ok()
}

/// The act of setting one, by the words it has in the list of acts, and its topic.
pub(crate) fn kind(arguments: &str) -> Option<(&'static str, acasa_api_types::NoticeTopic)> {
    let preference = of(arguments)?;
    let kind = if preference.announce {
        "topic_on"
    } else {
        "topic_off"
    };
    Some((kind, topic(preference.topic)))
}

fn checked(quiet: &QuietHours) -> Result<QuietHours, CoreError> {
    let time = |text: &str| {
        let time: Option<Time> = jiff::fmt::strtime::parse("%H:%M", text).ok()?.to_time().ok();
        time
    };
    match (time(&quiet.from), time(&quiet.until)) {
        (Some(from), Some(until)) if from != until => Ok(QuietHours {
            from: from.strftime("%H:%M").to_string(),
            until: until.strftime("%H:%M").to_string(),
        }),
        _ => Err(CoreError::Document {
            code: "quiet_hours_wrong",
        }),
    }
}

/// Whether it is one of the hours in which nothing announces itself.
pub(crate) fn is_quiet(quiet: Option<&QuietHours>, now: Time) -> bool {
    let Some(quiet) = quiet else {
        return false;
    };
    let now = now.strftime("%H:%M").to_string();
    if quiet.from < quiet.until {
        quiet.from <= now && now < quiet.until
    } else {
        quiet.from <= now || now < quiet.until
    }
}

/// Tells that letters have come, if they may: one sentence, and nothing of what they say.
pub(crate) fn tell(acasa: &Acasa, open: &OpenVault, arrived: &[String]) -> Result<(), CoreError> {
    let (enabled, quiet, language) = {
        let preferences = acasa.preferences();
        (
            preferences.announce,
            is_quiet(preferences.quiet.as_ref(), Zoned::now().time()),
            preferences.language.unwrap_or_default(),
        )
    };
    let announced = announced(acasa, open)?;
    let holder = holder(open)?;
    let letters = open.records.letters();
    let may = arrived.iter().take(MOST_READ).any(|id| {
        let letter = letters.get(holder, id).ok().flatten();
        let notice: Option<Notice> = letter.and_then(|letter| serde_json::from_str(&letter.content).ok());
        notice.is_some_and(|notice| {
            notice.priority == Priority::High || (enabled && !quiet && announced(notice.topic))
        })
    });
    // Whoever looks at the window sees it there.
    if may && !acasa.inner.setup.host.is_looked_at() {
        let text = |key| words::text(language, key);
        let (title, sentence) = (text("app_name"), text("announcement_new_letters"));
        acasa.inner.setup.host.announce(&title, &sentence);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(from: &str, until: &str) -> QuietHours {
        QuietHours {
            from: from.to_owned(),
            until: until.to_owned(),
        }
    }

    #[test]
    fn quiet_hours_may_go_past_midnight_and_end_on_the_minute() {
        let night = hours("22:00", "07:30");
        for (now, quiet) in [
            ("22:00:00", true),
            ("03:00:00", true),
            ("07:29:59", true),
            ("07:30:00", false),
            ("12:00:00", false),
        ] {
            assert_eq!(
                is_quiet(Some(&night), now.parse().expect("a time")),
                quiet,
                "{now}"
            );
        }
        let noon = hours("12:00", "13:00");
        assert!(is_quiet(Some(&noon), "12:59:00".parse().expect("a time")));
        assert!(!is_quiet(Some(&noon), "13:00:00".parse().expect("a time")));
        assert!(!is_quiet(None, "12:59:00".parse().expect("a time")));
    }

    #[test]
    fn hours_that_are_none_are_refused() {
        for (from, until) in [
            ("25:00", "07:00"),
            ("22:00", "22:00"),
            ("", ""),
            ("22", "7"),
            ("22:00", "07:60"),
        ] {
            assert!(checked(&hours(from, until)).is_err(), "{from} {until}");
        }
        assert_eq!(
            checked(&hours("22:00", "7:05")).expect("hours"),
            hours("22:00", "07:05")
        );
    }
}
