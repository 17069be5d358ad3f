use super::*;
use proptest::prelude::*;

fn lei(minor: i64) -> Money {
    Money::new(minor, Currency::MDL)
}

#[test]
fn amounts_are_written_as_each_language_does() {
    assert_eq!(lei(125_000).format(Language::Ro), "1\u{a0}250,00\u{a0}lei");
    assert_eq!(lei(125_000).format(Language::Ru), "1\u{a0}250,00\u{a0}лей");
    assert_eq!(lei(125_000).format(Language::En), "1,250.00\u{a0}lei");
    assert_eq!(
        Money::new(-5, Currency::EUR).format(Language::Ro),
        "-0,05\u{a0}EUR"
    );
    let yen: Currency = "JPY".parse().unwrap();
    assert_eq!(
        Money::new(1_234_567, yen).format(Language::En),
        "1,234,567\u{a0}JPY"
    );
}

#[test]
fn what_people_write_is_read() {
    let cases = [
        ("1 250,00 lei", Language::Ro),
        ("1250", Language::Ro),
        ("1.250,0 MDL", Language::Ro),
        ("MDL 1 250,00", Language::Ro),
        ("1 250,00 леев", Language::Ru),
        ("1,250.00 lei", Language::En),
        (" 1250.0 ", Language::En),
    ];
    for (text, language) in cases {
        assert_eq!(
            Money::parse(text, language, Currency::MDL),
            Ok(lei(125_000)),
            "{text}"
        );
    }
}

#[test]
fn what_could_mean_two_amounts_is_refused() {
    let cases = [
        ("", "money_empty", None),
        ("lei", "money_empty", None),
        ("1.25", "money_length", Some(4)),
        ("12 50", "money_length", Some(5)),
        ("1250 000", "money_character", Some(4)),
        ("1 250.000", "money_character", Some(5)),
        ("1,250", "money_length", Some(4)),
        ("1,", "money_length", Some(2)),
        (",5", "money_length", Some(0)),
        ("1,2,3", "money_character", Some(3)),
        ("12 EUR", "money_unknown", Some(3)),
        ("１２", "money_character", Some(0)),
        ("99999999999999999999", "money_range", None),
    ];
    for (text, code, at) in cases {
        let error = Money::parse(text, Language::Ro, Currency::MDL).unwrap_err();
        assert_eq!((error.code(), error.at()), (code, at), "{text}");
    }
}

#[test]
fn machines_may_not_group_or_name_units() {
    assert_eq!(Money::from_decimal("1250.5", Currency::MDL), Ok(lei(125_050)));
    for text in ["1,250.00", "1 250", "1250.00 MDL", "+5", "1.005", ".5", "5."] {
        assert!(Money::from_decimal(text, Currency::MDL).is_err(), "{text}");
    }
}

#[test]
fn amounts_of_two_currencies_have_no_sum_and_no_order() {
    let euro = Money::new(100, Currency::EUR);

    assert_eq!(lei(100).checked_add(euro).unwrap_err().code(), "money_mismatch");
    assert_eq!(lei(100).partial_cmp(&euro), None);
    assert!(lei(100) < lei(101));
}

#[test]
fn arithmetic_beyond_what_can_be_held_is_refused() {
    assert_eq!(
        lei(i64::MAX).checked_add(lei(1)).unwrap_err().code(),
        "money_range"
    );
    assert_eq!(
        lei(i64::MIN).checked_sub(lei(1)).unwrap_err().code(),
        "money_range"
    );
    assert_eq!(lei(i64::MAX).checked_mul(2).unwrap_err().code(), "money_range");
    assert_eq!(Money::sum([lei(1), lei(2), lei(3)], Currency::MDL), Ok(lei(6)));
}

#[test]
fn serde_carries_whole_minor_units() {
    let text = serde_json::to_string(&lei(125_000)).unwrap();
    assert_eq!(text, r#"{"minor":125000,"currency":"MDL"}"#);
    assert_eq!(serde_json::from_str::<Money>(&text).unwrap(), lei(125_000));
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(minor in any::<i64>(), which in 0_usize..3) {
        let language = Language::ALL[which];
        for code in ["MDL", "JPY", "KWD", "CLF"] {
            let money = Money::new(minor, code.parse().unwrap());
            let read = Money::parse(&money.format(language), language, money.currency());
            prop_assert_eq!(read, Ok(money));
            prop_assert_eq!(Money::from_decimal(&money.to_decimal(), money.currency()), Ok(money));
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in any::<String>(), amount in "[0-9 .,-]{0,24}[a-zа-я]{0,4}") {
        for text in [text, amount] {
            for language in Language::ALL {
                if let Err(error) = Money::parse(&text, language, Currency::MDL) {
                    prop_assert!(error.at().unwrap_or(0) <= text.chars().count());
                }
            }
        }
    }
}
