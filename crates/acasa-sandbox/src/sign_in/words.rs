//! The page's words, from the same message files as the app's.

use acasa_domain::Language;
use serde_json::{Map, Value};
use std::sync::OnceLock;

static ROMANIAN: OnceLock<Map<String, Value>> = OnceLock::new();
static RUSSIAN: OnceLock<Map<String, Value>> = OnceLock::new();
static ENGLISH: OnceLock<Map<String, Value>> = OnceLock::new();

/// The text under this key; the key itself where there is none.
pub(super) fn text(language: Language, key: &'static str) -> &'static str {
    find(language, key).unwrap_or(key)
}

/// What is particular about a person, in words.
pub(super) fn particular(language: Language, key: &str) -> Option<&'static str> {
    find(language, &format!("sandbox_trait_{key}"))
}

fn find(language: Language, key: &str) -> Option<&'static str> {
    let messages = match language {
        Language::Ro => ROMANIAN.get_or_init(|| parse(include_str!("../../../../messages/ro.json"))),
        Language::Ru => RUSSIAN.get_or_init(|| parse(include_str!("../../../../messages/ru.json"))),
        Language::En => ENGLISH.get_or_init(|| parse(include_str!("../../../../messages/en.json"))),
    };
    messages.get(key).and_then(Value::as_str)
}

fn parse(text: &str) -> Map<String, Value> {
    serde_json::from_str(text).expect("the message files in the tree are JSON; `cargo xtask i18n` reads them")
}
