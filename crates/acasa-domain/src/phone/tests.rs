use super::*;
use proptest::prelude::*;

#[test]
fn the_ways_a_moldovan_number_is_written_are_one_number() {
    for text in [
        "060606060",
        "+373 606 06 060",
        "00373 60606060",
        "37360606060",
        "60606060",
        "(0606) 06-060",
    ] {
        assert_eq!(
            text.parse::<PhoneNumber>().map(String::from).as_deref(),
            Ok("+37360606060"),
            "{text}"
        );
    }
}

#[test]
fn moldovan_numbers_are_grouped_by_area() {
    let cases = [
        ("022123456", "+373 22 123 456", "022 123 456", PhoneKind::Fixed),
        ("37312345", "+373 37 312 345", "037 312 345", PhoneKind::Fixed),
        ("23112345", "+373 231 12 345", "0231 12 345", PhoneKind::Fixed),
        ("060606060", "+373 606 06 060", "0606 06 060", PhoneKind::Mobile),
        ("056212345", "+373 562 12 345", "0562 12 345", PhoneKind::Mobile),
        ("080012345", "+373 800 12 345", "0800 12 345", PhoneKind::TollFree),
        ("090012345", "+373 900 12 345", "0900 12 345", PhoneKind::Service),
    ];
    for (text, international, national, kind) in cases {
        let number: PhoneNumber = text.parse().unwrap();
        assert_eq!(number.to_string(), international);
        assert_eq!(number.national().as_deref(), Some(national));
        assert_eq!(number.kind(), kind, "{text}");
    }
}

#[test]
fn a_foreign_number_keeps_its_country_code_apart() {
    let cases = [
        ("+39 333 1234567", "39", "+39 333 123 4567"),
        ("0040721234567", "40", "+40 721 234 567"),
        ("+1 212 555 0100", "1", "+1 212 555 0100"),
        ("+353871234567", "353", "+353 871 234 567"),
    ];
    for (text, code, display) in cases {
        let number: PhoneNumber = text.parse().unwrap();
        assert_eq!(
            (number.calling_code(), number.to_string().as_str()),
            (code, display)
        );
        assert_eq!((number.kind(), number.national()), (PhoneKind::Foreign, None));
    }
}

#[test]
fn a_refusal_says_what_is_wrong_and_where() {
    let cases = [
        ("", "phone_empty", None),
        ("+", "phone_empty", None),
        ("0", "phone_length", Some(1)),
        ("00", "phone_length", Some(2)),
        ("06060606", "phone_length", Some(8)),
        ("+373 606 06 0601", "phone_length", Some(15)),
        ("+373 406 06 060", "phone_prefix", Some(5)),
        ("+012345678", "phone_prefix", Some(1)),
        ("060-606-o60", "phone_character", Some(8)),
        ("+39 12", "phone_length", Some(6)),
        ("+1234567890123456", "phone_length", Some(16)),
        ("60606060+", "phone_character", Some(8)),
    ];
    for (text, code, at) in cases {
        let error = text.parse::<PhoneNumber>().unwrap_err();
        assert_eq!((error.code(), error.at()), (code, at), "{text}");
    }
}

#[test]
fn debug_and_mask_hide_the_number() {
    let number: PhoneNumber = "060606060".parse().unwrap();

    assert_eq!(format!("{number:?}"), "PhoneNumber(+373•••)");
    assert_eq!(number.masked(), "+373 ••••••60");
}

proptest! {
    #[test]
    fn what_is_displayed_is_read_again(digits in "[1-9][0-9]{6,14}") {
        if let Ok(number) = format!("+{digits}").parse::<PhoneNumber>() {
            prop_assert_eq!(number.e164(), format!("+{digits}"));
            prop_assert_eq!(number.to_string().parse::<PhoneNumber>(), Ok(number));
        } else {
            prop_assert!(digits.starts_with("373"), "only Moldova's own plan is known");
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in any::<String>(), dialled in "[+0-9 ()-]{0,20}") {
        for text in [text, dialled] {
            if let Err(error) = text.parse::<PhoneNumber>() {
                prop_assert!(error.at().unwrap_or(0) <= text.chars().count());
            }
        }
    }
}
