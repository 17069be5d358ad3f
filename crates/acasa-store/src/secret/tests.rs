use proptest::prelude::*;

use super::*;

#[test]
fn pins_a_thief_tries_first_are_refused_by_name() {
    for simple in [
        "000000", "111111", "123456", "012345", "654321", "987654", "890123", "210987", "121212", "123123",
        "112233", "123321", "135791", "246802", "147258", "159753", "102030",
    ] {
        assert_eq!(Pin::choose(simple).err(), Some(PinError::TooSimple), "{simple}");
    }
}

#[test]
fn other_six_digits_are_taken() {
    for fair in ["482913", "090417", "730052", "118406"] {
        assert!(Pin::choose(fair).is_ok(), "{fair}");
    }
}

#[test]
fn fewer_than_two_in_a_hundred_pins_are_refused() {
    let refused = (0..1_000_000)
        .filter(|n| is_simple(format!("{n:06}").as_bytes()))
        .count();
    assert!((1_000..20_000).contains(&refused), "{refused}");
}

#[test]
fn anything_but_six_ascii_digits_is_not_a_pin() {
    for wrong in ["", "12345", "1234567", "12 456", "١٢٣٤٥٦", "12345a", "+12345"] {
        assert_eq!(Pin::enter(wrong).err(), Some(PinError::NotSixDigits), "{wrong}");
    }
}

#[test]
fn a_generated_passphrase_is_strong_and_two_differ() {
    let (first, second) = (
        Passphrase::make_random(6).unwrap(),
        Passphrase::make_random(6).unwrap(),
    );
    assert!(first.is_strong() && second.is_strong());
    assert_ne!(first.expose(), second.expose());
}

#[test]
fn fewer_than_six_words_are_not_generated() {
    assert_eq!(Passphrase::make_random(5).err(), Some(CryptoError::Parameters));
}

#[test]
fn typing_in_capitals_with_more_spaces_is_the_same_passphrase() {
    let made = Passphrase::make_random(6).unwrap();
    let typed = format!("  {} ", made.expose().to_uppercase().replace(' ', " \t "));
    assert_eq!(Passphrase::enter(&typed).expose(), made.expose());
}

#[test]
fn a_phrase_of_a_persons_own_or_with_too_few_words_is_not_strong() {
    let five = Passphrase::make_random(6).unwrap();
    let (_, five) = five.expose().split_once(' ').unwrap();
    for weak in [five, "parola mea secreta este foarte lunga", "", "a b c d e f"] {
        assert!(!Passphrase::enter(weak).is_strong(), "{weak}");
    }
}

#[test]
fn the_list_is_sorted_and_every_word_is_short_and_plain() {
    assert_eq!(WORDS.len(), 1296);
    assert!(WORDS.is_sorted_by(|a, b| a < b), "unsorted or doubled");
    assert!(
        WORDS
            .iter()
            .all(|w| (3..=10).contains(&w.len()) && w.bytes().all(|b| b.is_ascii_lowercase()))
    );
}

proptest! {
    #[test]
    fn any_text_is_entered_without_panic_and_bounded(text in ".{0,2000}") {
        prop_assert!(Passphrase::enter(&text).expose().len() <= 1024);
        let _ = Pin::choose(&text);
    }
}
