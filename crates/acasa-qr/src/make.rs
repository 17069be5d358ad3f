//! Writing: a payload becomes a matrix of modules, and a matrix a drawing.

mod draw;

use crate::QrError;
use qrcode::bits::Bits;
use qrcode::optimize::{Optimizer, Parser, Segment};
use qrcode::types::{Color, Mode};
use qrcode::{EcLevel, QrCode, Version};
use std::fmt;

/// How much damage a code survives, and how much room that takes (ISO/IEC 18004:2015, 6.5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Level {
    /// L, about 7 %: what a screen shows is not damaged.
    #[default]
    Low,
    /// M, about 15 %.
    Medium,
    /// Q, about 25 %.
    Quartile,
    /// H, about 30 %.
    High,
}

/// What a code says.
pub enum Payload<'a> {
    /// A text, in UTF-8; digits and the 45 alphanumeric characters take the shorter modes.
    Text(&'a str),
    /// Bytes that are not text.
    Bytes(&'a [u8]),
}

/// The modules of a code, without the quiet zone.
#[derive(Clone, PartialEq, Eq)]
pub struct Matrix {
    version: u8,
    size: u16,
    dark: Vec<bool>,
}

impl Matrix {
    /// Makes the smallest code of the level that holds the payload, of `max_version` (1 to 40) at most.
    pub fn make(payload: &Payload<'_>, level: Level, max_version: u8) -> Result<Self, QrError> {
        let too_large = || QrError::PayloadTooLarge { max_version };
        let bytes = match payload {
            Payload::Text(text) => text.as_bytes(),
            Payload::Bytes(bytes) => bytes,
        };
        let level = match level {
            Level::Low => EcLevel::L,
            Level::Medium => EcLevel::M,
            Level::Quartile => EcLevel::Q,
            Level::High => EcLevel::H,
        };
        let (code, version) = smallest(bytes, level, max_version).ok_or_else(too_large)?;
        let dark = code
            .to_colors()
            .into_iter()
            .map(|color| color == Color::Dark)
            .collect();
        Ok(Self {
            version,
            size: 17 + 4 * u16::from(version),
            dark,
        })
    }

    /// 1 to 40.
    pub fn version(&self) -> u8 {
        self.version
    }

    /// Modules on a side: 17 + 4 × version.
    pub fn size(&self) -> u16 {
        self.size
    }

    /// Whether the module is dark; outside the code (the quiet zone) none is.
    pub fn is_dark(&self, x: u16, y: u16) -> bool {
        x < self.size
            && y < self.size
            && self
                .dark
                .get(usize::from(y) * usize::from(self.size) + usize::from(x))
                .copied()
                .unwrap_or(false)
    }

    /// The modules row by row, eight to a byte, most significant bit first, 1 dark, without padding between rows.
    pub fn to_bits(&self) -> Vec<u8> {
        self.dark
            .chunks(8)
            .map(|eight| {
                eight
                    .iter()
                    .enumerate()
                    .fold(0, |byte, (at, dark)| byte | (u8::from(*dark) << (7 - at)))
            })
            .collect()
    }
}

/// The code of the smallest version, `max_version` at most. A text in one alphanumeric segment is tried
/// beside the library's own segments: those are chosen step by step, and among base45's short runs of
/// digits they cost more than they save.
fn smallest(bytes: &[u8], level: EcLevel, max_version: u8) -> Option<(QrCode, u8)> {
    if !bytes.is_ascii() {
        return without_kanji(bytes, level, max_version.min(40));
    }
    let segmented = QrCode::with_error_correction_level(bytes, level)
        .ok()
        .and_then(|code| {
            let version = normal(code.version())?;
            Some((code, version))
        });
    let bound = segmented
        .as_ref()
        .map_or(max_version, |(_, version)| max_version.min(*version))
        .min(40);
    let whole = bytes
        .iter()
        .all(|byte| ALPHANUMERIC.contains(byte))
        .then(|| alphanumeric(bytes, level, bound));
    whole
        .flatten()
        .or(segmented)
        .filter(|(_, version)| *version <= max_version)
}

/// ISO/IEC 18004:2015, 7.3.4.
const ALPHANUMERIC: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

fn alphanumeric(bytes: &[u8], level: EcLevel, max_version: u8) -> Option<(QrCode, u8)> {
    (1..=max_version).find_map(|version| {
        let mut bits = Bits::new(Version::Normal(i16::from(version)));
        bits.push_alphanumeric_data(bytes).ok()?;
        bits.push_terminator(level).ok()?;
        Some((QrCode::with_bits(bits, level).ok()?, version))
    })
}

/// The library puts bytes that happen to be Shift JIS into kanji mode. It means text in Shift JIS
/// (ISO/IEC 18004:2015, 7.3.6), so other readers would show kanji for the middle of a text in UTF-8.
fn without_kanji(bytes: &[u8], level: EcLevel, max_version: u8) -> Option<(QrCode, u8)> {
    let segments: Vec<Segment> = Parser::new(bytes)
        .map(|segment| match segment.mode {
            Mode::Kanji => Segment {
                mode: Mode::Byte,
                ..segment
            },
            Mode::Numeric | Mode::Alphanumeric | Mode::Byte => segment,
        })
        .collect();
    (1..=max_version).find_map(|number| {
        let version = Version::Normal(i16::from(number));
        let mut bits = Bits::new(version);
        let segments = Optimizer::new(segments.iter().copied(), version);
        bits.push_segments(bytes, segments).ok()?;
        bits.push_terminator(level).ok()?;
        Some((QrCode::with_bits(bits, level).ok()?, number))
    })
}

fn normal(version: Version) -> Option<u8> {
    match version {
        Version::Normal(version) => u8::try_from(version).ok(),
        Version::Micro(_) => None,
    }
}

/// The size only: the modules are the payload.
impl fmt::Debug for Matrix {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Matrix(version {})", self.version)
    }
}

#[cfg(test)]
mod tests;
