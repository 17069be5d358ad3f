//! The months, in the form they take after a day's number (in Russian the genitive).

use crate::Language;

/// The name of a month from 1 to 12.
pub(super) fn month(number: i8, language: Language) -> &'static str {
    let names = match language {
        Language::Ro => RO,
        Language::Ru => RU,
        Language::En => EN,
    };
    let index = usize::try_from(number - 1).expect("months count from one");
    names
        .get(index)
        .expect("a calendar date's month is at most twelve")
}

const RO: [&str; 12] = [
    "ianuarie",
    "februarie",
    "martie",
    "aprilie",
    "mai",
    "iunie",
    "iulie",
    "august",
    "septembrie",
    "octombrie",
    "noiembrie",
    "decembrie",
];
const RU: [&str; 12] = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
];
const EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
