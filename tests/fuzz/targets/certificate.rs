//! Certificates, files of anchors, and public keys.
#![no_main]

use acasa_credentials::trust::{Certificate, ChainQuery, Purpose, SignerProfile, TrustStore, load_anchors};
use acasa_crypto::VerifyingKey;
use acasa_fuzz::at;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(certificate) = Certificate::from_der(data) {
        let (_, _) = (certificate.subject(), certificate.is_valid_at(at()));
        let chain = [certificate];
        let query = |profile| ChainQuery {
            chain: &chain,
            purpose: Purpose::Document,
            doc_type: None,
            signed_at: Some(at()),
            at: at(),
            profile,
        };
        if let Ok(anchors) = load_anchors(data) {
            let store = TrustStore::new(anchors);
            let _ = store.evaluate(query(SignerProfile::DocumentSigner));
            let _ = store.evaluate(query(SignerProfile::Generic));
        }
    }
    let _ = load_anchors(data);
    if let Ok(key) = VerifyingKey::from_spki_der(data) {
        let _ = key.to_spki_der();
        let _ = key.to_jwk().thumbprint();
    }
});
