//! Companies and who administers them.

use super::person::Person;
use super::place::Address;
use super::{Stream, cast, stream};
use acasa_domain::{Idno, Idnp};
use rand::{RngExt as _, seq::IndexedRandom as _};

/// A legal entity that does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Company {
    /// Its number.
    pub idno: Idno,
    /// Its name with the legal form.
    pub name: String,
    /// Its seat.
    pub address: Address,
    /// The person who acts for it.
    pub administrator: Idnp,
}

pub(super) fn draw(seed: u64, people: &[Person]) -> Vec<Company> {
    let owners = people
        .iter()
        .zip(cast::CAST)
        .flat_map(|(person, part)| (0..part.companies).map(move |_| person));
    let rng = &mut stream(seed, 0, Stream::Company);
    let first: u32 = rng.random_range(0..9_000_000);
    owners
        .zip(first..)
        .map(|(owner, number)| Company {
            idno: Idno::from_body(&format!("19990{number:07}")).expect("twelve digits that begin with 1"),
            name: format!(
                "{} {} SRL",
                TRADES.choose(rng).expect("the list of trades is not empty"),
                NAMES.choose(rng).expect("the list of names is not empty")
            ),
            address: owner.address.clone(),
            administrator: owner.idnp,
        })
        .collect()
}

const TRADES: &[&str] = &[
    "Vinăria",
    "Atelierul",
    "Brutăria",
    "Livada",
    "Tipografia",
    "Construcții",
];
const NAMES: &[&str] = &[
    "Zori de Probă",
    "Izvorul Sintetic",
    "Salcîmul Alb",
    "Trei Nuci",
    "Dealul Lung",
    "Piatra Mică",
];
