//! Telephone numbers.

use crate::{DomainError, Flaw, Subject};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// No number in print, with its punctuation, comes near this many characters.
const LONGEST_TEXT: usize = 40;
/// ITU-T E.164 (11/2010), 6.2.1: at most fifteen digits; no country has fewer than seven.
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;
const MOLDOVA: &str = "373";
const MOLDOVA_NATIONAL: usize = 8;

/// A telephone number in the form of ITU-T E.164: a country code and a national number.
///
/// A text without `+` or `00` is read as a number dialled in Moldova (`060 606 060`, `22 123 456`) or as
/// one of Moldova's numbers in full (`37360606060`, as instant payments name payers). `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PhoneNumber(String);

/// What a number reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PhoneKind {
    /// A mobile telephone in Moldova, which can receive a text message.
    Mobile,
    /// A line in Moldova.
    Fixed,
    /// Free of charge in Moldova.
    TollFree,
    /// Another service in Moldova.
    Service,
    /// Outside Moldova.
    Foreign,
}

impl PhoneNumber {
    /// The digits with the leading plus: `+37360606060`.
    pub fn e164(&self) -> &str {
        &self.0
    }

    /// The country's calling code, without plus.
    pub fn calling_code(&self) -> &str {
        let digits = self.digits();
        digits.get(..calling_code_length(digits)).unwrap_or(digits)
    }

    /// What follows the calling code.
    pub fn national_digits(&self) -> &str {
        let digits = self.digits();
        digits.get(calling_code_length(digits)..).unwrap_or_default()
    }

    /// What the number reaches.
    pub fn kind(&self) -> PhoneKind {
        if self.calling_code() != MOLDOVA {
            return PhoneKind::Foreign;
        }
        let national = self.national_digits();
        let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| national.starts_with(prefix));
        if starts(&["6", "71", "76", "77", "78", "79", "562"]) {
            PhoneKind::Mobile
        } else if starts(&["800"]) {
            PhoneKind::TollFree
        } else if starts(&["2", "3", "5"]) {
            PhoneKind::Fixed
        } else {
            PhoneKind::Service
        }
    }

    /// As it is dialled from within Moldova, grouped: `060 606 060` becomes `0606 06 060`.
    pub fn national(&self) -> Option<String> {
        (self.calling_code() == MOLDOVA).then(|| format!("0{}", self.groups()))
    }

    /// The country code and the last two digits, the rest hidden.
    pub fn masked(&self) -> String {
        let national = self.national_digits();
        let shown = national.len().saturating_sub(2);
        let hidden: String = national
            .chars()
            .enumerate()
            .map(|(at, c)| if at < shown { '•' } else { c })
            .collect();
        format!("+{} {hidden}", self.calling_code())
    }

    fn digits(&self) -> &str {
        self.0.strip_prefix('+').unwrap_or_default()
    }

    /// Chișinău (22) and the 3x areas `## ### ###`, the rest of Moldova `### ## ###` (Google
    /// libphonenumber metadata); abroad threes, the last group of two to four.
    fn groups(&self) -> String {
        let national = self.national_digits();
        let sizes: &[usize] = match (self.calling_code(), national.as_bytes()) {
            (MOLDOVA, [b'2', b'2', ..] | [b'3', ..]) => &[2, 3, 3],
            (MOLDOVA, _) => &[3, 2, 3],
            _ => &[],
        };
        let mut rest = national;
        let mut groups = Vec::new();
        for size in sizes.iter().copied().chain(std::iter::repeat(3)) {
            if rest.is_empty() {
                break;
            }
            let size = if sizes.is_empty() && rest.len() <= 4 {
                rest.len()
            } else {
                size.min(rest.len())
            };
            let (group, tail) = rest.split_at(size);
            groups.push(group);
            rest = tail;
        }
        groups.join(" ")
    }
}

impl FromStr for PhoneNumber {
    type Err = DomainError;

    fn from_str(text: &str) -> Result<Self, DomainError> {
        let dialled = read(text)?;
        let end = text.trim_end().chars().count();
        let (digits, places) = (dialled.digits, dialled.places);
        let refuse = |flaw, index: usize| {
            DomainError::located(Subject::Phone, flaw, places.get(index).copied().unwrap_or(end))
        };
        let (skip, international) = if dialled.plus {
            (0, true)
        } else if digits.starts_with("00") {
            (2, true)
        } else if digits.starts_with(MOLDOVA) && digits.len() == MOLDOVA.len() + MOLDOVA_NATIONAL {
            (0, true)
        } else if digits.starts_with('0') {
            (1, false)
        } else {
            (0, false)
        };
        let number = digits.get(skip..).unwrap_or_default();
        let full = if international {
            number.to_owned()
        } else {
            format!("{MOLDOVA}{number}")
        };
        if number.is_empty() {
            return Err(refuse(Flaw::Length, digits.len()));
        }
        if full.starts_with('0') {
            return Err(refuse(Flaw::Prefix, skip));
        }
        let found = Self(format!("+{full}"));
        let before = skip
            + if international {
                found.calling_code().len()
            } else {
                0
            };
        if found.calling_code() == MOLDOVA {
            judge_moldovan(found.national_digits()).map_err(|(flaw, at)| refuse(flaw, before + at))?;
        } else if !DIGITS.contains(&full.len()) {
            return Err(refuse(Flaw::Length, skip + full.len().min(*DIGITS.end())));
        }
        Ok(found)
    }
}

/// The national numbering plan: eight digits that begin as an area, a network or a service does.
fn judge_moldovan(national: &str) -> Result<(), (Flaw, usize)> {
    let known = match national.as_bytes() {
        [b'2' | b'3' | b'5' | b'6' | b'7', ..] => true,
        [b'8' | b'9', second, ..] => *second == b'0',
        _ => false,
    };
    if national.len() < MOLDOVA_NATIONAL {
        return Err((Flaw::Length, national.len()));
    }
    if national.len() > MOLDOVA_NATIONAL {
        return Err((Flaw::Length, MOLDOVA_NATIONAL));
    }
    if known { Ok(()) } else { Err((Flaw::Prefix, 0)) }
}

/// Digits with their places in the text, and whether a plus came first.
struct Dialled {
    digits: String,
    places: Vec<usize>,
    plus: bool,
}

fn read(text: &str) -> Result<Dialled, DomainError> {
    let mut dialled = Dialled {
        digits: String::new(),
        places: Vec::new(),
        plus: false,
    };
    for (at, character) in text.chars().enumerate() {
        if at == LONGEST_TEXT {
            return Err(DomainError::located(Subject::Phone, Flaw::Length, at));
        }
        match character {
            '0'..='9' => {
                dialled.digits.push(character);
                dialled.places.push(at);
            }
            '+' if dialled.digits.is_empty() && !dialled.plus => dialled.plus = true,
            ' ' | '\u{a0}' | '\u{202f}' | '-' | '\u{2011}' | '(' | ')' | '.' | '/' => {}
            _ => return Err(DomainError::located(Subject::Phone, Flaw::Character, at)),
        }
    }
    if dialled.digits.is_empty() {
        return Err(DomainError::new(Subject::Phone, Flaw::Empty));
    }
    Ok(dialled)
}

/// How many digits the calling code has: ITU-T E.164 Annex A to Recommendation, list of assigned codes.
/// Codes are prefix-free: zones 1 and 7 have one digit, the ones listed two, all others three.
fn calling_code_length(digits: &str) -> usize {
    const TWO: &[u8] = &[
        20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56, 57,
        58, 60, 61, 62, 63, 64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98,
    ];
    let two = digits.get(..2).and_then(|first| first.parse::<u8>().ok());
    let length = match digits.as_bytes() {
        [b'1' | b'7', ..] => 1,
        _ if two.is_some_and(|two| TWO.contains(&two)) => 2,
        _ => 3,
    };
    length.min(digits.len())
}

impl fmt::Display for PhoneNumber {
    /// The international form, grouped: `+373 606 06 060`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "+{} {}", self.calling_code(), self.groups())
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PhoneNumber(+{}•••)", self.calling_code())
    }
}

impl TryFrom<String> for PhoneNumber {
    type Error = DomainError;

    fn try_from(text: String) -> Result<Self, DomainError> {
        text.parse()
    }
}

impl From<PhoneNumber> for String {
    fn from(number: PhoneNumber) -> Self {
        number.0
    }
}

#[cfg(test)]
mod tests;
