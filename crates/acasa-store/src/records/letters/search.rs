//! Words that are looked for, as FTS5 is asked for them.

use rusqlite::{Connection, params};

use crate::StoreError;

/// A beginning of more words than this is left to FTS5, which goes through all letters that have one of them, but for the
/// shortest: those it keeps as if they were words.
const MOST_WORDS: u16 = 256;
/// Characters of the longest beginning that FTS5 keeps.
const LONGEST_KEPT: usize = 3;

/// A word that a letter must have, in any of these forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sought {
    /// One of them is enough.
    pub forms: Vec<Form>,
}

/// A word as it is kept, or the beginning of one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Form {
    /// In lower case, letters and digits only.
    pub word: String,
    /// Whether longer words that begin so are meant, too.
    pub beginning: bool,
}

/// The query for letters that have all of these; none where there can be no such letter.
pub(super) fn query(connection: &Connection, words: &[Sought]) -> Result<Option<String>, StoreError> {
    let mut query = String::new();
    for sought in words {
        let mut terms = Vec::new();
        for form in &sought.forms {
            terms.extend(expand(connection, form)?);
        }
        if terms.is_empty() {
            return Ok(None);
        }
        terms.sort();
        terms.dedup();
        if !query.is_empty() {
            query.push_str(" AND ");
        }
        query.push('(');
        query.push_str(&terms.join(" OR "));
        query.push(')');
    }
    Ok(Some(query))
}

/// The words that begin so: reading each from the newest letter on ends with the page, where FTS5 would first put together
/// all letters that have one of them.
fn expand(connection: &Connection, form: &Form) -> Result<Vec<String>, StoreError> {
    if !is_word(&form.word) {
        return Ok(Vec::new());
    }
    if !form.beginning {
        return Ok(vec![quoted(&form.word)]);
    }
    let most = if form.word.chars().count() <= LONGEST_KEPT {
        1
    } else {
        MOST_WORDS
    };
    let mut found = connection
        .prepare_cached("SELECT word FROM letters_vocabulary WHERE word >= ?1 AND word < ?1 || ?2 LIMIT ?3")?
        .query_map(params![form.word, char::MAX.to_string(), most + 1], |row| {
            row.get::<_, String>(0)
        })?
        .map(|word| Ok(quoted(&word?)))
        .collect::<Result<Vec<_>, StoreError>>()?;
    if found.len() > usize::from(most) {
        found = vec![format!("{}*", quoted(&form.word))];
    }
    Ok(found)
}

fn quoted(word: &str) -> String {
    format!("\"{word}\"")
}

/// Whether it is one to the tokenizer, which parts words at what is neither a letter nor a digit in ASCII.
pub(super) fn is_word(text: &str) -> bool {
    let parts = |character: char| character.is_ascii() && !character.is_ascii_alphanumeric();
    !text.is_empty() && !text.contains(parts)
}
