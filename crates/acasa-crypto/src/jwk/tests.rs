use super::*;
use crate::{Signer as _, SigningKey};
use proptest::prelude::*;
use serde_json::json;

#[test]
fn the_thumbprint_of_rfc_7638_comes_out() {
    let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
    let jwk =
        Jwk::from_value(json!({"kty": "RSA", "n": n, "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"}));

    assert_eq!(
        jwk.unwrap().thumbprint(),
        "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    );
}

#[test]
fn keys_survive_their_json() {
    let ec = SigningKey::make_random().unwrap().to_jwk().with_kid("device");
    let okp = VerifyingKey::from_ed25519(&[3; 32]).unwrap().to_jwk();

    for jwk in [ec, okp] {
        assert_eq!(Jwk::from_value(jwk.to_value()), Ok(jwk));
    }
}

#[test]
fn private_symmetric_and_wrong_keys_are_refused() {
    let good = SigningKey::make_random().unwrap().to_jwk().to_value();
    let with = |name: &str, value: serde_json::Value| {
        let mut jwk = good.clone();
        jwk[name] = value;
        Jwk::from_value(jwk)
    };

    for (name, value) in [
        ("d", json!("AA")),
        ("kty", json!("RSA")),
        ("kty", json!("oct")),
        ("crv", json!("P-384")),
        ("crv", json!("secp256k1")),
        ("x", json!("AAAA")),
        ("x", json!(7)),
        ("y", json!(null)),
        ("use", json!("anything")),
    ] {
        assert_eq!(
            with(name, value.clone()),
            Err(CryptoError::Key),
            "{name} = {value}"
        );
    }
    assert!(with("unknown", json!("member")).is_ok());
}

#[test]
fn a_key_for_another_use_does_not_verify() {
    let good = SigningKey::make_random().unwrap().to_jwk().to_value();
    let allowed = |name: &str, value: serde_json::Value| {
        let mut jwk = good.clone();
        jwk[name] = value;
        Jwk::from_value(jwk)
            .unwrap()
            .for_verifying(Algorithm::Es256)
            .is_ok()
    };

    assert!(
        allowed("use", json!("sig"))
            && allowed("key_ops", json!(["verify"]))
            && allowed("alg", json!("ES256"))
    );
    assert!(!allowed("use", json!("enc")));
    assert!(!allowed("key_ops", json!(["encrypt"])));
    assert!(!allowed("alg", json!("ES384")));
}

#[test]
fn a_key_s_json_holds_its_public_members_only() {
    let jwk = SigningKey::make_random()
        .unwrap()
        .public_key()
        .to_jwk()
        .to_value();

    let names: Vec<_> = jwk.as_object().unwrap().keys().map(String::as_str).collect();

    assert_eq!(names, ["kty", "crv", "x", "y"]);
}

proptest! {
    #[test]
    fn arbitrary_json_never_panics(text in r#"\{("(kty|crv|x|y|n|e|d|use)":("EC"|"P-256"|"RSA"|"AQAB"|null|1|\[\]),?){0,5}\}"#) {
        let _ = Jwk::parse(text.as_bytes());
    }
}
