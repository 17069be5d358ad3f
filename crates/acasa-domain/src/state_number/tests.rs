use super::*;
use proptest::prelude::*;

#[test]
fn published_numbers_of_legal_entities_are_accepted() {
    for number in ["1010600034203", "1006601000255", "1009600026622"] {
        assert_eq!(number.parse::<Idno>().map(String::from).as_deref(), Ok(number));
    }
}

#[test]
fn synthetic_personal_numbers_are_accepted() {
    for number in [
        "2999000000014",
        "2999000000025",
        "2999000000036",
        "0900000000018",
        "2000000000004",
    ] {
        assert_eq!(number.parse::<Idnp>().map(String::from).as_deref(), Ok(number));
    }
}

#[test]
fn a_refusal_says_what_is_wrong_and_where() {
    let cases = [
        ("", "idnp_empty", None),
        ("200000000000", "idnp_length", Some(12)),
        ("20000000000045", "idnp_length", Some(13)),
        ("2ooooooooooo4", "idnp_character", Some(1)),
        ("２000000000004", "idnp_character", Some(0)),
        ("1010600034203", "idnp_prefix", Some(0)),
        ("2000000000009", "idnp_check_digit", Some(12)),
    ];
    for (text, code, at) in cases {
        let error = text.parse::<Idnp>().unwrap_err();
        assert_eq!((error.code(), error.at()), (code, at), "{text}");
    }
}

#[test]
fn a_personal_number_is_not_a_legal_entitys_and_the_other_way_round() {
    assert_eq!("2999000000014".parse::<Idno>().unwrap_err().code(), "idno_prefix");
    assert_eq!("1010600034203".parse::<Idnp>().unwrap_err().code(), "idnp_prefix");
}

#[test]
fn debug_and_errors_hide_a_personal_number() {
    let idnp: Idnp = "2999000000014".parse().unwrap();

    assert!(!format!("{idnp:?}").contains("2999"));
    assert_eq!(idnp.masked(), "•••••••••0014");
    assert!(!format!("{:?}", "2999000000015".parse::<Idnp>()).contains("2999"));
}

#[test]
fn serde_carries_the_digits_as_text_and_refuses_a_wrong_number() {
    let idnp: Idnp = serde_json::from_str("\"0900000000018\"").unwrap();

    assert_eq!(serde_json::to_string(&idnp).unwrap(), "\"0900000000018\"");
    assert!(serde_json::from_str::<Idnp>("\"0900000000019\"").is_err());
    assert!(serde_json::from_str::<Idnp>("900000000018").is_err());
}

proptest! {
    #[test]
    fn twelve_digits_and_their_check_digit_are_always_accepted(body in "[02][0-9]{11}") {
        let made = Idnp::from_body(&body).unwrap();
        prop_assert_eq!(made.as_str().parse::<Idnp>(), Ok(made));
        prop_assert!(made.as_str().starts_with(&body));
    }

    #[test]
    fn any_single_wrong_digit_is_noticed(body in "1[0-9]{11}", at in 0_usize..13, step in 1_u8..10) {
        // 7, 3 and 1 are coprime to 10, so no change of one digit keeps the sum.
        let made = Idno::from_body(&body).unwrap();
        let mut bytes = made.as_str().as_bytes().to_vec();
        bytes[at] = b'0' + (bytes[at] - b'0' + step) % 10;
        let altered = String::from_utf8(bytes).unwrap();
        prop_assert!(altered.parse::<Idno>().is_err());
    }

    #[test]
    fn no_text_makes_the_reader_panic_and_a_place_lies_within_the_text(text in any::<String>()) {
        if let Err(error) = text.parse::<Idnp>() {
            prop_assert!(error.at().unwrap_or(0) <= text.chars().count());
        }
    }
}
