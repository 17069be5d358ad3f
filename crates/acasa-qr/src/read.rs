//! Reading: a grey picture becomes the codes in it, or nothing rather than a wrong text.
//!
//! Two readers stand behind one function, because each reads pictures the other does not: `rxing`
//! over several renderings of the picture, then `rqrr` behind a guard.

mod binary;
mod rendering;
mod second;
mod symbols;
mod text;

use crate::Luma;
use rendering::{Rendering, Source};
use std::fmt;
use std::time::{Duration, Instant};
use symbols::Search;

/// How long a reader may look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// A frame of a camera's film: another comes at once, so few tries and 25 ms, or one try where
    /// the machine needs longer for it.
    Frame,
    /// A picture that will not come again: every rendering that has ever helped, two seconds at most.
    Picture,
}

impl Effort {
    fn budget(self) -> Duration {
        match self {
            Self::Frame => Duration::from_millis(25),
            Self::Picture => Duration::from_secs(2),
        }
    }
}

/// What the first look at a frame may take beyond its budget: a slow or busy machine then reads fewer
/// frames, where it would otherwise begin with each and read none.
const FIRST_LOOK: Duration = Duration::from_millis(250);

/// The kind and version of a symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Symbol {
    /// QR code, version 1 to 40.
    Qr(u8),
    /// Micro QR code, version 1 to 4.
    MicroQr(u8),
}

impl Symbol {
    /// The version, within its kind.
    pub fn version(self) -> u8 {
        match self {
            Self::Qr(version) | Self::MicroQr(version) => version,
        }
    }
}

/// A code that was read.
#[derive(Clone, PartialEq)]
pub struct ReadCode {
    /// What it says, or nothing if its bytes are not text.
    pub text: Option<String>,
    /// The payload as written: byte segments exactly, digits and alphanumeric characters as ASCII,
    /// Kanji as Shift_JIS.
    pub bytes: Vec<u8>,
    /// Which symbol it is.
    pub symbol: Symbol,
    /// Its corners in the picture's pixels: top left, top right, bottom right, bottom left, as the
    /// code itself is oriented.
    pub corners: [(f32, f32); 4],
}

/// Kind and place only: the payload may be a person's document.
impl fmt::Debug for ReadCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ReadCode")
            .field("symbol", &self.symbol)
            .field("length", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

impl ReadCode {
    /// Whether both are readings of one code: the same place and much the same size. A small code
    /// inside a large one is another.
    fn is_same_code(&self, other: &Self) -> bool {
        let (ax, ay) = self.centre();
        let (bx, by) = other.centre();
        let smaller = self.diagonal().min(other.diagonal());
        let larger = self.diagonal().max(other.diagonal());
        (ax - bx).hypot(ay - by) < larger / 2.0 && larger < smaller * 1.5
    }

    fn centre(&self) -> (f32, f32) {
        let sum = self
            .corners
            .iter()
            .fold((0.0, 0.0), |sum, corner| (sum.0 + corner.0, sum.1 + corner.1));
        (sum.0 / 4.0, sum.1 / 4.0)
    }

    fn diagonal(&self) -> f32 {
        let [a, _, c, _] = self.corners;
        (a.0 - c.0).hypot(a.1 - c.1)
    }
}

/// Reads every code it can find within the effort's time, in the order found. Never panics.
pub fn read(picture: &Luma, effort: Effort) -> Vec<ReadCode> {
    read_until(picture, effort, Instant::now() + effort.budget())
}

fn read_until(picture: &Luma, effort: Effort, deadline: Instant) -> Vec<ReadCode> {
    let mut found = Found::default();
    let mut source = Source::new(picture.image());
    let (always, if_nothing) = rendering::plan(effort);
    for (number, rendering) in always.iter().enumerate() {
        let until = match effort {
            Effort::Frame if number == 0 => deadline.max(Instant::now() + FIRST_LOOK),
            Effort::Frame | Effort::Picture => deadline,
        };
        found.look(&mut source, rendering, until);
        if effort == Effort::Frame && !found.codes.is_empty() {
            return found.codes;
        }
    }
    if effort == Effort::Picture {
        found.add(second::read(source.at_most(second::MAX_PIXELS), deadline));
    }
    for rendering in if_nothing {
        if !found.codes.is_empty() {
            break;
        }
        found.look(&mut source, rendering, deadline);
    }
    found.codes
}

/// The codes found so far, each once.
#[derive(Default)]
struct Found {
    codes: Vec<ReadCode>,
}

impl Found {
    fn look(&mut self, source: &mut Source<'_>, rendering: &Rendering, deadline: Instant) {
        if Instant::now() >= deadline {
            return;
        }
        if let Some((bits, scale)) = source.render(rendering) {
            let search = Search {
                thorough: rendering.thorough,
                micro: rendering.micro,
                deadline,
            };
            self.add(symbols::find(&bits, scale, &search));
        }
    }

    fn add(&mut self, codes: Vec<ReadCode>) {
        for code in codes {
            if !self.codes.iter().any(|known| known.is_same_code(&code)) {
                self.codes.push(code);
            }
        }
    }
}

#[cfg(test)]
mod tests;
