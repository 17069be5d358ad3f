//! Strict JSON, keys in JSON, and queries in DCQL.
#![no_main]

use acasa_credentials::openid4vp::DcqlQuery;
use acasa_credentials::status::StatusPlace;
use acasa_crypto::{Jwk, json};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(value) = json::parse(data) {
        let again = serde_json::to_vec(&value).expect("what was parsed can be written");
        assert!(json::parse(&again).is_ok(), "what was written can be parsed");
        let _ = StatusPlace::from_json(&value);
    }
    if let Ok(key) = Jwk::parse(data) {
        assert_eq!(key.thumbprint().len(), 43, "a SHA-256 in base64url");
        let again = key.to_value();
        let again = Jwk::from_value(again).expect("a key that was read can be read again");
        assert_eq!(key.thumbprint(), again.thumbprint());
    }
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = DcqlQuery::from_json(text);
    }
});
