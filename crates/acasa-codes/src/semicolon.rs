//! `KEY:value;KEY:value;;` with backslash escapes, as `WIFI:` and `MECARD:` have it.

/// The fields in order, and whether the closing `;;` was there.
pub(crate) fn fields(body: &str) -> (Vec<(String, String)>, bool) {
    let mut parts = vec![String::new()];
    let mut characters = body.chars();
    while let Some(character) = characters.next() {
        let part = parts.last_mut().expect("starts with one part and only grows");
        match character {
            '\\' => part.extend(characters.next()),
            ';' => parts.push(String::new()),
            other => part.push(other),
        }
    }
    let closed =
        matches!(parts.as_slice(), [.., before, last] if before.is_empty() && last.trim().is_empty());
    let fields = parts.into_iter().filter_map(|part| {
        part.split_once(':')
            .map(|(key, value)| (key.to_ascii_uppercase(), value.to_owned()))
    });
    (fields.collect(), closed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_keep_separators_in_values() {
        let (fields, closed) = fields(r"S:a\;b\:c\\;P:x;;");

        assert_eq!(
            fields,
            [
                ("S".to_owned(), r"a;b:c\".to_owned()),
                ("P".to_owned(), "x".to_owned())
            ]
        );
        assert!(closed);
    }
}
