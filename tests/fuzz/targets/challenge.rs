//! The verifier's challenge in a code.
#![no_main]

use acasa_credentials::challenge::Challenge;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Ok(challenge) = Challenge::from_text(text) {
        let again =
            Challenge::from_text(&challenge.to_text()).expect("a challenge that was read can be read again");
        assert_eq!(challenge.hash(), again.hash());
    }
});
