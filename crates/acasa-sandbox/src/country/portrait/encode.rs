//! From a picture to JPEG of the sizes documents and companions ask for.

use image::codecs::jpeg::JpegEncoder;
use image::imageops::{FilterType, resize};
use image::{Rgb, RgbImage};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha12Rng;
use tiny_skia::Pixmap;

/// Bytes of a full document's portrait.
pub(in super::super) const FULL: std::ops::RangeInclusive<usize> = 15_000..=25_000;
/// The most bytes of a companion's portrait.
pub(in super::super) const COMPANION: usize = 4096;

/// Tried from the best down; the last is small enough for any face.
const COMPANION_SIZES: [(u32, u32); 4] = [(140, 180), (126, 162), (112, 144), (84, 108)];

/// The portrait with a fine grain, like a photograph's, at the quality that comes to the size asked for.
pub(super) fn full(picture: &Pixmap, grain: u64) -> Vec<u8> {
    let image = grained(&rgb(picture), grain);
    best_within(&image, 40..=98, *FULL.end()).unwrap_or_else(|| jpeg(&image, 40))
}

/// The same face, as large and as good as the limit allows.
pub(super) fn companion(picture: &Pixmap) -> Vec<u8> {
    let image = rgb(picture);
    for (width, height) in COMPANION_SIZES {
        let small = resize(&image, width, height, FilterType::CatmullRom);
        if let Some(bytes) = best_within(&small, 46..=82, COMPANION) {
            return bytes;
        }
    }
    let (width, height) = COMPANION_SIZES[COMPANION_SIZES.len() - 1];
    jpeg(&resize(&image, width, height, FilterType::CatmullRom), 30)
}

/// A grey stroke picture, for signatures.
pub(in super::super) fn strokes(picture: &Pixmap) -> Vec<u8> {
    jpeg(&rgb(picture), 80)
}

/// Drops the alpha of an opaque picture.
fn rgb(picture: &Pixmap) -> RgbImage {
    let pixels = picture
        .data()
        .as_chunks::<4>()
        .0
        .iter()
        .flat_map(|[red, green, blue, _]| [*red, *green, *blue]);
    RgbImage::from_raw(picture.width(), picture.height(), pixels.collect()).expect("three bytes a pixel")
}

fn grained(image: &RgbImage, seed: u64) -> RgbImage {
    let mut rng = ChaCha12Rng::seed_from_u64(seed);
    let mut grained = image.clone();
    for Rgb(channels) in grained.pixels_mut() {
        // Sum of two even draws: mostly nothing, at most two levels either way.
        let grain = rng.random_range(-1_i16..=1) + rng.random_range(-1_i16..=1);
        *channels =
            channels.map(|level| u8::try_from((i16::from(level) + grain).clamp(0, 255)).expect("clamped"));
    }
    grained
}

/// The best quality of a range whose size is within a limit, found by halving the range.
fn best_within(image: &RgbImage, qualities: std::ops::RangeInclusive<u8>, limit: usize) -> Option<Vec<u8>> {
    let (mut low, mut high) = qualities.into_inner();
    let mut best = None;
    while low <= high {
        let middle = u8::midpoint(low, high);
        let bytes = jpeg(image, middle);
        if bytes.len() <= limit {
            best = Some(bytes);
            low = middle + 1;
        } else {
            high = middle - 1;
        }
    }
    best
}

fn jpeg(image: &RgbImage, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality)
        .encode_image(image)
        .expect("a picture of this size in memory can be stored as JPEG");
    bytes
}
