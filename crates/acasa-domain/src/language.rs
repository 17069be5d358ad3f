//! The three languages, and texts written in them.

use crate::{DomainError, Flaw, Subject};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A language of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Romanian, the state language: what every text has.
    #[default]
    Ro,
    /// Russian.
    Ru,
    /// English.
    En,
}

impl Language {
    /// All of them, in the order they are offered.
    pub const ALL: [Self; 3] = [Self::Ro, Self::Ru, Self::En];

    /// The two letters of ISO 639-1.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ro => "ro",
            Self::Ru => "ru",
            Self::En => "en",
        }
    }
}

impl FromStr for Language {
    type Err = DomainError;

    /// Takes the first subtag of a BCP 47 tag, in any case: `ro-MD` is Romanian, `roa` is not.
    fn from_str(tag: &str) -> Result<Self, DomainError> {
        if tag.is_empty() {
            return Err(DomainError::new(Subject::Language, Flaw::Empty));
        }
        let first = tag.split(['-', '_']).next().unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|language| language.code().eq_ignore_ascii_case(first))
            .ok_or(DomainError::located(Subject::Language, Flaw::Unknown, 0))
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A text that is always there in Romanian and perhaps in the others.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Parts")]
pub struct LocalizedText {
    ro: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    ru: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    en: Option<String>,
}

impl LocalizedText {
    /// A text in Romanian; a blank one is refused.
    pub fn new(ro: impl Into<String>) -> Result<Self, DomainError> {
        let ro = ro.into();
        if ro.trim().is_empty() {
            return Err(DomainError::new(Subject::LocalizedText, Flaw::Empty));
        }
        Ok(Self {
            ro,
            ru: None,
            en: None,
        })
    }

    /// The same text with another language's version; a blank version counts as none.
    #[must_use]
    pub fn with(mut self, language: Language, text: impl Into<String>) -> Self {
        let text = Some(text.into()).filter(|text| !text.trim().is_empty());
        match (language, text) {
            (Language::Ro, Some(ro)) => self.ro = ro,
            (Language::Ro, None) => {}
            (Language::Ru, text) => self.ru = text,
            (Language::En, text) => self.en = text,
        }
        self
    }

    /// The text in a language, or in Romanian where it has not been translated.
    pub fn get(&self, language: Language) -> &str {
        self.translation(language).unwrap_or(&self.ro)
    }

    /// The text in exactly this language, if there is one.
    pub fn translation(&self, language: Language) -> Option<&str> {
        match language {
            Language::Ro => Some(&self.ro),
            Language::Ru => self.ru.as_deref(),
            Language::En => self.en.as_deref(),
        }
    }
}

/// What serde reads before it is judged.
#[derive(Deserialize)]
struct Parts {
    ro: String,
    ru: Option<String>,
    en: Option<String>,
}

impl TryFrom<Parts> for LocalizedText {
    type Error = DomainError;

    fn try_from(parts: Parts) -> Result<Self, DomainError> {
        let text = Self::new(parts.ro)?;
        Ok(text
            .with(Language::Ru, parts.ru.unwrap_or_default())
            .with(Language::En, parts.en.unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_read_by_its_first_subtag() {
        assert_eq!("ro-MD".parse(), Ok(Language::Ro));
        assert_eq!("RU".parse(), Ok(Language::Ru));
        assert_eq!("en_GB.UTF-8".parse(), Ok(Language::En));
        assert_eq!("roa".parse::<Language>().unwrap_err().code(), "language_unknown");
        assert_eq!("".parse::<Language>().unwrap_err().code(), "language_empty");
    }

    #[test]
    fn a_missing_translation_falls_back_to_romanian() {
        let text = LocalizedText::new("Buletin")
            .unwrap()
            .with(Language::En, "Identity card")
            .with(Language::Ru, " ");

        assert_eq!(text.get(Language::En), "Identity card");
        assert_eq!(text.get(Language::Ru), "Buletin");
        assert_eq!(text.translation(Language::Ru), None);
    }

    #[test]
    fn a_text_without_romanian_is_refused_however_it_comes() {
        assert_eq!(
            LocalizedText::new(" ").unwrap_err().code(),
            "localized_text_empty"
        );
        assert!(serde_json::from_str::<LocalizedText>(r#"{"ro":"","en":"x"}"#).is_err());
        assert!(serde_json::from_str::<LocalizedText>(r#"{"en":"x"}"#).is_err());
    }

    #[test]
    fn serde_leaves_out_what_is_not_there() {
        let text = LocalizedText::new("da").unwrap().with(Language::Ru, "да");
        let json = serde_json::to_string(&text).unwrap();

        assert_eq!(json, r#"{"ro":"da","ru":"да"}"#);
        assert_eq!(serde_json::from_str::<LocalizedText>(&json).unwrap(), text);
    }
}
