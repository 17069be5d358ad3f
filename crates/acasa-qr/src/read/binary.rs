//! Black and white: which pixels of a grey picture are dark.

use image::GrayImage;
use rxing::common::{BitMatrix, GlobalHistogramBinarizer, HybridBinarizer};
use rxing::{Binarizer, Luma8LuminanceSource};

/// How dark is told from light.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Threshold {
    /// Blocks of eight pixels, each by its neighbours (`rxing`).
    Hybrid,
    /// One threshold, from the valley of the histogram (`rxing`).
    Histogram,
    /// One threshold, from the histogram's best split in two.
    Otsu,
    /// The mean of a square around each pixel, its side this part of the picture's shorter side.
    LocalMean(f32),
    /// One threshold at this part of the way from the darkest pixel to the lightest.
    Level(f32),
}

/// The dark pixels, or nothing if the picture is empty or flat.
pub(super) fn binary(image: &GrayImage, threshold: Threshold) -> Option<BitMatrix> {
    match threshold {
        Threshold::Hybrid => HybridBinarizer::new(source(image)?)
            .get_black_matrix()
            .ok()
            .cloned(),
        Threshold::Histogram => GlobalHistogramBinarizer::new(source(image)?)
            .get_black_matrix()
            .ok()
            .cloned(),
        Threshold::Otsu => below(image, otsu(image)),
        Threshold::LocalMean(part) => local_mean(image, part),
        Threshold::Level(part) => {
            let darkest = image.as_raw().iter().copied().min()?;
            let lightest = image.as_raw().iter().copied().max()?;
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "within 0..=255"
            )]
            let level = (f32::from(darkest) + f32::from(lightest - darkest) * part) as u8;
            below(image, level)
        }
    }
}

fn source(image: &GrayImage) -> Option<Luma8LuminanceSource> {
    Luma8LuminanceSource::new(image.as_raw().clone(), image.width(), image.height()).ok()
}

fn below(image: &GrayImage, level: u8) -> Option<BitMatrix> {
    let mut bits = BitMatrix::new(image.width(), image.height()).ok()?;
    for (x, y, pixel) in image.enumerate_pixels() {
        if pixel.0[0] <= level {
            bits.set(x, y);
        }
    }
    Some(bits)
}

/// The level that leaves the least variance within the two classes (Otsu, 1979).
fn otsu(image: &GrayImage) -> u8 {
    let mut counts = [0_u32; 256];
    for pixel in image.as_raw() {
        counts[usize::from(*pixel)] += 1;
    }
    let total: f64 = counts.iter().map(|count| f64::from(*count)).sum();
    let weighted: f64 = counts
        .iter()
        .zip(0_u32..=255)
        .map(|(count, level)| f64::from(*count) * f64::from(level))
        .sum();
    let (mut best, mut best_level) = (-1.0, 127);
    let (mut dark, mut dark_weighted) = (0.0, 0.0);
    for (count, level) in counts.iter().zip(0_u8..=255) {
        dark += f64::from(*count);
        dark_weighted += f64::from(*count) * f64::from(level);
        let light = total - dark;
        if dark == 0.0 || light == 0.0 {
            continue;
        }
        let apart = dark_weighted / dark - (weighted - dark_weighted) / light;
        let between = dark * light * apart * apart;
        if between > best {
            (best, best_level) = (between, level);
        }
    }
    best_level
}

/// Darker than the mean of the square around it, by sums over the picture so far (Bradley, 2007).
fn local_mean(image: &GrayImage, part: f32) -> Option<BitMatrix> {
    let (width, height) = (image.width() as usize, image.height() as usize);
    let mut bits = BitMatrix::new(image.width(), image.height()).ok()?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a part of a side that fits u32"
    )]
    let half = ((width.min(height) as f32 * part / 2.0) as usize).max(3);
    let stride = width + 1;
    let mut sums = vec![0_u32; stride * (height + 1)];
    for (y, row) in image.as_raw().chunks_exact(width).enumerate() {
        let mut row_sum = 0_u32;
        for (x, pixel) in row.iter().enumerate() {
            row_sum += u32::from(*pixel);
            // Sums wrap beyond 16 million white pixels; differences of four corners do not.
            sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1].wrapping_add(row_sum);
        }
    }
    for (y, row) in (0_u32..).zip(image.as_raw().chunks_exact(width)) {
        let top = (y as usize).saturating_sub(half);
        let bottom = (y as usize + half + 1).min(height);
        for (x, pixel) in (0_u32..).zip(row) {
            let left = (x as usize).saturating_sub(half);
            let right = (x as usize + half + 1).min(width);
            let sum = sums[bottom * stride + right]
                .wrapping_sub(sums[top * stride + right])
                .wrapping_sub(sums[bottom * stride + left])
                .wrapping_add(sums[top * stride + left]);
            let area = (bottom - top) * (right - left);
            // A little under the mean, so that flat paper is light.
            if usize::from(*pixel) * area * 100 < sum as usize * 96 {
                bits.set(x, y);
            }
        }
    }
    Some(bits)
}
