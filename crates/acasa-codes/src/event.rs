//! Calendar entries: one VEVENT, alone or in a VCALENDAR (RFC 5545).

use crate::content_line::{self, ContentLine};
use crate::{ErrorCode, Inspection, Kind, WarningCode, host};
use jiff::civil::{Date, DateTime};

pub(crate) fn recognises(text: &str) -> bool {
    ["BEGIN:VCALENDAR", "BEGIN:VEVENT"].iter().any(|prefix| {
        text.get(..prefix.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(prefix))
    })
}

pub(crate) fn inspect(text: &str) -> Inspection {
    let mut inspection = Inspection::new(Kind::Event);
    let mut open: Vec<String> = Vec::new();
    let mut events = 0;
    let (mut start, mut end) = (None, None);
    for line in content_line::read(text) {
        let line = match line {
            Ok(line) => line,
            Err(index) => {
                inspection.error(ErrorCode::StructureInvalid, format!("line:{}", index + 1));
                continue;
            }
        };
        let component = line.value.trim().to_ascii_uppercase();
        match line.name.as_str() {
            "BEGIN" => {
                events += usize::from(component == "VEVENT");
                open.push(component);
            }
            "END" => {
                let matches = open.pop().is_some_and(|opened| opened == component);
                inspection.require(matches, ErrorCode::StructureInvalid, "END");
            }
            // Alarms and time zones inside have properties of the same names.
            _ if events == 1 && open.last().is_some_and(|inner| inner == "VEVENT") => {
                match line.name.as_str() {
                    "DTSTART" => start = moment("start", &line, &mut inspection),
                    "DTEND" => end = moment("end", &line, &mut inspection),
                    _ => property(&line, &mut inspection),
                }
            }
            _ => {}
        }
    }
    inspection.require(open.is_empty(), ErrorCode::StructureInvalid, "END");
    inspection.require(events > 0, ErrorCode::FieldMissing, "VEVENT");
    if events > 1 {
        inspection.set("events", events);
    }
    let started = start.is_some() || inspection.errors().iter().any(|finding| finding.at == "start");
    inspection.require(started, ErrorCode::FieldMissing, "start");
    if inspection.fields().contains_key("duration") {
        // RFC 5545, 3.6.1: an end or a duration, not both.
        let one = !inspection.fields().contains_key("end");
        inspection.require(one, ErrorCode::FieldConflict, "duration");
    }
    if let (Some(start), Some(end)) = (start, end) {
        inspection.require(
            start.zone != end.zone || start.at <= end.at,
            ErrorCode::DateInvalid,
            "end",
        );
    }
    inspection.warn_all(crate::text::hidden_characters(text).then_some(WarningCode::HiddenCharacters));
    inspection
}

fn property(line: &ContentLine, inspection: &mut Inspection) {
    let field = match line.name.as_str() {
        "DURATION" => return duration(line.value.trim(), inspection),
        "SUMMARY" => "summary",
        "LOCATION" => "location",
        "DESCRIPTION" => "description",
        "ORGANIZER" => "organizer",
        "UID" => "uid",
        "STATUS" => "status",
        "RRULE" => "recurrence",
        "URL" => "url",
        _ => return,
    };
    let value = line.text();
    if field == "url" {
        inspection.warn_all(host::warnings_of_text(&value));
    }
    inspection.set_some(field, &value);
}

/// RFC 5545, 3.3.6.
fn duration(value: &str, inspection: &mut Inspection) {
    let shaped = value.trim_start_matches(['+', '-']).starts_with('P');
    let read = shaped && value.parse::<jiff::Span>().is_ok();
    inspection.require(read, ErrorCode::DateInvalid, "duration");
    inspection.set("duration", value);
}

struct Moment {
    at: DateTime,
    zone: Option<String>,
}

/// RFC 5545, 3.3.4 and 3.3.5: a day, or a time that is local, in UTC or in a named zone.
fn moment(field: &str, line: &ContentLine, inspection: &mut Inspection) -> Option<Moment> {
    let value = line.value.trim();
    let utc = value.strip_suffix('Z');
    let zone = utc
        .map(|_| "UTC".to_owned())
        .or_else(|| line.parameter("TZID").map(str::to_owned));
    let digits = utc.unwrap_or(value);
    let read = if digits.len() == 8 {
        Date::strptime("%Y%m%d", digits).map(|date| (DateTime::from(date), date.to_string()))
    } else {
        DateTime::strptime("%Y%m%dT%H%M%S", digits).map(|at| (at, at.to_string()))
    };
    let Ok((at, text)) = read else {
        inspection.set(field, value);
        inspection.error(ErrorCode::DateInvalid, field);
        return None;
    };
    inspection.set(field, if utc.is_some() { format!("{text}Z") } else { text });
    if let Some(zone) = line.parameter("TZID") {
        inspection.set(&format!("{field}_zone"), zone);
    }
    Some(Moment { at, zone })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn event(lines: &str) -> Inspection {
        inspect(&format!(
            "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:1\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n"
        ))
    }

    #[test]
    fn an_entry_is_read() {
        let inspection = event(
            "SUMMARY:Programare\nDTSTART;TZID=Europe/Chisinau:20270115T093000\nDTEND;TZID=Europe/Chisinau:20270115T100000",
        );
        assert_eq!(inspection.errors(), []);
        assert_eq!(inspection.fields()["start"], "2027-01-15T09:30:00");
        assert_eq!(inspection.fields()["start_zone"], "Europe/Chisinau");
        assert_eq!(
            event("DTSTART:20270115T093000Z").fields()["start"],
            "2027-01-15T09:30:00Z"
        );
        assert_eq!(
            event("DTSTART;VALUE=DATE:20270115").fields()["start"],
            "2027-01-15"
        );
    }

    #[test]
    fn a_duration_stands_for_the_end_and_not_beside_it() {
        let lasting = event("DTSTART:20270115T093000Z\nDURATION:PT1H30M");
        assert_eq!(lasting.errors(), []);
        assert_eq!(lasting.fields()["duration"], "PT1H30M");
        let both = event("DTSTART:20270115T093000Z\nDTEND:20270115T103000Z\nDURATION:PT1H");
        assert_eq!(both.errors()[0].code, ErrorCode::FieldConflict);
        let wrong = event("DTSTART:20270115T093000Z\nDURATION:1 hour");
        assert_eq!(wrong.errors()[0].code, ErrorCode::DateInvalid);
    }

    #[test]
    fn an_entry_may_stand_without_its_calendar() {
        assert!(inspect("BEGIN:VEVENT\r\nDTSTART:20270115T093000Z\r\nEND:VEVENT\r\n").well_formed());
    }

    #[test]
    fn wrong_dates_and_open_structures_are_refused() {
        let refused = |inspection: &Inspection| inspection.errors().first().map(|finding| finding.code);
        assert_eq!(
            refused(&event("DTSTART:20270230T000000Z")),
            Some(ErrorCode::DateInvalid)
        );
        assert_eq!(
            refused(&event("DTSTART:20270215\nDTEND:20270214")),
            Some(ErrorCode::DateInvalid)
        );
        assert_eq!(refused(&event("SUMMARY:x")), Some(ErrorCode::FieldMissing));
        assert_eq!(
            refused(&inspect("BEGIN:VEVENT\nDTSTART:20270115")),
            Some(ErrorCode::StructureInvalid)
        );
    }

    proptest! {
        #[test]
        fn no_text_panics(text in any::<String>()) {
            let _ = (recognises(&text), event(&text), event(&format!("DTSTART:{text}")));
        }
    }
}
