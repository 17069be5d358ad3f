//! The first reader: `rxing`'s finder patterns, sampling and error correction, step by step, so that
//! it can be stopped between steps and each step's panic costs that step only.

use super::{ReadCode, Symbol, text};
use rxing::Point;
use rxing::common::cpp_essentials::DecoderResult;
use rxing::common::{BitMatrix, DetectorRXingResult};
use rxing::qrcode::cpp_port::decoder::Decode;
use rxing::qrcode::cpp_port::detector::{
    DetectPureMQR, DetectPureQR, FindFinderPatterns, GenerateFinderPatternSets, SampleMQR, SampleQR,
};
use rxing::qrcode::detector::QRCodeDetectorResult;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

/// What to look for, and until when.
pub(super) struct Search {
    /// Look at every third row.
    pub(super) thorough: bool,
    /// Look for Micro QR too.
    pub(super) micro: bool,
    /// When to stop.
    pub(super) deadline: Instant,
}

/// The codes in a black and white picture, their corners times `scale`.
pub(super) fn find(bits: &BitMatrix, scale: f32, search: &Search) -> Vec<ReadCode> {
    let Some(mut patterns) = guarded(|| Some(FindFinderPatterns(bits, search.thorough, 0))) else {
        return Vec::new();
    };
    let mut codes = Vec::new();
    let mut used = Vec::new();
    let sets = guarded(|| Some(GenerateFinderPatternSets(&mut patterns))).unwrap_or_default();
    for set in sets {
        if Instant::now() >= search.deadline {
            return codes;
        }
        if [set.bl, set.tl, set.tr]
            .iter()
            .any(|pattern| used.contains(pattern))
        {
            continue;
        }
        if let Some(code) = guarded(|| decoded(&SampleQR(bits, &set).ok()?, GRID, scale)) {
            used.extend([set.bl, set.tl, set.tr]);
            codes.push(code);
        }
    }
    if codes.is_empty() {
        codes.extend(guarded(|| decoded(&DetectPureQR(bits).ok()?, BOX, scale)));
    }
    if search.micro && codes.is_empty() {
        codes.extend(guarded(|| decoded(&DetectPureMQR(bits).ok()?, BOX, scale)));
        for pattern in patterns {
            if Instant::now() >= search.deadline || !codes.is_empty() {
                break;
            }
            let code = guarded(|| decoded(&SampleMQR(bits, pattern).ok()?, GRID, scale));
            // M1 has two check codewords and is meant to detect errors only: a chance reading of
            // something else is too likely where nothing but one finder pattern speaks for it.
            codes.extend(code.filter(|code| code.symbol != Symbol::MicroQr(1)));
        }
    }
    codes
}

/// The code in sampled modules, wherever they came from.
pub(super) fn decode(modules: &BitMatrix, corners: [(f32, f32); 4]) -> Option<ReadCode> {
    let result = Decode(modules).ok().filter(DecoderResult::isValid)?;
    let segments = result.content();
    if segments.bytes().is_empty() {
        return None;
    }
    let version = u8::try_from(result.versionNumber()).ok()?;
    Some(ReadCode {
        text: text::of_segments(segments),
        bytes: segments.bytes().to_vec(),
        symbol: if modules.width() < 21 {
            Symbol::MicroQr(version)
        } else {
            Symbol::Qr(version)
        },
        corners,
    })
}

/// Where the corners, clockwise from the top left, stand among the points of a sampled grid …
const GRID: [usize; 4] = [0, 1, 3, 2];
/// … and among those of a symbol that fills its picture.
const BOX: [usize; 4] = [0, 1, 2, 3];

fn decoded(sampled: &QRCodeDetectorResult, order: [usize; 4], scale: f32) -> Option<ReadCode> {
    let corner = |at: usize| {
        sampled
            .getPoints()
            .get(at)
            .map_or((0.0, 0.0), |Point { x, y }| (x * scale, y * scale))
    };
    decode(sampled.getBits(), order.map(corner))
}

/// A step of a library over a stranger's picture: its panic is its own.
pub(super) fn guarded<T>(step: impl FnOnce() -> Option<T>) -> Option<T> {
    catch_unwind(AssertUnwindSafe(step)).ok().flatten()
}
