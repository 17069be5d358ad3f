//! Codes with wrong modules: the input's bits are the modules of a square code, drawn and read.
#![no_main]

use acasa_qr::{Effort, Luma, read};
use libfuzzer_sys::fuzz_target;

/// Pixels of a module, and modules of white around the code.
const SCALE: u32 = 3;
const QUIET: u32 = 4;

fuzz_target!(init: acasa_fuzz::let_caught_panics_pass(), |data: &[u8]| {
    // The largest square the bits fill, at most the modules of a version 10 code.
    let bits = u32::try_from(data.len().saturating_mul(8)).unwrap_or(u32::MAX);
    let side = bits.isqrt().min(57);
    if side == 0 {
        return;
    }
    let width = (side + 2 * QUIET) * SCALE;
    let is_dark = |x: u32, y: u32| {
        let inside = |at: u32| (at / SCALE).checked_sub(QUIET).filter(|at| *at < side);
        let (Some(x), Some(y)) = (inside(x), inside(y)) else { return false };
        let bit = y * side + x;
        data.get((bit / 8) as usize).is_some_and(|byte| byte >> (7 - bit % 8) & 1 == 1)
    };
    let pixels = (0..width * width).map(|at| if is_dark(at % width, at / width) { 0 } else { 255 });
    let picture = Luma::new(width, width, pixels.collect()).expect("the size is that of the pixels");
    for code in read(&picture, Effort::Frame) {
        if let Some(text) = &code.text {
            let _ = acasa_codes::inspect(text);
        }
    }
});
