//! Reminders that announce themselves, also while the vault is closed: beside it lie a time and an opaque id of each.

use super::{MORNING, ahead, end};
use crate::documents::ALL;
use crate::notices::announcements::is_quiet;
use crate::{Acasa, CoreError, words};
use acasa_crypto::{base64url, digest::sha256, wipe_stack};
use acasa_store::Document;
use jiff::{Timestamp, ToSpan as _, Zoned};
use serde::{Deserialize, Serialize};

/// Bytes of an id: enough for no two to meet.
const ID_BYTES: usize = 12;

/// When to remind. Of what, only an open vault says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Alarm {
    at: Timestamp,
    id: String,
}

/// Announces what is due, once, and notes what an open vault reminds of next.
pub(crate) fn look(acasa: &Acasa, now: &Zoned) -> Result<(), CoreError> {
    ring(acasa, now)?;
    keep(acasa, now)
}

/// One sentence for all that is due. In quiet hours it waits for their end.
fn ring(acasa: &Acasa, now: &Zoned) -> Result<(), CoreError> {
    let is_due = |alarm: &Alarm| alarm.at <= now.timestamp();
    let (announce, language) = {
        let mut preferences = acasa.preferences();
        let mut alarms = preferences.profiles.iter().flat_map(|profile| &profile.alarms);
        let waits = preferences.announce && is_quiet(preferences.quiet.as_ref(), now.time());
        if waits || !alarms.any(is_due) {
            return Ok(());
        }
        for profile in &mut preferences.profiles {
            profile.alarms.retain(|alarm| !is_due(alarm));
        }
        preferences.save(&acasa.inner.setup.folder)?;
        (preferences.announce, preferences.language)
    };
    let host = &acasa.inner.setup.host;
    // Whoever looks at the window sees it there, unless it asks for the PIN.
    let is_seen = acasa.vault().open().is_ok() && host.is_looked_at();
    if announce && !is_seen {
        let text = |key| words::text(language.unwrap_or_default(), key);
        let (title, sentence) = (text("app_name"), text("announcement_document_ends"));
        host.announce(&title, &sentence);
    }
    Ok(())
}

/// Notes when the profile in use reminds next, if it is open, and leaves nothing of its documents on the stack: the
/// vault may be about to be closed.
pub(crate) fn keep(acasa: &Acasa, now: &Zoned) -> Result<(), CoreError> {
    let noted = note(acasa, now);
    wipe_stack();
    noted
}

#[inline(never)]
fn note(acasa: &Acasa, now: &Zoned) -> Result<(), CoreError> {
    let Ok(open) = acasa.vault().open() else {
        return Ok(());
    };
    let documents = open.records.documents().list(None, ALL)?;
    let mut next: Vec<Alarm> = documents
        .iter()
        .flat_map(|document| alarms(document, now))
        .collect();
    next.sort_by(|one, other| (one.at, &one.id).cmp(&(other.at, &other.id)));
    let mut preferences = acasa.preferences();
    let current = preferences.current.clone();
    let mut profiles = preferences.profiles.iter_mut();
    let Some(profile) = profiles.find(|profile| current.as_ref() == Some(&profile.id)) else {
        return Ok(());
    };
    if profile.alarms == next {
        return Ok(());
    }
    profile.alarms = next;
    preferences.save(&acasa.inner.setup.folder)?;
    Ok(())
}

/// In the morning of each day on which a person is reminded of a document, after today.
fn alarms(document: &Document, now: &Zoned) -> Vec<Alarm> {
    let Some((_, end)) = end(document) else {
        return Vec::new();
    };
    let days = now.date().until(end).map_or(0, |span| span.get_days());
    let alarm = |ahead: i32| {
        let day = end.checked_sub(ahead.days()).ok()?;
        let morning = day.at(MORNING, 0, 0, 0).to_zoned(now.time_zone().clone()).ok()?;
        let of = sha256(format!("{}/{ahead}", document.id).as_bytes());
        Some(Alarm {
            at: morning.timestamp(),
            id: base64url::encode(of.get(..ID_BYTES)?),
        })
    };
    ahead(days).filter_map(alarm).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::document;
    use super::*;

    fn now(text: &str) -> Zoned {
        text.parse().expect("a time")
    }

    #[test]
    fn a_document_rings_in_the_mornings_that_are_ahead_and_its_id_says_nothing() {
        let licence = document("2027-06-30T21:00:00Z");
        let times = |at: &str| -> Vec<String> {
            let alarms = alarms(&licence, &now(at));
            assert!(alarms.iter().all(|alarm| !alarm.id.contains("01890000")));
            alarms.iter().map(|alarm| alarm.at.to_string()).collect()
        };

        let all = times("2027-03-01T12:00:00[Europe/Chisinau]");
        let after = times("2027-05-31T08:00:00[Europe/Chisinau]");
        let abroad = times("2027-06-01T08:00:00[America/Toronto]");

        assert_eq!(
            all,
            [
                "2027-04-01T06:00:00Z",
                "2027-05-31T06:00:00Z",
                "2027-06-23T06:00:00Z"
            ]
        );
        assert_eq!(after, ["2027-06-23T06:00:00Z"]);
        assert_eq!(abroad, ["2027-06-23T13:00:00Z"]);
        assert!(times("2027-06-24T08:00:00[Europe/Chisinau]").is_empty());
    }

    #[test]
    fn each_alarm_has_an_id_of_its_own_that_stays() {
        let licence = document("2027-06-30T21:00:00Z");
        let ids = |at: &str| -> Vec<String> {
            let alarms = alarms(&licence, &now(at)).into_iter();
            alarms.map(|alarm| alarm.id).collect()
        };

        let first = ids("2027-03-01T12:00:00[Europe/Chisinau]");

        assert!(first[0] != first[1] && first[1] != first[2]);
        assert_eq!(ids("2027-05-31T08:00:00[Europe/Chisinau]"), first[2..]);
    }
}
