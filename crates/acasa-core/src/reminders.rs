//! What the device reminds of by itself: documents that end. Nothing of it leaves the device.

pub(crate) mod alarms;

use crate::documents::{ALL, recognise};
use crate::{Acasa, CoreError, files, words};
use acasa_api_types::{DocumentRef, DocumentType, LanguageTag, ReminderView, RemindersView, SavedView};
use acasa_store::{Document, DocumentId, DocumentStatus};
use icalendar::{Alarm, Calendar, Component as _, Event, EventLike as _};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};

/// Days before the end on which a person is reminded.
const AHEAD: [i32; 3] = [90, 30, 7];
/// What ends later is not spoken of yet.
const FAR: i32 = 365;
/// What ended longer ago is left alone.
const LONG_AGO: i32 = -365;
/// Where the state is: its documents end at the end of its days.
const ZONE: &str = "Europe/Chisinau";
/// The hour of the day on which a person is reminded.
const MORNING: i8 = 9;

/// Handle of the module.
pub struct Reminders<'a> {
    pub(crate) acasa: &'a Acasa,
}

impl Reminders<'_> {
    /// Soonest first.
    pub fn list(&self) -> Result<RemindersView, CoreError> {
        let open = self.acasa.vault().open()?;
        let today = Zoned::now().date();
        let documents = open.records.documents().list(None, ALL)?;
        let mut reminders: Vec<ReminderView> = documents
            .iter()
            .filter_map(|document| reminder(document, today))
            .collect();
        reminders.sort_by_key(|reminder| reminder.days);
        Ok(RemindersView { reminders })
    }

    /// Announces what is due by `now`, open or closed, and notes what is due next. The app does it by itself.
    pub fn look(&self, now: &Zoned) -> Result<(), CoreError> {
        alarms::look(self.acasa, now)
    }

    /// Writes a calendar's entry for the end of a document. It names the kind of document and the day.
    pub fn save(&self, which: &DocumentRef) -> Result<SavedView, CoreError> {
        let open = self.acasa.vault().open()?;
        let document = open.records.documents().get(DocumentId::parse(&which.id)?)?;
        let (document_type, _) = recognise(&document.doctype).ok_or(CoreError::Unknown {
            what: "document type",
        })?;
        let language = self.acasa.settings().get().language.unwrap_or_default();
        let name = name(document_type, language);
        let calendar = calendar(&name, language, ends_on(&document), Timestamp::now())?;
        files::save(self.acasa, &format!("{name}.ics"), calendar.as_bytes())
    }
}

fn reminder(document: &Document, today: Date) -> Option<ReminderView> {
    let (document_type, ends_on) = end(document)?;
    let days = today.until(ends_on).ok()?.get_days();
    if !(LONG_AGO..=FAR).contains(&days) {
        return None;
    }
    Some(ReminderView {
        document: document.id.to_string(),
        document_type,
        ends_on: ends_on.to_string(),
        days,
        ahead: ahead(days).filter_map(|days| u32::try_from(days).ok()).collect(),
        due: days <= AHEAD[0],
    })
}

/// What is reminded of: its kind and its last day. What was withdrawn is not.
fn end(document: &Document) -> Option<(DocumentType, Date)> {
    let (document_type, _) = recognise(&document.doctype)?;
    let withdrawn = matches!(
        document.status,
        DocumentStatus::Revoked | DocumentStatus::Suspended
    );
    (!withdrawn).then(|| (document_type, ends_on(document)))
}

/// So many days before the end a person is reminded after today, when it ends in `days`.
fn ahead(days: i32) -> impl Iterator<Item = i32> {
    AHEAD.into_iter().filter(move |ahead| *ahead < days)
}

/// The last day on which it holds.
fn ends_on(document: &Document) -> Date {
    let zone = TimeZone::get(ZONE).unwrap_or(TimeZone::UTC);
    // An end at midnight is the end of the day before.
    let last = document.valid_until - SignedDuration::from_secs(1);
    last.to_zoned(zone).date()
}

/// What people call it.
fn name(document_type: DocumentType, language: LanguageTag) -> String {
    let key = serde_json::to_value(document_type).ok();
    let key = key
        .as_ref()
        .and_then(serde_json::Value::as_str)
        .unwrap_or_default();
    words::text(language, &format!("document_type_{key}"))
}

/// RFC 5545: an event of a whole day, with an alarm in the morning of each day on which a person is reminded.
fn calendar(name: &str, language: LanguageTag, day: Date, now: Timestamp) -> Result<String, CoreError> {
    let wrong = || CoreError::OutOfRange { what: "date" };
    let date = |day: Date| {
        let (month, of_month) = (u32::try_from(day.month()), u32::try_from(day.day()));
        chrono::NaiveDate::from_ymd_opt(i32::from(day.year()), month.ok()?, of_month.ok()?)
    };
    let text = |key| words::text(language, key);
    let summary = text("reminder_document_ends").replace("{document}", name);
    let stamp = chrono::DateTime::from_timestamp(now.as_second(), 0).ok_or_else(wrong)?;
    let mut event = Event::new();
    event
        .uid(&format!("{}@acasa", uuid::Uuid::now_v7()))
        .timestamp(stamp)
        .summary(&summary)
        .starts(date(day).ok_or_else(wrong)?)
        .ends(date(day.tomorrow().map_err(|_| wrong())?).ok_or_else(wrong)?);
    for ahead in AHEAD {
        let before = chrono::Duration::hours(i64::from(MORNING) - i64::from(ahead) * 24);
        event.alarm(Alarm::display(&summary, before));
    }
    Ok(Calendar::new().push(event.done()).done().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn document(valid_until: &str) -> Document {
        Document {
            id: DocumentId::parse("01890000-0000-7000-8000-000000000001").expect("an id"),
            principal: "urn:md:idnp:2999000000014".parse().expect("a synthetic number"),
            doctype: "org.iso.18013.5.1.mDL".to_owned(),
            status: DocumentStatus::Valid,
            status_checked_at: None,
            summary: String::new(),
            position: 0,
            valid_until: valid_until.parse().expect("a time"),
            received_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn on(day: &str, document: &Document) -> Option<ReminderView> {
        reminder(document, day.parse().expect("a day"))
    }

    #[test]
    fn a_document_ends_with_the_last_day_that_the_state_has_of_it() {
        // Midnight in Moldova, in winter and in summer, and a second later.
        for (until, day) in [
            ("2027-01-09T22:00:00Z", "2027-01-09"),
            ("2027-07-09T21:00:00Z", "2027-07-09"),
            ("2027-07-09T21:00:02Z", "2027-07-10"),
        ] {
            assert_eq!(ends_on(&document(until)).to_string(), day, "{until}");
        }
    }

    #[test]
    fn a_person_is_reminded_from_ninety_days_before_and_told_what_is_still_ahead() {
        let licence = document("2027-06-30T21:00:00Z");
        for (today, days, ahead, due) in [
            ("2027-03-31", 91, vec![90, 30, 7], false),
            ("2027-04-01", 90, vec![30, 7], true),
            ("2027-05-31", 30, vec![7], true),
            ("2027-06-30", 0, vec![], true),
            ("2027-07-02", -2, vec![], true),
        ] {
            let told = on(today, &licence).expect("it is told");
            assert_eq!((told.days, told.ahead, told.due), (days, ahead, due), "{today}");
        }
    }

    #[test]
    fn nobody_is_reminded_of_what_is_far_away_long_gone_or_withdrawn() {
        let licence = document("2027-06-30T21:00:00Z");
        let revoked = Document {
            status: DocumentStatus::Revoked,
            ..licence.clone()
        };
        let unknown = Document {
            doctype: "another".to_owned(),
            ..licence.clone()
        };
        assert!(on("2026-06-30", &licence).is_some());
        assert!(on("2026-06-29", &licence).is_none());
        assert!(on("2028-06-29", &licence).is_some());
        assert!(on("2028-06-30", &licence).is_none());
        assert!(on("2027-06-01", &revoked).is_none());
        assert!(on("2027-06-01", &unknown).is_none());
    }
}
