//! Amounts as text, for machines and for people.

use super::{Currency, Money, OUT_OF_RANGE};
use crate::{DomainError, Flaw, Language, Subject};

/// The longest amount in print, unit included, is well below this many characters.
const LONGEST_TEXT: usize = 64;
const NO_BREAK: char = '\u{a0}';

pub(super) fn read_decimal(text: &str, currency: Currency) -> Result<Money, DomainError> {
    let placed = bounded(text)?;
    let (negative, rest) = sign(&placed);
    read_number(rest, placed.len(), negative, &|_| false, '.', currency)
}

pub(super) fn decimal(money: Money) -> String {
    spell(money, "", ".")
}

pub(super) fn read(text: &str, language: Language, currency: Currency) -> Result<Money, DomainError> {
    let placed = bounded(text)?;
    let (negative, rest) = sign(trim(&placed));
    let first_letter = rest
        .iter()
        .position(|(_, c)| c.is_alphabetic())
        .unwrap_or(rest.len());
    let (leading, number, trailing) = if first_letter == 0 {
        let unit = rest
            .iter()
            .position(|(_, c)| !c.is_alphabetic())
            .unwrap_or(rest.len());
        (&rest[..unit], trim(&rest[unit..]), &rest[rest.len()..])
    } else {
        (&rest[..0], trim(&rest[..first_letter]), &rest[first_letter..])
    };
    for unit in [leading, trailing] {
        expect_unit(unit, currency)?;
    }
    let end = number.last().map_or(placed.len(), |(at, _)| at + 1);
    let (groups, point): (&dyn Fn(char) -> bool, char) = match language {
        Language::Ro | Language::Ru => (&|c| c == '.' || is_space(c), ','),
        Language::En => (&|c| c == ',' || is_space(c), '.'),
    };
    read_number(number, end, negative, groups, point, currency)
}

pub(super) fn write(money: Money, language: Language) -> String {
    let (group, point) = match language {
        Language::Ro | Language::Ru => ("\u{a0}", ","),
        Language::En => (",", "."),
    };
    format!(
        "{}{NO_BREAK}{}",
        spell(money, group, point),
        unit_name(money.currency(), language)
    )
}

type Placed = (usize, char);

fn bounded(text: &str) -> Result<Vec<Placed>, DomainError> {
    let placed: Vec<Placed> = text.chars().take(LONGEST_TEXT + 1).enumerate().collect();
    if placed.len() > LONGEST_TEXT {
        return Err(DomainError::located(Subject::Money, Flaw::Length, LONGEST_TEXT));
    }
    Ok(placed)
}

fn sign(text: &[Placed]) -> (bool, &[Placed]) {
    match text.split_first() {
        // U+2212 is the minus of typeset text.
        Some(((_, '-' | '\u{2212}'), rest)) => (true, rest),
        Some(_) | None => (false, text),
    }
}

fn is_space(character: char) -> bool {
    matches!(character, ' ' | NO_BREAK | '\u{202f}' | '\u{2009}')
}

fn trim(text: &[Placed]) -> &[Placed] {
    let start = text.iter().position(|(_, c)| !is_space(*c)).unwrap_or(text.len());
    let end = text
        .iter()
        .rposition(|(_, c)| !is_space(*c))
        .map_or(start, |last| last + 1);
    &text[start..end]
}

/// Digits, grouped in threes or not at all, then perhaps a point and decimals.
fn read_number(
    number: &[Placed],
    end: usize,
    negative: bool,
    is_group: &dyn Fn(char) -> bool,
    point: char,
    currency: Currency,
) -> Result<Money, DomainError> {
    let refuse = |flaw, at| DomainError::located(Subject::Money, flaw, at);
    if number.is_empty() {
        return Err(DomainError::new(Subject::Money, Flaw::Empty));
    }
    let point_at = number.iter().position(|(_, c)| *c == point);
    let (whole, decimals) = match point_at {
        Some(at) => (&number[..at], &number[at + 1..]),
        None => (number, &number[number.len()..]),
    };
    if point_at.is_some() && decimals.is_empty() {
        return Err(refuse(Flaw::Length, end));
    }
    let mut minor = Minor::default();
    read_whole(whole, is_group, number[0].0, &mut minor)?;
    let exponent = usize::from(currency.exponent());
    for (index, (at, character)) in decimals.iter().enumerate() {
        let digit = character
            .to_digit(10)
            .ok_or_else(|| refuse(Flaw::Character, *at))?;
        if index >= exponent {
            return Err(refuse(Flaw::Length, *at));
        }
        minor.push(digit)?;
    }
    for _ in decimals.len()..exponent {
        minor.push(0)?;
    }
    let value = if negative {
        minor.0
    } else {
        minor.0.checked_neg().ok_or(OUT_OF_RANGE)?
    };
    Ok(Money::new(value, currency))
}

fn read_whole(
    whole: &[Placed],
    is_group: &dyn Fn(char) -> bool,
    start: usize,
    minor: &mut Minor,
) -> Result<(), DomainError> {
    let mut since_group = 0_usize;
    let mut groups: Option<char> = None;
    for (at, character) in whole {
        if let Some(digit) = character.to_digit(10) {
            minor.push(digit)?;
            since_group += 1;
            continue;
        }
        // The first group has one to three digits, each later one exactly three, all cut the same way.
        let fits = match groups {
            None => (1..=3).contains(&since_group),
            Some(first) => since_group == 3 && first == *character,
        };
        if !is_group(*character) || !fits {
            return Err(DomainError::located(Subject::Money, Flaw::Character, *at));
        }
        groups = Some(*character);
        since_group = 0;
    }
    let last = whole.last().map_or(start, |(at, _)| at + 1);
    if since_group == 0 || (groups.is_some() && since_group != 3) {
        return Err(DomainError::located(Subject::Money, Flaw::Length, last));
    }
    Ok(())
}

/// Counts downwards, so that the least `i64` can be read as well as written.
#[derive(Default)]
struct Minor(i64);

impl Minor {
    fn push(&mut self, digit: u32) -> Result<(), DomainError> {
        let next = self
            .0
            .checked_mul(10)
            .and_then(|minor| minor.checked_sub(i64::from(digit)));
        self.0 = next.ok_or(OUT_OF_RANGE)?;
        Ok(())
    }
}

fn expect_unit(unit: &[Placed], currency: Currency) -> Result<(), DomainError> {
    let Some((start, _)) = unit.first() else {
        return Ok(());
    };
    let word: String = unit.iter().flat_map(|(_, c)| c.to_lowercase()).collect();
    let word = word.trim_end_matches('.');
    let of_leu = matches!(word, "lei" | "leu" | "лей" | "лея" | "леев" | "леи");
    if word == currency.code().to_lowercase() || (of_leu && currency == Currency::MDL) {
        return Ok(());
    }
    Err(DomainError::located(Subject::Money, Flaw::Unknown, *start))
}

/// One form for every number: `1,00 lei` is how Moldovan price tags write it, and `лей` likewise in Russian.
fn unit_name(currency: Currency, language: Language) -> String {
    if currency != Currency::MDL {
        return currency.code().to_owned();
    }
    match language {
        Language::Ro | Language::En => "lei",
        Language::Ru => "лей",
    }
    .to_owned()
}

fn spell(money: Money, group: &str, point: &str) -> String {
    let exponent = usize::from(money.currency().exponent());
    let digits = format!("{:0>width$}", money.minor().unsigned_abs(), width = exponent + 1);
    let (whole, decimals) = digits.split_at(digits.len() - exponent);
    let mut text = String::with_capacity(digits.len() * 2);
    if money.minor() < 0 {
        text.push('-');
    }
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            text.push_str(group);
        }
        text.push(digit);
    }
    if exponent > 0 {
        text.push_str(point);
        text.push_str(decimals);
    }
    text
}
