//! One frame: its header, its text, and which fragments it sums.

use super::{MAX_CAPACITY, MAX_FRAGMENTS, MAX_PAYLOAD, PREFIX};
use crate::QrError;

/// Checksum, length and number.
const HEADER: usize = 4 + 2 + 2;
/// Longest text of a frame: three characters for two bytes.
const MAX_TEXT: usize = PREFIX.len() + (HEADER + MAX_CAPACITY).div_ceil(2) * 3;

/// A frame, taken apart.
pub(super) struct Frame {
    /// CRC-32 (ISO-HDLC) of the payload.
    pub(super) checksum: u32,
    /// Bytes of the payload.
    pub(super) length: u16,
    /// Number in the film, from 0.
    pub(super) number: u16,
    /// The sum of the chosen fragments.
    pub(super) data: Vec<u8>,
}

impl Frame {
    pub(super) fn to_text(&self) -> String {
        let mut bytes = Vec::with_capacity(HEADER + self.data.len());
        bytes.extend(self.checksum.to_be_bytes());
        bytes.extend(self.length.to_be_bytes());
        bytes.extend(self.number.to_be_bytes());
        bytes.extend(&self.data);
        format!("{PREFIX}{}", base45::encode(bytes))
    }

    /// Takes a text apart. The sizes must be those the encoder makes: evenly spread fragments.
    pub(super) fn from_text(text: &str) -> Result<Self, QrError> {
        if text.len() > MAX_TEXT {
            return Err(QrError::NotAFrame);
        }
        let encoded = text.strip_prefix(PREFIX).ok_or(QrError::NotAFrame)?;
        let bytes = base45::decode(encoded).map_err(|_| QrError::NotAFrame)?;
        let (checksum, rest) = bytes.split_first_chunk().ok_or(QrError::NotAFrame)?;
        let (length, rest) = rest.split_first_chunk().ok_or(QrError::NotAFrame)?;
        let (number, data) = rest.split_first_chunk().ok_or(QrError::NotAFrame)?;
        let length = u16::from_be_bytes(*length);
        let payload = usize::from(length);
        if data.is_empty() || data.len() > MAX_CAPACITY || payload == 0 || payload > MAX_PAYLOAD {
            return Err(QrError::NotAFrame);
        }
        let count = payload.div_ceil(data.len());
        if count > MAX_FRAGMENTS || payload.div_ceil(count) != data.len() {
            return Err(QrError::NotAFrame);
        }
        Ok(Self {
            checksum: u32::from_be_bytes(*checksum),
            length,
            number: u16::from_be_bytes(*number),
            data: data.to_vec(),
        })
    }
}

/// The fragments a frame sums, one bit each, the first fragment's bit the least significant: its own
/// in the first cycle, then a random half, drawn from the checksum and the number.
pub(super) fn chosen(checksum: u32, number: u16, count: usize) -> u64 {
    if usize::from(number) < count {
        return 1 << number;
    }
    let every = u64::MAX >> (64 - count.clamp(1, 64));
    let mut state = u64::from(checksum) << 16 | u64::from(number);
    loop {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let drawn = mix(state) & every;
        if drawn != 0 {
            return drawn;
        }
    }
}

/// SplitMix64's output function (Steele, Lea and Flood, 2014).
fn mix(state: u64) -> u64 {
    let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
