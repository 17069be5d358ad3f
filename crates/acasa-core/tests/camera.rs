//! The camera's part of a showing: codes of the sizes a proof has, in 200 camera-like pictures each
//! (720p, tilt to 15°, blur σ to 1.3, noise, glare), read as a scanner reads a frame; and the moving
//! code in films of the same kind.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

#[path = "main_job/device.rs"]
#[expect(
    dead_code,
    reason = "the main job needs more of a device than the camera does"
)]
mod device;
#[path = "camera/film.rs"]
mod film;

use acasa_core::scan::scan_frame;
use acasa_qr::{Level, Matrix, Payload};
use acasa_testkit::camera::photograph;
use image::GrayImage;

const PICTURES: u64 = 200;
/// An age proof fills version 22 (ISO/IEC 18004:2015, table 7: 1,460 alphanumeric characters at level L).
const AGE_PROOF: usize = 1_460;
/// A proof of name, number and expiry fills version 25.
const NAME_PROOF: usize = 1_853;

#[test]
fn the_age_proof_is_read_in_95_of_100_pictures() {
    let read = pictures_read(AGE_PROOF, None);
    assert!(read * 100 >= PICTURES * 95, "{read} of {PICTURES}");
}

#[test]
fn the_name_proof_is_read_in_95_of_100_pictures_from_70_percent_of_the_height() {
    let read = pictures_read(NAME_PROOF, Some(0.7));
    assert!(read * 100 >= PICTURES * 95, "{read} of {PICTURES}");
}

fn pictures_read(length: usize, height: Option<f32>) -> u64 {
    (0..PICTURES)
        .filter(|seed| {
            let text = text(length, *seed);
            frame_text(&photograph(&drawn(&text), *seed, height)).as_deref() == Some(text.as_str())
        })
        .count() as u64
}

fn drawn(text: &str) -> GrayImage {
    let matrix = Matrix::make(&Payload::Text(text), Level::Low, 25).expect("the text fits version 25");
    matrix.to_picture(6).expect("the code can be drawn")
}

fn frame_text(frame: &GrayImage) -> Option<String> {
    let codes =
        scan_frame(frame.width(), frame.height(), frame.as_raw().clone()).expect("a frame of its size");
    codes.into_iter().find_map(|code| code.text)
}

/// Alphanumeric characters that look random, as base45 does.
fn text(length: usize, seed: u64) -> String {
    const CHARACTERS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let characters = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from(CHARACTERS[usize::try_from(state % 45).expect("below 45")])
    });
    characters.take(length).collect()
}
