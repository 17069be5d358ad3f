//! `KEY:value;KEY:value;;` with backslash escapes, as `WIFI:`, `MECARD:` and their kin have it.

/// The fields in order, values with their escapes still in them, and whether the closing `;;` was there.
pub(crate) fn fields(body: &str) -> (Vec<(String, String)>, bool) {
    let parts = split(body, ';');
    let closed =
        matches!(parts.as_slice(), [.., before, last] if before.is_empty() && last.trim().is_empty());
    let fields = parts.into_iter().filter_map(|part| {
        part.split_once(':')
            .map(|(key, value)| (key.to_ascii_uppercase(), value.to_owned()))
    });
    (fields.collect(), closed)
}

/// Splits where the separator is not escaped; the escapes stay.
pub(crate) fn split(text: &str, separator: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        let part = parts.last_mut().expect("starts with one part and only grows");
        match character {
            '\\' => {
                part.push('\\');
                part.extend(characters.next());
            }
            other if other == separator => parts.push(String::new()),
            other => part.push(other),
        }
    }
    parts
}

/// The text without its escapes.
pub(crate) fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => plain.extend(characters.next()),
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_keep_separators_in_values() {
        let (fields, closed) = fields(r"S:a\;b\:c\\;P:x;;");

        let plain: Vec<_> = fields
            .iter()
            .map(|(key, value)| (key.as_str(), unescape(value)))
            .collect();
        assert_eq!(plain, [("S", r"a;b:c\".to_owned()), ("P", "x".to_owned())]);
        assert!(closed);
        assert_eq!(split(r"a\,b,c", ','), [r"a\,b", "c"]);
    }
}
