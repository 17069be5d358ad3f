//! MLog, the legal audit journal: REST with JSON (`POST /register`).
//!
//! One request holds JSON objects separated by newlines. `event_time` and `event_type` are
//! mandatory; names beginning with `_` or `@` are reserved.

use serde::{Deserialize, Serialize};

/// Path of the registration endpoint.
pub const REGISTER: &str = "/register";
/// Largest message, in bytes; a larger one is answered with 413.
pub const MESSAGE_LIMIT: usize = 256 * 1024;
/// Longest string, in bytes.
pub const STRING_LIMIT: usize = 32_766;

/// Why a message is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MlogError {
    /// More than [`MESSAGE_LIMIT`] bytes.
    #[error("the message is too large")]
    TooLarge,
    /// A string longer than [`STRING_LIMIT`].
    #[error("the field {field} is too long")]
    FieldTooLong {
        /// Which field.
        field: &'static str,
    },
    /// `event_type` is not `System.X.Y`.
    #[error("the event type has not the form System.X.Y")]
    EventType,
    /// `event_time` is not `YYYY-MM-dd[THH:mm:ss[.SSS][Z|±HH[mm]]]`.
    #[error("the event time has not the form YYYY-MM-ddTHH:mm:ss.SSSZ")]
    EventTime,
    /// Not a JSON object with the mandatory fields.
    #[error("the message is not an event")]
    NotAnEvent,
    /// No event at all.
    #[error("the message is empty")]
    Empty,
}

impl MlogError {
    /// Stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "mlog_too_large",
            Self::FieldTooLong { .. } => "mlog_field_too_long",
            Self::EventType => "mlog_event_type",
            Self::EventTime => "mlog_event_time",
            Self::NotAnEvent => "mlog_not_an_event",
            Self::Empty => "mlog_empty",
        }
    }

    /// Never: the message itself is wrong.
    pub fn retryable(self) -> bool {
        false
    }
}

/// One event. It names people, so it has no `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// `YYYY-MM-dd[THH:mm:ss[.SSS][Z|±HH[mm]]]`.
    pub event_time: String,
    /// `System.X.Y`; `Prefix.PersonalData.*` feeds the person's access history.
    pub event_type: String,
    /// Unique for the sender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_id: Option<String>,
    /// One identifier from end to end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_correlation: Option<String>,
    /// The system that writes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_source: Option<String>,
    /// The organisation's IDNO.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_entity: Option<String>,
    /// Legal basis.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_basis: Option<String>,
    /// What the basis was used for: an application number, for example.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_reason: Option<String>,
    /// Who acted: a person's IDNP, or `system`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Whose data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// `Person` or `LegalEntity`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject_type: Option<String>,
    /// The record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// Kind of the record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object_type: Option<String>,
}

impl Event {
    /// An event with the mandatory fields.
    pub fn new(event_time: &str, event_type: &str) -> Result<Self, MlogError> {
        let event = Self {
            event_time: event_time.to_owned(),
            event_type: event_type.to_owned(),
            event_id: None,
            event_correlation: None,
            event_source: None,
            legal_entity: None,
            legal_basis: None,
            legal_reason: None,
            user: None,
            subject: None,
            subject_type: None,
            object: None,
            object_type: None,
        };
        event.check()?;
        Ok(event)
    }

    /// Checks forms and lengths.
    pub fn check(&self) -> Result<(), MlogError> {
        if !is_event_time(&self.event_time) {
            return Err(MlogError::EventTime);
        }
        if self.event_type.len() > STRING_LIMIT {
            return Err(MlogError::FieldTooLong { field: "event_type" });
        }
        let mut parts = 0;
        for part in self.event_type.split('.') {
            parts += 1;
            if part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                return Err(MlogError::EventType);
            }
        }
        if parts < 3 {
            return Err(MlogError::EventType);
        }
        let fields = [
            ("event_id", &self.event_id),
            ("event_correlation", &self.event_correlation),
            ("event_source", &self.event_source),
            ("legal_entity", &self.legal_entity),
            ("legal_basis", &self.legal_basis),
            ("legal_reason", &self.legal_reason),
            ("user", &self.user),
            ("subject", &self.subject),
            ("subject_type", &self.subject_type),
            ("object", &self.object),
            ("object_type", &self.object_type),
        ];
        for (field, value) in fields {
            if value.as_ref().is_some_and(|value| value.len() > STRING_LIMIT) {
                return Err(MlogError::FieldTooLong { field });
            }
        }
        Ok(())
    }
}

fn is_event_time(text: &str) -> bool {
    let (date, time) = match text.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    fits(date, "dddd-dd-dd") && time.is_none_or(is_time_of_day)
}

fn is_time_of_day(text: &str) -> bool {
    let zone_at = text.find(['Z', '+', '-']).unwrap_or(text.len());
    let Some((clock, zone)) = text.split_at_checked(zone_at) else {
        return false;
    };
    let clock_fits = fits(clock, "dd:dd:dd") || fits(clock, "dd:dd:dd.ddd");
    let zone_fits = ["", "Z", "+dd", "-dd", "+dddd", "-dddd", "+dd:dd", "-dd:dd"]
        .iter()
        .any(|pattern| fits(zone, pattern));
    clock_fits && zone_fits
}

/// Whether the text has the pattern, where `d` is any digit.
fn fits(text: &str, pattern: &str) -> bool {
    text.len() == pattern.len()
        && text.bytes().zip(pattern.bytes()).all(|(byte, expected)| {
            if expected == b'd' {
                byte.is_ascii_digit()
            } else {
                byte == expected
            }
        })
}

/// Joins events into one message.
pub fn write(events: &[Event]) -> Result<Vec<u8>, MlogError> {
    let mut message = Vec::new();
    for event in events {
        event.check()?;
        serde_json::to_writer(&mut message, event).map_err(|_| MlogError::NotAnEvent)?;
        message.push(b'\n');
    }
    if message.len() > MESSAGE_LIMIT {
        return Err(MlogError::TooLarge);
    }
    Ok(message)
}

/// Reads a message: one event or more, separated by newlines.
pub fn read(message: &[u8]) -> Result<Vec<Event>, MlogError> {
    if message.len() > MESSAGE_LIMIT {
        return Err(MlogError::TooLarge);
    }
    let mut events = Vec::new();
    for line in message
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.trim_ascii().is_empty())
    {
        let event: Event = serde_json::from_slice(line).map_err(|_| MlogError::NotAnEvent)?;
        event.check()?;
        events.push(event);
    }
    if events.is_empty() {
        Err(MlogError::Empty)
    } else {
        Ok(events)
    }
}

/// The reply to a registration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// `200`, as a string.
    pub status: String,
    /// `OK`.
    pub message: String,
    /// Unix milliseconds, as a string.
    pub timestamp: String,
    /// The journal's identifier of the message.
    #[serde(rename = "UID")]
    pub uid: String,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_documented_time_forms_are_accepted() {
        let forms = [
            "2026-01-01",
            "2026-01-01T10:00:00",
            "2026-01-01T10:00:00.000",
            "2026-01-01T10:00:00Z",
            "2026-01-01T10:00:00.000+02:00",
            "2026-01-01T10:00:00.000+0200",
            "2026-01-01T10:00:00-05",
        ];

        for form in forms {
            assert!(Event::new(form, "A.B.C").is_ok(), "{form}");
        }
    }

    #[test]
    fn other_time_forms_are_refused() {
        for form in [
            "",
            "2026",
            "2026-01-01T",
            "2026-01-01T10:00",
            "2026-01-01 10:00:00",
        ] {
            assert_eq!(
                Event::new(form, "A.B.C").err(),
                Some(MlogError::EventTime),
                "{form}"
            );
        }
    }

    #[test]
    fn an_event_type_has_three_parts() {
        for kind in ["A.B", "A..C", "", "A.B.C D"] {
            assert_eq!(
                Event::new("2026-01-01", kind).err(),
                Some(MlogError::EventType),
                "{kind}"
            );
        }
    }

    #[test]
    fn a_message_reads_back() {
        let events = [
            Event::new("2026-01-01", "A.PersonalData.Access").unwrap(),
            Event::new("2026-01-02", "A.PersonalData.Transfer").unwrap(),
        ];

        let read_back = read(&write(&events).unwrap()).unwrap();

        assert!(read_back == events);
    }

    #[test]
    fn a_message_over_256_kilobytes_is_refused() {
        let message = vec![b' '; MESSAGE_LIMIT + 1];

        assert_eq!(read(&message).err(), Some(MlogError::TooLarge));
    }

    #[test]
    fn a_string_over_32766_bytes_is_refused_in_each_field() {
        let set: [fn(&mut Event, String); 12] = [
            |event, text| event.event_type = format!("A.B.{}", text.get(4..).unwrap()),
            |event, text| event.event_id = Some(text),
            |event, text| event.event_correlation = Some(text),
            |event, text| event.event_source = Some(text),
            |event, text| event.legal_entity = Some(text),
            |event, text| event.legal_basis = Some(text),
            |event, text| event.legal_reason = Some(text),
            |event, text| event.user = Some(text),
            |event, text| event.subject = Some(text),
            |event, text| event.subject_type = Some(text),
            |event, text| event.object = Some(text),
            |event, text| event.object_type = Some(text),
        ];

        for (number, set) in set.iter().enumerate() {
            let mut event = Event::new("2026-01-01", "A.B.C").unwrap();
            set(&mut event, "a".repeat(STRING_LIMIT));
            let longest = write(std::slice::from_ref(&event));
            set(&mut event, "a".repeat(STRING_LIMIT + 1));
            let longer = write(&[event]).err().map(MlogError::code);
            assert!(longest.is_ok(), "{number}");
            assert_eq!(longer, Some("mlog_field_too_long"), "{number}");
        }
    }

    proptest! {
        #[test]
        fn reading_never_panics(message in proptest::collection::vec(any::<u8>(), 0..512)) {
            let _ = read(&message);
        }
    }
}
