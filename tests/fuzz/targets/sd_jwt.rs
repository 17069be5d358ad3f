//! SD-JWT VC: as it came, and claims signed with their disclosures.
//!
//! For the second the input's first line is the claims and each further line a disclosure, all in plain
//! JSON; `#0` to `#9` stand for the digests of the disclosures before.
#![no_main]

use acasa_credentials::sd_jwt::{UnverifiedSdJwt, VerifiedSdJwt};
use acasa_crypto::{Algorithm, Hash, Signer as _, base64url, jose};
use acasa_fuzz::signing_key;
use libfuzzer_sys::fuzz_target;

const HEADER: &str = r#"{"typ":"dc+sd-jwt","alg":"ES256"}"#;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    read(text);
    if let Ok(token) = UnverifiedSdJwt::parse_json(text) {
        check(token);
    }
    read(&sign(text));
});

fn read(text: &str) {
    if let Ok(token) = UnverifiedSdJwt::parse(text) {
        check(token);
    }
}

fn check(token: UnverifiedSdJwt) {
    let _ = token.unverified_claims();
    if let Ok(token) = token.verify(&signing_key().public_key(), Algorithm::Es256) {
        use_claims(&token);
    }
}

fn use_claims(token: &VerifiedSdJwt) {
    assert!(
        !token.contents().contains_key("_sd"),
        "no digest is left among the claims"
    );
    let (_, _) = (token.vct(), token.issuer());
    let (_, _) = (token.holder_key(), token.status());
    let (_, _) = (token.check_validity(1_795_262_400, 60), token.check_credential());
    let _ = token.key_binding();
}

fn sign(text: &str) -> String {
    let mut lines = text.lines();
    let claims = lines.next().unwrap_or_default();
    let mut digests: Vec<String> = Vec::new();
    let mut disclosures = String::new();
    for line in lines.take(10) {
        let disclosure = base64url::encode(put_digests(line, &digests).as_bytes());
        digests.push(base64url::encode(&Hash::Sha256.digest(disclosure.as_bytes())));
        disclosures.push_str(&disclosure);
        disclosures.push('~');
    }
    let header = serde_json::from_str(HEADER).expect("the header is JSON");
    let jwt =
        jose::sign(signing_key(), header, put_digests(claims, &digests).as_bytes()).expect("the key signs");
    format!("{jwt}~{disclosures}")
}

fn put_digests(text: &str, digests: &[String]) -> String {
    let put = |text: String, (number, digest): (usize, &String)| text.replace(&format!("#{number}"), digest);
    digests.iter().enumerate().fold(text.to_owned(), put)
}
