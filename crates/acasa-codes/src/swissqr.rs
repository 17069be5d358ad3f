//! Swiss QR-bills: Swiss Implementation Guidelines QR-bill 2.3, chapter 4. Fields carry the
//! guidelines' element names.

use crate::{ErrorCode, Inspection, Kind, lines, reference};
use acasa_domain::Iban;

/// The elements in their order (guidelines, 4.2.2); the last four may be left out.
const ELEMENTS: [&str; 34] = [
    "QRType",
    "Version",
    "Coding",
    "IBAN",
    "CdtrAdrTp",
    "CdtrName",
    "CdtrLine1",
    "CdtrLine2",
    "CdtrPostCode",
    "CdtrTown",
    "CdtrCountry",
    "UltmtCdtr0",
    "UltmtCdtr1",
    "UltmtCdtr2",
    "UltmtCdtr3",
    "UltmtCdtr4",
    "UltmtCdtr5",
    "UltmtCdtr6",
    "Amount",
    "Currency",
    "DbtrAdrTp",
    "DbtrName",
    "DbtrLine1",
    "DbtrLine2",
    "DbtrPostCode",
    "DbtrTown",
    "DbtrCountry",
    "RefType",
    "Reference",
    "UnstructuredMsg",
    "Trailer",
    "StrdBkgInf",
    "AltPmt1",
    "AltPmt2",
];
/// Up to and including the trailer.
const MANDATORY_LINES: usize = 31;
const CREDITOR: usize = 4;
const ULTIMATE_CREDITOR: usize = 11;
const DEBTOR: usize = 20;

/// Whether the text is one, or is one in all but its header.
pub(crate) fn recognises(text: &str) -> bool {
    let lines = lines::split(text);
    let version = |line: &str| line.len() == 4 && line.starts_with('0');
    match lines.as_slice() {
        ["SPC", ..] => lines.len() > 1,
        [header, second, ..] => header.starts_with("SPC") && version(second),
        _ => false,
    }
}

pub(crate) fn inspect(text: &str) -> Inspection {
    let mut inspection = Inspection::new(Kind::SwissQr);
    let lines = lines::split(text);
    let at = |index: usize| lines.get(index).copied().unwrap_or_default();
    for (name, line) in ELEMENTS.iter().zip(&lines) {
        inspection.set(name, *line);
    }
    let whole = (MANDATORY_LINES..=ELEMENTS.len()).contains(&lines.len());
    // A text that ends in an empty line too many is still whole.
    let padded = lines.iter().skip(ELEMENTS.len()).all(|line| line.is_empty());
    inspection.require(
        whole || (lines.len() > ELEMENTS.len() && padded),
        ErrorCode::StructureInvalid,
        &format!("line:{}", lines.len()),
    );
    for (name, line) in ELEMENTS.iter().zip(&lines) {
        inspection.require(line.chars().all(is_permitted), ErrorCode::CharsetInvalid, name);
    }
    header(at, &mut inspection);
    party(&lines, CREDITOR, true, &mut inspection);
    for (index, name) in ELEMENTS.iter().enumerate().skip(ULTIMATE_CREDITOR).take(7) {
        // Reserved for future use and not to be filled in (guidelines, 4.2.2).
        inspection.require(at(index).is_empty(), ErrorCode::FieldUnexpected, name);
    }
    party(&lines, DEBTOR, false, &mut inspection);
    amount(at(18), at(19), &mut inspection);
    payment_reference(at(3), at(27), at(28), &mut inspection);
    additional(at, &mut inspection);
    inspection
}

/// Guidelines 2.3, 4.1.1: Basic Latin, Latin-1 Supplement, Latin Extended-A and five more.
fn is_permitted(character: char) -> bool {
    matches!(character, ' '..='~' | '\u{A0}'..='\u{17F}' | 'Ș' | 'ș' | 'Ț' | 'ț' | '€')
}

fn header<'a>(at: impl Fn(usize) -> &'a str, inspection: &mut Inspection) {
    inspection.require(at(0) == "SPC", ErrorCode::StructureInvalid, "QRType");
    let version = at(1);
    // The main version is the first two digits; readers accept any minor version of it.
    let known =
        version.len() == 4 && version.starts_with("02") && version.chars().all(|c| c.is_ascii_digit());
    inspection.require(known, ErrorCode::VersionUnsupported, "Version");
    inspection.require(at(2) == "1", ErrorCode::CharsetInvalid, "Coding");
    inspection.require(at(30) == "EPD", ErrorCode::StructureInvalid, "Trailer");
    let compact: String = at(3).chars().filter(|c| *c != ' ').collect();
    let ours = compact.starts_with("CH") || compact.starts_with("LI");
    let valid = ours && compact.parse::<Iban>().is_ok();
    inspection.require(valid, ErrorCode::IbanInvalid, "IBAN");
}

/// A name and address: `S` with structured lines, `K` with combined ones (guidelines, 4.2.2).
fn party(lines: &[&str], first: usize, mandatory: bool, inspection: &mut Inspection) {
    let at = |offset: usize| lines.get(first + offset).copied().unwrap_or_default();
    let name = |offset: usize| ELEMENTS[first + offset];
    if !mandatory && (0..7).all(|offset| at(offset).is_empty()) {
        return;
    }
    let longest = match at(0) {
        "S" => [1, 70, 70, 16, 16, 35, 2],
        "K" => [1, 70, 70, 70, 0, 0, 2],
        _ => return inspection.error(ErrorCode::FieldInvalid, name(0)),
    };
    let required: &[usize] = if at(0) == "S" { &[1, 4, 5, 6] } else { &[1, 3, 6] };
    for (offset, longest) in longest.into_iter().enumerate().skip(1) {
        if required.contains(&offset) && at(offset).is_empty() {
            inspection.error(ErrorCode::FieldMissing, name(offset));
        }
        let code = if longest == 0 {
            ErrorCode::FieldUnexpected
        } else {
            ErrorCode::FieldTooLong
        };
        inspection.require(at(offset).chars().count() <= longest, code, name(offset));
    }
    let country = at(6).is_empty() || (at(6).len() == 2 && at(6).chars().all(|c| c.is_ascii_uppercase()));
    inspection.require(country, ErrorCode::FieldInvalid, name(6));
}

fn amount(amount: &str, currency: &str, inspection: &mut Inspection) {
    inspection.require(
        matches!(currency, "CHF" | "EUR"),
        ErrorCode::CurrencyInvalid,
        "Currency",
    );
    if amount.is_empty() {
        return;
    }
    let (whole, fraction) = amount.split_once('.').unwrap_or_default();
    let digits = |part: &str| part.chars().all(|c| c.is_ascii_digit());
    let leading_zero = whole.len() > 1 && whole.starts_with('0');
    let shaped = (1..=9).contains(&whole.len()) && fraction.len() == 2 && digits(whole) && digits(fraction);
    inspection.require(shaped && !leading_zero, ErrorCode::AmountInvalid, "Amount");
}

/// A QR-IBAN (institution 30000 to 31999) goes with a QR reference and with nothing else
/// (guidelines, 4.2.2, "Reference").
fn payment_reference(iban: &str, kind: &str, text: &str, inspection: &mut Inspection) {
    let institution: String = iban.chars().filter(|c| *c != ' ').skip(4).take(5).collect();
    let qr_iban = institution
        .parse::<u32>()
        .is_ok_and(|id| (30_000..=31_999).contains(&id));
    let valid = match kind {
        "QRR" => reference::is_qr_reference(text),
        "SCOR" => reference::is_creditor_reference(text),
        "NON" => text.is_empty(),
        _ => return inspection.error(ErrorCode::FieldInvalid, "RefType"),
    };
    inspection.require(valid, ErrorCode::ReferenceInvalid, "Reference");
    inspection.require(qr_iban == (kind == "QRR"), ErrorCode::FieldConflict, "RefType");
}

fn additional<'a>(at: impl Fn(usize) -> &'a str, inspection: &mut Inspection) {
    let length = |index: usize| at(index).chars().count();
    inspection.require(length(29) <= 140, ErrorCode::FieldTooLong, "UnstructuredMsg");
    // Message and billing information share 140 characters.
    inspection.require(
        length(29).min(140) + length(31) <= 140,
        ErrorCode::FieldTooLong,
        "StrdBkgInf",
    );
    inspection.require(length(32) <= 100, ErrorCode::FieldTooLong, "AltPmt1");
    inspection.require(length(33) <= 100, ErrorCode::FieldTooLong, "AltPmt2");
}

#[cfg(test)]
mod tests;
