//! Keys of a faulty generator (CVE-2017-15361), which national identity cards have carried.
//!
//! Its primes are k·M + 65537^a mod M, where M is the product of the first primes; so modulo each of
//! those primes the modulus is a power of 65537. For a sound key that holds for all of them about once
//! in a hundred million (Nemec et al., "The Return of Coppersmith's Attack", CCS 2017, 2.2).

const GENERATOR: u32 = 65_537;
/// The odd primes that divide M for the shortest of the faulty keys.
const PRIMES: [u32; 38] = [
    3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103,
    107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
];

/// Whether `modulus`, big-endian, bears the generator's mark.
pub(super) fn is_marked(modulus: &[u8]) -> bool {
    PRIMES.iter().all(|prime| {
        let residue = modulus
            .iter()
            .fold(0, |rest, byte| (rest * 256 + u32::from(*byte)) % prime);
        powers(*prime).any(|power| power == residue)
    })
}

/// The powers of the generator modulo `prime`, each once.
fn powers(prime: u32) -> impl Iterator<Item = u32> {
    let next = move |power: &u32| Some(power * (GENERATOR % prime) % prime).filter(|next| *next != 1);
    std::iter::successors(Some(1), next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_power_of_the_generator_is_marked_and_its_neighbour_is_not() {
        let power = u64::from(GENERATOR).pow(3);

        assert!(is_marked(&power.to_be_bytes()));
        assert!(!is_marked(&(power + 2).to_be_bytes()));
    }

    #[test]
    fn the_powers_modulo_a_prime_are_a_closed_set() {
        for prime in PRIMES {
            let all: Vec<_> = powers(prime).collect();
            let last = all.last().copied().unwrap();
            assert_eq!(last * (GENERATOR % prime) % prime, 1, "{prime}");
        }
    }
}
