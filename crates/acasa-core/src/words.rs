//! The few words that Rust says itself (the page a browser ends on, the window's menu), from the same message files as
//! the interface's.

use acasa_api_types::LanguageTag;
use acasa_domain::Language;
use serde_json::{Map, Value};
use std::sync::OnceLock;

static ROMANIAN: OnceLock<Map<String, Value>> = OnceLock::new();
static RUSSIAN: OnceLock<Map<String, Value>> = OnceLock::new();
static ENGLISH: OnceLock<Map<String, Value>> = OnceLock::new();

/// The text under this key; the key itself where there is none.
pub fn text(language: LanguageTag, key: &str) -> String {
    let messages = match language {
        LanguageTag::Ro => ROMANIAN.get_or_init(|| parse(include_str!("../../../messages/ro.json"))),
        LanguageTag::Ru => RUSSIAN.get_or_init(|| parse(include_str!("../../../messages/ru.json"))),
        LanguageTag::En => ENGLISH.get_or_init(|| parse(include_str!("../../../messages/en.json"))),
    };
    messages
        .get(key)
        .and_then(Value::as_str)
        .unwrap_or(key)
        .to_owned()
}

fn parse(text: &str) -> Map<String, Value> {
    serde_json::from_str(text).expect("the message files in the tree are JSON; `cargo xtask i18n` reads them")
}

/// As the sign-in page and the gateway name languages.
pub(crate) const fn tag(language: LanguageTag) -> &'static str {
    match language {
        LanguageTag::Ro => "ro",
        LanguageTag::Ru => "ru",
        LanguageTag::En => "en",
    }
}

/// The domain's name for it.
pub(crate) const fn language(tag: LanguageTag) -> Language {
    match tag {
        LanguageTag::Ro => Language::Ro,
        LanguageTag::Ru => Language::Ru,
        LanguageTag::En => Language::En,
    }
}

/// The interface's name for it.
pub(crate) const fn tag_of(language: Language) -> LanguageTag {
    match language {
        Language::Ro => LanguageTag::Ro,
        Language::Ru => LanguageTag::Ru,
        Language::En => LanguageTag::En,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_a_browser_ends_on_has_words_in_each_language() {
        for language in [LanguageTag::Ro, LanguageTag::Ru, LanguageTag::En] {
            for key in ["sign_in_page_title", "sign_in_page_done", "sign_in_page_failed"] {
                assert_ne!(text(language, key), key, "{key} in {}", tag(language));
            }
        }
    }
}
