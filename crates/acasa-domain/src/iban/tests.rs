use super::*;
use proptest::prelude::*;

#[test]
fn a_treasury_account_is_read_in_any_case_and_grouping() {
    for text in [
        "MD77TRGAAA14153401000000",
        "md77 trga aa14 1534 0100 0000",
        " MD77\u{a0}TRGAAA14153401000000 ",
    ] {
        let iban: Iban = text.parse().unwrap();
        assert_eq!(iban.as_str(), "MD77TRGAAA14153401000000");
        assert_eq!((iban.country(), iban.bban()), ("MD", "TRGAAA14153401000000"));
        assert_eq!(iban.to_string(), "MD77 TRGA AA14 1534 0100 0000");
        assert_eq!(iban.masked(), "MD77••••••••••••••••0000");
    }
}

#[test]
fn national_separators_are_accepted_at_home_only() {
    assert!("ES15-0049-1806-9121-1186-9374".parse::<Iban>().is_ok());
    assert!("NO07.8380.08.06006".parse::<Iban>().is_ok());
    let refused = "SE64-1200-0000-0121-7014-5230".parse::<Iban>().unwrap_err();
    assert_eq!((refused.code(), refused.at()), ("iban_character", Some(4)));
}

#[test]
fn a_refusal_says_what_is_wrong_and_where() {
    let cases = [
        ("", "iban_empty", None),
        ("   ", "iban_empty", None),
        ("CH 04", "iban_length", Some(5)),
        ("QQ93 1234 5678", "iban_unknown", Some(0)),
        ("0K9311110000001057361004", "iban_character", Some(0)),
        ("FR7A30066100410001057380116", "iban_character", Some(3)),
        ("BG93 BNBG 9661 1A20 3456 78", "iban_character", Some(16)),
        ("BA30 1290 0794 0102 84", "iban_length", Some(22)),
        ("BE36 5390 0754 7034 1234", "iban_length", Some(20)),
        ("MD78TRGAAA14153401000000", "iban_check_digit", Some(2)),
        ("MD77TRGAAA1415340100000é", "iban_character", Some(23)),
    ];
    for (text, code, at) in cases {
        let error = text.parse::<Iban>().unwrap_err();
        assert_eq!((error.code(), error.at()), (code, at), "{text}");
    }
}

#[test]
fn a_text_without_end_is_refused_early() {
    assert_eq!(
        "M".repeat(1_000_000).parse::<Iban>().unwrap_err().at(),
        Some(LONGEST_TEXT)
    );
}

#[test]
fn check_digits_that_are_never_issued_are_refused() {
    // 98 and 01 are congruent modulo 97: without the range rule both would pass.
    let account = (0..10_000)
        .map(|n| format!("MD98AG{n:018}"))
        .find(|text| text.parse::<Iban>().is_ok())
        .expect("one account in 97 has the check digits 98");

    assert_eq!(
        account
            .replacen("98", "01", 1)
            .parse::<Iban>()
            .unwrap_err()
            .code(),
        "iban_check_digit"
    );
}

#[test]
fn debug_hides_the_account() {
    let iban: Iban = "MD77TRGAAA14153401000000".parse().unwrap();
    assert_eq!(format!("{iban:?}"), "Iban(MD•••)");
}

#[test]
fn the_register_is_sorted_and_every_structure_can_be_followed() {
    assert!(registry::COUNTRIES.is_sorted_by(|a, b| a.0 < b.0));
    for (country, structure) in registry::COUNTRIES {
        let counts: Vec<usize> = structure
            .split_terminator(['n', 'a', 'c'])
            .map(|count| count.parse().unwrap())
            .collect();
        assert!((11..=30).contains(&counts.iter().sum::<usize>()), "{country}");
        assert!(structure.ends_with(['n', 'a', 'c']), "{country}");
    }
}

proptest! {
    #[test]
    fn an_altered_account_is_noticed(body in "[A-Z0-9]{20}", at in 0_usize..20, other in "[A-Z0-9]") {
        let Some(valid) = (2..=98).map(|check| format!("MD{check:02}{body}")).find(|t| t.parse::<Iban>().is_ok())
        else {
            return Err(TestCaseError::fail("some check digits fit every account"));
        };
        let mut altered = valid.clone().into_bytes();
        altered[4 + at] = other.as_bytes()[0];
        let altered = String::from_utf8(altered).unwrap();
        // A digit and a letter may be congruent modulo 97 after the shift; two of a class never are.
        let same_class = valid.as_bytes()[4 + at].is_ascii_digit() == other.as_bytes()[0].is_ascii_digit();
        if altered != valid && same_class {
            prop_assert!(altered.parse::<Iban>().is_err());
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in any::<String>()) {
        if let Err(error) = text.parse::<Iban>() {
            prop_assert!(error.at().unwrap_or(0) <= text.chars().count());
        }
    }

    #[test]
    fn what_is_displayed_is_read_again(n in 0_u64..1_000_000_000_000) {
        let iban = (2..=98).find_map(|check| format!("MD{check:02}AG{n:018}").parse::<Iban>().ok()).unwrap();
        prop_assert_eq!(iban.to_string().parse::<Iban>(), Ok(iban));
    }
}
