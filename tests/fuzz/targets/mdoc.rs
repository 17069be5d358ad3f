//! Mobile documents, what is asked of them and answered, and the COSE messages they are made of.
#![no_main]

use acasa_credentials::cose::{Mac0, Sign1};
use acasa_credentials::mdoc::verify::{Context, verify_document, verify_issuer_signed};
use acasa_credentials::mdoc::{
    DeviceRequest, DeviceResponse, IssuerSigned, SessionTranscript, read_reader_key,
};
use acasa_crypto::Signer as _;
use acasa_fuzz::{context, signing_key};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let transcript = SessionTranscript::for_openid4vp("client", "nonce", None, "https://verifier.example");
    let context = Context {
        transcript: Some(&transcript),
        ..context()
    };
    if let Ok(document) = IssuerSigned::from_slice(data) {
        let report = verify_issuer_signed(&document, &context);
        let _ = report.verdict();
        let _ = document.elements();
    }
    if let Ok(response) = DeviceResponse::from_slice(data) {
        for document in response.documents() {
            let _ = verify_document(document, &context).verdict();
        }
    }
    if let Ok(request) = DeviceRequest::from_slice(data) {
        for document in request.documents() {
            let _ = document.verify_reader(&signing_key().public_key(), &transcript);
        }
    }
    if let Ok(transcript) = SessionTranscript::from_slice(data) {
        let _ = transcript.reader_key();
    }
    if let Ok(message) = Sign1::from_slice(data) {
        let (_, _) = (message.headers().x5chain(), message.headers().x5t());
        let _ = message.verify(&signing_key().public_key(), Some(b"detached"), &[]);
    }
    if let Ok(message) = Mac0::from_slice(data) {
        let _ = message.verify(&[0; 32], None, &[]);
    }
    let _ = read_reader_key(data);
});
