//! Countries, towns and addresses.

use super::cast::Home;
use acasa_domain::{Language, Locality, LocalityKind};
use rand::{RngExt as _, seq::IndexedRandom as _};
use rand_chacha::ChaCha12Rng;
use std::fmt;

/// A country's two letters (ISO 3166-1 alpha-2).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CountryCode(&'static str);

impl CountryCode {
    /// Moldova.
    pub const MOLDOVA: Self = Self("MD");
    /// Ukraine.
    pub const UKRAINE: Self = Self("UA");
    /// Türkiye.
    pub const TURKIYE: Self = Self("TR");
    /// No citizenship: the stateless, XA in the European PID Rulebook's use of user-assigned codes.
    pub const STATELESS: Self = Self("XA");

    pub(super) const fn new(code: &'static str) -> Self {
        Self(code)
    }

    /// The two letters.
    pub const fn code(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Debug for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// A town in a country, as a place of birth is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The country.
    pub country: CountryCode,
    /// The town or village.
    pub city: String,
}

/// Where someone lives. `Debug` hides all but the country.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// The country.
    pub country: CountryCode,
    /// District, municipality or, abroad, region.
    pub region: String,
    /// The unit of the classifier, in Moldova.
    pub locality: Option<Locality>,
    /// Town, village, or a municipality's name.
    pub city: String,
    /// Street, with its kind: `str. Ismail`.
    pub street: String,
    /// House number, perhaps with a letter or a fraction.
    pub house_number: String,
    /// Block of a compound.
    pub block: Option<String>,
    /// Flat.
    pub flat: Option<String>,
    /// Postal code.
    pub postal_code: String,
}

impl Address {
    /// One line: `str. Ismail 24/1, bl. 2, ap. 17, MD-2001, Chișinău, mun. Chișinău`.
    pub fn line(&self) -> String {
        let mut line = format!("{} {}", self.street, self.house_number);
        for (word, part) in [("bl.", &self.block), ("ap.", &self.flat)] {
            if let Some(part) = part {
                line.push_str(", ");
                line.push_str(word);
                line.push(' ');
                line.push_str(part);
            }
        }
        for part in [&self.postal_code, &self.city, &self.region] {
            line.push_str(", ");
            line.push_str(part);
        }
        line
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({}, •••)", self.country)
    }
}

/// An address for a home; one with a parent is the parent's own and not drawn here.
pub(super) fn draw(home: Home, rng: &mut ChaCha12Rng) -> Address {
    match home {
        Home::Chisinau | Home::WithParent => in_chisinau(rng),
        Home::Municipality(code) => domestic(locality(code), "mun.", true, rng),
        Home::District => {
            let districts: Vec<Locality> = Locality::all()
                .filter(|unit| unit.kind() == LocalityKind::District)
                .collect();
            domestic(
                *districts.choose(rng).expect("there are 32 districts"),
                "r-nul",
                rng.random_bool(0.3),
                rng,
            )
        }
        Home::Gagauzia => named(
            locality("9600"),
            "UTA",
            &["Comrat", "Ceadîr-Lunga", "Vulcănești"],
            rng,
        ),
        Home::LeftBank => named(locality("9800"), "UAT", &["Tiraspol", "Rîbnița", "Camenca"], rng),
        Home::Abroad(country) => abroad(country, rng),
    }
}

/// A town someone may have been born in.
pub(super) fn birthplace(home: Home, country: CountryCode, rng: &mut ChaCha12Rng) -> Place {
    let towns: &[&str] = match (country.code(), home) {
        ("UA", _) => &["Odesa", "Cernăuți", "Vinnîția", "Mîkolaiiv"],
        ("TR", _) => &["İstanbul", "İzmir", "Kayseri"],
        (_, Home::Gagauzia) => &["Comrat", "Ceadîr-Lunga", "Vulcănești"],
        (_, Home::LeftBank) => &["Tiraspol", "Rîbnița"],
        _ => &[
            "Chișinău",
            "Bălți",
            "Orhei",
            "Soroca",
            "Cahul",
            "Ungheni",
            "Edineț",
            "Căușeni",
            "Fălești",
        ],
    };
    Place {
        country,
        city: (*towns.choose(rng).expect("no list of towns is empty")).to_owned(),
    }
}

fn in_chisinau(rng: &mut ChaCha12Rng) -> Address {
    let sectors = ["0110", "0120", "0130", "0140", "0150"].map(locality);
    let sector = *sectors.choose(rng).expect("there are five sectors");
    let mut address = domestic(sector, "mun.", true, rng);
    address.postal_code = format!("MD-20{:02}", rng.random_range(1..=75));
    address
}

/// The city of a first-level unit carries the unit's own name, which in Moldova its seat does.
fn domestic(unit: Locality, kind: &str, in_flats: bool, rng: &mut ChaCha12Rng) -> Address {
    let region = unit.region();
    let name = region.name(Language::Ro);
    let flats = in_flats.then(|| rng.random_range(1..=144).to_string());
    let block = (in_flats && rng.random_bool(0.4)).then(|| rng.random_range(1..=9).to_string());
    Address {
        country: CountryCode::MOLDOVA,
        region: format!("{kind} {name}"),
        locality: Some(unit),
        city: name.to_owned(),
        street: (*STREETS.choose(rng).expect("the list of streets is not empty")).to_owned(),
        house_number: house_number(rng),
        block,
        flat: flats,
        postal_code: format!("MD-{}", rng.random_range(3100..=7799)),
    }
}

fn named(unit: Locality, kind: &str, towns: &[&str], rng: &mut ChaCha12Rng) -> Address {
    let mut address = domestic(unit, kind, rng.random_bool(0.3), rng);
    (*towns.choose(rng).expect("no list of towns is empty")).clone_into(&mut address.city);
    address
}

fn abroad(country: &'static str, rng: &mut ChaCha12Rng) -> Address {
    let (region, city, street, code) = match country {
        "IT" => ("Veneto", "Padova", "Via dei Tigli", "35121"),
        "DE" => ("Hessen", "Frankfurt am Main", "Lindenstraße", "60325"),
        _ => ("Île-de-France", "Créteil", "Rue des Tilleuls", "94000"),
    };
    Address {
        country: CountryCode::new(country),
        region: region.to_owned(),
        locality: None,
        city: city.to_owned(),
        street: street.to_owned(),
        house_number: rng.random_range(1..=180).to_string(),
        block: None,
        flat: Some(rng.random_range(1..=30).to_string()),
        postal_code: code.to_owned(),
    }
}

fn house_number(rng: &mut ChaCha12Rng) -> String {
    let number = rng.random_range(1..=190);
    match rng.random_range(0..5) {
        0 => format!("{number}/{}", rng.random_range(1..=6)),
        1 => format!("{number}A"),
        _ => number.to_string(),
    }
}

fn locality(code: &str) -> Locality {
    code.parse()
        .expect("the code is in the classifier's list: a test generates countries")
}

#[rustfmt::skip]
const STREETS: &[&str] = &[
    "str. Teiului", "str. Livezilor", "bd. Primăverii", "str. Izvorului", "str. Viilor", "str. Nucarilor", "str. Morii",
    "str. Cîmpului", "str-la Grădinilor", "str. Fîntînilor", "șos. Pădurii", "str. Zorilor", "str. Salcîmilor",
];
