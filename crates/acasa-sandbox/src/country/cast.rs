//! Who is in every country: the parts people play, so that each seed has every case worth trying.

use super::documents::{DisabilityDegree, ResidenceBasis};
use super::names::Community;
use super::person::Sex;

/// What a person is there to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The one to begin with: an adult with every everyday document.
    FirstResident,
    /// An adult.
    Resident,
    /// A child with an identity card and a parent in the country.
    Child,
    /// Sixteen or seventeen: old enough for a card, too young for much.
    Minor,
    /// At a university.
    Student,
    /// Past working age.
    Pensioner,
    /// Holds a disability certificate.
    PersonWithDisability,
    /// Owns a company or two.
    Entrepreneur,
    /// A citizen whose home is abroad.
    Diaspora,
    /// Not a citizen; holds a residence card.
    Foreigner,
    /// Without any citizenship.
    Stateless,
    /// Holds a document past its expiry.
    WithExpired,
    /// Holds a document the state has revoked.
    WithRevoked,
    /// Has names that no layout expects.
    LongName,
    /// Was just born into the register: no document yet.
    WithoutDocuments,
}

/// Where someone lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Home {
    Chisinau,
    Municipality(&'static str),
    District,
    Gagauzia,
    LeftBank,
    WithParent,
    Abroad(&'static str),
}

/// A document someone holds, and in which state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grant {
    Identity(State),
    Driving(State, &'static [&'static str]),
    Vehicle(State),
    Residence(State, ResidenceBasis),
    Student(State),
    Disability(State, DisabilityDegree),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Good,
    Ending,
    Expired,
    Revoked,
}

/// A part in the cast.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    pub(super) role: Role,
    pub(super) community: Community,
    pub(super) sex: Option<Sex>,
    pub(super) ages: (u16, u16),
    pub(super) home: Home,
    pub(super) grants: &'static [Grant],
    /// The parent's place in the cast.
    pub(super) parent: Option<usize>,
    pub(super) companies: usize,
}

const fn part(
    role: Role,
    community: Community,
    ages: (u16, u16),
    home: Home,
    grants: &'static [Grant],
) -> Part {
    Part {
        role,
        community,
        sex: None,
        ages,
        home,
        grants,
        parent: None,
        companies: 0,
    }
}

impl Part {
    const fn sex(self, sex: Sex) -> Self {
        Self {
            sex: Some(sex),
            ..self
        }
    }

    const fn child_of(self, parent: usize) -> Self {
        Self {
            parent: Some(parent),
            ..self
        }
    }

    const fn owning(self, companies: usize) -> Self {
        Self { companies, ..self }
    }
}

use Community::{Bulgarian, Foreign, Gagauz, Romanian, Russian, Ukrainian};
use Grant::{Disability, Driving, Identity, Residence, Student, Vehicle};
use Home::{Abroad, Chisinau, District, Gagauzia, LeftBank, Municipality, WithParent};
use State::{Ending, Expired, Good, Revoked};

const ID: &[Grant] = &[Identity(Good)];
const ID_DRIVING: &[Grant] = &[Identity(Good), Driving(Good, &["B"])];
const EVERYDAY: &[Grant] = &[Identity(Good), Driving(Good, &["B"]), Vehicle(Good)];

#[rustfmt::skip]
pub(super) const CAST: &[Part] = &[
    part(Role::FirstResident, Romanian, (29, 41), Chisinau, EVERYDAY).sex(Sex::Female),
    part(Role::Entrepreneur, Romanian, (40, 55), Chisinau,
        &[Identity(Good), Driving(Good, &["B", "BE", "C"]), Vehicle(Good), Vehicle(Good)]).sex(Sex::Male).owning(1),
    part(Role::Child, Romanian, (6, 11), WithParent, ID).child_of(0),
    part(Role::Minor, Romanian, (16, 17), WithParent, &[Identity(Good), Driving(Good, &["AM"])]).child_of(1),
    part(Role::Student, Romanian, (19, 23), Chisinau, &[Identity(Good), Driving(Good, &["B"]), Student(Good)]),
    part(Role::Pensioner, Romanian, (66, 84), District, ID).sex(Sex::Female),
    part(Role::PersonWithDisability, Romanian, (30, 60), District,
        &[Identity(Good), Driving(Good, &["B"]), Disability(Good, DisabilityDegree::Severe)]),
    part(Role::Resident, Russian, (25, 60), Municipality("0300"), EVERYDAY).sex(Sex::Female),
    part(Role::Resident, Russian, (25, 60), Chisinau, EVERYDAY).sex(Sex::Male),
    part(Role::Resident, Gagauz, (25, 60), Gagauzia, EVERYDAY).sex(Sex::Male),
    part(Role::Resident, Gagauz, (20, 45), Gagauzia, ID_DRIVING).sex(Sex::Female),
    part(Role::Resident, Ukrainian, (25, 60), District, ID_DRIVING),
    part(Role::Resident, Bulgarian, (25, 60), District, EVERYDAY),
    part(Role::Resident, Russian, (25, 60), LeftBank, ID),
    part(Role::Foreigner, Ukrainian, (22, 50), Chisinau,
        &[Residence(Good, ResidenceBasis::TemporaryProtection)]).sex(Sex::Female),
    part(Role::Foreigner, Foreign, (25, 50), Chisinau,
        &[Residence(Good, ResidenceBasis::Work), Driving(Good, &["B"])]).sex(Sex::Male),
    part(Role::Foreigner, Foreign, (19, 24), Chisinau, &[Residence(Ending, ResidenceBasis::Study), Student(Good)]),
    part(Role::Stateless, Russian, (40, 65), Municipality("0500"), &[Residence(Good, ResidenceBasis::Stateless)]),
    part(Role::Diaspora, Romanian, (28, 50), Abroad("IT"), EVERYDAY).sex(Sex::Female),
    part(Role::Diaspora, Romanian, (28, 50), Abroad("DE"), ID_DRIVING).sex(Sex::Male),
    part(Role::Diaspora, Gagauz, (25, 45), Abroad("FR"), ID),
    part(Role::WithExpired, Romanian, (30, 60), District, &[Identity(Expired), Driving(Good, &["B"])]),
    part(Role::WithExpired, Romanian, (50, 70), Chisinau, &[Identity(Good), Driving(Expired, &["A", "B"])]),
    part(Role::WithExpired, Russian, (25, 45), Chisinau, &[Identity(Ending), Driving(Ending, &["B"]), Vehicle(Good)]),
    part(Role::WithRevoked, Romanian, (21, 45), Chisinau,
        &[Identity(Good), Driving(Revoked, &["B"]), Vehicle(Good)]).sex(Sex::Male),
    part(Role::WithRevoked, Romanian, (25, 60), District, &[Identity(Revoked), Identity(Good)]),
    part(Role::WithRevoked, Bulgarian, (60, 75), District,
        &[Identity(Good), Disability(Revoked, DisabilityDegree::Medium)]),
    part(Role::LongName, Romanian, (30, 60), District, EVERYDAY),
    part(Role::Entrepreneur, Russian, (30, 60), Municipality("0300"), EVERYDAY).owning(2),
    part(Role::Student, Gagauz, (19, 23), Chisinau, &[Identity(Good), Student(Expired)]),
    part(Role::PersonWithDisability, Romanian, (8, 15), WithParent,
        &[Identity(Good), Disability(Good, DisabilityDegree::Accentuated)]).child_of(1),
    part(Role::WithoutDocuments, Romanian, (1, 1), WithParent, &[]).child_of(0),
];
