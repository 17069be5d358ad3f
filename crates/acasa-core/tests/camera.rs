//! The camera's part of a showing: codes of the sizes a proof has, in 200 camera-like pictures each
//! (720p, tilt to 15°, blur σ to 1.3, noise, glare), read as a scanner reads a frame.

use acasa_core::scan::scan_frame;
use acasa_qr::moving::{Decoder, Encoder, Progress};
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

#[test]
fn a_moving_proof_is_read_in_three_seconds_with_one_frame_in_five_lost() {
    let payload: Vec<u8> = text(6_000, 1).into_bytes();
    for film in 0..5_u64 {
        let mut encoder = Encoder::new(&payload).expect("6,000 bytes are a payload");
        let mut decoder = Decoder::default();
        // Ten frames a second; each fifth is lost.
        let read = (0..30_u64).find_map(|shown| {
            let frame = encoder.next_frame();
            if (shown + film) % 5 == 4 {
                return None;
            }
            let code = drawn(&frame);
            frame_text(&photograph(&code, film * 1_000 + shown, None)).and_then(|text| {
                match decoder.receive(&text).expect("what is read is a frame") {
                    Progress::Complete(payload) => Some(payload),
                    Progress::Part(_) | Progress::Foreign(_) => None,
                }
            })
        });
        assert!(read.as_ref() == Some(&payload), "film {film}");
    }
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
