//! EMVCo merchant-presented payments (EMV QRCPS Merchant-Presented Mode 1.1).
//!
//! Tag, length and value: two digits, two digits, and as many *characters* as the length says. The
//! checksum runs over UTF-8 *bytes*. Fields are the tags themselves, templates nested one level.

use crate::{ErrorCode, Inspection, Kind};
use serde_json::{Map, Value};

const CHECKSUM: &str = "63";

/// One element, and the character of the payload at which it starts.
struct Element {
    tag: String,
    value: Vec<char>,
    start: usize,
}

/// Whether the text announces itself as EMVCo, or is one whose first element went astray: it still
/// ends in a checksum element and reads as a chain of elements.
pub(crate) fn recognises(text: &str) -> bool {
    let characters: Vec<char> = text.chars().take(crate::MAX_CHARACTERS).collect();
    let digits = characters.iter().take(4).filter(|c| c.is_ascii_digit()).count() == 4;
    let announced = text.starts_with("0002") && characters.len() > 6 && digits;
    announced || (digits && characters.len() >= 16 && astray(&characters))
}

fn astray(characters: &[char]) -> bool {
    let (elements, broken) = elements(characters, 0);
    broken.is_none()
        && elements
            .iter()
            .any(|element| element.tag == CHECKSUM && element.value.len() == 4)
}

pub(crate) fn inspect(text: &str) -> Inspection {
    let mut inspection = Inspection::new(Kind::Emvco);
    let characters: Vec<char> = text.chars().collect();
    let (elements, broken) = elements(&characters, 0);
    let fields = fields(&elements, &mut inspection);
    inspection.require(
        elements.first().is_some_and(|first| first.tag == "00"),
        ErrorCode::TagOrder,
        "00",
    );
    let version = fields.get("00").and_then(Value::as_str);
    inspection.require(
        version.is_none_or(|version| version == "01"),
        ErrorCode::VersionUnsupported,
        "00",
    );
    shapes(&fields, &mut inspection);
    let amount = fields.get("54").and_then(Value::as_str);
    inspection.require(amount.is_none_or(is_amount), ErrorCode::AmountInvalid, "54");
    match broken {
        Some((code, at)) => inspection.error(code, format!("char:{at}")),
        None => checksum(text, &elements, &mut inspection),
    }
    fields
        .into_iter()
        .for_each(|(tag, value)| inspection.set(&tag, value));
    inspection
}

/// Reads elements up to the end or to the first that is broken.
fn elements(characters: &[char], offset: usize) -> (Vec<Element>, Option<(ErrorCode, usize)>) {
    let mut elements = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        let two = |from: usize| {
            characters
                .get(from..from + 2)
                .filter(|two| two.iter().all(char::is_ascii_digit))
        };
        let Some(tag) = two(at) else {
            return (elements, Some((ErrorCode::TagInvalid, offset + at)));
        };
        let Some(length) = two(at + 2) else {
            return (elements, Some((ErrorCode::LengthInvalid, offset + at + 2)));
        };
        let length = length
            .iter()
            .filter_map(|c| c.to_digit(10))
            .fold(0, |sum, digit| sum * 10 + digit as usize);
        let Some(value) = characters.get(at + 4..at + 4 + length) else {
            return (elements, Some((ErrorCode::LengthOverrun, offset + at + 4)));
        };
        elements.push(Element {
            tag: tag.iter().collect(),
            value: value.to_vec(),
            start: offset + at,
        });
        at += 4 + length;
    }
    (elements, None)
}

/// The elements as fields, templates opened, repeated tags reported.
fn fields(elements: &[Element], inspection: &mut Inspection) -> Map<String, Value> {
    let mut fields = Map::new();
    for element in elements {
        if fields.contains_key(&element.tag) {
            inspection.error(ErrorCode::TagDuplicate, element.tag.as_str());
            continue;
        }
        fields.insert(element.tag.clone(), value(element, inspection));
    }
    fields
}

fn value(element: &Element, inspection: &mut Inspection) -> Value {
    let plain = || Value::from(element.value.iter().collect::<String>());
    if !is_template(&element.tag) {
        return plain();
    }
    let (inner, broken) = elements(&element.value, element.start + 4);
    if let Some((code, at)) = broken {
        inspection.error(code, format!("char:{at}"));
        return plain();
    }
    let mut fields = Map::new();
    for part in inner {
        if fields.contains_key(&part.tag) {
            inspection.error(ErrorCode::TagDuplicate, format!("{}.{}", element.tag, part.tag));
            continue;
        }
        fields.insert(part.tag, Value::from(part.value.into_iter().collect::<String>()));
    }
    Value::from(fields)
}

/// EMV QRCPS MPM 1.1, table 3.1: merchant accounts of other schemes, additional data, language,
/// unreserved templates.
fn is_template(tag: &str) -> bool {
    tag.parse::<u8>()
        .is_ok_and(|tag| matches!(tag, 26..=51 | 62 | 64 | 80..=99))
}

/// EMV QRCPS MPM 1.1, 4.7: category and currency are numbers (ISO 18245, ISO 4217), the country two
/// letters (ISO 3166-1). Which elements must be present is left open: national schemes differ.
fn shapes(fields: &Map<String, Value>, inspection: &mut Inspection) {
    let shaped = |tag: &str, length: usize, of: fn(&char) -> bool| {
        let value = fields.get(tag).and_then(Value::as_str);
        value.is_none_or(|value| value.chars().count() == length && value.chars().all(|c| of(&c)))
    };
    let category = shaped("52", 4, char::is_ascii_digit);
    inspection.require(category, ErrorCode::FieldInvalid, "52");
    let currency = shaped("53", 3, char::is_ascii_digit);
    inspection.require(currency, ErrorCode::CurrencyInvalid, "53");
    let country = shaped("58", 2, char::is_ascii_alphabetic);
    inspection.require(country, ErrorCode::FieldInvalid, "58");
}

fn is_amount(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| part.chars().all(|c| c.is_ascii_digit());
    text.len() <= 13 && !whole.is_empty() && digits(whole) && digits(fraction)
}

/// EMV QRCPS MPM 1.1, 4.7.3: the last element, over everything up to and including its own tag and length.
fn checksum(text: &str, elements: &[Element], inspection: &mut Inspection) {
    let Some(element) = elements.iter().find(|element| element.tag == CHECKSUM) else {
        return inspection.error(ErrorCode::ChecksumMissing, CHECKSUM);
    };
    if element.value.len() != 4 {
        return inspection.error(ErrorCode::LengthInvalid, CHECKSUM);
    }
    if elements.last().is_none_or(|last| last.tag != CHECKSUM) {
        return inspection.error(ErrorCode::TagOrder, CHECKSUM);
    }
    let covered: String = text.chars().take(element.start + 4).collect();
    let stated: String = element.value.iter().collect();
    let matches = stated.eq_ignore_ascii_case(&format!("{:04X}", crc16(covered.as_bytes())));
    inspection.require(matches, ErrorCode::ChecksumMismatch, CHECKSUM);
}

/// ISO/IEC 13239 with polynomial 0x1021, start 0xFFFF, not reflected, no final inversion.
fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xFFFF, |crc, byte| {
        (0..8).fold(crc ^ (u16::from(*byte) << 8), |crc, _| {
            if crc & 0x8000 == 0 {
                crc << 1
            } else {
                (crc << 1) ^ 0x1021
            }
        })
    })
}

#[cfg(test)]
mod tests;
