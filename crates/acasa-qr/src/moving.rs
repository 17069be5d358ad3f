//! Moving codes: a payload too large for one still code, as an endless film of small ones.
//!
//! The first cycle shows the payload's fragments as they are; every later frame shows the sum
//! (exclusive or) of a random half of them. Any frames will do: a reader needs as many as there are
//! fragments and, on average, fewer than two more, whichever it missed and whenever it began. The
//! format is written down in `docs/formats/moving-code.md`.
//!
//! ```
//! use acasa_qr::moving::{Decoder, Encoder, Progress};
//!
//! let payload = vec![7; 2_000];
//! let mut encoder = Encoder::new(&payload)?;
//! let mut decoder = Decoder::default();
//! let read = loop {
//!     let frame = encoder.next_frame();
//!     if let Progress::Complete(read) = decoder.receive(&frame)? {
//!         break read;
//!     }
//! };
//! assert_eq!(read, payload);
//! # Ok::<(), acasa_qr::QrError>(())
//! ```

mod frame;
mod solve;

use crate::QrError;
use frame::Frame;
use solve::Equations;
use std::fmt;

/// What every frame's text begins with.
pub const PREFIX: &str = "MD1F:";
/// Largest payload, in bytes.
pub const MAX_PAYLOAD: usize = 16 * 1024;
/// Most fragments of a payload.
pub const MAX_FRAGMENTS: usize = 64;
/// Bytes of payload in a frame, unless asked otherwise: the frame's code is then of version 17.
pub const DEFAULT_CAPACITY: usize = 610;
/// Most bytes of payload in a frame: its code is then of version 20.
pub const MAX_CAPACITY: usize = 800;

/// Frames of another payload in a row after which the film is taken to show that one.
const FOREIGN_FRAMES: u8 = 3;

/// Makes the frames of one payload, without end.
#[derive(Clone)]
pub struct Encoder {
    fragments: Vec<Vec<u8>>,
    length: u16,
    checksum: u32,
    next: u16,
}

impl Encoder {
    /// A film of frames with at most [`DEFAULT_CAPACITY`] bytes of payload each.
    pub fn new(payload: &[u8]) -> Result<Self, QrError> {
        Self::with_capacity(payload, DEFAULT_CAPACITY)
    }

    /// A film of frames with at most `capacity` bytes of payload each, spread evenly.
    pub fn with_capacity(payload: &[u8], capacity: usize) -> Result<Self, QrError> {
        let too_large = QrError::PayloadTooLarge { max_version: 20 };
        let length = u16::try_from(payload.len()).map_err(|_| too_large.clone())?;
        if payload.is_empty() || payload.len() > MAX_PAYLOAD || !(1..=MAX_CAPACITY).contains(&capacity) {
            return Err(too_large);
        }
        let count = payload.len().div_ceil(capacity);
        if count > MAX_FRAGMENTS {
            return Err(too_large);
        }
        let size = payload.len().div_ceil(count);
        let mut fragments: Vec<Vec<u8>> = payload.chunks(size).map(<[u8]>::to_vec).collect();
        for fragment in &mut fragments {
            fragment.resize(size, 0);
        }
        Ok(Self {
            fragments,
            length,
            checksum: crc32fast::hash(payload),
            next: 0,
        })
    }

    /// The next frame's text, of the 45 alphanumeric characters.
    pub fn next_frame(&mut self) -> String {
        let number = self.next;
        // After the last number the sums begin again: a reader that has come so far has them all.
        self.next = number
            .checked_add(1)
            .unwrap_or(u16::try_from(self.fragments.len()).unwrap_or(0));
        let chosen = frame::chosen(self.checksum, number, self.fragments.len());
        let size = self.fragments.first().map_or(0, Vec::len);
        let mut data = vec![0; size];
        for (at, fragment) in self.fragments.iter().enumerate() {
            if chosen >> at & 1 == 1 {
                solve::add(&mut data, fragment);
            }
        }
        Frame {
            checksum: self.checksum,
            length: self.length,
            number,
            data,
        }
        .to_text()
    }

    /// Frames of a cycle: as many as there are fragments. Between cycles the payload may be renewed.
    pub fn frames_in_cycle(&self) -> usize {
        self.fragments.len()
    }
}

/// What is known after a frame.
#[derive(Clone, PartialEq)]
pub enum Progress {
    /// More frames are needed; the part that is known, from 0 to 1.
    Part(f32),
    /// The frame is of another payload and was left aside; the part of this one that is known.
    Foreign(f32),
    /// The payload.
    Complete(Vec<u8>),
}

/// How far only: the payload may be a person's document.
impl fmt::Debug for Progress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Part(part) => write!(formatter, "Part({part})"),
            Self::Foreign(part) => write!(formatter, "Foreign({part})"),
            Self::Complete(payload) => write!(formatter, "Complete({} bytes)", payload.len()),
        }
    }
}

/// Puts one payload together from its frames. Its memory is bounded by [`MAX_FRAGMENTS`] frames.
#[derive(Default)]
pub struct Decoder {
    film: Option<Film>,
    foreign: Option<(Identity, u8)>,
}

/// What all frames of one payload share.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Identity {
    checksum: u32,
    length: u16,
    size: usize,
}

struct Film {
    identity: Identity,
    equations: Equations,
}

impl Decoder {
    /// Takes a frame's text. Frames may come in any order and more than once. When the film turns to
    /// another payload, and three frames of it have come in a row, the reading begins again with it.
    pub fn receive(&mut self, text: &str) -> Result<Progress, QrError> {
        let frame = Frame::from_text(text)?;
        let identity = Identity {
            checksum: frame.checksum,
            length: frame.length,
            size: frame.data.len(),
        };
        if self.film.as_ref().is_some_and(|film| film.identity != identity) && !self.turned_to(identity) {
            return Ok(Progress::Foreign(self.part()));
        }
        self.foreign = None;
        let film = self.film.get_or_insert_with(|| Film::new(identity));
        let chosen = frame::chosen(identity.checksum, frame.number, film.equations.unknowns());
        film.equations.insert(chosen, frame.data);
        let Some(mut payload) = film.equations.solution() else {
            return Ok(Progress::Part(self.part()));
        };
        payload.truncate(usize::from(identity.length));
        self.film = None;
        if crc32fast::hash(&payload) != identity.checksum {
            return Err(QrError::FramesDisagree);
        }
        Ok(Progress::Complete(payload))
    }

    /// The part of the payload that is known, from 0 to 1.
    pub fn part(&self) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "at most 64 fragments")]
        self.film.as_ref().map_or(0.0, |film| {
            film.equations.rank() as f32 / film.equations.unknowns() as f32
        })
    }

    /// Whether enough foreign frames came in a row to begin again with their payload.
    fn turned_to(&mut self, identity: Identity) -> bool {
        let seen = match self.foreign {
            Some((foreign, seen)) if foreign == identity => seen + 1,
            _ => 1,
        };
        self.foreign = Some((identity, seen));
        if seen < FOREIGN_FRAMES {
            return false;
        }
        self.film = None;
        true
    }
}

impl Film {
    fn new(identity: Identity) -> Self {
        let count = usize::from(identity.length).div_ceil(identity.size);
        Self {
            identity,
            equations: Equations::new(count),
        }
    }
}

#[cfg(test)]
mod tests;
