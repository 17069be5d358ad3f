//! Words as they are looked for: without endings, diacritics and the changes of sound that come with endings, so that
//! "amenzi" finds "amendă" and "паспорта" finds "паспорт".

use acasa_domain::Language;
use acasa_store::{Form, Sought};
use rust_stemmers::{Algorithm, Stemmer};
use std::collections::HashMap;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Longest search, in characters.
pub(super) const LONGEST: usize = 200;
/// More words than this are not looked at: each makes the search narrower.
const MOST_WORDS: usize = 16;
/// Shorter beginnings find too much, and are looked for as whole words only.
const SHORTEST_BEGINNING: usize = 2;

/// Words as they are kept for finding: each as it is, for beginnings, and without its ending, for other forms. Letters
/// say the same words again and again; those that were made into both once are remembered.
#[derive(Default)]
pub(super) struct Kept {
    known: HashMap<(Language, String), String>,
}

/// More words than this are not remembered.
const MOST_KNOWN: usize = 20_000;

impl Kept {
    /// A text's words, separated by spaces.
    pub(super) fn of(&mut self, text: &str, language: Language) -> String {
        let mut kept = String::with_capacity(2 * text.len());
        for raw in raw_words(text) {
            if !kept.is_empty() {
                kept.push(' ');
            }
            let word = (language, raw.to_owned());
            if let Some(both) = self.known.get(&word) {
                kept.push_str(both);
                continue;
            }
            let both = with_stem(plain(raw), language);
            kept.push_str(&both);
            if self.known.len() < MOST_KNOWN {
                self.known.insert(word, both);
            }
        }
        kept
    }
}

/// A plain word, and after it the word without its ending, where that is another.
fn with_stem(word: String, language: Language) -> String {
    let stem = stem(&word, language);
    if stem == word {
        word
    } else {
        format!("{word} {stem}")
    }
}

/// What a person typed, as letters are looked for; nothing where they typed no word.
pub(super) fn sought(typed: &str) -> Vec<Sought> {
    words(typed)
        .take(MOST_WORDS)
        .map(|word| {
            // Nobody says in which language they are looking.
            let mut forms: Vec<String> = Language::ALL
                .iter()
                .map(|language| stem(&word, *language))
                .collect();
            forms.push(word);
            forms.sort();
            forms.dedup();
            let form = |word: String| Form {
                beginning: word.chars().count() >= SHORTEST_BEGINNING,
                word,
            };
            Sought {
                forms: forms.into_iter().map(form).collect(),
            }
        })
        .collect()
}

/// Lower case, letters and digits only.
fn words(text: &str) -> impl Iterator<Item = String> {
    raw_words(text).map(plain)
}

/// As they are written.
fn raw_words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric() && !is_combining_mark(letter))
        .filter(|word| !word.is_empty())
}

/// In lower case and without diacritics, but for the letters that Russian endings are told by.
fn plain(word: &str) -> String {
    if is_cyrillic(word) {
        return word
            .to_lowercase()
            .nfc()
            .map(|letter| if letter == 'ё' { 'е' } else { letter })
            .collect();
    }
    word.to_lowercase()
        .nfd()
        .filter(|letter| !is_combining_mark(*letter))
        .collect()
}

fn is_cyrillic(word: &str) -> bool {
    word.chars()
        .any(|letter| ('\u{400}'..='\u{4ff}').contains(&letter))
}

/// A plain word without its ending. What is Cyrillic is Russian, whatever the text around it is.
fn stem(word: &str, language: Language) -> String {
    if word.chars().any(char::is_numeric) {
        return word.to_owned();
    }
    if is_cyrillic(word) {
        return Stemmer::create(Algorithm::Russian).stem(word).into_owned();
    }
    match language {
        Language::En => Stemmer::create(Algorithm::English).stem(word).into_owned(),
        Language::Ro | Language::Ru => sounds(&Stemmer::create(Algorithm::Romanian).stem(word)),
    }
}

/// Romanian stems change their sounds before endings: amendă and amenzi, scrisoare and scrisori, seară and seri.
fn sounds(stem: &str) -> String {
    let folded = stem.replace("oa", "o").replace("ea", "e");
    match folded.strip_suffix('z') {
        Some(rest) => format!("{rest}d"),
        None => folded,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether every word has a form that is, or where it is a beginning begins, a kept word.
    fn finds(typed: &str, text: &str, language: Language) -> bool {
        let kept = Kept::default().of(text, language);
        let sought = sought(typed);
        !sought.is_empty()
            && sought.iter().all(|word| {
                word.forms.iter().any(|form| {
                    kept.split(' ')
                        .any(|word| *word == form.word || form.beginning && word.starts_with(&form.word))
                })
            })
    }

    #[test]
    fn romanian_forms_of_a_word_find_each_other_with_and_without_diacritics() {
        for (typed, text) in [
            ("amenda", "Aveți două amenzi neachitate"),
            ("amenzi", "O amendă nouă"),
            ("amendă", "suma amenzii"),
            ("scrisoare", "Două scrisori"),
            ("pașaport", "Pașapoartele copiilor"),
            ("pasapoarte", "pașaportul dumneavoastră"),
            ("masina", "Certificatul mașinii"),
            ("plati", "Plata a fost primită"),
            ("taxe", "taxă anuală"),
            ("ŞOFERI", "șoferului"),
            ("permis", "Permisele de conducere"),
            ("programari", "programarea la medic"),
        ] {
            assert!(finds(typed, text, Language::Ro), "{typed} in {text}");
        }
    }

    #[test]
    fn russian_and_english_forms_of_a_word_find_each_other() {
        for (typed, text, language) in [
            ("паспорт", "Срок действия паспорта истекает", Language::Ru),
            ("штрафы", "Новый штраф", Language::Ru),
            ("счет", "Ваш счёт", Language::Ru),
            ("документы", "Недействительный документ", Language::Ru),
            ("fines", "A new fine", Language::En),
            ("appointment", "Your appointments", Language::En),
        ] {
            assert!(finds(typed, text, language), "{typed} in {text}");
        }
    }

    #[test]
    fn a_word_said_again_is_kept_as_the_first_time_in_each_language() {
        let mut kept = Kept::default();
        let text = "Amenzi și amenzi, ștampile";
        let first: Vec<_> = Language::ALL
            .iter()
            .map(|language| kept.of(text, *language))
            .collect();
        let again: Vec<_> = Language::ALL
            .iter()
            .map(|language| kept.of(text, *language))
            .collect();
        let anew: Vec<_> = Language::ALL
            .iter()
            .map(|language| Kept::default().of(text, *language))
            .collect();

        assert_eq!((&first, &first), (&again, &anew));
        assert_ne!(first[0], first[2], "endings are told by the language");
    }

    #[test]
    fn a_beginning_finds_the_word_and_another_word_is_not_found() {
        assert!(finds("certif", "Certificatul de naștere", Language::Ro));
        assert!(finds("ABC 123", "Numărul ABC 123", Language::Ro));
        assert!(!finds("pensie", "Certificatul de naștere", Language::Ro));
        assert!(!finds("amenda viteza", "O amendă pentru parcare", Language::Ro));
    }

    #[test]
    fn what_a_person_types_is_letters_and_digits_and_nothing_else() {
        for typed in [
            "\"",
            "a\" OR \"b",
            "NEAR(a b)",
            "*",
            "words:x",
            "-a",
            "(",
            "AND",
            "\u{0}",
            "🙂",
            "",
        ] {
            for form in sought(typed).iter().flat_map(|word| &word.forms) {
                assert!(
                    !form.word.is_empty() && form.word.chars().all(char::is_alphanumeric),
                    "{typed}: {form:?}"
                );
            }
        }
        assert_eq!(sought(" , !"), []);
    }
}
