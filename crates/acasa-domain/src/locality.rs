//! Localities: the Classifier of administrative-territorial units (CUATM).

use crate::{DomainError, Flaw, Language, Subject};
use serde::{Deserialize, Serialize};
use std::{collections::HashMap, fmt, str::FromStr, sync::LazyLock};

/// The four-digit identification code of a unit. It does not follow the unit's parent.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CuatmCode([u8; 4]);

/// The seven-digit statistical code of a unit, which begins as its parent's does.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct StatisticalCode([u8; 7]);

/// What a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LocalityKind {
    /// Raion.
    District,
    /// Municipality.
    Municipality,
    /// Găgăuzia.
    AutonomousUnit,
    /// The left bank of the Nistru.
    TerritorialUnit,
    /// A sector of Chișinău.
    Sector,
    /// Town.
    Town,
    /// Village or commune.
    Village,
}

/// A unit of the classifier. Only units in the list (`data/cuatm.tsv`) exist; serialised as the
/// four-digit code.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(try_from = "CuatmCode", into = "CuatmCode")]
pub struct Locality(&'static Row);

struct Row {
    code: CuatmCode,
    statistical: StatisticalCode,
    kind: LocalityKind,
    parent: Option<CuatmCode>,
    ro: &'static str,
    ru: &'static str,
}

impl Locality {
    /// Every unit of the list, in its order: first level, then each parent's own.
    pub fn all() -> impl Iterator<Item = Self> {
        ROWS.iter().map(Self)
    }

    /// The unit with this statistical code.
    pub fn by_statistical_code(code: StatisticalCode) -> Result<Self, DomainError> {
        Self::all().find(|unit| unit.0.statistical == code).ok_or(UNKNOWN)
    }

    /// Its identification code.
    pub fn code(self) -> CuatmCode {
        self.0.code
    }

    /// Its statistical code.
    pub fn statistical_code(self) -> StatisticalCode {
        self.0.statistical
    }

    /// What it is.
    pub fn kind(self) -> LocalityKind {
        self.0.kind
    }

    /// Its name. In English names are as in Romanian, and so are the few that the list does not have in
    /// Russian.
    pub fn name(self, language: Language) -> &'static str {
        match language {
            Language::Ru if !self.0.ru.is_empty() => self.0.ru,
            Language::Ro | Language::Ru | Language::En => self.0.ro,
        }
    }

    /// The unit it lies in, if it is not of the first level.
    pub fn parent(self) -> Option<Self> {
        self.0.parent.and_then(|code| Self::try_from(code).ok())
    }

    /// The first-level unit it lies in, which may be itself.
    #[must_use]
    pub fn region(self) -> Self {
        let mut unit = self;
        while let Some(parent) = unit.parent() {
            unit = parent;
        }
        unit
    }
}

const UNKNOWN: DomainError = DomainError::new(Subject::Locality, Flaw::Unknown);

/// Where in the list each unit is.
static PLACES: LazyLock<HashMap<CuatmCode, usize>> = LazyLock::new(|| {
    ROWS.iter()
        .enumerate()
        .map(|(place, row)| (row.code, place))
        .collect()
});

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let lines = include_str!("../data/cuatm.tsv").lines();
    lines
        .map(|line| row(line).expect("a test reads every line of the list"))
        .collect()
});

fn row(line: &'static str) -> Option<Row> {
    let mut cells = line.split('\t');
    let row = Row {
        code: cells.next()?.parse().ok()?,
        statistical: cells.next()?.parse().ok()?,
        kind: match cells.next()? {
            "district" => LocalityKind::District,
            "municipality" => LocalityKind::Municipality,
            "autonomous_unit" => LocalityKind::AutonomousUnit,
            "territorial_unit" => LocalityKind::TerritorialUnit,
            "sector" => LocalityKind::Sector,
            "town" => LocalityKind::Town,
            "village" => LocalityKind::Village,
            _ => return None,
        },
        parent: match cells.next()? {
            "" => None,
            code => Some(code.parse().ok()?),
        },
        ro: cells.next()?,
        ru: cells.next()?,
    };
    cells.next().is_none().then_some(row)
}

impl TryFrom<CuatmCode> for Locality {
    type Error = DomainError;

    fn try_from(code: CuatmCode) -> Result<Self, DomainError> {
        let place = PLACES.get(&code).ok_or(UNKNOWN)?;
        Ok(Self(&ROWS[*place]))
    }
}

impl From<Locality> for CuatmCode {
    fn from(locality: Locality) -> Self {
        locality.code()
    }
}

impl FromStr for Locality {
    type Err = DomainError;

    /// Reads either code.
    fn from_str(text: &str) -> Result<Self, DomainError> {
        if text.chars().count() == 7 {
            Self::by_statistical_code(text.parse()?)
        } else {
            Self::try_from(text.parse::<CuatmCode>()?)
        }
    }
}

impl PartialEq for Locality {
    fn eq(&self, other: &Self) -> bool {
        self.0.code == other.0.code
    }
}

impl Eq for Locality {}

impl fmt::Debug for Locality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Locality({} {})", self.0.code, self.0.ro)
    }
}

/// What the two codes have in common: so many digits.
macro_rules! code {
    ($type:ident, $length:literal) => {
        impl $type {
            /// The digits.
            pub fn as_str(&self) -> &str {
                str::from_utf8(&self.0).expect("only ASCII digits are ever stored")
            }
        }
        impl FromStr for $type {
            type Err = DomainError;
            fn from_str(text: &str) -> Result<Self, DomainError> {
                if text.is_empty() {
                    return Err(DomainError::new(Subject::Locality, Flaw::Empty));
                }
                if let Some(at) = text
                    .chars()
                    .position(|character| !character.is_ascii_digit())
                {
                    return Err(DomainError::located(Subject::Locality, Flaw::Character, at));
                }
                let digits = text.as_bytes().try_into().map_err(|_| {
                    DomainError::located(Subject::Locality, Flaw::Length, text.len().min($length))
                })?;
                Ok(Self(digits))
            }
        }
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($type), self.as_str())
            }
        }
        impl TryFrom<String> for $type {
            type Error = DomainError;
            fn try_from(text: String) -> Result<Self, DomainError> {
                text.parse()
            }
        }
        impl From<$type> for String {
            fn from(code: $type) -> Self {
                code.as_str().to_owned()
            }
        }
    };
}

code!(CuatmCode, 4);
code!(StatisticalCode, 7);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    #[test]
    fn both_codes_find_the_same_unit() {
        let botanica: Locality = "0110".parse().unwrap();

        assert_eq!("0110000".parse::<Locality>(), Ok(botanica));
        assert_eq!(
            (botanica.name(Language::Ro), botanica.name(Language::Ru)),
            ("Botanica", "Ботаника")
        );
        assert_eq!(botanica.kind(), LocalityKind::Sector);
    }

    #[test]
    fn a_village_leads_up_to_its_municipality_though_its_code_does_not() {
        let braila: Locality = "5514".parse().unwrap();
        let path: Vec<_> = std::iter::successors(Some(braila), |unit| unit.parent())
            .map(|u| u.name(Language::Ro))
            .collect();

        assert_eq!(path, ["Brăila", "Băcioi", "Botanica", "Chișinău"]);
        assert_eq!(braila.region().code().as_str(), "0100");
    }

    #[test]
    fn a_unit_without_a_russian_name_is_called_by_its_romanian_one() {
        let without: Vec<_> = Locality::all().filter(|unit| unit.0.ru.is_empty()).collect();

        assert_eq!(without.len(), 10);
        for unit in without {
            assert!(!unit.0.ro.is_empty());
            assert_eq!(unit.name(Language::Ru), unit.name(Language::Ro));
        }
    }

    #[test]
    fn every_district_has_a_town_or_municipality_and_villages() {
        for district in Locality::all().filter(|unit| unit.kind() == LocalityKind::District) {
            let inside = |kinds: &[LocalityKind]| {
                Locality::all()
                    .filter(|unit| unit.region() == district && kinds.contains(&unit.kind()))
                    .count()
            };
            let villages = inside(&[LocalityKind::Village]);
            let towns = inside(&[LocalityKind::Town, LocalityKind::Municipality]);
            assert!(villages >= 9, "{district:?}: {villages}");
            // The district of Dubăsari has none: its town is on the left bank.
            assert_eq!(
                towns > 0,
                district.name(Language::Ro) != "Dubăsari",
                "{district:?}"
            );
        }
        assert_eq!(Locality::all().count(), 1721);
    }

    #[test]
    fn every_line_of_the_list_is_read_with_unique_codes_and_known_parents() {
        let lines = include_str!("../data/cuatm.tsv").lines();
        assert!(lines.clone().all(|line| row(line).is_some()));
        let codes: HashSet<_> = Locality::all().map(Locality::code).collect();
        let statistical: HashSet<_> = Locality::all().map(Locality::statistical_code).collect();
        assert_eq!(
            (codes.len(), statistical.len()),
            (lines.clone().count(), lines.count())
        );
        for unit in Locality::all() {
            assert_eq!(unit.parent().is_some(), unit.0.parent.is_some(), "{unit:?}");
            let begins = |unit: Locality| unit.statistical_code().as_str().get(..2).map(str::to_owned);
            assert_eq!(begins(unit.region()), begins(unit), "{unit:?}");
        }
    }

    #[test]
    fn the_first_level_is_complete() {
        let count = |kind| {
            Locality::all()
                .filter(|unit| unit.kind() == kind && unit.parent().is_none())
                .count()
        };

        assert_eq!(
            (count(LocalityKind::District), count(LocalityKind::Municipality)),
            (32, 3)
        );
        assert_eq!(
            (
                count(LocalityKind::AutonomousUnit),
                count(LocalityKind::TerritorialUnit)
            ),
            (1, 1)
        );
        assert_eq!(
            Locality::all()
                .filter(|unit| unit.kind() == LocalityKind::Sector)
                .count(),
            5
        );
    }

    #[test]
    fn a_refusal_says_what_is_wrong_and_where() {
        let cases = [
            ("", "locality_empty", None),
            ("01", "locality_length", Some(2)),
            ("01100", "locality_length", Some(4)),
            ("01a0", "locality_character", Some(2)),
            ("9999", "locality_unknown", None),
        ];
        for (text, code, at) in cases {
            let error = text.parse::<Locality>().unwrap_err();
            assert_eq!((error.code(), error.at()), (code, at), "{text}");
        }
    }

    #[test]
    fn serde_carries_the_identification_code() {
        let unit: Locality = "1700".parse().unwrap();

        assert_eq!(serde_json::to_string(&unit).unwrap(), "\"1700\"");
        assert_eq!(serde_json::from_str::<Locality>("\"1700\"").unwrap(), unit);
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in any::<String>(), digits in "[0-9]{0,9}") {
            for text in [text, digits] {
                if let Err(error) = text.parse::<Locality>() {
                    prop_assert!(error.at().unwrap_or(0) <= text.chars().count());
                }
            }
        }
    }
}
