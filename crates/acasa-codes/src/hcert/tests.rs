use super::*;
use proptest::prelude::*;

/// A certificate of nobody, unsigned: one byte of zeros stands where a signature would.
fn certificate(change: impl FnOnce(&mut Vec<(Cbor, Cbor)>)) -> String {
    let text = |text: &str| Cbor::Text(text.to_owned());
    let entry = ["tg", "tt", "sc", "tr", "co", "is", "ci"].map(|name| (text(name), text("x")));
    let mut body = vec![
        (text("ver"), text("1.3.0")),
        (text("nam"), Cbor::Map(vec![(text("fnt"), text("PROBA"))])),
        (text("dob"), text("1990-01")),
        (text("t"), Cbor::Array(vec![Cbor::Map(entry.to_vec())])),
    ];
    change(&mut body);
    let claims = Cbor::Map(vec![
        (1.into(), text("MD")),
        (4.into(), 1_700_000_000.into()),
        (6.into(), 1_600_000_000.into()),
        ((-260).into(), Cbor::Map(vec![(1.into(), Cbor::Map(body))])),
    ]);
    let mut payload = Vec::new();
    ciborium::into_writer(&claims, &mut payload).unwrap();
    let header = coset::HeaderBuilder::new()
        .algorithm(iana::Algorithm::ES256)
        .build();
    let sign1 = coset::CoseSign1Builder::new()
        .protected(header)
        .payload(payload)
        .signature(vec![0])
        .build();
    sealed(&sign1.to_tagged_vec().unwrap())
}

fn sealed(cose: &[u8]) -> String {
    format!(
        "HC1:{}",
        base45::encode(miniz_oxide::deflate::compress_to_vec_zlib(cose, 9))
    )
}

fn refused(text: &str) -> Vec<(ErrorCode, String)> {
    inspect(text)
        .errors()
        .iter()
        .map(|finding| (finding.code, finding.at.clone()))
        .collect()
}

#[test]
fn a_certificate_is_read_and_says_that_its_signature_was_not_checked() {
    let inspection = inspect(&certificate(|_| {}));
    assert_eq!(inspection.errors(), []);
    assert_eq!(inspection.fields()["issuer"], "MD");
    assert_eq!(inspection.fields()["expires_at"], "2023-11-14T22:13:20Z");
    assert_eq!(inspection.fields()["nam"]["fnt"], "PROBA");
    assert_eq!(inspection.warnings(), [WarningCode::SignatureNotChecked]);
}

#[test]
fn every_step_has_its_own_refusal() {
    let one = |code, at: &str| vec![(code, at.to_owned())];
    assert_eq!(refused("HC2:ABC"), one(ErrorCode::VersionUnsupported, "prefix"));
    assert_eq!(refused("HC1:abc"), one(ErrorCode::Base45Invalid, "base45"));
    assert_eq!(refused("HC1:::"), one(ErrorCode::Base45Invalid, "base45"));
    assert_eq!(
        refused(&format!("HC1:{}", base45::encode(b"x"))),
        one(ErrorCode::CompressionInvalid, "compression")
    );
    assert_eq!(
        refused(&sealed(&vec![0_u8; 70_000])),
        one(ErrorCode::PayloadTooLarge, "compression")
    );
    assert_eq!(refused(&sealed(b"x")), one(ErrorCode::CoseInvalid, "cose"));
    let sign1 = coset::CoseSign1Builder::new()
        .payload(vec![0xFF])
        .build()
        .to_tagged_vec()
        .unwrap();
    assert!(refused(&sealed(&sign1)).contains(&(ErrorCode::CborInvalid, "cwt".to_owned())));
}

#[test]
fn what_the_schema_asks_for_must_be_there() {
    let without_name = certificate(|body| body.retain(|(key, _)| key.as_text() != Some("nam")));
    assert_eq!(
        refused(&without_name),
        [(ErrorCode::FieldMissing, "nam.fnt".to_owned())]
    );
    let without_entries = certificate(|body| body.retain(|(key, _)| key.as_text() != Some("t")));
    assert_eq!(
        refused(&without_entries),
        [(ErrorCode::FieldMissing, "v".to_owned())]
    );
}

#[test]
fn a_date_of_birth_may_be_known_in_part_and_lies_in_two_centuries() {
    let born = |date: &str| {
        let date = Cbor::Text(date.to_owned());
        refused(&certificate(|body| {
            body.retain(|(key, _)| key.as_text() != Some("dob"));
            body.push((Cbor::Text("dob".to_owned()), date));
        }))
    };
    for date in [
        "",
        "1963",
        "1963-00",
        "1963-00-00",
        "2001-12",
        "1963-02-28",
        "1963-02-28T00:00:00",
    ] {
        assert_eq!(born(date), [], "{date}");
    }
    for date in [
        "1815-08-24",
        "1963-13",
        "1963-02-30",
        "196",
        "1963-2",
        "1963-02-28-01",
        "XX",
    ] {
        assert_eq!(born(date), [(ErrorCode::DateInvalid, "dob".to_owned())], "{date}");
    }
}

proptest! {
    #[test]
    fn no_text_panics(text in any::<String>(), bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = (recognises(&text), inspect(&text), inspect(&sealed(&bytes)));
        let _ = inspect(&format!("HC1:{}", base45::encode(&bytes)));
    }
}
