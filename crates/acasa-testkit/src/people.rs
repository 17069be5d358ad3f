//! People and companies who exist nowhere.

use crate::seed::seeded_for;
use acasa_domain::{Date, Idno, Idnp};
use rand::{RngExt as _, seq::IndexedRandom as _};

/// A person for a test. The number lies in a range the register cannot assign (`2999…`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestPerson {
    /// Personal number, unique to the index.
    pub idnp: Idnp,
    /// Family name, with the diacritics real ones have.
    pub family_name: &'static str,
    /// Given name.
    pub given_name: &'static str,
    /// Date of birth, 1940 to 2007: an adult in every test set in 2026 or later.
    pub birth_date: Date,
}

/// The person of an index; each index has its own.
pub fn person(index: u32) -> TestPerson {
    let mut rng = seeded_for(u64::from(index), 1);
    let year = rng.random_range(1940..=2007);
    let pick = |names: &'static [&'static str], rng: &mut crate::SeededRng| {
        *names.choose(rng).expect("the lists of names are not empty")
    };
    TestPerson {
        // Apart from the 29990… that a sandbox's country numbers its people with.
        idnp: Idnp::from_body(&format!("29999{:07}", index % 10_000_000))
            .expect("twelve digits that begin with 2"),
        family_name: pick(FAMILY_NAMES, &mut rng),
        given_name: pick(GIVEN_NAMES, &mut rng),
        birth_date: Date::new(year, rng.random_range(1..=12), rng.random_range(1..=28))
            .expect("every month has 28 days"),
    }
}

/// The company of an index: a number of the year 999, which no register has reached.
pub fn company(index: u32) -> Idno {
    Idno::from_body(&format!("19999{:07}", index % 10_000_000)).expect("twelve digits that begin with 1")
}

const FAMILY_NAMES: &[&str] = &[
    "Țurcanu",
    "Băieșu",
    "Munteanu",
    "Șoltoianu",
    "Cîrlan",
    "Иванова",
    "Karaçoban",
    "Grîu",
    "Ștefîrță",
    "O’Brien",
];
const GIVEN_NAMES: &[&str] = &[
    "Ion",
    "Ștefania",
    "Andrei",
    "Mădălina",
    "Târa",
    "Наталья",
    "Güner",
    "Anna-Maria",
    "Zîna",
    "Đorđe",
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_thousand_people_have_a_thousand_numbers() {
        let numbers: HashSet<Idnp> = (0..1000).map(|index| person(index).idnp).collect();
        assert_eq!(numbers.len(), 1000);
    }

    #[test]
    fn numbers_lie_in_ranges_no_register_assigns() {
        assert!(person(3).idnp.as_str().starts_with("2999"));
        assert!(company(3).as_str().starts_with("1999"));
    }
}
