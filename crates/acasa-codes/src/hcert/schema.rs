//! What every health certificate must have: eHealth Network, "EU DCC schema" 1.3.0.

use crate::{ErrorCode, Inspection};
use serde_json::Value;

/// A group of entries and what each of them must have, as text unless it is a number.
const GROUPS: [(&str, &[&str]); 3] = [
    ("v", &["tg", "vp", "mp", "ma", "dn", "sd", "dt", "co", "is", "ci"]),
    ("t", &["tg", "tt", "sc", "tr", "co", "is", "ci"]),
    ("r", &["tg", "fr", "co", "is", "df", "du", "ci"]),
];
const NUMBERS: [&str; 2] = ["dn", "sd"];
const DATES: [&str; 4] = ["dt", "fr", "df", "du"];

pub(super) fn check(certificate: &Value, inspection: &mut Inspection) {
    let version = certificate["ver"].as_str().is_some_and(is_version);
    inspection.require(version, ErrorCode::FieldInvalid, "ver");
    // The transliterated family name is the one name everybody has.
    let family_name = certificate["nam"]["fnt"].as_str();
    let transliterated = |name: &str| name.chars().all(|c| c.is_ascii_uppercase() || c == '<');
    match family_name {
        Some(name) => inspection.require(transliterated(name), ErrorCode::FieldInvalid, "nam.fnt"),
        None => inspection.error(ErrorCode::FieldMissing, "nam.fnt"),
    }
    match certificate["dob"].as_str() {
        Some(date) => inspection.require(is_partial_date(date), ErrorCode::DateInvalid, "dob"),
        None => inspection.error(ErrorCode::FieldMissing, "dob"),
    }
    let present = |name: &str| {
        certificate[name]
            .as_array()
            .is_some_and(|entries| !entries.is_empty())
    };
    let groups: Vec<_> = GROUPS.iter().filter(|(name, _)| present(name)).collect();
    match groups.as_slice() {
        [] => inspection.error(ErrorCode::FieldMissing, "v"),
        [(name, members)] => entries(&certificate[*name], name, members, inspection),
        [_, (second, _), ..] => inspection.error(ErrorCode::FieldConflict, *second),
    }
}

fn entries(group: &Value, name: &str, members: &[&str], inspection: &mut Inspection) {
    for (index, entry) in group.as_array().into_iter().flatten().enumerate() {
        for member in members {
            let at = format!("{name}.{index}.{member}");
            match &entry[*member] {
                Value::Null => inspection.error(ErrorCode::FieldMissing, at),
                Value::Number(_) if NUMBERS.contains(member) => {}
                Value::String(_) if NUMBERS.contains(member) => inspection.error(ErrorCode::FieldInvalid, at),
                Value::String(text) if DATES.contains(member) => {
                    // Earlier versions gave vaccination dates with a time.
                    let date: String = text.chars().take(10).collect();
                    inspection.require(
                        date.parse::<jiff::civil::Date>().is_ok(),
                        ErrorCode::DateInvalid,
                        &at,
                    );
                }
                Value::String(_) => {}
                Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                    inspection.error(ErrorCode::FieldInvalid, at);
                }
            }
        }
    }
}

fn is_version(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    parts.len() == 3
        && parts
            .iter()
            .all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit()))
}

/// A date of birth may lack its day, its month, or be unknown altogether; two zeros stand for an
/// unknown part too. It lies in this century or the last.
fn is_partial_date(text: &str) -> bool {
    // Earlier versions gave it with a time.
    let (date, _) = text.split_once('T').unwrap_or((text, ""));
    let parts: Vec<&str> = date.split('-').collect();
    let two = |part: &str| part.len() == 2 && part.chars().all(|c| c.is_ascii_digit());
    let known = |part: &&str| if *part == "00" { "01" } else { *part }.to_owned();
    match parts.as_slice() {
        [""] => true,
        [year, rest @ ..] if rest.len() <= 2 => {
            let century = year.starts_with("19") || year.starts_with("20");
            let mut whole = vec![(*year).to_owned()];
            whole.extend(rest.iter().map(known));
            whole.resize(3, "01".to_owned());
            century
                && rest.iter().all(|part| two(part))
                && whole.join("-").parse::<jiff::civil::Date>().is_ok()
        }
        _ => false,
    }
}
