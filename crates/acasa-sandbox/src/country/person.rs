//! People.

use super::cast::{Home, Part};
use super::documents::Document;
use super::names::{self, Community};
use super::place::{self, Address, CountryCode, Place};
use super::portrait::{self, Features};
use super::{REFERENCE_DAY, Role, Stream, issue, signature, stream};
use acasa_domain::{Date, Idnp, Language, PhoneNumber, time};
use rand::{RngExt as _, seq::IndexedRandom as _};
use rand_chacha::ChaCha12Rng;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// Sex as documents state it (ISO/IEC 5218).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sex {
    /// Code 1.
    Male,
    /// Code 2.
    Female,
}

impl Sex {
    /// ISO/IEC 5218's number.
    pub const fn code(self) -> u8 {
        match self {
            Self::Male => 1,
            Self::Female => 2,
        }
    }
}

/// Colour of the eyes, by ISO/IEC 18013-5:2021, 7.2.1's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is its colour")]
pub enum EyeColour {
    Blue,
    Brown,
    Green,
    Grey,
    Hazel,
}

impl EyeColour {
    /// The word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Blue => "blue",
            Self::Brown => "brown",
            Self::Green => "green",
            Self::Grey => "grey",
            Self::Hazel => "hazel",
        }
    }
}

/// Colour of the hair, by ISO/IEC 18013-5:2021, 7.2.1's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is its colour")]
pub enum HairColour {
    Bald,
    Black,
    Blond,
    Brown,
    Grey,
    Red,
    White,
}

impl HairColour {
    /// The word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Bald => "bald",
            Self::Black => "black",
            Self::Blond => "blond",
            Self::Brown => "brown",
            Self::Grey => "grey",
            Self::Red => "red",
            Self::White => "white",
        }
    }
}

/// The pictures a person's documents carry, all JPEG.
#[derive(Clone, PartialEq, Eq)]
pub struct Pictures {
    /// The portrait of full documents: 35 to 45, 15 to 25 kB.
    pub full: Vec<u8>,
    /// The portrait of companions made for a code: the same face in at most 4096 bytes.
    pub companion: Vec<u8>,
    /// The signature, dark on white.
    pub signature: Vec<u8>,
}

/// A person who does not exist. `Debug` shows the role only.
#[derive(Clone)]
pub struct Person {
    /// Personal number.
    pub idnp: Idnp,
    /// What the person is there to show.
    pub role: Role,
    /// Family name.
    pub family_name: String,
    /// Given name.
    pub given_name: String,
    /// Family name at birth.
    pub family_name_at_birth: String,
    /// Sex.
    pub sex: Sex,
    /// Date of birth.
    pub birth_date: Date,
    /// Place of birth.
    pub birth_place: Place,
    /// Citizenship.
    pub nationality: CountryCode,
    /// Home.
    pub address: Address,
    /// The language the person prefers.
    pub language: Language,
    /// Telephone, foreign for who lives abroad; children have none.
    pub phone: Option<PhoneNumber>,
    /// Electronic mail, in a domain reserved for examples (RFC 2606).
    pub email: Option<String>,
    /// Body height in centimetres.
    pub height_cm: u16,
    /// Body mass in kilograms.
    pub weight_kg: u16,
    /// Colour of the eyes.
    pub eyes: EyeColour,
    /// Colour of the hair.
    pub hair: HairColour,
    /// The parent in the country, of a child.
    pub parent: Option<Idnp>,
    /// What the state has given them, revoked and expired documents included.
    pub documents: Vec<Document>,
    features: Features,
    seed: (u64, u32),
    pictures: Arc<OnceLock<Pictures>>,
}

impl Person {
    /// Full years on a day.
    pub fn age_on(&self, day: Date) -> u16 {
        time::age_on(self.birth_date, day).unwrap_or(0)
    }

    /// Portraits and signature, drawn when first asked for.
    pub fn pictures(&self) -> &Pictures {
        self.pictures.get_or_init(|| {
            let (seed, index) = self.seed;
            let drawn = portrait::draw(&self.features);
            Pictures {
                full: drawn.full,
                companion: drawn.companion,
                signature: signature::draw(&self.family_name, &mut stream(seed, index, Stream::Signature)),
            }
        })
    }
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Person")
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Pictures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pictures(•••)")
    }
}

/// The person who plays a part in the country of a seed.
pub(super) fn draw(seed: u64, index: u32, part: Part, others: &[Person]) -> Person {
    let parent = part.parent.map(|at| &others[at]);
    let body = &mut stream(seed, index, Stream::Body);
    let sex = part.sex.unwrap_or(if body.random_bool(0.5) {
        Sex::Female
    } else {
        Sex::Male
    });
    let birth_date = draw_birth(part.ages, body);
    let age = time::age_on(birth_date, REFERENCE_DAY).unwrap_or(0);
    let nationality = nationality(part);
    let (height_cm, weight_kg) = draw_size(sex, age, body);
    let (eyes, hair) = draw_colours(part.community, sex, age, body);
    let name = draw_name(part, sex, age, parent, &mut stream(seed, index, Stream::Name));
    let home = &mut stream(seed, index, Stream::Home);
    let address = parent.map_or_else(|| place::draw(part.home, home), |parent| parent.address.clone());
    let birth_place = place::birthplace(part.home, born_in(nationality), home);
    let mut person = Person {
        idnp: number(seed, index),
        role: part.role,
        family_name: name.family,
        given_name: name.given,
        family_name_at_birth: name.at_birth,
        sex,
        birth_date,
        birth_place,
        nationality,
        address,
        language: language(part.community),
        phone: draw_phone(part.home, age, home),
        email: (age >= 16).then(|| format!("persoana{index}@example.md")),
        height_cm,
        weight_kg,
        eyes,
        hair,
        parent: parent.map(|parent| parent.idnp),
        documents: Vec::new(),
        features: Features::draw(sex, age, eyes, hair, &mut stream(seed, index, Stream::Portrait)),
        seed: (seed, index),
        pictures: Arc::default(),
    };
    person.documents = issue::draw(&person, part.grants, &mut stream(seed, index, Stream::Papers));
    person
}

/// A number of its own for every person of a seed: the index spread over the range, moved by the seed.
fn number(seed: u64, index: u32) -> Idnp {
    let offset: u32 = stream(seed, 0, Stream::Number).random_range(0..10_000_000);
    // 7919 is prime to ten million, so no two indices meet.
    let spread = (u64::from(offset) + u64::from(index) * 7919) % 10_000_000;
    Idnp::from_body(&format!("29990{spread:07}")).expect("twelve digits that begin with 2")
}

struct Name {
    family: String,
    given: String,
    at_birth: String,
}

fn draw_name(part: Part, sex: Sex, age: u16, parent: Option<&Person>, rng: &mut ChaCha12Rng) -> Name {
    if part.role == Role::LongName {
        let (family, given) = names::long(sex, rng);
        return Name {
            at_birth: family.clone(),
            family,
            given,
        };
    }
    let given = names::given(part.community, sex, rng);
    if let Some(parent) = parent {
        let family = names::inherited(&parent.family_name, sex);
        return Name {
            at_birth: family.clone(),
            family,
            given,
        };
    }
    let family = names::family(part.community, sex, rng);
    let at_birth = names::at_birth(&family, part.community, sex, age, rng);
    Name {
        family,
        given,
        at_birth,
    }
}

fn draw_birth((youngest, oldest): (u16, u16), rng: &mut ChaCha12Rng) -> Date {
    let age = rng.random_range(youngest..=oldest);
    let year = REFERENCE_DAY.year() - 1 - i16::try_from(age).expect("nobody is older than a hundred");
    let day = Date::new(year, 11, 22).expect("every November has 22 days");
    // A day in the year that ends on the reference day, so that the age comes out as drawn.
    day.checked_add(jiff::Span::new().days(rng.random_range(0..=364)))
        .expect("a year later is still a date")
}

fn nationality(part: Part) -> CountryCode {
    match (part.role, part.community) {
        (Role::Stateless, _) => CountryCode::STATELESS,
        (Role::Foreigner, Community::Ukrainian) => CountryCode::UKRAINE,
        (Role::Foreigner, _) => CountryCode::TURKIYE,
        _ => CountryCode::MOLDOVA,
    }
}

fn born_in(nationality: CountryCode) -> CountryCode {
    if nationality == CountryCode::STATELESS {
        CountryCode::MOLDOVA
    } else {
        nationality
    }
}

fn language(community: Community) -> Language {
    match community {
        Community::Romanian => Language::Ro,
        Community::Foreign => Language::En,
        Community::Russian | Community::Ukrainian | Community::Gagauz | Community::Bulgarian => Language::Ru,
    }
}

fn draw_phone(home: Home, age: u16, rng: &mut ChaCha12Rng) -> Option<PhoneNumber> {
    let line: u32 = rng.random_range(0..1000);
    // 699 99 is not assigned to anyone; abroad, ranges kept for fiction or tests.
    let number = match home {
        Home::Abroad("IT") => format!("+39 333 000 0{line:03}"),
        Home::Abroad("DE") => format!("+49 171 3920 {line:03}"),
        Home::Abroad(_) => format!("+33 6 39 98 {:02} {:02}", line / 100, line % 100),
        Home::Chisinau
        | Home::Municipality(_)
        | Home::District
        | Home::Gagauzia
        | Home::LeftBank
        | Home::WithParent => format!("+373 699 99 {line:03}"),
    };
    (age >= 12).then(|| number.parse().expect("every pattern above is a telephone number"))
}

fn draw_size(sex: Sex, age: u16, rng: &mut ChaCha12Rng) -> (u16, u16) {
    let adult: u16 = match sex {
        Sex::Male => rng.random_range(166..=192),
        Sex::Female => rng.random_range(154..=178),
    };
    let height = if age < 17 {
        76 + (adult - 76) * age / 17
    } else {
        adult
    };
    // A body mass index of 17 for children and 21 to 29 for adults.
    let index: u32 = if age < 17 { 17 } else { rng.random_range(21..=29) };
    let weight = index * u32::from(height) * u32::from(height) / 10_000;
    (height, u16::try_from(weight).expect("below 200 kilograms"))
}

fn draw_colours(community: Community, sex: Sex, age: u16, rng: &mut ChaCha12Rng) -> (EyeColour, HairColour) {
    let eyes = [
        EyeColour::Brown,
        EyeColour::Brown,
        EyeColour::Blue,
        EyeColour::Green,
        EyeColour::Grey,
        EyeColour::Hazel,
    ];
    let dark = [HairColour::Black, HairColour::Black, HairColour::Brown];
    let mixed = [
        HairColour::Brown,
        HairColour::Brown,
        HairColour::Brown,
        HairColour::Black,
        HairColour::Blond,
        HairColour::Red,
    ];
    let pool: &[HairColour] = if matches!(community, Community::Gagauz | Community::Foreign) {
        &dark
    } else {
        &mixed
    };
    let natural = *pool.choose(rng).expect("no pool of colours is empty");
    let (bald, grey) = (rng.random_bool(0.18), rng.random_bool(0.5));
    let hair = match age {
        0..=44 => natural,
        _ if sex == Sex::Male && bald => HairColour::Bald,
        70.. => HairColour::White,
        45..=59 if !grey => natural,
        _ => HairColour::Grey,
    };
    (*eyes.choose(rng).expect("the pool of colours is not empty"), hair)
}
