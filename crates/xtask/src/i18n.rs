//! Holds the message files together: the same keys and placeholders in every language, every key
//! used, none used that is not there, and no text over 1.4 times its Romanian.

mod usage;

use crate::Outcome;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use usage::Usage;

const LANGUAGES: &[&str] = &["ro", "ru", "en"];

/// Short words differ more than texts do; what is at most this long is not measured.
const SHORT: usize = 24;

pub(crate) fn run(root: &Path) -> Outcome {
    let mut wrong = Vec::new();
    let mut files = Vec::new();
    for language in LANGUAGES {
        let path = root.join("messages").join(format!("{language}.json"));
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let messages: Map<String, Value> =
            serde_json::from_str(&text).map_err(|error| format!("{language}: {error}"))?;
        files.push((*language, messages));
    }
    let Some(((_, romanian), others)) = files.split_first() else {
        return Ok(());
    };
    for (language, messages) in others {
        wrong.extend(differences(romanian, language, messages));
    }
    let usage = Usage::of(root).map_err(|error| format!("the sources: {error}"))?;
    wrong.extend(misuses(romanian, &usage));
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n  "))
    }
}

/// Keys that are used and have no words, and words that nothing uses.
fn misuses(messages: &Map<String, Value>, usage: &Usage) -> Vec<String> {
    let missing = usage.keys.iter().filter(|key| !messages.contains_key(*key));
    let unused = messages.keys().filter(|key| !usage.covers(key));
    missing
        .map(|key| format!("{key} is used and has no words"))
        .chain(unused.map(|key| format!("{key} is not used")))
        .collect()
}

fn differences(romanian: &Map<String, Value>, language: &str, messages: &Map<String, Value>) -> Vec<String> {
    let mut wrong = Vec::new();
    for key in romanian.keys().filter(|key| !messages.contains_key(*key)) {
        wrong.push(format!("{language} lacks {key}"));
    }
    for key in messages.keys().filter(|key| !romanian.contains_key(*key)) {
        wrong.push(format!("ro lacks {key}, which {language} has"));
    }
    for (key, there) in messages {
        let Some(here) = romanian.get(key) else { continue };
        let (here_texts, there_texts) = (texts(here), texts(there));
        if placeholders(&here_texts) != placeholders(&there_texts) {
            wrong.push(format!("{language}: {key} has other placeholders than ro"));
        }
        let (here_length, there_length) = (longest(&here_texts), longest(&there_texts));
        if there_length > SHORT && there_length * 10 > here_length * 14 {
            wrong.push(format!(
                "{language}: {key} is {there_length} characters, ro is {here_length}"
            ));
        }
    }
    wrong
}

/// The texts of a message, whichever form it takes: one string, or variants for plurals.
fn texts(message: &Value) -> Vec<&str> {
    match message {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(fields) => {
            let variants = fields.get("match").map_or(message, |variants| variants);
            variants
                .as_object()
                .map(|variants| variants.values().flat_map(texts).collect())
                .unwrap_or_default()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

fn longest(texts: &[&str]) -> usize {
    texts.iter().map(|text| text.chars().count()).max().unwrap_or(0)
}

fn placeholders<'a>(texts: &[&'a str]) -> BTreeSet<&'a str> {
    let pieces = texts.iter().flat_map(|text| text.split('{').skip(1));
    pieces
        .filter_map(|piece| piece.split_once('}').map(|(name, _)| name.trim()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn compare(romanian: Value, other: Value) -> Vec<String> {
        let (Value::Object(romanian), Value::Object(other)) = (romanian, other) else {
            return Vec::new();
        };
        differences(&romanian, "ru", &other)
    }

    #[test]
    fn the_same_keys_and_placeholders_are_in_order() {
        assert!(compare(json!({"a": "Bună, {name}"}), json!({"a": "Привет, {name}"})).is_empty());
    }

    #[test]
    fn a_key_without_words_and_words_without_use_are_found() {
        let usage = Usage {
            keys: ["a".to_owned(), "b".to_owned()].into(),
            prefixes: ["error".to_owned()].into(),
        };
        let Value::Object(messages) = json!({"a": "x", "error_c": "x", "d": "x"}) else {
            return;
        };
        assert_eq!(
            misuses(&messages, &usage),
            ["b is used and has no words", "d is not used"]
        );
    }

    #[test]
    fn a_missing_key_is_found_in_either_direction() {
        assert_eq!(compare(json!({"a": "x"}), json!({})), ["ru lacks a"]);
        assert_eq!(
            compare(json!({}), json!({"b": "x"})),
            ["ro lacks b, which ru has"]
        );
    }

    #[test]
    fn another_placeholder_is_found() {
        assert_eq!(compare(json!({"a": "{x}"}), json!({"a": "{y}"})).len(), 1);
    }

    #[test]
    fn a_text_much_longer_than_the_romanian_is_found() {
        let wrong = compare(
            json!({"a": "Douăzeci de litere aici"}),
            json!({"a": "x".repeat(40)}),
        );
        assert_eq!(wrong.len(), 1);
    }
}
