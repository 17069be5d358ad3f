//! All chance of a history, from its seed.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use uuid::Uuid;

/// The one source of chance.
pub(crate) struct Draw(ChaCha8Rng);

impl Draw {
    pub(crate) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Below `end`; 0 where there is nothing below.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        if end == 0 { 0 } else { self.0.random_range(0..end) }
    }

    pub(crate) fn between(&mut self, from: u64, to: u64) -> u64 {
        self.0.random_range(from..=to)
    }

    pub(crate) fn any(&mut self) -> u64 {
        self.0.random()
    }

    /// Once in so many; never for 0.
    pub(crate) fn one_in(&mut self, times: u32) -> bool {
        times > 0 && self.0.random_range(0..times) == 0
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.below(from.len()))
    }

    /// Small numbers as likely as large ones: up to `2^bits`.
    pub(crate) fn spread(&mut self, bits: u32) -> u64 {
        let bits = self.0.random_range(0..=bits);
        self.between(0, 1 << bits)
    }

    /// UUIDv7 of a moment.
    pub(crate) fn id(&mut self, milliseconds: u64) -> Uuid {
        let random: u128 = self.0.random();
        let version = 0x7_u128 << 76 | 0x2_u128 << 62;
        let kept = random & ((1 << 80) - 1) & !(0xf << 76) & !(0x3 << 62);
        Uuid::from_u128(u128::from(milliseconds) << 80 | version | kept)
    }
}
