use super::*;
use proptest::prelude::*;

const GOOD: [&str; 12] = [
    "BCD",
    "002",
    "1",
    "SCT",
    "BPOTBEB1",
    "Red Cross",
    "BE72000000001616",
    "EUR1",
    "CHAR",
    "",
    "Urgency",
    "Info",
];

fn with(index: usize, value: &str) -> Inspection {
    let mut lines = GOOD;
    lines[index] = value;
    inspect(&lines.join("\n"))
}

fn refused(inspection: &Inspection) -> Option<ErrorCode> {
    inspection.errors().first().map(|finding| finding.code)
}

#[test]
fn a_complete_payload_is_read() {
    let inspection = inspect(&GOOD.join("\r\n"));
    assert!(inspection.well_formed());
    assert_eq!(inspection.fields()["amount"], "1.00");
    assert_eq!(inspection.fields()["information"], "Info");
}

#[test]
fn each_rule_of_the_guideline_refuses_what_breaks_it() {
    let long = |length: usize| "X".repeat(length);
    let cases = [
        (0, "ABC".to_owned(), ErrorCode::StructureInvalid),
        (1, "003".to_owned(), ErrorCode::VersionUnsupported),
        (2, "9".to_owned(), ErrorCode::CharsetInvalid),
        (3, "ABC".to_owned(), ErrorCode::FieldInvalid),
        (4, "BPOTBEB1X".to_owned(), ErrorCode::BicInvalid),
        (4, "BHBLDEH ".to_owned(), ErrorCode::BicInvalid),
        (5, long(75), ErrorCode::FieldTooLong),
        (5, String::new(), ErrorCode::FieldMissing),
        (6, String::new(), ErrorCode::FieldMissing),
        (6, format!("BE72{}", "0".repeat(31)), ErrorCode::FieldTooLong),
        (6, "BE72000000001617".to_owned(), ErrorCode::IbanInvalid),
        (7, "USD1".to_owned(), ErrorCode::CurrencyInvalid),
        (7, "EUR0".to_owned(), ErrorCode::AmountInvalid),
        (7, "EUR0.004".to_owned(), ErrorCode::AmountInvalid),
        (7, "EUR1000000000".to_owned(), ErrorCode::AmountInvalid),
        (7, "EUR999999999.999".to_owned(), ErrorCode::AmountInvalid),
        (7, "EUR-1".to_owned(), ErrorCode::AmountInvalid),
        (8, "INVALID".to_owned(), ErrorCode::FieldTooLong),
        (9, "RF18539007547034".to_owned(), ErrorCode::FieldConflict),
        (9, "RF18539007547035".to_owned(), ErrorCode::ReferenceInvalid),
        (10, long(150), ErrorCode::FieldTooLong),
        (11, long(75), ErrorCode::FieldTooLong),
    ];
    for (index, value, code) in cases {
        assert_eq!(
            refused(&with(index, &value)),
            Some(code),
            "{}: {value}",
            ELEMENTS[index]
        );
    }
}

#[test]
fn version_001_asks_for_the_bic_and_002_does_not() {
    let without = |version: &str| inspect(&format!("BCD\n{version}\n1\nSCT\n\nTest\nBE72000000001616"));
    assert_eq!(refused(&without("001")), Some(ErrorCode::FieldMissing));
    assert!(without("002").well_formed());
}

#[test]
fn bytes_are_read_in_the_character_set_they_declare() {
    let bytes = b"BCD\n002\n2\nSCT\n\nFran\xE7ois\nFR1420041010050500013M02606\nEUR12.3";
    let text = decode(bytes).unwrap();
    assert!(text.contains("François"));
    assert_eq!(inspect(&text).fields()["byte_length"], bytes.len());
}

#[test]
fn a_character_outside_the_declared_set_is_refused() {
    let inspection = inspect("BCD\n002\n2\nSCT\n\nȘtefan\nBE72000000001616");
    assert_eq!(refused(&inspection), Some(ErrorCode::CharsetInvalid));
}

#[test]
fn more_than_331_bytes_are_refused() {
    let mut lines = GOOD;
    let (name, text, information) = ("N".repeat(70), "R".repeat(140), "I".repeat(70));
    (lines[5], lines[10], lines[11]) = (&name, &text, &information);
    let long = lines.join("\n");
    assert_eq!(inspect(&long).well_formed(), long.len() <= MAX_BYTES);
    let wide = "ș".repeat(70);
    lines[5] = &wide;
    assert_eq!(
        refused(&inspect(&lines.join("\n"))),
        Some(ErrorCode::PayloadTooLarge)
    );
}

proptest! {
    #[test]
    fn amounts_keep_their_value(cents in 1_u64..100_000_000_000) {
        let text = format!("{}.{:02}", cents / 100, cents % 100);
        prop_assert_eq!(normalised(&text), Some(text));
    }

    #[test]
    fn no_text_panics(lines in prop::collection::vec(".{0,20}", 0..15)) {
        let text = format!("BCD\n{}", lines.join("\n"));
        let _ = (recognises(&text), inspect(&text), decode(text.as_bytes()));
    }
}
