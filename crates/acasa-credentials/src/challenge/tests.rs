//! Tests of the challenge.
use super::*;
use proptest::prelude::*;

fn question() -> Question {
    Question {
        verifier: Some("Farmacia 7".to_owned()),
        asked: vec![Asked {
            element: "age_over_18".to_owned(),
            retain: false,
        }],
        purpose: Some("vârsta".to_owned()),
    }
}

#[test]
fn a_challenge_is_read_back_as_it_was_asked() {
    let made = Challenge::make(&question()).unwrap();
    let read = Challenge::from_text(&made.to_text()).unwrap();
    assert_eq!(read.question(), &question());
    assert_eq!(read.hash(), made.hash());
    assert!(read.signer().is_none());
}

#[test]
fn two_challenges_with_one_question_differ() {
    let question = question();
    assert_ne!(
        Challenge::make(&question).unwrap().hash(),
        Challenge::make(&question).unwrap().hash()
    );
}

#[test]
fn a_short_nonce_is_refused() {
    let refused = Challenge::from_nonce(&[1; 15], &question(), None).map(|_| ());
    assert_eq!(refused, Err(ChallengeError::Structure("nonce")));
    assert!(Challenge::from_nonce(&[1; 16], &question(), None).is_ok());
}

#[test]
fn a_nonce_of_more_than_64_bytes_is_refused() {
    let of = |bytes: usize| Challenge::from_nonce(&vec![1; bytes], &question(), None).map(|_| ());
    assert_eq!(of(64), Ok(()));
    assert_eq!(of(65), Err(ChallengeError::Structure("nonce")));
}

#[test]
fn more_than_64_elements_are_not_asked_for() {
    let of = |count: usize| {
        let asked = vec![
            Asked {
                element: "e".to_owned(),
                retain: false,
            };
            count
        ];
        let question = Question {
            asked,
            ..Question::default()
        };
        Challenge::make(&question).map(|_| ())
    };
    assert_eq!(of(64), Ok(()));
    assert_eq!(of(65), Err(ChallengeError::Structure("Body")));
}

#[test]
fn words_of_more_than_256_bytes_are_refused_in_each_place() {
    type Place = fn(&mut Question, String);
    let places: [Place; 3] = [
        |question, words| question.verifier = Some(words),
        |question, words| question.purpose = Some(words),
        |question, words| question.asked[0].element = words,
    ];
    for place in places {
        let of = |bytes: usize| {
            let mut question = question();
            place(&mut question, "x".repeat(bytes));
            Challenge::make(&question).map(|_| ())
        };
        assert_eq!(of(256), Ok(()));
        assert_eq!(of(257), Err(ChallengeError::Structure("words")));
    }
}

#[test]
fn a_text_longer_than_any_challenge_is_refused_before_it_is_decoded() {
    // No base45, whatever its length: only the first is looked at.
    let of = |bytes: usize| {
        let text = format!("{PREFIX}{}", "a".repeat(bytes - PREFIX.len()));
        Challenge::from_text(&text).map(|_| ())
    };
    assert_eq!(of(4096), Err(ChallengeError::Base45));
    assert_eq!(of(4097), Err(ChallengeError::Size));
}

#[test]
fn the_wish_to_keep_needs_a_signature() {
    let mut question = question();
    question.asked[0].retain = true;
    let refused = Challenge::make(&question).map(|_| ());
    assert_eq!(refused, Err(ChallengeError::UnsignedRetention));
}

#[test]
fn control_characters_in_words_for_the_screen_are_refused() {
    let question = Question {
        verifier: Some("Bancă\u{1b}[2J".to_owned()),
        ..question()
    };
    assert_eq!(
        Challenge::make(&question).map(|_| ()),
        Err(ChallengeError::Structure("words"))
    );
}

#[test]
fn another_prefix_or_version_is_refused() {
    assert_eq!(
        Challenge::from_text("MD1:ABC").map(|_| ()),
        Err(ChallengeError::Prefix)
    );
    assert_eq!(
        Challenge::from_text("MD1C:¤").map(|_| ()),
        Err(ChallengeError::Base45)
    );
    let newer = cbor::encode(&Value::Array(vec![Value::from(2), Value::Null, Value::Null]));
    let text = format!("{PREFIX}{}", base45::encode(newer));
    assert_eq!(
        Challenge::from_text(&text).map(|_| ()),
        Err(ChallengeError::Version)
    );
}

proptest! {
    #[test]
    fn any_text_is_a_challenge_or_refused(text in "(MD1C:)?[0-9A-Z $%*+./:-]{0,200}") {
        let _ = Challenge::from_text(&text);
    }
}
