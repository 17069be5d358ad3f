use super::*;
use crate::SigningKey;
use proptest::prelude::*;
use serde_json::json;

fn object(value: Value) -> Map<String, Value> {
    let Value::Object(object) = value else {
        panic!("the test's own value is an object")
    };
    object
}

fn token(key: &SigningKey, header: Value, payload: &[u8]) -> String {
    sign(key, object(header), payload).unwrap()
}

/// A token with a header of any kind; its signature is right for the bytes as they stand.
fn raw_token(key: &SigningKey, header: &str, payload: &str) -> String {
    let input = format!(
        "{}.{}",
        base64url::encode(header.as_bytes()),
        base64url::encode(payload.as_bytes())
    );
    let signature = key.sign(input.as_bytes()).unwrap();
    format!("{input}.{}", base64url::encode(&signature))
}

fn verify(key: &SigningKey, token: &str) -> Result<VerifiedJws, CryptoError> {
    UnverifiedJws::parse(token)?.verify(&key.public_key(), Algorithm::Es256)
}

#[test]
fn a_signed_jwt_verifies_and_gives_its_claims_and_type() {
    let key = SigningKey::make_random().unwrap();
    let claims = object(json!({"iss": "https://example.md", "iat": 1}));
    let token = sign_jwt(&key, "dpop+jwt", object(json!({"jwk": key.to_jwk()})), &claims).unwrap();

    let verified = verify(&key, &token).unwrap();

    assert_eq!(verified.claims(), Ok(claims));
    assert_eq!(verified.require_typ("dpop+jwt"), Ok(()));
    assert_eq!(verified.require_typ("jwt"), Err(CryptoError::Header));
    assert_eq!(verified.header().jwk(), Ok(Some(key.to_jwk())));
}

#[test]
fn the_example_of_rfc_7515_a_3_verifies() {
    let token = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    let key = Jwk::from_value(json!({
        "kty": "EC", "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
    }))
    .unwrap();

    let verified = UnverifiedJws::parse(token)
        .unwrap()
        .verify_with_jwk(&key, Algorithm::Es256)
        .unwrap();

    assert_eq!(verified.claims().unwrap()["iss"], "joe");
}

#[test]
fn headers_that_ask_for_more_or_less_than_a_signature_are_refused() {
    let key = SigningKey::make_random().unwrap();
    for header in [
        r#"{"alg":"none"}"#,
        r#"{"alg":"HS256"}"#,
        r#"{"alg":"ES384"}"#,
        r#"{"alg":""}"#,
        r#"{"alg":7}"#,
        r"{}",
        r#"{"alg":"ES256","crit":["exp"],"exp":1}"#,
        r#"{"alg":"ES256","crit":[]}"#,
        r#"{"alg":"ES256","b64":false}"#,
        r#"{"alg":"ES256","zip":"DEF"}"#,
        r#"{"alg":"ES256","alg":"ES256"}"#,
        r#"{"alg":"ES256","typ":7}"#,
        r#"["alg"]"#,
    ] {
        assert!(verify(&key, &raw_token(&key, header, "{}")).is_err(), "{header}");
    }
}

#[test]
fn an_embedded_key_changes_nothing_about_which_key_must_verify() {
    let (trusted, attacker) = (
        SigningKey::make_random().unwrap(),
        SigningKey::make_random().unwrap(),
    );
    let forged = token(&attacker, json!({"jwk": attacker.to_jwk()}), b"{}");

    assert_eq!(verify(&trusted, &forged).err(), Some(CryptoError::Signature));
}

#[test]
fn a_header_that_names_another_algorithm_than_the_signer_s_is_not_signed() {
    let key = SigningKey::make_random().unwrap();

    assert_eq!(
        sign(&key, object(json!({"alg": "ES384"})), b"{}"),
        Err(CryptoError::Algorithm)
    );
}

#[test]
fn certificates_in_a_header_come_out_as_der_and_only_in_standard_base64() {
    let key = SigningKey::make_random().unwrap();
    let chain = |value: Value| {
        UnverifiedJws::parse(&token(&key, json!({ "x5c": value }), b"{}"))
            .unwrap()
            .header()
            .x5c()
    };

    assert_eq!(chain(json!(["+/8="])), Ok(Some(vec![vec![0xfb, 0xff]])));
    for wrong in [
        json!(["-_8"]),
        json!([]),
        json!("+/8="),
        json!([1]),
        json!(vec!["AA=="; MAX_CHAIN + 1]),
    ] {
        assert_eq!(chain(wrong), Err(CryptoError::Header));
    }
}

#[test]
fn the_number_of_parts_and_the_sizes_are_bounded() {
    for text in ["", ".", "..", "a.b", "a.b.c.d", "e30.e30.e30."] {
        assert!(UnverifiedJws::parse(text).is_err(), "{text}");
    }
    let long = "A".repeat(MAX_TOKEN + 1);
    assert_eq!(UnverifiedJws::parse(&long).err(), Some(CryptoError::TooLarge));
    let long_header = format!("{}.e30.e30", "A".repeat(MAX_HEADER + 1));
    assert_eq!(
        UnverifiedJws::parse(&long_header).err(),
        Some(CryptoError::TooLarge)
    );
}

proptest! {
    #[test]
    fn arbitrary_text_never_panics(text in ".{0,200}") {
        let _ = UnverifiedJws::parse(&text);
    }

    #[test]
    fn any_changed_character_is_noticed(at: prop::sample::Index, to in "[A-Za-z0-9_.-]") {
        let key = SigningKey::from_scalar(&[5; 32]).unwrap();
        let mut token = token(&key, json!({"typ": "JWT"}), br#"{"sub":"x"}"#);
        let at = at.index(token.len());
        prop_assume!(token.as_bytes()[at] != to.as_bytes()[0]);
        token.replace_range(at..=at, &to);

        prop_assert!(verify(&key, &token).is_err());
    }
}
