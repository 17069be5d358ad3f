use super::Luma;
use crate::QrError;
use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use proptest::prelude::*;
use std::io::Cursor;

#[test]
fn what_is_transparent_shows_a_white_page() {
    let mut picture = RgbaImage::new(2, 1);
    picture.put_pixel(1, 0, Rgba([0, 0, 0, 255]));
    let luma = Luma::decode(&encoded(picture, ImageFormat::Png)).unwrap();
    assert_eq!(luma.image().as_raw(), &[255, 0]);
}

#[test]
fn light_parts_alone_lie_on_a_black_page() {
    let mut picture = RgbaImage::new(2, 1);
    picture.put_pixel(1, 0, Rgba([250, 250, 250, 255]));
    let luma = Luma::decode(&encoded(picture, ImageFormat::Png)).unwrap();
    assert_eq!(luma.image().as_raw(), &[0, 250]);
}

#[test]
fn a_frame_of_another_size_than_its_pixels_is_refused() {
    assert_eq!(Luma::new(3, 2, vec![0; 7]).unwrap_err(), QrError::FrameSize);
    assert_eq!(Luma::new(3, 2, vec![0; 5]).unwrap_err(), QrError::FrameSize);
}

#[test]
fn a_frame_beyond_the_bound_is_refused_before_it_is_looked_at() {
    assert_eq!(
        Luma::new(u32::MAX, u32::MAX, Vec::new()).unwrap_err(),
        QrError::PictureTooLarge
    );
}

#[test]
fn a_picture_that_claims_a_giant_size_is_refused_without_the_memory() {
    assert_eq!(
        Luma::decode(&claiming(20_000, 8)).unwrap_err(),
        QrError::PictureTooLarge
    );
}

#[test]
fn a_large_picture_of_deep_channels_is_refused_without_the_memory() {
    assert_eq!(
        Luma::decode(&claiming(7_000, 16)).unwrap_err(),
        QrError::PictureTooLarge
    );
}

#[test]
fn a_text_is_no_picture() {
    assert_eq!(
        Luma::decode(b"not a picture").unwrap_err(),
        QrError::UnknownFormat
    );
}

proptest! {
    #[test]
    fn broken_pictures_never_panic(
        format in prop::sample::select(vec![ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP]),
        at in 0.0..1.0_f64,
        byte in any::<u8>(),
        keep in 0.0..1.0_f64,
    ) {
        let mut bytes = encoded(RgbaImage::from_pixel(9, 7, Rgba([9, 200, 90, 128])), format);
        let place = index(at, bytes.len());
        bytes[place] = byte;
        bytes.truncate(index(keep, bytes.len()) + 1);
        let _ = Luma::decode(&bytes);
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "small sizes"
)]
fn index(fraction: f64, length: usize) -> usize {
    (fraction * length as f64) as usize
}

fn encoded(picture: RgbaImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgba8(picture)
        .write_to(&mut bytes, format)
        .unwrap();
    bytes.into_inner()
}

/// A PNG of one pixel whose header claims another side and depth.
fn claiming(side: u32, depth: u8) -> Vec<u8> {
    let mut png = encoded(RgbaImage::new(1, 1), ImageFormat::Png);
    // PNG, 11.2.1 IHDR: width, height and depth follow the signature, the length and the type.
    let claim = [&side.to_be_bytes()[..], &side.to_be_bytes()[..], &[depth]].concat();
    png.splice(16..25, claim);
    let checksum = crc32fast::hash(png.get(12..29).unwrap());
    png.splice(29..33, checksum.to_be_bytes());
    png
}
