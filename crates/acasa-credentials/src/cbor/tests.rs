//! Tests of the strict reader.
use super::*;
use proptest::prelude::*;

fn error(hex: &str) -> CborError {
    let bytes = hex::decode(hex).unwrap();
    read(&bytes).map(|_| ()).unwrap_err()
}

fn deterministic(hex: &str) -> Result<(), CborError> {
    read_deterministic(&hex::decode(hex).unwrap()).map(|_| ())
}

#[test]
fn an_item_remembers_the_bytes_it_was_read_from() {
    let bytes = hex::decode("82a1616101d81842f6f6").unwrap();
    let item = read(&bytes).unwrap();
    let parts = item.as_array().unwrap();
    assert_eq!(parts[0].raw(), hex::decode("a1616101").unwrap());
    assert_eq!(parts[1].encoded().unwrap(), hex::decode("f6f6").unwrap());
}

#[test]
fn duplicate_keys_are_refused_even_in_another_encoding() {
    assert_eq!(error("a2616101616102"), CborError::DuplicateKey(4));
    assert_eq!(error("a20101180102"), CborError::DuplicateKey(3));
}

#[test]
fn trailing_bytes_and_truncation_are_refused() {
    assert_eq!(error("0000"), CborError::Trailing(1));
    assert_eq!(error("42aa"), CborError::Truncated);
    assert_eq!(error(""), CborError::Truncated);
    assert_eq!(error("9bffffffffffffffff"), CborError::Truncated);
    assert_eq!(error("5bffffffffffffffff00"), CborError::Limit);
}

#[test]
fn nesting_beyond_the_limit_is_refused() {
    let deep = [vec![0x81; MAX_DEPTH + 2], vec![0x00]].concat();
    assert_eq!(read(&deep).map(|_| ()), Err(CborError::Limit));
}

#[test]
fn more_items_than_any_document_has_are_refused() {
    let array = |items: usize| encode(&Value::Array(vec![Value::from(0); items]));
    // The array itself is an item.
    assert!(read(&array(65_535)).is_ok());
    assert_eq!(read(&array(65_536)).map(|_| ()), Err(CborError::Limit));
}

#[test]
fn more_bytes_than_any_document_has_are_refused_whatever_they_are() {
    let text = |bytes: usize| encode(&Value::Bytes(vec![0; bytes]));
    // Five bytes say that it is a string, and how long.
    let largest = (4 << 20) - 5;
    assert!(read(&text(largest)).is_ok());
    assert_eq!(read(&text(largest + 1)).map(|_| ()), Err(CborError::Limit));
}

#[test]
fn a_simple_value_below_32_in_two_bytes_is_refused() {
    assert_eq!(error("f814"), CborError::Malformed(0));
    assert_eq!(error("f7"), CborError::Malformed(0));
    assert_eq!(error("ff"), CborError::Malformed(0));
}

#[test]
fn the_deterministic_rules_are_those_of_rfc_8949() {
    assert_eq!(deterministic("a2016161026162"), Ok(()));
    assert_eq!(
        deterministic("1801"),
        Err(CborError::NotDeterministic(0)),
        "longer than needed"
    );
    assert_eq!(
        deterministic("9f01ff"),
        Err(CborError::NotDeterministic(0)),
        "indefinite length"
    );
    assert_eq!(
        deterministic("a2026161016162"),
        Err(CborError::NotDeterministic(4)),
        "keys out of order"
    );
    assert_eq!(
        deterministic("f93c00"),
        Err(CborError::NotDeterministic(0)),
        "a float"
    );
}

#[test]
fn indefinite_strings_are_joined() {
    let bytes = hex::decode("5f42010243030405ff").unwrap();
    assert_eq!(read(&bytes).unwrap().as_bytes().unwrap(), [1, 2, 3, 4, 5]);
}

#[test]
fn debug_shows_no_value() {
    let bytes = encode(&Value::from("Popescu"));
    assert_eq!(format!("{:?}", read(&bytes).unwrap()), "Item(8 bytes)");
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..512)) {
        if let Ok(item) = read(&bytes) {
            prop_assert_eq!(item.raw(), &bytes[..]);
        }
    }

    #[test]
    fn what_is_deterministic_encodes_to_the_same_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        if let Ok(item) = read_deterministic(&bytes) {
            prop_assert_eq!(encode(&item.to_value()), bytes);
        }
    }
}
