//! Vectors: C2SP Wycheproof against `acasa-crypto`.
//!
//! | file | what it exercises |
//! |---|---|
//! | aes_gcm | `aead`; AES-192 and nonces of other than 96 bits are outside the product |
//! | ecdh_secp256r1 | `EcdhKey::agree`, keys from SubjectPublicKeyInfo |
//! | ecdsa_* | `VerifyingKey::verify`, DER and fixed |
//! | ed25519 | `VerifyingKey::verify` |
//! | hkdf_sha256, hmac_sha256 | `hkdf`, `mac` |
//! | json_web_signature, json_web_crypto, json_web_key | `jose`, `Jwk`; symmetric keys are outside the product |
//! | aes_wrap, json_web_encryption | nothing: key wrapping and JWE are not in the product |
//!
//! `valid` must be accepted, `invalid` refused; `acceptable` may be either, but a result must be right.

pub(crate) mod cases;
mod jose;
mod primitives;

use cases::Outcome;
use libtest_mimic::Trial;
use serde_json::Value;
use std::path::Path;

/// A check of one case in its group.
type Check = fn(&Value, &Value) -> Outcome;

const FILES: &[(&str, Check)] = &[
    ("aes_gcm", primitives::aes_gcm),
    ("aes_wrap", |_, _| {
        Outcome::Outside("AES key wrap is not in the product")
    }),
    ("ecdh_secp256r1", primitives::ecdh),
    ("ecdsa_secp256r1_sha256", primitives::ecdsa_p256_der),
    ("ecdsa_secp256r1_sha256_p1363", primitives::ecdsa_p256_fixed),
    ("ecdsa_secp384r1_sha384", primitives::ecdsa_p384_der),
    ("ecdsa_secp384r1_sha384_p1363", primitives::ecdsa_p384_fixed),
    ("ed25519", primitives::ed25519),
    ("hkdf_sha256", primitives::hkdf),
    ("hmac_sha256", primitives::hmac),
    ("json_web_crypto", jose::signature),
    ("json_web_encryption", |_, _| {
        Outcome::Outside("JWE is not in the product")
    }),
    ("json_web_key", jose::signature),
    ("json_web_signature", jose::signature),
];

pub(crate) fn trials(root: &Path) -> Vec<Trial> {
    FILES
        .iter()
        .flat_map(|(name, check)| file(root, name, *check))
        .collect()
}

fn file(root: &Path, name: &str, check: Check) -> Vec<Trial> {
    let path = root.join("wycheproof").join(format!("{name}_test.json"));
    let whole = match cases::read(&path) {
        Ok(whole) => whole,
        Err(error) => return vec![cases::unreadable("wycheproof", name, error)],
    };
    cases::list(&whole, "testGroups")
        .iter()
        .flat_map(|group| {
            cases::list(group, "tests")
                .iter()
                .map(move |case| trial(name, group, case, check))
        })
        .collect()
}

fn trial(file: &str, group: &Value, case: &Value, check: Check) -> Trial {
    let comment = cases::text(case, "comment");
    let name = format!("wycheproof::{file}::{} {comment}", case["tcId"]);
    let outcome = check(group, case);
    let expected = cases::text(case, "result").to_owned();
    cases::judged(&name, outcome, move |outcome| {
        match (expected.as_str(), outcome) {
            ("valid" | "acceptable", Outcome::Accepted) | ("invalid" | "acceptable", Outcome::Refused) => {
                Ok(())
            }
            (expected, outcome) => Err(format!("expected {expected}, found {outcome:?}")),
        }
    })
}
