//! Amounts of money, in whole minor units.

mod currency;
mod text;

pub use currency::Currency;

use crate::{DomainError, Flaw, Language, Subject};
use serde::{Deserialize, Serialize};
use std::{cmp::Ordering, fmt};

/// An amount: a whole number of the currency's minor unit (bani, cents), never a float.
///
/// Amounts of different currencies have no order and no sum.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    /// So many minor units.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing, in a currency.
    pub const fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// The amount in minor units.
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// Reads what machines write: digits, at most one full stop, at most the currency's decimals, an
    /// optional minus, nothing else (`1250.00`).
    pub fn from_decimal(text: &str, currency: Currency) -> Result<Self, DomainError> {
        text::read_decimal(text, currency)
    }

    /// Writes what machines read: `1250.00`.
    pub fn to_decimal(self) -> String {
        text::decimal(self)
    }

    /// Reads what a person writes in a language: `1 250,00 lei`, `1.250,5`, `1,250.00 MDL`. The unit may
    /// be left out; a unit of another currency is refused.
    pub fn parse(text: &str, language: Language, currency: Currency) -> Result<Self, DomainError> {
        text::read(text, language, currency)
    }

    /// Writes it as people read it: `1 250,00 lei` (ro, ru), `1,250.00 lei` (en). The spaces do not break.
    pub fn format(self, language: Language) -> String {
        text::write(self, language)
    }

    /// The sum, if the currencies agree and it can be held.
    pub fn checked_add(self, other: Self) -> Result<Self, DomainError> {
        self.with(other, i64::checked_add)
    }

    /// The difference, if the currencies agree and it can be held.
    pub fn checked_sub(self, other: Self) -> Result<Self, DomainError> {
        self.with(other, i64::checked_sub)
    }

    /// So many times the amount, if it can be held.
    pub fn checked_mul(self, times: i64) -> Result<Self, DomainError> {
        let minor = self.minor.checked_mul(times).ok_or(OUT_OF_RANGE)?;
        Ok(Self { minor, ..self })
    }

    /// The sum of amounts that must all be in `currency`.
    pub fn sum(amounts: impl IntoIterator<Item = Self>, currency: Currency) -> Result<Self, DomainError> {
        amounts
            .into_iter()
            .try_fold(Self::zero(currency), Self::checked_add)
    }

    fn with(self, other: Self, combine: fn(i64, i64) -> Option<i64>) -> Result<Self, DomainError> {
        if self.currency != other.currency {
            return Err(DomainError::new(Subject::Money, Flaw::Mismatch));
        }
        let minor = combine(self.minor, other.minor).ok_or(OUT_OF_RANGE)?;
        Ok(Self { minor, ..self })
    }
}

const OUT_OF_RANGE: DomainError = DomainError::new(Subject::Money, Flaw::Range);

impl PartialOrd for Money {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        (self.currency == other.currency).then(|| self.minor.cmp(&other.minor))
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.to_decimal(), self.currency)
    }
}

#[cfg(test)]
mod tests;
