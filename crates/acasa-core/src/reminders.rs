//! What the device reminds of by itself: documents that end. Nothing of it leaves the device.

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
/// The hour of the day on which a calendar reminds.
const MORNING: i64 = 9;

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
    let (document_type, _) = recognise(&document.doctype)?;
    let ends_on = ends_on(document);
    let days = today.until(ends_on).ok()?.get_days();
    let withdrawn = matches!(
        document.status,
        DocumentStatus::Revoked | DocumentStatus::Suspended
    );
    if withdrawn || !(LONG_AGO..=FAR).contains(&days) {
        return None;
    }
    let ahead = AHEAD.into_iter().filter(|ahead| *ahead < days);
    Some(ReminderView {
        document: document.id.to_string(),
        document_type,
        ends_on: ends_on.to_string(),
        days,
        ahead: ahead.filter_map(|days| u32::try_from(days).ok()).collect(),
        due: days <= AHEAD[0],
    })
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
        let before = chrono::Duration::hours(MORNING - i64::from(ahead) * 24);
        event.alarm(Alarm::display(&summary, before));
    }
    Ok(Calendar::new().push(event.done()).done().to_string())
}
