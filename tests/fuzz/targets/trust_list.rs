//! The trust list: as it came, and its payload signed by the pinned key.
#![no_main]

use acasa_credentials::Value;
use acasa_credentials::cose::{HEADER_TYP, Unsigned, sign1};
use acasa_credentials::trust::{PinnedKeys, TrustList};
use acasa_crypto::Signer as _;
use acasa_fuzz::{at, signing_key};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let pinned = PinnedKeys {
        current: signing_key().public_key(),
        successor: None,
    };
    let _ = TrustList::verify(data, &pinned, None, at());
    let unsigned = Unsigned {
        protected: &[(HEADER_TYP, Value::from("application/acasa-trust-list+cbor"))],
        unprotected: &[],
        payload: data,
        detached: false,
    };
    let signed = sign1(unsigned, signing_key()).expect("the key signs");
    if let Ok(list) = TrustList::verify(&signed, &pinned, Some(1), at()) {
        let _ = list.into_store().anchors().len();
    }
});
