//! Picture files that a person chose, and the codes in them.
#![no_main]

use acasa_qr::{Effort, Luma, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: acasa_fuzz::let_caught_panics_pass(), |data: &[u8]| {
    if let Ok(picture) = Luma::decode(data) {
        let _ = read(&picture, Effort::Frame);
    }
});
