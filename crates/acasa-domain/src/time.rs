//! Dates and instants as Moldova writes them.
//!
//! [`Date`] is a day on the calendar, [`Timestamp`] an instant (both jiff's). An instant becomes a day or
//! an hour only in a zone, and the app shows one zone, Moldova's.

mod names;

pub use jiff::Timestamp;
pub use jiff::civil::Date;

use crate::{DomainError, Flaw, Language, Subject};
use jiff::{Zoned, tz::TimeZone};

/// The zone of every date and hour on the screen: Europe/Chisinau, embedded, so that it is right on a
/// system without a zone database.
pub fn zone() -> TimeZone {
    const CHISINAU: TimeZone = jiff::tz::get!("Europe/Chisinau");
    CHISINAU
}

/// The instant as it is read on clocks in Moldova.
pub fn local(instant: Timestamp) -> Zoned {
    instant.to_zoned(zone())
}

/// The day it is in Moldova at an instant.
pub fn local_date(instant: Timestamp) -> Date {
    local(instant).date()
}

/// Reads a day as machines write it, `2026-11-21` (RFC 3339 full-date) and nothing around it.
pub fn parse_date(text: &str) -> Result<Date, DomainError> {
    let mut count = 0_usize;
    for (at, character) in text.chars().enumerate() {
        let fits = match at {
            4 | 7 => character == '-',
            0..=9 => character.is_ascii_digit(),
            _ => return Err(DomainError::located(Subject::Date, Flaw::Length, at)),
        };
        if !fits {
            return Err(DomainError::located(Subject::Date, Flaw::Character, at));
        }
        count = at + 1;
    }
    match count {
        0 => Err(DomainError::new(Subject::Date, Flaw::Empty)),
        10 => text
            .parse()
            .map_err(|_| DomainError::located(Subject::Date, Flaw::Range, 5)),
        _ => Err(DomainError::located(Subject::Date, Flaw::Length, count)),
    }
}

/// A day in words: `21 noiembrie 2026`, `21 ноября 2026`, `21 November 2026`.
pub fn format_date(date: Date, language: Language) -> String {
    format!(
        "{}\u{a0}{} {}",
        date.day(),
        names::month(date.month(), language),
        date.year()
    )
}

/// A day in figures, the same in the three languages: `21.11.2026`.
pub fn format_date_short(date: Date) -> String {
    format!("{:02}.{:02}.{:04}", date.day(), date.month(), date.year())
}

/// The hour in Moldova, `14:05`.
pub fn format_time(instant: Timestamp) -> String {
    let local = local(instant);
    format!("{:02}:{:02}", local.hour(), local.minute())
}

/// Day and hour in Moldova: `21 noiembrie 2026, 14:05`.
pub fn format_instant(instant: Timestamp, language: Language) -> String {
    format!(
        "{}, {}",
        format_date(local_date(instant), language),
        format_time(instant)
    )
}

/// Full years of age on a day; none before birth. Who was born on 29 February completes a year on
/// 1 March of a common year.
pub fn age_on(birth: Date, day: Date) -> Option<u16> {
    let had_birthday = (day.month(), day.day()) >= (birth.month(), birth.day());
    let years = day.year() - birth.year() - i16::from(!had_birthday);
    u16::try_from(years).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn a_day_is_written_in_each_language() {
        let day = date(2026, 11, 21);

        assert_eq!(format_date(day, Language::Ro), "21\u{a0}noiembrie 2026");
        assert_eq!(format_date(day, Language::Ru), "21\u{a0}ноября 2026");
        assert_eq!(format_date(day, Language::En), "21\u{a0}November 2026");
        assert_eq!(format_date_short(date(2026, 3, 1)), "01.03.2026");
    }

    #[test]
    fn clocks_in_moldova_run_two_hours_ahead_in_winter_and_three_in_summer() {
        let winter: Timestamp = "2026-11-21T22:30:00Z".parse().unwrap();
        let summer: Timestamp = "2026-07-01T12:05:00Z".parse().unwrap();

        assert_eq!(
            format_instant(winter, Language::Ro),
            "22\u{a0}noiembrie 2026, 00:30"
        );
        assert_eq!(format_time(summer), "15:05");
    }

    #[test]
    fn age_is_completed_on_the_birthday() {
        let birth = date(2008, 11, 21);

        assert_eq!(age_on(birth, date(2026, 11, 20)), Some(17));
        assert_eq!(age_on(birth, date(2026, 11, 21)), Some(18));
        assert_eq!(age_on(birth, date(2008, 11, 20)), None);
        assert_eq!(age_on(date(2008, 2, 29), date(2026, 2, 28)), Some(17));
        assert_eq!(age_on(date(2008, 2, 29), date(2026, 3, 1)), Some(18));
    }

    #[test]
    fn a_refusal_says_what_is_wrong_and_where() {
        let cases = [
            ("", "date_empty", None),
            ("2026-11", "date_length", Some(7)),
            ("2026-11-21T", "date_length", Some(10)),
            ("2026/11/21", "date_character", Some(4)),
            ("2026-02-29", "date_range", Some(5)),
        ];
        for (text, code, at) in cases {
            let error = parse_date(text).unwrap_err();
            assert_eq!((error.code(), error.at()), (code, at), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(year in 1_i16..=9999, month in 1_i8..=12, day in 1_i8..=28) {
            let day = date(year, month, day);
            prop_assert_eq!(parse_date(&day.to_string()), Ok(day));
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in any::<String>()) {
            prop_assert!(parse_date(&text).is_err());
        }
    }
}
