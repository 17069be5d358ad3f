//! Reading anchors that a person names by hand: PEM, DER or a JWK set, of certificates and public keys.

use super::{Anchor, AnchorKind, Certificate, Scope, TrustError};
use acasa_crypto::{Jwk, VerifyingKey};
use data_encoding::BASE64;
use serde_json::Value;

/// Most anchors in one file.
const MAX_ANCHORS: usize = 1024;
/// Largest file of anchors.
const MAX_FILE: usize = 4 << 20;
/// Blocks that are anchors (RFC 7468, 5 and 13).
const PEM_CERTIFICATE: &str = "CERTIFICATE";
const PEM_KEY: &str = "PUBLIC KEY";

/// Reads every anchor of a file: certificates and public keys in PEM (text around them and blocks of
/// other kinds are skipped), a certificate in DER, a JWK set (RFC 7517, 5), its bare array or a single
/// JWK. An `x5c` member counts as its first certificate.
pub fn load_anchors(bytes: &[u8]) -> Result<Vec<Anchor>, TrustError> {
    if bytes.len() > MAX_FILE {
        return Err(TrustError::NoAnchor);
    }
    let anchors = match std::str::from_utf8(bytes) {
        Ok(text) if text.trim_start().starts_with(['{', '[']) => from_jwks(text)?,
        Ok(text) if text.contains("-----BEGIN ") => from_pem(text)?,
        Ok(_) | Err(_) => vec![Anchor::from_certificate(Certificate::from_der(bytes)?)],
    };
    if anchors.is_empty() || anchors.len() > MAX_ANCHORS {
        return Err(TrustError::NoAnchor);
    }
    Ok(anchors)
}

fn from_pem(text: &str) -> Result<Vec<Anchor>, TrustError> {
    let broken = TrustError::Certificate("pem");
    let mut anchors = Vec::new();
    for block in text.split("-----BEGIN ").skip(1) {
        let (label, rest) = block.split_once("-----").ok_or(broken)?;
        if label != PEM_CERTIFICATE && label != PEM_KEY {
            continue;
        }
        let (body, _) = rest.split_once(&format!("-----END {label}-----")).ok_or(broken)?;
        let body: String = body
            .chars()
            .filter(|character| !character.is_whitespace())
            .collect();
        let der = BASE64.decode(body.as_bytes()).map_err(|_| broken)?;
        anchors.push(if label == PEM_KEY {
            let key = VerifyingKey::from_spki_der(&der).map_err(|_| broken)?;
            Anchor {
                kind: AnchorKind::Key(key, None),
                scope: Scope::everything(),
            }
        } else {
            Anchor::from_certificate(Certificate::from_der(&der)?)
        });
    }
    Ok(anchors)
}

fn from_jwks(text: &str) -> Result<Vec<Anchor>, TrustError> {
    let value: Value = serde_json::from_str(text).map_err(|_| TrustError::NoAnchor)?;
    let keys = if let Value::Array(keys) = value {
        keys
    } else {
        match value.get("keys") {
            Some(Value::Array(keys)) => keys.clone(),
            Some(_) => return Err(TrustError::NoAnchor),
            None => return Ok(vec![from_jwk(value)?]),
        }
    };
    // RFC 7517, 5: keys of a set that are not understood, and keys for encryption, are passed over.
    let signs = |key: &Value| key.get("use").is_none_or(|purpose| purpose == "sig");
    Ok(keys
        .into_iter()
        .filter(signs)
        .filter_map(|key| from_jwk(key).ok())
        .collect())
}

fn from_jwk(value: Value) -> Result<Anchor, TrustError> {
    let certificate = value
        .get("x5c")
        .and_then(|chain| chain.get(0))
        .and_then(Value::as_str);
    if let Some(certificate) = certificate {
        let der = BASE64
            .decode(certificate.as_bytes())
            .map_err(|_| TrustError::Certificate("x5c"))?;
        return Certificate::from_der(&der).map(Anchor::from_certificate);
    }
    let jwk = Jwk::from_value(value).map_err(|_| TrustError::Certificate("jwk"))?;
    let id = jwk.kid().map(str::to_owned);
    Ok(Anchor {
        kind: AnchorKind::Key(jwk.key().clone(), id),
        scope: Scope::everything(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_jwk_set_is_as_many_anchors_as_keys() {
        use acasa_crypto::SigningKey;
        let key = SigningKey::from_scalar(&[9; 32])
            .unwrap()
            .to_jwk()
            .with_kid("one")
            .to_value();
        let set = serde_json::json!({ "keys": [key, key] }).to_string();
        let anchors = load_anchors(set.as_bytes()).unwrap();
        assert_eq!(anchors.len(), 2);
        assert!(matches!(&anchors[0].kind, AnchorKind::Key(_, Some(id)) if id == "one"));
    }

    #[test]
    fn keys_of_a_set_that_are_not_understood_are_passed_over() {
        use acasa_crypto::SigningKey;
        let key = SigningKey::from_scalar(&[9; 32]).unwrap().to_jwk().to_value();
        let mut encrypts = key.clone();
        encrypts["use"] = "enc".into();
        let unknown = serde_json::json!({ "kty": "AKP", "alg": "ML-DSA-44", "pub": "AA" });
        let keys = [unknown.clone(), encrypts, key];
        let set = serde_json::json!({ "keys": keys }).to_string();
        assert_eq!(load_anchors(set.as_bytes()).unwrap().len(), 1);
        let bare = serde_json::json!(keys).to_string();
        assert_eq!(load_anchors(bare.as_bytes()).unwrap().len(), 1);
        let none = serde_json::json!({ "keys": [unknown] }).to_string();
        assert!(load_anchors(none.as_bytes()).is_err());
    }

    #[test]
    fn what_holds_no_anchor_is_refused() {
        for text in [
            "",
            "{}",
            "[]",
            "{\"keys\":[]}",
            "{\"keys\":3}",
            "-----BEGIN CERTIFICATE-----",
            "-----BEGIN CERTIFICATE",
            "-----BEGIN CERTIFICATE-----\nAA=\n-----END CERTIFICATE-----",
        ] {
            assert!(load_anchors(text.as_bytes()).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_anchors_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..256)) {
            let _ = load_anchors(&bytes);
        }
    }
}
