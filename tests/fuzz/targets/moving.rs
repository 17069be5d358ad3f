//! The frames of a moving code: one a line, as text, and as the bytes inside it.
#![no_main]

use acasa_qr::moving::{Decoder, Encoder, MAX_PAYLOAD, Progress};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        let mut decoder = Decoder::default();
        for line in text.lines() {
            if let Ok(Progress::Complete(payload)) = decoder.receive(line) {
                assert!(payload.len() <= MAX_PAYLOAD);
            }
        }
    }
    // A capacity, which frames are lost, and the payload.
    let [capacity, lost, payload @ ..] = data else {
        return;
    };
    let Ok(mut encoder) = Encoder::with_capacity(payload, usize::from(*capacity) * 3 + 1) else {
        return;
    };
    let mut decoder = Decoder::default();
    for number in 0..512_u32 {
        let frame = encoder.next_frame();
        if number < 256 && *lost >> (number % 8) & 1 == 1 {
            continue;
        }
        match decoder
            .receive(&frame)
            .expect("a frame that was made can be read")
        {
            Progress::Complete(read) => {
                assert_eq!(read, payload, "what was sent is what is read");
                return;
            }
            Progress::Part(part) | Progress::Foreign(part) => assert!((0.0..=1.0).contains(&part)),
        }
    }
    panic!("512 frames are enough for 64 fragments");
});
