//! JWS and JWK: the key's own `alg` is the algorithm pinned, as a caller with that key would pin it.

use super::cases::{Outcome, list, text};
use acasa_crypto::jose::UnverifiedJws;
use acasa_crypto::{Algorithm, CryptoError, Jwk};
use serde_json::Value;

pub(super) fn signature(group: &Value, case: &Value) -> Outcome {
    if case.get("jwe").is_some() {
        return Outcome::Outside("JWE is not in the product");
    }
    let public = group.get("public").unwrap_or(&group["private"]);
    let [key] = keys(public) else {
        return Outcome::Outside("a set of symmetric keys: those are not in the product");
    };
    if text(key, "kty") == "oct" {
        return Outcome::Outside("symmetric keys are not in the product");
    }
    match (text(case, "comment"), text(key, "alg")) {
        // RFC 7520's own PS384 example is printed beside a key restricted to PS256 in this file.
        ("Figure20", "PS256") => return Outcome::Outside("the token's PS384 is not its key's PS256"),
        ("Figure27", "ES521") => return Outcome::Outside("ES521 is not an algorithm of RFC 7518"),
        _ => {}
    }
    Outcome::of(&verify(key, text(case, "jws")))
}

fn keys(public: &Value) -> &[Value] {
    if public.get("keys").is_some() {
        list(public, "keys")
    } else {
        std::slice::from_ref(public)
    }
}

fn verify(key: &Value, token: &str) -> Result<(), CryptoError> {
    let pinned = match key.get("alg").and_then(Value::as_str) {
        Some(name) => Algorithm::from_jose_name(name)?,
        // Keys without `alg` in these files are restricted by `use` or `key_ops` instead.
        None if text(key, "kty") == "EC" => Algorithm::Es256,
        None => Algorithm::Rs256,
    };
    let jwk = Jwk::from_value(key.clone())?;
    let jws = UnverifiedJws::parse(token)?;
    // The key is looked up by the identifier the token names, where the key has one.
    if jws
        .header()
        .kid()
        .is_some_and(|named| jwk.kid().is_some_and(|kid| kid != named))
    {
        return Err(CryptoError::Key);
    }
    jws.verify_with_jwk(&jwk, pinned).map(|_| ())
}
