//! Randomness that a test can repeat.

use rand::SeedableRng as _;

/// The generator of every seeded test: the same numbers on every machine and in every release of `rand`.
pub type SeededRng = rand_chacha::ChaCha12Rng;

/// The stream of a seed.
pub fn seeded(seed: u64) -> SeededRng {
    SeededRng::seed_from_u64(seed)
}

/// One of many independent streams of a seed, so that drawing more of one thing changes no other.
pub fn seeded_for(seed: u64, stream: u64) -> SeededRng {
    let mut rng = seeded(seed);
    rng.set_stream(stream);
    rng
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::RngExt as _;

    #[test]
    fn a_seed_repeats_and_its_streams_differ() {
        let draw = |mut rng: SeededRng| rng.random::<u64>();

        assert_eq!(draw(seeded(42)), draw(seeded(42)));
        assert_ne!(draw(seeded(42)), draw(seeded(43)));
        assert_ne!(draw(seeded_for(42, 1)), draw(seeded_for(42, 2)));
    }
}
