//! Reading anchors that a person names by hand: PEM, DER or a JWK set.

use super::{Anchor, AnchorKind, Certificate, Scope, TrustError};
use acasa_crypto::Jwk;
use data_encoding::BASE64;
use serde_json::Value;

/// Most anchors in one file.
const MAX_ANCHORS: usize = 1024;
/// Largest file of anchors.
const MAX_FILE: usize = 4 << 20;
const PEM_BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const PEM_END: &str = "-----END CERTIFICATE-----";

/// Reads every anchor of a file: certificates in PEM (text around them is skipped), one in DER, a
/// JWK set (RFC 7517, 5) or a single JWK. An `x5c` member counts as its first certificate.
pub fn load_anchors(bytes: &[u8]) -> Result<Vec<Anchor>, TrustError> {
    if bytes.len() > MAX_FILE {
        return Err(TrustError::NoAnchor);
    }
    let anchors = match std::str::from_utf8(bytes) {
        Ok(text) if text.trim_start().starts_with('{') => from_jwks(text)?,
        Ok(text) if text.contains(PEM_BEGIN) => from_pem(text)?,
        Ok(_) | Err(_) => vec![Anchor::from_certificate(Certificate::from_der(bytes)?)],
    };
    if anchors.is_empty() || anchors.len() > MAX_ANCHORS {
        return Err(TrustError::NoAnchor);
    }
    Ok(anchors)
}

fn from_pem(text: &str) -> Result<Vec<Anchor>, TrustError> {
    text.split(PEM_BEGIN)
        .skip(1)
        .map(|block| {
            let (body, _) = block.split_once(PEM_END).ok_or(TrustError::Certificate("pem"))?;
            let body: String = body
                .chars()
                .filter(|character| !character.is_whitespace())
                .collect();
            let der = BASE64
                .decode(body.as_bytes())
                .map_err(|_| TrustError::Certificate("pem"))?;
            Certificate::from_der(&der).map(Anchor::from_certificate)
        })
        .collect()
}

fn from_jwks(text: &str) -> Result<Vec<Anchor>, TrustError> {
    let value: Value = serde_json::from_str(text).map_err(|_| TrustError::NoAnchor)?;
    let keys = match value.get("keys") {
        Some(Value::Array(keys)) => keys.clone(),
        Some(_) => return Err(TrustError::NoAnchor),
        None => vec![value],
    };
    keys.into_iter().map(from_jwk).collect()
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
    fn what_holds_no_anchor_is_refused() {
        for text in [
            "",
            "{}",
            "{\"keys\":[]}",
            "{\"keys\":3}",
            PEM_BEGIN,
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
