//! Tests of telling formats apart, and of the answers to what cannot be read.
mod demands;

use super::*;
use acasa_credentials::verdict::Verdict;
use proptest::prelude::*;

fn report(bytes: &[u8]) -> Report {
    let book = StatusBook::default();
    verify(
        bytes,
        &Options::new("2026-11-21T12:00:00Z".parse().unwrap(), &book),
    )
}

#[test]
fn a_broken_document_is_an_answer_and_names_its_format() {
    for (text, format) in [
        ("MD1:", Format::SmartQr),
        ("MD1:%%%", Format::SmartQr),
        ("eyJhbGciOiJub25lIn0.~", Format::SdJwt),
        ("{\"payload\":\"\"}", Format::SdJwt),
        (
            "a16a697373756572417574680000000000000000000000",
            Format::IssuerSigned,
        ),
        ("a1677665727369 6f6e63312e30a0000000000000000000", Format::Unknown),
        ("", Format::Unknown),
        ("hello", Format::Unknown),
    ] {
        let report = report(text.as_bytes());
        assert_eq!(report.format, format, "{text}");
        assert_eq!(report.verdict(), Verdict::Invalid, "{text}");
        let parse = report.documents[0].check(CheckName::Parse).unwrap();
        assert_eq!(parse.outcome.as_str(), "fail", "{text}");
    }
}

#[test]
fn an_sd_jwt_without_a_signature_algorithm_is_invalid_whoever_is_trusted() {
    let report = report(b"eyJhbGciOiJub25lIn0.e30.~");
    let signature = report.documents[0].check(CheckName::IssuerSignature).unwrap();
    assert_eq!(
        (report.verdict(), signature.detail),
        (Verdict::Invalid, "algorithm_not_accepted")
    );
}

#[test]
fn an_sd_jwt_whose_signature_only_others_can_verify_is_open() {
    // {"alg":"ML-DSA-44"}
    let report = report(b"eyJhbGciOiJNTC1EU0EtNDQifQ.e30.AA~");
    let signature = report.documents[0].check(CheckName::IssuerSignature).unwrap();
    assert_eq!(
        (report.verdict(), signature.detail),
        (Verdict::Unverifiable, "algorithm_not_supported")
    );
}

#[test]
fn every_check_is_listed_once_whatever_was_read() {
    let json = report(b"hello").to_json();
    let checks = json["documents"][0]["checks"].as_array().unwrap();
    assert_eq!(checks.len(), CheckName::ALL.len());
    assert_eq!(checks[0]["check"], "parse");
    assert_eq!(json["verdict"], "invalid");
}

#[test]
fn hex_and_base64url_are_decoded_and_bytes_are_left_alone() {
    let bytes: Vec<u8> = (0..40).collect();
    let hex = data_encoding::HEXUPPER.encode(&bytes);
    assert_eq!(decode_binary(hex.as_bytes()), bytes);
    assert_eq!(
        decode_binary(data_encoding::BASE64URL_NOPAD.encode(&bytes).as_bytes()),
        bytes
    );
    assert_eq!(decode_binary(&[0xA0, 0xFF]), [0xA0, 0xFF]);
}

#[test]
fn either_alphabet_of_base64_padded_broken_into_lines_or_after_a_mark_is_decoded() {
    let bytes: Vec<u8> = (200..=255).collect();
    let plain = data_encoding::BASE64.encode(&bytes);
    let (head, tail) = plain.split_at(40);
    for text in [
        plain.clone(),
        format!("{head}\r\n{tail}\n"),
        format!("\u{feff}{}", data_encoding::BASE64URL.encode(&bytes)),
        format!("\u{feff}{}", data_encoding::HEXLOWER.encode(&bytes)),
    ] {
        assert_eq!(decode_binary(text.as_bytes()), bytes, "{text}");
    }
}

#[test]
fn an_sd_jwt_broken_into_lines_is_the_same_sd_jwt() {
    let whole = "eyJhbGciOiJub25lIn0.e30.~";
    let broken = "  eyJhbGciOiJu\r\n  b25lIn0.e30\n.~\n";
    assert_eq!(
        report(whole.as_bytes()).to_json(),
        report(broken.as_bytes()).to_json()
    );
    let parse = report(broken.as_bytes()).documents[0]
        .check(CheckName::Parse)
        .unwrap();
    assert_eq!(parse.outcome.as_str(), "pass");
}

#[test]
fn values_are_json_with_bytes_in_base64url() {
    use acasa_credentials::Value;
    let date = Value::Tag(1004, Box::new(Value::from("2031-01-01")));
    assert_eq!(to_json(&date), "2031-01-01");
    assert_eq!(
        to_json(&Value::Bytes(vec![0xFF, 0xEE])),
        serde_json::json!({ "base64url": "_-4" })
    );
    assert_eq!(
        to_json(&Value::Map(vec![(Value::from(1), Value::Bool(true))])),
        serde_json::json!({ "1": true })
    );
}

#[test]
fn what_was_given_is_refused_by_name() {
    let at = "2026-11-21T12:00:00Z".parse().unwrap();
    let given = |given: Given| Evidence::read(&given, at).map(|_| ()).unwrap_err();
    assert_eq!(
        given(Given {
            anchors: vec![b"x".to_vec()],
            ..Given::default()
        }),
        VerifyError::Trust
    );
    assert_eq!(
        given(Given {
            status_lists: vec![b"x".to_vec()],
            ..Given::default()
        }),
        VerifyError::StatusList
    );
    assert_eq!(
        given(Given {
            transcript: Some(b"x".to_vec()),
            ..Given::default()
        }),
        VerifyError::Transcript
    );
    assert_eq!(
        given(Given {
            reader_key: Some(b"x".to_vec()),
            ..Given::default()
        }),
        VerifyError::ReaderKey
    );
    assert_eq!(
        given(Given {
            challenge: Some("x".to_owned()),
            ..Given::default()
        }),
        VerifyError::Challenge
    );
}

proptest! {
    #[test]
    fn any_bytes_have_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert_ne!(report(&bytes).verdict(), Verdict::Valid);
    }
}
