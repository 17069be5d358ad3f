use super::*;
use proptest::prelude::*;

fn sealed(body: &str) -> String {
    let covered = format!("{body}6304");
    format!("{covered}{:04X}", crc16(covered.as_bytes()))
}

fn codes(text: &str) -> Vec<(ErrorCode, String)> {
    inspect(text)
        .errors()
        .iter()
        .map(|finding| (finding.code, finding.at.clone()))
        .collect()
}

#[test]
fn the_checksum_of_the_standards_own_check_string_is_29b1() {
    assert_eq!(crc16(b"123456789"), 0x29B1);
}

#[test]
fn lengths_count_characters_and_the_checksum_counts_bytes() {
    let text = sealed("0002015906Chișin");
    let inspection = inspect(&text);
    assert!(inspection.well_formed());
    assert_eq!(inspection.fields()["59"], "Chișin");
}

#[test]
fn category_currency_and_country_have_their_shapes() {
    assert_eq!(codes(&sealed("0002015204541153034985802MD")), []);
    assert_eq!(
        codes(&sealed("00020152035415303MDL5803MDA")),
        [
            (ErrorCode::FieldInvalid, "52".to_owned()),
            (ErrorCode::CurrencyInvalid, "53".to_owned()),
            (ErrorCode::FieldInvalid, "58".to_owned())
        ]
    );
}

#[test]
fn a_repeated_tag_is_refused_at_the_top_and_in_a_template() {
    assert_eq!(
        codes(&sealed("0002015802MD5802RO")),
        [(ErrorCode::TagDuplicate, "58".to_owned())]
    );
    assert_eq!(
        codes(&sealed("00020162050109A")),
        [(ErrorCode::LengthOverrun, "char:14".to_owned())]
    );
    assert_eq!(
        codes(&sealed("00020162100101A0101B")),
        [(ErrorCode::TagDuplicate, "62.01".to_owned())]
    );
}

#[test]
fn a_checksum_that_is_missing_wrong_or_not_last_is_refused() {
    assert_eq!(
        codes("0002015802MD"),
        [(ErrorCode::ChecksumMissing, "63".to_owned())]
    );
    assert_eq!(
        codes("0002015802MD63040000"),
        [(ErrorCode::ChecksumMismatch, "63".to_owned())]
    );
    assert_eq!(
        codes(&format!("{}5802MD", sealed("000201"))),
        [(ErrorCode::TagOrder, "63".to_owned())]
    );
}

#[test]
fn a_payload_whose_first_tag_is_not_the_indicator_is_still_named_and_refused() {
    let text = sealed("5802MD000201");
    assert!(recognises(&text));
    assert_eq!(codes(&text), [(ErrorCode::TagOrder, "00".to_owned())]);
}

#[test]
fn a_telephone_number_is_not_a_payment() {
    assert!(!recognises("0037369123456"));
    assert!(!recognises("0002"));
}

proptest! {
    #[test]
    fn any_sealed_elements_read_back(values in prop::collection::vec("[ -~]{1,20}", 1..10)) {
        let elements = values.iter().enumerate();
        let elements: Vec<String> =
            elements.map(|(index, value)| format!("{:02}{:02}{value}", 65 + index, value.len())).collect();
        let body = elements.concat();
        let inspection = inspect(&sealed(&format!("000201{body}")));
        prop_assert!(inspection.well_formed());
        for (index, value) in values.iter().enumerate() {
            prop_assert_eq!(&inspection.fields()[&format!("{:02}", 65 + index)], value);
        }
    }

    #[test]
    fn any_changed_character_is_noticed(position in 0_usize..60, change in "[A-Z0-9]") {
        let text = sealed("00020101021226330012MD.EXAMPLE.QR0113TESTCREDITOR15802MD5904Test");
        let position = position % text.len();
        let mut changed = text.clone();
        changed.replace_range(position..=position, &change);
        prop_assume!(changed != text);
        prop_assert!(!inspect(&changed).well_formed());
    }

    #[test]
    fn no_text_panics(text in any::<String>()) {
        let _ = (recognises(&text), inspect(&text));
    }
}
