//! A request before the signer: as it came over the socket, and as what a key would sign.
#![no_main]

use acasa_crypto::Signer as _;
use acasa_fuzz::{at, signing_key};
use acasa_gateway::signer::{Request, recognise};
use libfuzzer_sys::fuzz_target;

const ADDRESS: &str = "https://gateway.example";
const ROLES: [&str; 7] = ["root", "asp", "igm", "mec", "cnddcm", "status", "trust"];

fuzz_target!(|data: &[u8]| {
    let _ = Request::parse(data);
    let key = signing_key().public_key();
    let kinds: Vec<_> = ROLES
        .iter()
        .filter_map(|role| recognise(role, data, &key, ADDRESS, at()))
        .collect();
    assert!(kinds.len() <= 1, "no two keys are for the same bytes: {kinds:?}");
});
