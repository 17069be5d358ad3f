//! What must not turn up in a log, a file or a process's memory, in every form in which it would.

use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The shortest thing looked for, in bytes: shorter ones turn up by chance.
const SHORTEST: usize = 5;

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Secrets by name, each in all its forms: as it is, in UTF-16, hexadecimal, base64 at each of the
/// three places where it may begin, base64url, and as `{:?}` writes bytes.
pub struct Secrets {
    forms: Vec<Form>,
    /// Forms by their first two bytes.
    beginnings: Vec<Vec<u32>>,
}

struct Form {
    name: String,
    written: &'static str,
    bytes: Vec<u8>,
}

/// A secret where it must not be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sighting {
    /// Which secret.
    pub name: String,
    /// In which form.
    pub written: &'static str,
}

impl Default for Secrets {
    fn default() -> Self {
        Self {
            forms: Vec::new(),
            beginnings: vec![Vec::new(); 1 << 16],
        }
    }
}

impl Secrets {
    /// Looks for these bytes from now on.
    ///
    /// # Panics
    /// If they are so short that they would be found by chance.
    pub fn add(&mut self, name: &str, secret: &[u8]) {
        assert!(secret.len() >= SHORTEST, "{name} is too short to look for");
        let text = str::from_utf8(secret).ok();
        let wide = text.map(|text| text.encode_utf16().flat_map(u16::to_le_bytes).collect());
        let hex = secret.iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        let listed: Vec<String> = secret.iter().map(ToString::to_string).collect();
        let mut forms = vec![
            ("as it is", secret.to_vec()),
            ("HEX", hex.to_uppercase().into_bytes()),
            ("hex", hex.into_bytes()),
            ("listed", listed.join(", ").into_bytes()),
        ];
        forms.extend(wide.map(|wide| ("UTF-16", wide)));
        for shift in 0..3 {
            forms.push(("base64", base64(STANDARD, secret, shift)));
            forms.push(("base64url", base64(URL_SAFE, secret, shift)));
        }
        let mut met = BTreeSet::new();
        for (written, bytes) in forms {
            if bytes.len() >= SHORTEST && met.insert(bytes.clone()) {
                self.add_form(name, written, bytes);
            }
        }
    }

    fn add_form(&mut self, name: &str, written: &'static str, bytes: Vec<u8>) {
        let number = u32::try_from(self.forms.len()).expect("a test has fewer than 2³² secrets");
        self.beginnings[beginning(bytes[0], bytes[1])].push(number);
        self.forms.push(Form {
            name: name.to_owned(),
            written,
            bytes,
        });
    }

    /// Which of them are in `bytes`.
    pub fn found_in(&self, bytes: &[u8]) -> BTreeSet<Sighting> {
        let mut sightings = BTreeSet::new();
        for (at, pair) in bytes.windows(2).enumerate() {
            for number in &self.beginnings[beginning(pair[0], pair[1])] {
                let form = &self.forms[*number as usize];
                if bytes[at..].starts_with(&form.bytes) {
                    sightings.insert(form.sighting());
                }
            }
        }
        sightings
    }

    /// Every form of every secret, so that a test can plant them and see them found.
    pub fn forms(&self) -> impl Iterator<Item = (Sighting, &[u8])> {
        self.forms
            .iter()
            .map(|form| (form.sighting(), form.bytes.as_slice()))
    }

    /// The length of the longest form.
    pub fn longest(&self) -> usize {
        self.forms.iter().map(|form| form.bytes.len()).max().unwrap_or(0)
    }
}

impl Form {
    fn sighting(&self) -> Sighting {
        Sighting {
            name: self.name.clone(),
            written: self.written,
        }
    }
}

fn beginning(first: u8, second: u8) -> usize {
    usize::from(first) << 8 | usize::from(second)
}

/// The characters that `secret` alone decides when it stands `shift` bytes into something encoded.
fn base64(alphabet: &[u8; 64], secret: &[u8], shift: usize) -> Vec<u8> {
    let bit = |at: usize| secret[at / 8] >> (7 - at % 8) & 1;
    // The first character that holds no bit of what stands before.
    let skipped = (6 - shift * 8 % 6) % 6;
    let bits: Vec<u8> = (skipped..secret.len() * 8).map(bit).collect();
    let whole = bits.chunks_exact(6);
    whole
        .map(|six| alphabet[six.iter().fold(0, |number, bit| number << 1 | usize::from(*bit))])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `base64` of "xKanaga1.", "xxKanaga1." and so on, by another's hand (coreutils).
    #[test]
    fn a_secret_is_found_in_every_form() {
        let mut secrets = Secrets::default();
        secrets.add("word", "Kanagă1~?".as_bytes());

        for text in [
            "the Kanagă1~? it",
            "4b616e6167c483317e3f",
            "4B616E6167C483317E3F",
            "[75, 97, 110, 97, 103, 196, 131, 49, 126, 63]",
            "S2FuYWfEgzF+Pw==",
            "S2FuYWfEgzF-Pw",
            "eEthbmFnxIMxfj94",
            "eHhLYW5hZ8SDMX4/eA==",
        ] {
            assert_eq!(secrets.found_in(text.as_bytes()).len(), 1, "{text}");
        }
        let wide: Vec<u8> = "Kanagă1~?".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(secrets.found_in(&wide).len(), 1);
        assert!(secrets.found_in(b"Kanaga1~? S2FuYWdhMX4_").is_empty());
    }

    #[test]
    #[should_panic(expected = "too short")]
    fn what_would_be_found_by_chance_is_refused() {
        Secrets::default().add("digits", b"1234");
    }
}
