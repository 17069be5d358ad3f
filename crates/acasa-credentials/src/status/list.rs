//! The list itself: packed statuses, compressed by zlib (Token Status List, 4).

use super::{Status, StatusError};
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_zlib_with_limit};

/// Most bytes a list may inflate to: 16 MiB, one bit each for 134 million credentials.
pub const MAX_INFLATED: usize = 16 * 1024 * 1024;

/// How many bits a status takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusSize {
    /// Valid or invalid.
    One,
    /// Four values.
    Two,
    /// Sixteen values.
    Four,
    /// A byte each.
    Eight,
}

impl StatusSize {
    /// From the number in a token; only 1, 2, 4 and 8 exist.
    pub fn from_bits(bits: u64) -> Result<Self, StatusError> {
        match bits {
            1 => Ok(Self::One),
            2 => Ok(Self::Two),
            4 => Ok(Self::Four),
            8 => Ok(Self::Eight),
            _ => Err(StatusError::Malformed),
        }
    }

    /// The number of bits.
    pub const fn bits(self) -> u8 {
        match self {
            Self::One => 1,
            Self::Two => 2,
            Self::Four => 4,
            Self::Eight => 8,
        }
    }

    pub(super) const fn per_byte(self) -> u8 {
        8 / self.bits()
    }

    pub(super) const fn mask(self) -> u8 {
        u8::MAX >> (8 - self.bits())
    }
}

/// Inflated statuses.
#[derive(Clone, PartialEq, Eq)]
pub struct StatusList {
    size: StatusSize,
    bytes: Vec<u8>,
}

impl StatusList {
    /// A list from its packed bytes.
    pub fn from_bytes(size: StatusSize, bytes: Vec<u8>) -> Self {
        Self { size, bytes }
    }

    /// Inflates a zlib stream (RFC 1950) of at most [`MAX_INFLATED`] bytes.
    pub fn inflate(size: StatusSize, compressed: &[u8]) -> Result<Self, StatusError> {
        let bytes = decompress_to_vec_zlib_with_limit(compressed, MAX_INFLATED).map_err(|error| {
            if error.status == TINFLStatus::HasMoreOutput {
                StatusError::TooLarge
            } else {
                StatusError::Malformed
            }
        })?;
        Ok(Self { size, bytes })
    }

    /// The list as a zlib stream.
    #[cfg(feature = "issuing")]
    pub fn deflate(&self) -> Vec<u8> {
        miniz_oxide::deflate::compress_to_vec_zlib(&self.bytes, 9)
    }

    /// Bits per status.
    pub const fn size(&self) -> StatusSize {
        self.size
    }

    /// How many statuses there are.
    pub fn len(&self) -> u64 {
        u64::try_from(self.bytes.len())
            .unwrap_or(u64::MAX)
            .saturating_mul(self.size.per_byte().into())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The packed bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The status at `index`; the first stands in the least significant bits.
    pub fn get(&self, index: u64) -> Result<Status, StatusError> {
        let per_byte = u64::from(self.size.per_byte());
        let at = usize::try_from(index / per_byte).map_err(|_| StatusError::IndexOutside)?;
        let byte = self.bytes.get(at).ok_or(StatusError::IndexOutside)?;
        let shift = (index % per_byte) * u64::from(self.size.bits());
        Ok(Status::from((byte >> shift) & self.size.mask()))
    }

    #[cfg(feature = "issuing")]
    pub(super) fn set(&mut self, index: u64, status: Status) -> Result<(), StatusError> {
        let value = u8::from(status);
        let per_byte = u64::from(self.size.per_byte());
        let at = usize::try_from(index / per_byte).map_err(|_| StatusError::IndexOutside)?;
        let byte = self.bytes.get_mut(at).ok_or(StatusError::IndexOutside)?;
        if value > self.size.mask() {
            return Err(StatusError::Malformed);
        }
        let shift = (index % per_byte) * u64::from(self.size.bits());
        *byte = (*byte & !(self.size.mask() << shift)) | (value << shift);
        Ok(())
    }
}
