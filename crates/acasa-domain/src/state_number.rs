//! The thirteen-digit numbers of the state registers.

use crate::{DomainError, Flaw, Subject};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

const LENGTH: usize = 13;
const BODY: usize = LENGTH - 1;

/// IDNP, the personal number of a resident: 13 digits, the first 0 or 2, the last a check digit.
///
/// Not only citizens have one. `Debug` hides it; [`Idnp::masked`] is what a screen shows until asked.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Idnp([u8; LENGTH]);

/// IDNO, the number of a legal entity: 13 digits, the first 1, then the year of assignment, the
/// last a check digit. It is public, so `Debug` shows it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Idno([u8; LENGTH]);

impl Idnp {
    /// Completes twelve digits with their check digit.
    pub fn from_body(body: &str) -> Result<Self, DomainError> {
        parse_body(body, Subject::Idnp, |first| matches!(first, b'0' | b'2')).map(Self)
    }

    /// The thirteen digits.
    pub fn as_str(&self) -> &str {
        digits(&self.0)
    }

    /// The number with all but its last four digits hidden.
    pub fn masked(&self) -> String {
        mask(self.as_str())
    }
}

impl Idno {
    /// Completes twelve digits with their check digit.
    pub fn from_body(body: &str) -> Result<Self, DomainError> {
        parse_body(body, Subject::Idno, |first| first == b'1').map(Self)
    }

    /// The thirteen digits.
    pub fn as_str(&self) -> &str {
        digits(&self.0)
    }
}

impl FromStr for Idnp {
    type Err = DomainError;

    fn from_str(text: &str) -> Result<Self, DomainError> {
        parse(text, Subject::Idnp, |first| matches!(first, b'0' | b'2')).map(Self)
    }
}

impl FromStr for Idno {
    type Err = DomainError;

    fn from_str(text: &str) -> Result<Self, DomainError> {
        parse(text, Subject::Idno, |first| first == b'1').map(Self)
    }
}

fn parse(text: &str, subject: Subject, begins: fn(u8) -> bool) -> Result<[u8; LENGTH], DomainError> {
    let number = exact::<LENGTH>(text, subject)?;
    if !begins(number[0]) {
        return Err(DomainError::located(subject, Flaw::Prefix, 0));
    }
    if check_digit(&number) != number[BODY] {
        return Err(DomainError::located(subject, Flaw::CheckDigit, BODY));
    }
    Ok(number)
}

fn parse_body(body: &str, subject: Subject, begins: fn(u8) -> bool) -> Result<[u8; LENGTH], DomainError> {
    let body = exact::<BODY>(body, subject)?;
    if !begins(body[0]) {
        return Err(DomainError::located(subject, Flaw::Prefix, 0));
    }
    let mut number = [b'0'; LENGTH];
    number[..BODY].copy_from_slice(&body);
    number[BODY] = check_digit(&number);
    Ok(number)
}

/// Exactly `N` ASCII digits. The place of a wrong length is where the text ends or runs over.
fn exact<const N: usize>(text: &str, subject: Subject) -> Result<[u8; N], DomainError> {
    if text.is_empty() {
        return Err(DomainError::new(subject, Flaw::Empty));
    }
    let mut number = [0; N];
    let mut count = 0;
    for (at, character) in text.chars().enumerate() {
        if at == N {
            return Err(DomainError::located(subject, Flaw::Length, N));
        }
        if !character.is_ascii_digit() {
            return Err(DomainError::located(subject, Flaw::Character, at));
        }
        number[at] = u8::try_from(character).expect("an ASCII digit is one byte");
        count = at + 1;
    }
    if count < N {
        return Err(DomainError::located(subject, Flaw::Length, count));
    }
    Ok(number)
}

/// Check digit: weights 7, 3, 1 over the first twelve digits, modulo 10 (python-stdnum `md.idno`).
/// One public document states the ten's complement; it disagrees with every published number.
fn check_digit(number: &[u8; LENGTH]) -> u8 {
    let weights = [7_u16, 3, 1].into_iter().cycle();
    let sum: u16 = number[..BODY]
        .iter()
        .zip(weights)
        .map(|(digit, weight)| u16::from(digit - b'0') * weight)
        .sum();
    b'0' + u8::try_from(sum % 10).expect("a remainder of ten is below ten")
}

fn digits(number: &[u8; LENGTH]) -> &str {
    str::from_utf8(number).expect("only ASCII digits are ever stored")
}

fn mask(number: &str) -> String {
    number
        .chars()
        .enumerate()
        .map(|(at, digit)| if at < LENGTH - 4 { '•' } else { digit })
        .collect()
}

impl fmt::Debug for Idnp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Idnp(•••)")
    }
}

impl fmt::Debug for Idno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Idno({})", self.as_str())
    }
}

/// What both numbers are to the rest of the language: text in, text out.
macro_rules! as_text {
    ($type:ty) => {
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl AsRef<str> for $type {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }
        impl TryFrom<String> for $type {
            type Error = DomainError;
            fn try_from(text: String) -> Result<Self, DomainError> {
                text.parse()
            }
        }
        impl From<$type> for String {
            fn from(number: $type) -> Self {
                number.as_str().to_owned()
            }
        }
    };
}

as_text!(Idnp);
as_text!(Idno);

#[cfg(test)]
mod tests;
