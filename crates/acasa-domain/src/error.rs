//! What is wrong with a text, and where.

use std::fmt;

/// A text that is not what it should be: which thing was expected, what is wrong, and at which
/// character. It never repeats the text, which may be someone's personal number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{subject}: {flaw}{}", Place(*at))]
pub struct DomainError {
    subject: Subject,
    flaw: Flaw,
    at: Option<usize>,
}

/// What the text was meant to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A person's number.
    Idnp,
    /// A legal entity's number.
    Idno,
    /// A bank account.
    Iban,
    /// A telephone number.
    Phone,
    /// An amount of money.
    Money,
    /// A currency code.
    Currency,
    /// A language tag.
    Language,
    /// A text in several languages.
    LocalizedText,
    /// A principal's URN.
    Principal,
    /// A locality's code.
    Locality,
    /// A calendar date.
    Date,
}

/// What is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flaw {
    /// Nothing is there.
    Empty,
    /// It has fewer or more characters than such a text has.
    Length,
    /// A character that may not stand where it stands.
    Character,
    /// It begins as no such text does.
    Prefix,
    /// The check digits do not agree with the rest.
    CheckDigit,
    /// Well formed, but not in the list it is taken from.
    Unknown,
    /// Too large or too small to be held.
    Range,
    /// Two amounts in different currencies.
    Mismatch,
}

impl DomainError {
    pub(crate) const fn new(subject: Subject, flaw: Flaw) -> Self {
        Self {
            subject,
            flaw,
            at: None,
        }
    }

    pub(crate) const fn located(subject: Subject, flaw: Flaw, at: usize) -> Self {
        Self {
            subject,
            flaw,
            at: Some(at),
        }
    }

    /// What the text was meant to be.
    pub const fn subject(&self) -> Subject {
        self.subject
    }

    /// What is wrong with it.
    pub const fn flaw(&self) -> Flaw {
        self.flaw
    }

    /// Where: the number of characters before the first wrong one, in the text as it was given.
    pub const fn at(&self) -> Option<usize> {
        self.at
    }

    /// The same words cannot become right by trying again.
    pub const fn retryable(&self) -> bool {
        false
    }

    /// A stable name, `<subject>_<flaw>`, such as `iban_check_digit`.
    pub const fn code(&self) -> &'static str {
        code(self.subject, self.flaw)
    }
}

/// Spells out the product of the two enums, so that a code is a `&'static str`.
macro_rules! codes {
    ($($subject:ident = $name:literal),+ $(,)?) => {
        const fn code(subject: Subject, flaw: Flaw) -> &'static str {
            match subject {
                $(Subject::$subject => match flaw {
                    Flaw::Empty => concat!($name, "_empty"),
                    Flaw::Length => concat!($name, "_length"),
                    Flaw::Character => concat!($name, "_character"),
                    Flaw::Prefix => concat!($name, "_prefix"),
                    Flaw::CheckDigit => concat!($name, "_check_digit"),
                    Flaw::Unknown => concat!($name, "_unknown"),
                    Flaw::Range => concat!($name, "_range"),
                    Flaw::Mismatch => concat!($name, "_mismatch"),
                },)+
            }
        }
    };
}

codes! {
    Idnp = "idnp",
    Idno = "idno",
    Iban = "iban",
    Phone = "phone",
    Money = "money",
    Currency = "currency",
    Language = "language",
    LocalizedText = "localized_text",
    Principal = "principal",
    Locality = "locality",
    Date = "date",
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Idnp => "IDNP",
            Self::Idno => "IDNO",
            Self::Iban => "IBAN",
            Self::Phone => "telephone number",
            Self::Money => "amount of money",
            Self::Currency => "currency",
            Self::Language => "language",
            Self::LocalizedText => "localised text",
            Self::Principal => "principal",
            Self::Locality => "locality",
            Self::Date => "date",
        })
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "empty",
            Self::Length => "wrong length",
            Self::Character => "unexpected character",
            Self::Prefix => "unexpected beginning",
            Self::CheckDigit => "check digits do not match",
            Self::Unknown => "not in the register",
            Self::Range => "out of range",
            Self::Mismatch => "different currencies",
        })
    }
}

/// The place of a flaw as people count: from one.
struct Place(Option<usize>);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .map_or(Ok(()), |at| write!(f, ", at character {}", at.saturating_add(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_the_thing_the_flaw_and_the_place_counted_from_one() {
        let error = DomainError::located(Subject::Iban, Flaw::CheckDigit, 2);

        assert_eq!(
            error.to_string(),
            "IBAN: check digits do not match, at character 3"
        );
        assert_eq!(error.code(), "iban_check_digit");
        assert!(!error.retryable());
    }

    #[test]
    fn an_error_without_a_place_says_none() {
        let error = DomainError::new(Subject::Money, Flaw::Range);

        assert_eq!(error.to_string(), "amount of money: out of range");
        assert_eq!(error.at(), None);
    }
}
