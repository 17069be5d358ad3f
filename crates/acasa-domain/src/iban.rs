//! International bank account numbers.

mod registry;

use crate::{DomainError, Flaw, Subject};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// No account in print, separators included, comes near this many characters.
const LONGEST_TEXT: usize = 64;

/// An international bank account number (ISO 13616-1:2020): a country of the registry, its length and
/// structure, and check digits by ISO 7064 MOD 97-10.
///
/// Reading accepts lower case and the ways accounts are printed: spaces everywhere, hyphens in Spain,
/// full stops in Norway. National check digits inside the account are the bank's own and not judged.
/// `Debug` shows the country only.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Iban(String);

impl Iban {
    /// The electronic form: capitals and digits without spaces.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The country's two letters (ISO 3166-1, and XK for Kosovo).
    pub fn country(&self) -> &str {
        self.0.get(..2).expect("an account begins with two letters")
    }

    /// What follows country and check digits.
    pub fn bban(&self) -> &str {
        self.0.get(4..).expect("an account has more than four characters")
    }

    /// The print form, in groups of four.
    pub fn grouped(&self) -> String {
        let mut text = String::with_capacity(self.0.len() * 5 / 4);
        for (at, character) in self.0.chars().enumerate() {
            if at > 0 && at % 4 == 0 {
                text.push(' ');
            }
            text.push(character);
        }
        text
    }

    /// Country, check digits and the last four characters, the rest hidden.
    pub fn masked(&self) -> String {
        let hidden = 4..self.0.len() - 4;
        self.0
            .chars()
            .enumerate()
            .map(|(at, c)| if hidden.contains(&at) { '•' } else { c })
            .collect()
    }
}

impl FromStr for Iban {
    type Err = DomainError;

    fn from_str(text: &str) -> Result<Self, DomainError> {
        let characters = significant(text)?;
        if characters.is_empty() {
            return Err(DomainError::new(Subject::Iban, Flaw::Empty));
        }
        let end = text.trim_end().chars().count();
        judge(&characters, end)?;
        Ok(Self(
            characters.iter().map(|(_, byte)| char::from(*byte)).collect(),
        ))
    }
}

/// A capital or digit with its place in the text as given.
type Placed = (usize, u8);

/// What remains without separators, in capitals.
fn significant(text: &str) -> Result<Vec<Placed>, DomainError> {
    let mut kept: Vec<Placed> = Vec::with_capacity(34);
    for (at, character) in text.chars().enumerate() {
        if at == LONGEST_TEXT {
            return Err(DomainError::located(Subject::Iban, Flaw::Length, at));
        }
        if is_separator(character, &kept) {
            continue;
        }
        if !character.is_ascii_alphanumeric() {
            return Err(DomainError::located(Subject::Iban, Flaw::Character, at));
        }
        let byte = u8::try_from(character).expect("an ASCII letter or digit is one byte");
        kept.push((at, byte.to_ascii_uppercase()));
    }
    Ok(kept)
}

/// Spaces are ISO 13616's print form; Norwegian accounts are written 1234.56.78901 and Spanish ones
/// with hyphens, and people copy them so.
fn is_separator(character: char, before: &[Placed]) -> bool {
    let country = before
        .first()
        .map(|first| first.1)
        .zip(before.get(1).map(|second| second.1));
    match character {
        ' ' | '\u{a0}' | '\u{202f}' => true,
        '-' => country == Some((b'E', b'S')),
        '.' => country == Some((b'N', b'O')),
        _ => false,
    }
}

fn judge(characters: &[Placed], end: usize) -> Result<(), DomainError> {
    let refuse = |flaw, at| Err(DomainError::located(Subject::Iban, flaw, at));
    for (at, byte) in characters.iter().take(2) {
        if !byte.is_ascii_uppercase() {
            return refuse(Flaw::Character, *at);
        }
    }
    for (at, byte) in characters.iter().skip(2).take(2) {
        if !byte.is_ascii_digit() {
            return refuse(Flaw::Character, *at);
        }
    }
    if characters.len() < 5 {
        return refuse(Flaw::Length, end);
    }
    let Some(structure) = registry::structure(&[characters[0].1, characters[1].1]) else {
        return refuse(Flaw::Unknown, characters[0].0);
    };
    follow(structure, &characters[4..], end)?;
    // ISO 7064, 8: check digits run from 02 to 98, so 00, 01 and 99 are never issued.
    let stated = (characters[2].1 - b'0') * 10 + (characters[3].1 - b'0');
    if !(2..=98).contains(&stated) || remainder(characters) != 1 {
        return refuse(Flaw::CheckDigit, characters[2].0);
    }
    Ok(())
}

/// Compares the account with the country's structure, character by character.
fn follow(structure: &str, account: &[Placed], end: usize) -> Result<(), DomainError> {
    let mut rest = account.iter();
    let mut count = 0_usize;
    for class in structure.bytes() {
        if class.is_ascii_digit() {
            count = count * 10 + usize::from(class - b'0');
            continue;
        }
        for _ in 0..std::mem::take(&mut count) {
            let Some((at, byte)) = rest.next() else {
                return Err(DomainError::located(Subject::Iban, Flaw::Length, end));
            };
            let fits = match class {
                b'n' => byte.is_ascii_digit(),
                b'a' => byte.is_ascii_uppercase(),
                _ => true,
            };
            if !fits {
                return Err(DomainError::located(Subject::Iban, Flaw::Character, *at));
            }
        }
    }
    match rest.next() {
        Some((at, _)) => Err(DomainError::located(Subject::Iban, Flaw::Length, *at)),
        None => Ok(()),
    }
}

/// ISO 7064 MOD 97-10 over the account followed by country and check digits, letters as 10 to 35.
fn remainder(characters: &[Placed]) -> u32 {
    let (head, account) = characters.split_at(4);
    account.iter().chain(head).fold(0, |sum, (_, byte)| {
        if byte.is_ascii_digit() {
            (sum * 10 + u32::from(byte - b'0')) % 97
        } else {
            (sum * 100 + u32::from(byte - b'A') + 10) % 97
        }
    })
}

impl fmt::Display for Iban {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.grouped())
    }
}

impl fmt::Debug for Iban {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Iban({}•••)", self.country())
    }
}

impl AsRef<str> for Iban {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Iban {
    type Error = DomainError;

    fn try_from(text: String) -> Result<Self, DomainError> {
        text.parse()
    }
}

impl From<Iban> for String {
    fn from(iban: Iban) -> Self {
        iban.0
    }
}

#[cfg(test)]
mod tests;
