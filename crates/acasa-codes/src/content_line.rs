//! The content lines vCard (RFC 6350, 3.3) and iCalendar (RFC 5545, 3.1) share, and the quoted-printable
//! values of vCard 2.1. Only what a code is named by is read, so no calendar or time zone library is linked.

use crate::lines;

/// One unfolded line.
pub(crate) struct ContentLine {
    /// In upper case, without its group.
    pub(crate) name: String,
    pub(crate) parameters: Vec<(String, String)>,
    pub(crate) value: String,
}

impl ContentLine {
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The value as text: `\n`, `\,`, `\;` and `\\` (RFC 6350, 3.4).
    pub(crate) fn text(&self) -> String {
        unescape(&self.value)
    }

    /// The parts of a structured value.
    pub(crate) fn parts(&self) -> Vec<String> {
        let mut parts = vec![String::new()];
        let mut characters = self.value.chars();
        while let Some(character) = characters.next() {
            let part = parts.last_mut().expect("starts with one part and only grows");
            match character {
                '\\' => {
                    part.push('\\');
                    part.extend(characters.next());
                }
                ';' => parts.push(String::new()),
                other => part.push(other),
            }
        }
        parts.iter().map(|part| unescape(part)).collect()
    }
}

fn unescape(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('n' | 'N') => text.push('\n'),
                other => text.extend(other),
            },
            other => text.push(other),
        }
    }
    text
}

/// Unfolds and splits; a line that is not `name[;parameters]:value` is `Err` with its index.
pub(crate) fn read(text: &str) -> Vec<Result<ContentLine, usize>> {
    let mut logical: Vec<String> = Vec::new();
    for line in lines::split(text) {
        let continues = line.strip_prefix([' ', '\t']);
        let last = logical.last_mut();
        match (continues, last) {
            (Some(rest), Some(last)) => last.push_str(rest),
            // A quoted-printable line ends in `=` where it goes on (RFC 2045, 6.7).
            (_, Some(last)) if last.ends_with('=') && last.contains("QUOTED-PRINTABLE") => {
                last.pop();
                last.push_str(line);
            }
            _ => logical.push(line.to_owned()),
        }
    }
    let lines = logical
        .iter()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(index, line)| parse(line).ok_or(index)).collect()
}

fn parse(line: &str) -> Option<ContentLine> {
    let mut quoted = false;
    let colon = line.char_indices().find(|(_, c)| {
        quoted ^= *c == '"';
        *c == ':' && !quoted
    });
    let (head, value) = line.split_at(colon?.0);
    let mut head = head.split(';');
    let name = head.next()?.rsplit('.').next()?.trim().to_ascii_uppercase();
    let shaped = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let parameters: Vec<(String, String)> = head
        .map(|part| part.split_once('=').unwrap_or(("TYPE", part)))
        .map(|(key, value)| (key.to_ascii_uppercase(), value.trim_matches('"').to_owned()))
        .collect();
    let mut line = ContentLine {
        name,
        parameters,
        value: value.strip_prefix(':')?.to_owned(),
    };
    let printable = line
        .parameters
        .iter()
        .any(|(_, value)| value.eq_ignore_ascii_case("QUOTED-PRINTABLE"));
    if printable {
        line.value = quoted_printable(&line.value)?;
    }
    shaped.then_some(line)
}

/// RFC 2045, 6.7, of UTF-8 text.
fn quoted_printable(value: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'=' {
            let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
            let code = digit(rest.next())? * 16 + digit(rest.next())?;
            bytes.push(u8::try_from(code).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn folded_lines_groups_and_parameters_are_read() {
        let lines = read("item1.TEL;TYPE=\"a:b\";PREF=1:+373\r\n 22\r\nbad");
        let first = lines[0].as_ref().ok().unwrap();
        assert_eq!((first.name.as_str(), first.value.as_str()), ("TEL", "+37322"));
        assert_eq!(first.parameter("TYPE"), Some("a:b"));
        assert_eq!(lines[1].as_ref().err(), Some(&1));
    }

    #[test]
    fn quoted_printable_goes_on_after_an_equals_sign() {
        let lines = read("N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Chi=C8=99in=\n=C4=83u");
        assert_eq!(lines[0].as_ref().ok().unwrap().value, "Chișinău");
    }

    proptest! {
        #[test]
        fn no_text_panics(text in any::<String>()) {
            for line in read(&text).into_iter().flatten() {
                let _ = (line.text(), line.parts());
            }
        }
    }
}
