use super::*;
use proptest::prelude::*;

fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, serde_json::Error> {
    serde_json::from_str(text)
}

#[test]
fn an_outcome_is_flat_and_names_its_fate() {
    let outcome = Outcome {
        intent: Uuid::nil(),
        digest: Digest([7; 32]),
        fate: Fate::Refused {
            code: "power_ended".to_owned(),
            reason: None,
        },
    };

    let json = serde_json::to_value(&outcome).unwrap();

    assert_eq!(json["outcome"], "refused");
    assert_eq!(json["code"], "power_ended");
    assert_eq!(json["digest"], "07".repeat(32));
    assert!(read::<Outcome>(&json.to_string()).unwrap() == outcome);
}

#[test]
fn an_intent_with_an_unknown_member_is_refused() {
    let text = r#"{"id":"00000000-0000-0000-0000-000000000000","name":"a","arguments":{},"actor":"urn:md:idnp:2999000000014",
        "principal":"urn:md:idnp:2999000000014","madeAt":"2026-11-21T00:00:00Z""#;

    assert!(read::<Intent>(&format!("{text}}}")).is_ok());
    assert!(read::<Intent>(&format!("{text},\"amount\":1}}")).is_err());
}

#[test]
fn a_removed_record_says_so_and_cannot_be_left_out() {
    let gone: Record = read(r#"{"kind":"k","id":"1","version":3,"content":null}"#).unwrap();

    assert!(gone.content.is_none());
    assert!(read::<Record>(r#"{"kind":"k","id":"1","version":3}"#).is_err());
}

proptest! {
    /// A record is read and written at each hand it passes through: a number must not wander meanwhile.
    #[test]
    fn a_number_with_many_digits_is_written_as_it_was_read(number in "-?[1-9][0-9]{0,40}\\.[0-9]{1,40}(e-?[1-9][0-9]?)?") {
        let text = format!(r#"{{"kind":"k","id":"1","version":3,"content":{number}}}"#);
        let written = serde_json::to_string(&read::<Record>(&text).unwrap()).unwrap();
        let again = serde_json::to_string(&read::<Record>(&written).unwrap()).unwrap();
        prop_assert_eq!(written, again);
    }

    #[test]
    fn a_digest_reads_back(bytes: [u8; 32]) {
        let text = serde_json::to_string(&Digest(bytes)).unwrap();
        prop_assert_eq!(read::<Digest>(&text).unwrap(), Digest(bytes));
    }

    #[test]
    fn only_64_lower_case_digits_are_a_digest(text in "\\PC{0,70}") {
        let right = text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let quoted = serde_json::to_string(&text).unwrap();
        prop_assert_eq!(read::<Digest>(&quoted).is_ok(), right);
    }
}
