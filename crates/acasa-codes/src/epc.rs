//! SEPA credit transfers: EPC069-12, "Quick Response code: guidelines to enable data capture for the
//! initiation of a SEPA credit transfer".

use crate::charset::Charset;
use crate::{ErrorCode, Inspection, Kind, lines, reference};
use acasa_domain::Iban;

/// EPC069-12: at most 331 bytes, which is version 13 at error correction level M.
const MAX_BYTES: usize = 331;
/// The elements in their order; the text may stop after any from the account on.
const ELEMENTS: [&str; 12] = [
    "service_tag",
    "version",
    "charset",
    "identification",
    "bic",
    "name",
    "iban",
    "amount",
    "purpose",
    "structured_reference",
    "remittance_text",
    "information",
];

/// Whether the text is one, or is one in all but its service tag.
pub(crate) fn recognises(text: &str) -> bool {
    let lines = lines::split(text);
    let nearly = matches!(lines.as_slice(), [tag, "001" | "002", charset, "SCT" | "INST", _, _, _, ..]
        if tag.chars().count() == 3 && charset.chars().count() == 1);
    nearly
        || (lines.len() >= 4 && lines[0] == "BCD")
        || (lines.len() > 1 && lines[0] == "BCD" && lines[1].len() == 3)
}

/// The text of bytes that declare one of the eight character sets.
pub(crate) fn decode(bytes: &[u8]) -> Option<String> {
    let mut lines = bytes
        .split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let charset = lines
        .next()
        .filter(|tag| *tag == b"BCD")
        .and_then(|_| lines.nth(1))?;
    Charset::by_number(std::str::from_utf8(charset).ok()?)?.decode(bytes)
}

pub(crate) fn inspect(text: &str) -> Inspection {
    let mut inspection = Inspection::new(Kind::Epc);
    let mut lines = lines::split(text);
    // Empty lines at the end carry nothing; generators add them.
    while lines.last().is_some_and(|line| line.is_empty()) {
        lines.pop();
    }
    inspection.require(
        lines.len() <= ELEMENTS.len(),
        ErrorCode::StructureInvalid,
        "line:13",
    );
    let at = |index: usize| lines.get(index).copied().unwrap_or_default();
    head(at, text, &mut inspection);
    payee(at, &mut inspection);
    amount(at(7), &mut inspection);
    remittance(at, &mut inspection);
    inspection
}

/// Elements 1 to 4, and the size.
fn head<'a>(at: impl Fn(usize) -> &'a str, text: &str, inspection: &mut Inspection) {
    inspection.require(at(0) == "BCD", ErrorCode::StructureInvalid, "service_tag");
    inspection.set("service_tag", at(0));
    inspection.require(
        matches!(at(1), "001" | "002"),
        ErrorCode::VersionUnsupported,
        "version",
    );
    inspection.set("version", at(1));
    if let Some(charset) = Charset::by_number(at(2)) {
        inspection.set("charset", format!("{} ({})", charset.number, charset.name));
        size(charset, text, inspection);
    } else {
        inspection.set("charset", at(2));
        inspection.error(ErrorCode::CharsetInvalid, "charset");
    }
    inspection.require(
        matches!(at(3), "SCT" | "INST"),
        ErrorCode::FieldInvalid,
        "identification",
    );
    inspection.set("identification", at(3));
}

fn size(charset: Charset, text: &str, inspection: &mut Inspection) {
    let Some(length) = charset.byte_length(text) else {
        return inspection.error(ErrorCode::CharsetInvalid, "charset");
    };
    inspection.require(length <= MAX_BYTES, ErrorCode::PayloadTooLarge, "byte_length");
    inspection.set("byte_length", length);
}

/// Elements 5 to 7.
fn payee<'a>(at: impl Fn(usize) -> &'a str, inspection: &mut Inspection) {
    let bic = at(4);
    inspection.set_some("bic", bic);
    if bic.is_empty() {
        // Version 002 made it optional inside the European Economic Area.
        inspection.require(at(1) != "001", ErrorCode::FieldMissing, "bic");
    } else {
        inspection.require(is_bic(bic), ErrorCode::BicInvalid, "bic");
    }
    text_field("name", at(5), 70, inspection);
    inspection.require(!at(5).trim().is_empty(), ErrorCode::FieldMissing, "name");
    let compact: String = at(6).chars().filter(|c| *c != ' ').collect();
    if compact.is_empty() {
        return inspection.error(ErrorCode::FieldMissing, "iban");
    }
    inspection.require(compact.len() <= 34, ErrorCode::FieldTooLong, "iban");
    inspection.require(compact.parse::<Iban>().is_ok(), ErrorCode::IbanInvalid, "iban");
    inspection.set("iban", compact);
}

/// ISO 9362: four letters or digits, country, two for the place, three for the branch or none.
fn is_bic(text: &str) -> bool {
    let country = text.chars().skip(4).take(2);
    matches!(text.len(), 8 | 11)
        && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
        && country.into_iter().all(|c| c.is_ascii_uppercase())
}

/// Element 8: `EUR` and an amount from 0.01 to 999999999.99; empty leaves it to the payer.
fn amount(text: &str, inspection: &mut Inspection) {
    if text.is_empty() {
        return;
    }
    let Some(number) = text.strip_prefix("EUR") else {
        inspection.set("amount", text);
        return inspection.error(ErrorCode::CurrencyInvalid, "amount");
    };
    inspection.set("currency", "EUR");
    let amount = normalised(number);
    inspection.require(amount.is_some(), ErrorCode::AmountInvalid, "amount");
    inspection.set("amount", amount.unwrap_or_else(|| number.to_owned()));
}

/// The amount with exactly two decimals.
fn normalised(text: &str) -> Option<String> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    let in_range = whole.len() <= 9 && fraction.len() <= 2;
    let positive = text.chars().any(|c| matches!(c, '1'..='9'));
    (digits(whole) && digits(fraction) && in_range && positive).then(|| {
        let whole = whole.trim_start_matches('0');
        format!("{}.{fraction:0<2}", if whole.is_empty() { "0" } else { whole })
    })
}

/// Elements 9 to 12. Remittance is structured or not, never both.
fn remittance<'a>(at: impl Fn(usize) -> &'a str, inspection: &mut Inspection) {
    text_field("purpose", at(8), 4, inspection);
    let purpose = at(8).chars().all(|c| c.is_ascii_alphanumeric());
    inspection.require(purpose, ErrorCode::FieldInvalid, "purpose");
    let (structured, text) = (at(9), at(10));
    text_field("structured_reference", structured, 35, inspection);
    if structured.to_ascii_uppercase().starts_with("RF") {
        // National references without `RF` are carried too; only the international one has a rule.
        let checked = reference::is_creditor_reference(structured);
        inspection.require(checked, ErrorCode::ReferenceInvalid, "structured_reference");
    }
    text_field("remittance_text", text, 140, inspection);
    let both = !structured.is_empty() && !text.is_empty();
    inspection.require(!both, ErrorCode::FieldConflict, "remittance_text");
    text_field("information", at(11), 70, inspection);
}

fn text_field(name: &str, value: &str, longest: usize, inspection: &mut Inspection) {
    inspection.require(value.chars().count() <= longest, ErrorCode::FieldTooLong, name);
    inspection.set_some(name, value);
}

#[cfg(test)]
mod tests;
