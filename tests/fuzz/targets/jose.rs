//! Compact JWS: as it came, and with its header and payload as the input has them, unencoded.
#![no_main]

use acasa_crypto::jose::UnverifiedJws;
use acasa_crypto::{Algorithm, Signer as _, base64url};
use acasa_fuzz::signing_key;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    read(text);
    let mut parts = text.split('\n');
    let header = base64url::encode(parts.next().unwrap_or_default().as_bytes());
    let payload = base64url::encode(parts.next().unwrap_or_default().as_bytes());
    let input = format!("{header}.{payload}");
    let Ok(signature) = signing_key().sign(input.as_bytes()) else {
        return;
    };
    read(&format!("{input}.{}", base64url::encode(&signature)));
});

fn read(token: &str) {
    let Ok(jws) = UnverifiedJws::parse(token) else {
        return;
    };
    let header = jws.header();
    let (_, _, _) = (header.typ(), header.kid(), header.algorithm());
    let _ = header.jwk();
    let _ = header.x5c();
    if let Ok(jws) = jws.verify(&signing_key().public_key(), Algorithm::Es256) {
        let _ = jws.claims();
        let _ = jws.require_typ("JWT");
    }
}
