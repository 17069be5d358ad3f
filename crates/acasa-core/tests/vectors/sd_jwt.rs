//! Vectors: SD-JWT (the examples of RFC 9901, with the RFC's salts).
//!
//! Each example is verified with the issuer's key, its key binding with verifier and nonce, and its
//! contents compared; its issuance is parsed, presented anew and altered in each way the RFC refuses.

use crate::wycheproof::cases;
use acasa_credentials::sd_jwt::{ClaimPath, PathSegment, SdJwtError, UnverifiedSdJwt, VerifiedSdJwt};
use acasa_crypto::{Algorithm, Jwk};
use libtest_mimic::{Failed, Trial};
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;

type Check = fn(&Value, &Value) -> Result<(), String>;

const CHECKS: &[(&str, Check)] = &[
    ("presentation gives exactly the verified contents", presentation),
    ("key binding holds for its verifier and nonce only", key_binding),
    ("issuance verifies and lists what can be disclosed", issuance),
    (
        "every altered byte of the issuer's payload is refused",
        altered_payload,
    ),
    ("a repeated or foreign disclosure is refused", disclosures_added),
];

pub(crate) fn trials(root: &Path) -> Vec<Trial> {
    let whole = match cases::read(&root.join("sd-jwt/rfc9901-examples.json")) {
        Ok(whole) => Arc::new(whole),
        Err(error) => return vec![cases::unreadable("sd_jwt", "rfc9901-examples", error)],
    };
    let count = cases::list(&whole, "cases").len();
    (0..count)
        .flat_map(|index| CHECKS.iter().map(move |check| (index, check)))
        .map(|(index, (what, check))| {
            let whole = Arc::clone(&whole);
            let name = format!("sd_jwt::{}: {what}", cases::text(&whole["cases"][index], "name"));
            Trial::test(name, move || {
                check(&whole, &whole["cases"][index]).map_err(Failed::from)
            })
        })
        .collect()
}

fn parse(value: &Value) -> Result<UnverifiedSdJwt, SdJwtError> {
    if let Value::String(text) = value {
        UnverifiedSdJwt::parse(text)
    } else {
        UnverifiedSdJwt::parse_json(&value.to_string())
    }
}

/// Verifies by whichever of the issuer's published keys fits.
fn verify(whole: &Value, held: &UnverifiedSdJwt) -> Result<VerifiedSdJwt, String> {
    let mut last = "no issuer key".to_owned();
    for key in cases::list(whole, "issuer_public_jwks") {
        let key = Jwk::from_value(key.clone()).map_err(|error| error.to_string())?;
        match held.verify(key.key(), Algorithm::Es256) {
            Ok(verified) => return Ok(verified),
            Err(error) => last = error.to_string(),
        }
    }
    Err(last)
}

fn presentation(whole: &Value, case: &Value) -> Result<(), String> {
    let held = parse(&case["sd_jwt_presentation"]).map_err(|error| error.to_string())?;
    let verified = verify(whole, &held)?;
    let payload = Value::Object(verified.payload().clone());
    let contents = Value::Object(verified.contents().clone());
    equal("payload", &payload, &case["sd_jwt_payload"])?;
    equal("contents", &contents, &case["verified_contents"])
}

fn equal(what: &str, found: &Value, expected: &Value) -> Result<(), String> {
    if found == expected {
        Ok(())
    } else {
        Err(format!("{what}: found {found}, expected {expected}"))
    }
}

fn key_binding(whole: &Value, case: &Value) -> Result<(), String> {
    let held = parse(&case["sd_jwt_presentation"]).map_err(|error| error.to_string())?;
    let verified = verify(whole, &held)?;
    if !verified.has_key_binding() {
        let absent = verified.key_binding().err() == Some(SdJwtError::KeyBindingAbsent);
        return absent
            .then_some(())
            .ok_or_else(|| "a key binding where there is none".to_owned());
    }
    let binding = verified.key_binding().map_err(|error| error.to_string())?;
    let (audience, nonce) = (cases::text(whole, "verifier_aud"), cases::text(whole, "nonce"));
    binding
        .check_audience(audience)
        .and_then(|()| binding.check_nonce(nonce))
        .map_err(|error| error.to_string())?;
    let fooled =
        binding.check_audience("https://another.example").is_ok() || binding.check_nonce("0").is_ok();
    if fooled {
        Err("another verifier or nonce passed".to_owned())
    } else {
        Ok(())
    }
}

fn issuance(whole: &Value, case: &Value) -> Result<(), String> {
    let held = parse(&case["sd_jwt_issuance"]).map_err(|error| error.to_string())?;
    let everything = verify(whole, &held)?;
    let paths = held.disclosable_paths().map_err(|error| error.to_string())?;
    let contents = Value::Object(everything.contents().clone());
    if let Some(path) = paths.iter().find(|path| !leads_somewhere(path, &contents)) {
        return Err(format!("{path:?} leads nowhere"));
    }
    let bare = held.present(&[], None).map_err(|error| error.to_string())?;
    let bare = verify(
        whole,
        &UnverifiedSdJwt::parse(&bare).map_err(|error| error.to_string())?,
    )?;
    let shown = Value::Object(bare.contents().clone()).to_string();
    if paths.is_empty() || shown.len() < contents.to_string().len() {
        Ok(())
    } else {
        Err("a presentation of nothing shows everything".to_owned())
    }
}

fn leads_somewhere(path: &ClaimPath, contents: &Value) -> bool {
    let step = |value: &Value, segment: &PathSegment| match segment {
        PathSegment::Name(name) => value.get(name).cloned(),
        PathSegment::Index(index) => value.get(*index).cloned(),
        PathSegment::Every => None,
    };
    path.segments()
        .iter()
        .try_fold(contents.clone(), |value, segment| step(&value, segment))
        .is_some()
}

fn altered_payload(whole: &Value, case: &Value) -> Result<(), String> {
    let Value::String(text) = &case["sd_jwt_presentation"] else {
        return altered_json(whole, case);
    };
    let start = text.find('.').map_or(0, |at| at + 1);
    let end = text.find('~').unwrap_or(text.len());
    for at in (start..end).filter(|at| text.as_bytes().get(*at) != Some(&b'.')) {
        let other = if text.as_bytes().get(at) == Some(&b'A') {
            "B"
        } else {
            "A"
        };
        let mut altered = text.clone();
        altered.replace_range(at..=at, other);
        if UnverifiedSdJwt::parse(&altered).is_ok_and(|held| verify(whole, &held).is_ok()) {
            return Err(format!("an altered byte at {at} passed"));
        }
    }
    Ok(())
}

fn altered_json(whole: &Value, case: &Value) -> Result<(), String> {
    let mut altered = case["sd_jwt_presentation"].clone();
    let payload = cases::text(&altered, "payload").replacen("ey", "fy", 1);
    altered["payload"] = payload.into();
    match parse(&altered).map(|held| verify(whole, &held)) {
        Ok(Ok(_)) => Err("an altered payload passed".to_owned()),
        _ => Ok(()),
    }
}

fn disclosures_added(whole: &Value, case: &Value) -> Result<(), String> {
    let Value::String(text) = &case["sd_jwt_presentation"] else {
        return Ok(());
    };
    let mut parts: Vec<&str> = text.split('~').collect();
    // ["salt", "extra", true]
    parts.insert(1, "WyJzYWx0IiwgImV4dHJhIiwgdHJ1ZV0");
    let foreign = parts.join("~");
    let held = UnverifiedSdJwt::parse(&foreign).map_err(|error| error.to_string())?;
    if verify(whole, &held).is_ok() {
        return Err("a foreign disclosure passed".to_owned());
    }
    if parts.len() > 3 {
        if let Some(first) = parts.get(2).copied() {
            parts[1] = first;
        }
        let held = UnverifiedSdJwt::parse(&parts.join("~")).map_err(|error| error.to_string())?;
        if verify(whole, &held).is_ok() {
            return Err("a repeated disclosure passed".to_owned());
        }
    }
    Ok(())
}
