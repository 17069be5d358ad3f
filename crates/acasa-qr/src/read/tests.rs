use super::{Effort, read, read_until};
use crate::{Level, Luma, Matrix, Payload};
use image::{GrayImage, Luma as Grey, imageops};
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::time::{Duration, Instant};

const TEXT: &str = "https://example.md/a-code-that-is-read";

#[test]
fn a_code_is_read_at_every_quarter_turn() {
    let upright = picture(TEXT, 4);
    for turned in [
        imageops::rotate90(&upright),
        imageops::rotate180(&upright),
        imageops::rotate270(&upright),
    ] {
        assert_eq!(texts(&turned), [TEXT]);
    }
}

#[test]
fn an_inverted_code_is_read() {
    let mut inverted = picture(TEXT, 4);
    imageops::invert(&mut inverted);
    assert_eq!(texts(&inverted), [TEXT]);
}

#[test]
fn a_mirrored_code_is_read() {
    assert_eq!(texts(&imageops::flip_horizontal(&picture(TEXT, 4))), [TEXT]);
}

#[test]
fn each_of_several_codes_is_read_once() {
    let mut page = GrayImage::from_pixel(900, 500, Grey([255]));
    imageops::overlay(&mut page, &picture("first", 8), 20, 40);
    imageops::overlay(&mut page, &picture("second", 8), 450, 100);
    let mut read = texts(&page);
    read.sort();
    assert_eq!(read, ["first", "second"]);
}

#[test]
fn the_corners_are_where_the_code_is() {
    let mut page = GrayImage::from_pixel(600, 400, Grey([255]));
    imageops::overlay(&mut page, &picture("A", 5), 100, 50);
    let codes = read(&Luma::from(page), Effort::Picture);
    let [top_left, _, bottom_right, _] = codes[0].corners;
    assert!(
        (top_left.0 - 120.0).abs() < 5.0 && (top_left.1 - 70.0).abs() < 5.0,
        "{top_left:?}"
    );
    assert!(
        (bottom_right.0 - 225.0).abs() < 5.0 && (bottom_right.1 - 175.0).abs() < 5.0,
        "{bottom_right:?}"
    );
}

#[test]
fn shift_jis_and_latin_bytes_are_text() {
    let sjis = [0x82, 0xb1, 0x82, 0xf1, 0x82, 0xc9, 0x82, 0xbf, 0x82, 0xcd];
    assert_eq!(read_bytes(&sjis).as_deref(), Some("こんにちは"));
    assert_eq!(read_bytes(b"caf\xe9 au lait").as_deref(), Some("café au lait"));
}

#[test]
fn bytes_that_are_not_text_have_no_text() {
    assert_eq!(
        read_bytes(&[0xff, 0x00, 0xfe, 0x01, 0x80, 0x02, 0xc0, 0x03]),
        None
    );
}

#[test]
fn noise_holds_no_code_and_ends_in_time() {
    let mut random = ChaCha8Rng::seed_from_u64(7);
    let noise = GrayImage::from_fn(1280, 720, |_, _| Grey([random.random()]));
    let started = Instant::now();
    assert_eq!(texts(&noise), Vec::<String>::new());
    assert!(
        started.elapsed() < Duration::from_secs(20),
        "{:?}",
        started.elapsed()
    );
}

#[test]
fn past_the_deadline_nothing_is_begun() {
    let codes = read_until(&Luma::from(picture(TEXT, 4)), Effort::Picture, Instant::now());
    assert!(codes.is_empty());
}

#[test]
fn a_machine_that_is_too_slow_for_a_frame_still_takes_one_look_at_it() {
    let codes = read_until(&Luma::from(picture(TEXT, 4)), Effort::Frame, Instant::now());
    assert_eq!(codes[0].text.as_deref(), Some(TEXT));
}

#[test]
fn a_large_code_is_read_within_a_frame_of_a_camera() {
    let text = "A".repeat(1_400);
    let mut frame = GrayImage::from_pixel(1280, 720, Grey([200]));
    imageops::overlay(&mut frame, &picture(&text, 5), 300, 50);
    let codes = read_until(
        &Luma::from(frame),
        Effort::Frame,
        Instant::now() + Duration::from_secs(5),
    );
    assert_eq!(codes[0].text.as_deref(), Some(text.as_str()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_picture_makes_it_panic(width in 1..90_u32, height in 1..90_u32, seed in any::<u64>(), step in 1..9_u32) {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let blocks: Vec<u8> = (0..100 * 100).map(|_| if random.random() { 0 } else { 255 }).collect();
        let image = GrayImage::from_fn(width, height, |x, y| Grey([blocks[(y / step * 100 + x / step) as usize]]));
        prop_assert!(read(&Luma::from(image), Effort::Frame).is_empty());
    }
}

fn picture(text: &str, scale: u32) -> GrayImage {
    Matrix::make(&Payload::Text(text), Level::Low, 40)
        .unwrap()
        .to_picture(scale)
        .unwrap()
}

fn texts(image: &GrayImage) -> Vec<String> {
    read(&Luma::from(image.clone()), Effort::Picture)
        .into_iter()
        .filter_map(|code| code.text)
        .collect()
}

fn read_bytes(bytes: &[u8]) -> Option<String> {
    let matrix = Matrix::make(&Payload::Bytes(bytes), Level::Low, 40).unwrap();
    let codes = read(&Luma::from(matrix.to_picture(4).unwrap()), Effort::Picture);
    assert_eq!(codes.len(), 1);
    assert_eq!(codes[0].bytes, bytes);
    codes[0].text.clone()
}
