//! What a checkpoint's records mean for the vault's list of letters.

use super::search;
use acasa_domain::Language;
use acasa_protocol::notices::{Block, Mark, Notice};
use acasa_protocol::sync::Words;
use acasa_store::{LetterEntry, LetterIndex, Marks};
use jiff::Timestamp;
use std::cell::RefCell;

/// Reads letters and marks as [`acasa_protocol::notices`] writes them.
#[derive(Default)]
pub(crate) struct ByWords {
    kept: RefCell<search::Kept>,
}

impl LetterIndex for ByWords {
    fn letter(&self, content: &str) -> Option<LetterEntry> {
        let notice: Notice = serde_json::from_str(content)
            .inspect_err(|error| tracing::warn!(line = error.line(), "a letter is not understood"))
            .ok()?;
        Some(LetterEntry {
            sent_at: notice.sent_at.parse().unwrap_or(Timestamp::UNIX_EPOCH),
            topic: notice.topic.key().to_owned(),
            words: words(&notice, &mut self.kept.borrow_mut()),
        })
    }

    fn mark(&self, content: &str) -> Marks {
        let mark: Mark = serde_json::from_str(content).unwrap_or_default();
        Marks {
            read: mark.read,
            archived: mark.archived,
            pinned: mark.pinned,
        }
    }
}

/// All that can be looked for, in all its languages.
fn words(notice: &Notice, kept: &mut search::Kept) -> String {
    let mut found = Vec::new();
    for words in [&notice.source, &notice.subject] {
        found.extend(in_languages(words).map(|(language, text)| kept.of(text, language)));
    }
    for (language, blocks) in [
        (Language::Ro, Some(&notice.body.ro)),
        (Language::Ru, notice.body.ru.as_ref()),
        (Language::En, notice.body.en.as_ref()),
    ] {
        for block in blocks.into_iter().flatten() {
            found.push(kept.of(&text(block), language));
        }
    }
    found.extend(
        notice
            .attachments
            .iter()
            .map(|file| kept.of(&file.name, Language::Ro)),
    );
    found.join(" ")
}

fn in_languages(words: &Words) -> impl Iterator<Item = (Language, &str)> {
    [
        (Language::Ro, Some(&words.ro)),
        (Language::Ru, words.ru.as_ref()),
        (Language::En, words.en.as_ref()),
    ]
    .into_iter()
    .filter_map(|(language, text)| Some((language, text?.as_str())))
}

/// A paragraph's words without what they look like.
pub(super) fn text(block: &Block) -> String {
    block.runs.iter().map(|run| run.text.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use acasa_protocol::notices;

    #[test]
    fn the_vault_and_the_wire_call_the_records_the_same() {
        assert_eq!(
            (acasa_store::LETTERS, acasa_store::MARKS),
            (notices::NOTICE, notices::MARK)
        );
    }

    #[test]
    fn a_letter_is_found_by_its_words_in_every_language_and_by_its_files() {
        let notice = r#"{"sentAt":"2026-11-22T08:00:00Z","source":{"ro":"Poliția"},"topic":"fines","priority":"medium",
            "subject":{"ro":"Amendă","ru":"Штраф"},"body":{"ro":[{"runs":[{"text":"Supra"},{"text":"viteză","strong":true}]}],
            "en":[{"runs":[{"text":"Speeding"}]}]},
            "attachments":[{"name":"proces-verbal.pdf","mediaType":"application/pdf","size":1,"sha256":""}]}"#;

        let entry = ByWords::default().letter(notice).expect("a letter");

        for word in ["amend", "штраф", "supraviteza", "speed", "verbal"] {
            assert!(
                entry.words.split(' ').any(|kept| kept.starts_with(word)),
                "{word} in {}",
                entry.words
            );
        }
        assert_eq!(entry.topic, "fines");
        assert!(ByWords::default().letter("{}").is_none());
    }
}
