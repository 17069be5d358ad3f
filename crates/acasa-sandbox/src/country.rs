//! A synthetic country: people, companies and the documents the state would have given them.
//!
//! Nobody in it exists. Personal numbers begin with `2999` and numbers of companies with `1999`, which no
//! register assigns; pictures are drawn, never photographed. A seed gives a country, the same on every
//! machine; another seed gives other people. There is always the same *cast* ([`Role`]): each seed has
//! its expired document, its child, its person abroad.
//!
//! Dates are relative to [`REFERENCE_DAY`], not to today.
//!
//! ```
//! use acasa_sandbox::country::Country;
//!
//! let country = Country::generate(1);
//! assert!(country.people.len() >= 24);
//! let person = &country.people[0];
//! assert!(person.idnp.as_str().starts_with("2999"));
//! assert!(person.pictures().companion.len() <= 4096);
//! ```

mod cast;
mod companies;
mod documents;
mod issue;
mod names;
mod person;
mod place;
mod portrait;
mod signature;
mod vehicle;

pub use cast::Role;
pub use companies::Company;
pub use documents::{
    Content, DisabilityCertificate, DisabilityDegree, Document, DrivingCode, DrivingLicence,
    DrivingPrivilege, IdentityCard, ResidenceBasis, ResidenceCard, Standing, StudentCard, VehicleCertificate,
};
pub use person::{EyeColour, HairColour, Person, Pictures, Sex};
pub use place::{Address, CountryCode, Place};

use acasa_domain::{Date, Idnp};
use rand::SeedableRng as _;
use rand_chacha::ChaCha12Rng;

/// The day the country is as it is: who is how old, which document has run out.
pub const REFERENCE_DAY: Date = Date::constant(2026, 11, 21);

/// Everyone, and what the state knows about them.
#[derive(Debug, Clone)]
pub struct Country {
    /// What it was generated from.
    pub seed: u64,
    /// The people, in the order of the cast.
    pub people: Vec<Person>,
    /// The companies some of them own.
    pub companies: Vec<Company>,
}

impl Country {
    /// The country of a seed.
    pub fn generate(seed: u64) -> Self {
        let mut people: Vec<Person> = Vec::new();
        for (index, role) in cast::CAST.iter().enumerate() {
            let index = u32::try_from(index).expect("the cast is small");
            people.push(person::draw(seed, index, *role, &people));
        }
        let companies = companies::draw(seed, &people);
        Self {
            seed,
            people,
            companies,
        }
    }

    /// The person with this number.
    pub fn person(&self, idnp: Idnp) -> Option<&Person> {
        self.people.iter().find(|person| person.idnp == idnp)
    }

    /// The companies a person may act for.
    pub fn companies_of(&self, idnp: Idnp) -> impl Iterator<Item = &Company> {
        self.companies
            .iter()
            .filter(move |company| company.administrator == idnp)
    }
}

/// What is drawn about a person, each from a stream of its own, so that one never disturbs another.
#[derive(Clone, Copy)]
enum Stream {
    Number,
    Name,
    Body,
    Home,
    Papers,
    Portrait,
    Company,
    Signature,
}

fn stream(seed: u64, index: u32, stream: Stream) -> ChaCha12Rng {
    let mut rng = ChaCha12Rng::seed_from_u64(seed);
    rng.set_stream(u64::from(index) * 64 + stream as u64);
    rng
}

#[cfg(test)]
mod tests;
