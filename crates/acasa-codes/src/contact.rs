//! Contacts: vCard 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350), MECARD and BIZCARD.

use crate::content_line::{self, ContentLine};
use crate::{ErrorCode, Inspection, Kind, WarningCode, host, semicolon};
use serde_json::Value;

const VCARD: &str = "BEGIN:VCARD";
const MECARD: &str = "MECARD:";
const BIZCARD: &str = "BIZCARD:";
/// The fields that may occur many times.
const LISTS: [(&str, &str); 4] = [
    ("TEL", "phones"),
    ("EMAIL", "emails"),
    ("ADR", "addresses"),
    ("URL", "urls"),
];

pub(crate) fn recognises(text: &str) -> bool {
    [VCARD, MECARD, BIZCARD]
        .iter()
        .any(|prefix| after(text, prefix).is_some())
}

/// What follows a prefix in letters of either case.
fn after<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    text.get(..prefix.len())
        .filter(|head| head.eq_ignore_ascii_case(prefix))
        .and_then(|_| text.get(prefix.len()..))
}

pub(crate) fn inspect(text: &str) -> Inspection {
    let mut inspection = Inspection::new(Kind::Contact);
    if let Some(body) = after(text, MECARD) {
        mecard(body, &mut inspection);
    } else if let Some(body) = after(text, BIZCARD) {
        bizcard(body, &mut inspection);
    } else {
        vcard(text, &mut inspection);
    }
    let urls = inspection
        .fields()
        .get("urls")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    for url in urls.iter().filter_map(Value::as_str) {
        inspection.warn_all(host::warnings_of_text(url));
    }
    inspection.warn_all(crate::text::hidden_characters(text).then_some(WarningCode::HiddenCharacters));
    inspection
}

fn vcard(text: &str, inspection: &mut Inspection) {
    inspection.set("format", "vcard");
    let mut closed = false;
    for line in content_line::read(text) {
        match line {
            Ok(line) if line.name == "END" => closed |= line.value.trim().eq_ignore_ascii_case("VCARD"),
            Ok(line) if !closed => property(&line, inspection),
            Ok(_) => inspection.error(ErrorCode::FieldUnexpected, "END"),
            Err(index) => inspection.error(ErrorCode::StructureInvalid, format!("line:{}", index + 1)),
        }
    }
    inspection.require(closed, ErrorCode::StructureInvalid, "END");
    match inspection.fields().get("version").and_then(Value::as_str) {
        Some("2.1" | "3.0" | "4.0") => {}
        Some(_) => inspection.error(ErrorCode::VersionUnsupported, "version"),
        None => inspection.error(ErrorCode::FieldMissing, "version"),
    }
    named(inspection);
}

fn property(line: &ContentLine, inspection: &mut Inspection) {
    if let Some((_, field)) = LISTS.iter().find(|(name, _)| *name == line.name) {
        let value = match line.name.as_str() {
            "ADR" => line
                .parts()
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(", "),
            // vCard 4 writes numbers as addresses.
            _ => line.text().trim_start_matches("tel:").to_owned(),
        };
        return inspection.append(field, value);
    }
    let single = match line.name.as_str() {
        "VERSION" => "version",
        "FN" => "name",
        "N" => {
            let parts = line.parts();
            return set_name(&parts, inspection);
        }
        "ORG" => "organization",
        "TITLE" => "title",
        "NOTE" => "note",
        "BDAY" => "birthday",
        _ => return,
    };
    if inspection.fields().contains_key(single) && single == "version" {
        return inspection.error(ErrorCode::FieldDuplicate, single);
    }
    let value = if line.name == "ORG" {
        line.parts().join(", ")
    } else {
        line.text()
    };
    inspection.set_some(single, value.trim());
}

fn set_name(parts: &[String], inspection: &mut Inspection) {
    for (field, part) in ["family_name", "given_name", "additional_names"]
        .iter()
        .zip(parts)
    {
        inspection.set_some(field, part.trim());
    }
}

/// Without a formatted name, the parts of the name or the organization stand for it.
fn named(inspection: &mut Inspection) {
    let field = |name: &str| {
        inspection
            .fields()
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    if field("name").is_empty() {
        let joined = format!("{} {}", field("given_name"), field("family_name"));
        let name = if joined.trim().is_empty() {
            field("organization")
        } else {
            joined.trim().to_owned()
        };
        inspection.require(!name.is_empty(), ErrorCode::FieldMissing, "name");
        inspection.set_some("name", &name);
    }
}

fn mecard(body: &str, inspection: &mut Inspection) {
    inspection.set("format", "mecard");
    let (fields, closed) = semicolon::fields(body);
    for (key, raw) in fields {
        let value = semicolon::unescape(&raw);
        if let Some((_, field)) = LISTS.iter().find(|(name, _)| *name == key) {
            inspection.append(field, value);
            continue;
        }
        match key.as_str() {
            "N" => {
                let parts = semicolon::split(&raw, ',');
                let parts: Vec<String> = parts.iter().map(|part| semicolon::unescape(part)).collect();
                set_name(&parts, inspection);
            }
            "NOTE" => inspection.set_some("note", &value),
            "ORG" => inspection.set_some("organization", &value),
            "TITLE" => inspection.set_some("title", &value),
            "BDAY" => inspection.set_some("birthday", &value),
            _ => {}
        }
    }
    inspection.require(closed, ErrorCode::StructureInvalid, "end");
    named(inspection);
}

/// The older card of the same makers, with keys of one letter.
fn bizcard(body: &str, inspection: &mut Inspection) {
    inspection.set("format", "bizcard");
    let (fields, closed) = semicolon::fields(body);
    for (key, raw) in fields {
        let value = semicolon::unescape(&raw);
        match key.as_str() {
            "N" => inspection.set_some("given_name", value.trim()),
            "X" => inspection.set_some("family_name", value.trim()),
            "T" => inspection.set_some("title", &value),
            "C" => inspection.set_some("organization", &value),
            "A" => inspection.append("addresses", value),
            "B" | "M" | "F" => inspection.append("phones", value),
            "E" => inspection.append("emails", value),
            _ => {}
        }
    }
    inspection.require(closed, ErrorCode::StructureInvalid, "end");
    named(inspection);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_card_of_each_version_is_read() {
        for version in ["2.1", "3.0", "4.0"] {
            let text = format!(
                "BEGIN:VCARD\r\nVERSION:{version}\r\nN:Probă;Ion\r\nFN:Ion Probă\r\nTEL:+37322000000\r\nEND:VCARD"
            );
            let inspection = inspect(&text);
            assert_eq!(inspection.errors(), []);
            assert_eq!(inspection.fields()["name"], "Ion Probă");
            assert_eq!(inspection.fields()["phones"][0], "+37322000000");
        }
    }

    #[test]
    fn a_mecard_is_read() {
        let inspection = inspect("MECARD:N:Probă,Ion;TEL:+37322000000;EMAIL:ion@example.md;;");
        assert!(inspection.well_formed());
        assert_eq!(inspection.fields()["name"], "Ion Probă");
    }

    #[test]
    fn an_escaped_comma_stays_in_its_part_of_the_name() {
        let inspection = inspect(r"MECARD:N:Probă\, fiul,Ion;;");
        assert_eq!(inspection.fields()["family_name"], "Probă, fiul");
        assert_eq!(inspection.fields()["given_name"], "Ion");
    }

    #[test]
    fn a_bizcard_is_read() {
        let inspection =
            inspect("BIZCARD:N:Ion;X:Probă;T:Inginer;C:Test;A:Str. 1, Bălți;B:+37322;E:i@e.md;;");
        assert_eq!(inspection.errors(), []);
        assert_eq!(inspection.fields()["name"], "Ion Probă");
        assert_eq!(inspection.fields()["phones"][0], "+37322");
        assert!(recognises("bizcard:n:x;;") && !inspect("BIZCARD:N:x;").well_formed());
    }

    #[test]
    fn a_card_without_end_version_or_name_is_refused() {
        let refused = |text: &str| inspect(text).errors().first().map(|finding| finding.code);
        assert_eq!(
            refused("BEGIN:VCARD\nVERSION:3.0\nFN:X"),
            Some(ErrorCode::StructureInvalid)
        );
        assert_eq!(
            refused("BEGIN:VCARD\nFN:X\nEND:VCARD"),
            Some(ErrorCode::FieldMissing)
        );
        assert_eq!(
            refused("BEGIN:VCARD\nVERSION:9\nFN:X\nEND:VCARD"),
            Some(ErrorCode::VersionUnsupported)
        );
        assert_eq!(
            refused("BEGIN:VCARD\nVERSION:3.0\nEND:VCARD"),
            Some(ErrorCode::FieldMissing)
        );
        assert_eq!(refused("MECARD:TEL:1;;"), Some(ErrorCode::FieldMissing));
    }

    #[test]
    fn a_look_alike_address_in_a_card_is_called_out() {
        let inspection = inspect("MECARD:N:X;URL:https://mpay-gov.md/;;");
        assert!(inspection.warnings().contains(&WarningCode::LookAlikeHost));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in any::<String>()) {
            let _ = (recognises(&text), inspect(&format!("BEGIN:VCARD\n{text}")), inspect(&format!("MECARD:{text}")));
        }
    }
}
