//! The eight character sets of EPC069-12 (element 3), all but the first of one byte a character.

use encoding_rs::Encoding;

/// An entry of the list: its number there, and its name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Charset {
    pub(crate) number: &'static str,
    pub(crate) name: &'static str,
}

const CHARSETS: [Charset; 8] = [
    Charset {
        number: "1",
        name: "UTF-8",
    },
    Charset {
        number: "2",
        name: "ISO-8859-1",
    },
    Charset {
        number: "3",
        name: "ISO-8859-2",
    },
    Charset {
        number: "4",
        name: "ISO-8859-4",
    },
    Charset {
        number: "5",
        name: "ISO-8859-5",
    },
    Charset {
        number: "6",
        name: "ISO-8859-7",
    },
    Charset {
        number: "7",
        name: "ISO-8859-10",
    },
    Charset {
        number: "8",
        name: "ISO-8859-15",
    },
];

impl Charset {
    pub(crate) fn by_number(number: &str) -> Option<Self> {
        CHARSETS.into_iter().find(|charset| charset.number == number)
    }

    /// The text's size in this set, or nothing if a character is not in it.
    pub(crate) fn byte_length(self, text: &str) -> Option<usize> {
        match self.number {
            "1" => Some(text.len()),
            // The encoding standard of the web reads this name as windows-1252, which is another set.
            "2" => text
                .chars()
                .all(|c| u32::from(c) <= 0xFF)
                .then(|| text.chars().count()),
            _ => {
                let (bytes, _, unmappable) = self.encoding()?.encode(text);
                (!unmappable).then_some(bytes.len())
            }
        }
    }

    /// The text of these bytes, or nothing if they are not in this set.
    pub(crate) fn decode(self, bytes: &[u8]) -> Option<String> {
        match self.number {
            "1" => String::from_utf8(bytes.to_vec()).ok(),
            "2" => Some(bytes.iter().copied().map(char::from).collect()),
            _ => self
                .encoding()?
                .decode_without_bom_handling_and_without_replacement(bytes)
                .map(Into::into),
        }
    }

    fn encoding(self) -> Option<&'static Encoding> {
        Encoding::for_label(self.name.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_set_of_the_list_is_known_and_reads_what_it_can_hold() {
        for charset in CHARSETS {
            assert_eq!(charset.decode(b"BCD").as_deref(), Some("BCD"), "{}", charset.name);
            assert_eq!(charset.byte_length("BCD"), Some(3), "{}", charset.name);
        }
        let latin_2 = Charset::by_number("3").unwrap();
        assert_eq!(latin_2.decode(&[0xE3]).as_deref(), Some("ă"));
        assert_eq!(latin_2.byte_length("ă"), Some(1));
        assert_eq!(latin_2.byte_length("ж"), None);
    }
}
