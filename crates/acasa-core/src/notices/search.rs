//! Words as they are looked for: without endings, diacritics and the changes of sound that come with endings, so that
//! "amenzi" finds "amendă" and "паспорта" finds "паспорт".

use acasa_domain::Language;
use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Longest search, in characters.
pub(super) const LONGEST: usize = 200;
/// More words than this are not looked at: each makes the search narrower.
const MOST_WORDS: usize = 16;
/// Shorter beginnings find too much, and are looked for as whole words only.
const SHORTEST_BEGINNING: usize = 2;

/// A text's words as they are kept for finding, separated by spaces: each as it is, for beginnings, and without its
/// ending, for other forms.
pub(super) fn kept(text: &str, language: Language) -> String {
    let mut kept = String::with_capacity(2 * text.len());
    for word in words(text) {
        let stem = stem(&word, language);
        for form in [Some(&word), Some(&stem).filter(|stem| **stem != word)]
            .into_iter()
            .flatten()
        {
            if !kept.is_empty() {
                kept.push(' ');
            }
            kept.push_str(form);
        }
    }
    kept
}

/// The FTS5 query that finds what a person typed; none where they typed no word.
pub(super) fn query(typed: &str) -> Option<String> {
    let mut query = String::new();
    for word in words(typed).take(MOST_WORDS) {
        // Nobody says in which language they are looking.
        let mut forms: Vec<String> = Language::ALL
            .iter()
            .map(|language| stem(&word, *language))
            .collect();
        forms.push(word);
        forms.sort();
        forms.dedup();
        let forms: Vec<String> = forms
            .into_iter()
            .map(|form| {
                let beginning = if form.chars().count() < SHORTEST_BEGINNING {
                    ""
                } else {
                    "*"
                };
                format!("\"{form}\"{beginning}")
            })
            .collect();
        if !query.is_empty() {
            query.push_str(" AND ");
        }
        query.push('(');
        query.push_str(&forms.join(" OR "));
        query.push(')');
    }
    (!query.is_empty()).then_some(query)
}

/// Lower case, letters and digits only.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|letter: char| !letter.is_alphanumeric() && !is_combining_mark(letter))
        .filter(|word| !word.is_empty())
        .map(plain)
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

    /// Whether every group of the query has a form that is, or with `*` begins, a kept word.
    fn finds(typed: &str, text: &str, language: Language) -> bool {
        let kept = kept(text, language);
        let Some(query) = query(typed) else {
            return false;
        };
        query.split(" AND ").all(|group| {
            group.trim_matches(['(', ')']).split(" OR ").any(|form| {
                let begins = form.ends_with('*');
                let form = form.trim_matches(['"', '*']);
                kept.split(' ')
                    .any(|word| word == form || begins && word.starts_with(form))
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
    fn a_beginning_finds_the_word_and_another_word_is_not_found() {
        assert!(finds("certif", "Certificatul de naștere", Language::Ro));
        assert!(finds("ABC 123", "Numărul ABC 123", Language::Ro));
        assert!(!finds("pensie", "Certificatul de naștere", Language::Ro));
        assert!(!finds("amenda viteza", "O amendă pentru parcare", Language::Ro));
    }

    #[test]
    fn what_a_person_types_never_is_a_query_of_its_own() {
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
            if let Some(query) = query(typed) {
                assert!(
                    query
                        .split(" AND ")
                        .all(|group| group.starts_with("(\"") && group.ends_with(')')),
                    "{typed}: {query}"
                );
                assert!(!query.contains('\u{0}'));
            }
        }
        assert_eq!(query(" , !"), None);
    }
}
