//! Renderings of a picture: scaled, sharpened or smoothed, and made black and white.

use super::Effort;
use super::binary::{Threshold, binary};
use image::GrayImage;
use image::imageops::{self, FilterType};
use rxing::common::BitMatrix;
use std::borrow::Cow;
use std::collections::HashMap;

/// Most pixels looked at: larger pictures are halved first, a code in them is large enough.
const MAX_PIXELS: u64 = 12_000_000;
/// Most pixels of an enlarged picture.
const MAX_ENLARGED: u64 = 4_000_000;
/// Least pixels on the shorter side of a reduced picture: a version 1 code and its quiet zone, two
/// pixels a module.
const MIN_SIDE: u32 = 58;

/// How a picture is prepared before it is thresholded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Preparation {
    /// Side by side with the original: numerator and denominator.
    Scaled(u32, u32),
    /// Scaled, then edges raised.
    Sharpened(u32, u32),
    /// Scaled, then noise smoothed.
    Smoothed(u32, u32),
}

/// One way to look at a picture.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rendering {
    preparation: Preparation,
    threshold: Threshold,
    inverted: bool,
    /// Look at every third row, not at few.
    pub(super) thorough: bool,
    /// Look for Micro QR too.
    pub(super) micro: bool,
}

const fn plain(preparation: Preparation, threshold: Threshold) -> Rendering {
    Rendering {
        preparation,
        threshold,
        inverted: false,
        thorough: true,
        micro: false,
    }
}

const fn inverted(preparation: Preparation, threshold: Threshold) -> Rendering {
    Rendering {
        inverted: true,
        ..plain(preparation, threshold)
    }
}

const fn quick(preparation: Preparation, threshold: Threshold) -> Rendering {
    Rendering {
        thorough: false,
        ..plain(preparation, threshold)
    }
}

const fn micro(preparation: Preparation, threshold: Threshold) -> Rendering {
    Rendering {
        micro: true,
        ..plain(preparation, threshold)
    }
}

const FULL: Preparation = Preparation::Scaled(1, 1);
const HALF: Preparation = Preparation::Scaled(1, 2);
const QUARTER: Preparation = Preparation::Scaled(1, 4);
const DOUBLE: Preparation = Preparation::Scaled(2, 1);

const FRAME: &[Rendering] = &[
    plain(FULL, Threshold::Hybrid),
    plain(HALF, Threshold::Hybrid),
    quick(FULL, Threshold::Histogram),
    inverted(HALF, Threshold::Hybrid),
];

const ALWAYS: &[Rendering] = &[
    plain(FULL, Threshold::Hybrid),
    plain(HALF, Threshold::Hybrid),
    plain(QUARTER, Threshold::Hybrid),
    inverted(FULL, Threshold::Hybrid),
];

const IF_NOTHING: &[Rendering] = &[
    plain(FULL, Threshold::Histogram),
    plain(FULL, Threshold::Otsu),
    plain(FULL, Threshold::LocalMean(0.25)),
    plain(DOUBLE, Threshold::Hybrid),
    plain(DOUBLE, Threshold::LocalMean(0.25)),
    inverted(HALF, Threshold::Hybrid),
    inverted(FULL, Threshold::Otsu),
    plain(Preparation::Smoothed(1, 1), Threshold::Hybrid),
    plain(Preparation::Sharpened(1, 1), Threshold::LocalMean(0.25)),
    plain(Preparation::Scaled(2, 3), Threshold::Hybrid),
    plain(Preparation::Scaled(1, 3), Threshold::Hybrid),
    plain(HALF, Threshold::LocalMean(0.25)),
    plain(HALF, Threshold::LocalMean(0.1)),
    plain(FULL, Threshold::LocalMean(0.1)),
    plain(FULL, Threshold::LocalMean(0.5)),
    plain(QUARTER, Threshold::LocalMean(0.25)),
    plain(Preparation::Scaled(1, 8), Threshold::Hybrid),
    plain(Preparation::Smoothed(1, 2), Threshold::LocalMean(0.25)),
    plain(FULL, Threshold::Level(0.35)),
    plain(FULL, Threshold::Level(0.5)),
    plain(FULL, Threshold::Level(0.65)),
    plain(FULL, Threshold::Level(0.2)),
    plain(FULL, Threshold::Level(0.8)),
    plain(Preparation::Sharpened(2, 1), Threshold::LocalMean(0.25)),
    plain(Preparation::Scaled(3, 1), Threshold::Hybrid),
    plain(Preparation::Scaled(3, 1), Threshold::LocalMean(0.25)),
    inverted(DOUBLE, Threshold::Hybrid),
    inverted(FULL, Threshold::LocalMean(0.25)),
    micro(FULL, Threshold::Hybrid),
    micro(HALF, Threshold::Hybrid),
    micro(DOUBLE, Threshold::Hybrid),
    micro(FULL, Threshold::Otsu),
];

/// What to look at always, and what only if nothing was found.
pub(super) fn plan(effort: Effort) -> (&'static [Rendering], &'static [Rendering]) {
    match effort {
        Effort::Frame => (FRAME, &[]),
        Effort::Picture => (ALWAYS, IF_NOTHING),
    }
}

/// A picture, and the preparations of it that were already made.
pub(super) struct Source<'a> {
    original: Cow<'a, GrayImage>,
    /// Pixels of the picture as given to one of `original`.
    reduction: u32,
    prepared: HashMap<Preparation, GrayImage>,
}

impl<'a> Source<'a> {
    pub(super) fn new(image: &'a GrayImage) -> Self {
        let (mut original, mut reduction) = (Cow::Borrowed(image), 1);
        while pixels(&original) > MAX_PIXELS {
            original = Cow::Owned(imageops::thumbnail(
                original.as_ref(),
                original.width().div_ceil(2),
                original.height().div_ceil(2),
            ));
            reduction *= 2;
        }
        Self {
            original,
            reduction,
            prepared: HashMap::new(),
        }
    }

    /// The picture in black and white, and how many pixels of the original one of its pixels is;
    /// nothing where the rendering makes no sense at the picture's size.
    pub(super) fn render(&mut self, rendering: &Rendering) -> Option<(BitMatrix, f32)> {
        let reduction = self.reduction;
        let (width, _) = self.original.dimensions();
        let image = self.prepare(rendering.preparation)?;
        #[expect(clippy::cast_precision_loss, reason = "sides of pictures are far below 2^23")]
        let scale = width as f32 / image.width() as f32 * reduction as f32;
        let mut bits = binary(image, rendering.threshold)?;
        if rendering.inverted {
            bits.flip_self();
        }
        Some((bits, scale))
    }

    /// The picture with at most that many pixels, and the scale as above.
    pub(super) fn at_most(&self, most: u64) -> (GrayImage, f32) {
        let (width, height) = self.original.dimensions();
        let mut divisor = 1;
        while u64::from(width / divisor) * u64::from(height / divisor) > most {
            divisor += 1;
        }
        #[expect(clippy::cast_precision_loss, reason = "small")]
        let scale = (divisor * self.reduction) as f32;
        if divisor == 1 {
            return (self.original.clone().into_owned(), scale);
        }
        (
            imageops::thumbnail(
                self.original.as_ref(),
                (width / divisor).max(1),
                (height / divisor).max(1),
            ),
            scale,
        )
    }

    fn prepare(&mut self, preparation: Preparation) -> Option<&GrayImage> {
        if preparation == FULL {
            return Some(&self.original);
        }
        if !self.prepared.contains_key(&preparation) {
            let image = self.make(preparation)?;
            self.prepared.insert(preparation, image);
        }
        self.prepared.get(&preparation)
    }

    fn make(&mut self, preparation: Preparation) -> Option<GrayImage> {
        match preparation {
            Preparation::Scaled(numerator, denominator) => {
                let (width, height) = self.original.dimensions();
                let (width, height) = (width * numerator / denominator, height * numerator / denominator);
                if numerator < denominator {
                    return (width.min(height) >= MIN_SIDE)
                        .then(|| imageops::thumbnail(self.original.as_ref(), width, height));
                }
                (u64::from(width) * u64::from(height) <= MAX_ENLARGED)
                    .then(|| imageops::resize(self.original.as_ref(), width, height, FilterType::CatmullRom))
            }
            Preparation::Sharpened(numerator, denominator) => {
                let image = self.prepare(Preparation::Scaled(numerator, denominator))?;
                (pixels(image) <= MAX_ENLARGED).then(|| imageops::unsharpen(image, 1.5, 2))
            }
            Preparation::Smoothed(numerator, denominator) => {
                let image = self.prepare(Preparation::Scaled(numerator, denominator))?;
                (pixels(image) <= MAX_ENLARGED).then(|| imageops::blur(image, 1.0))
            }
        }
    }
}

fn pixels(image: &GrayImage) -> u64 {
    u64::from(image.width()) * u64::from(image.height())
}
