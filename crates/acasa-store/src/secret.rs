mod words;

use acasa_crypto::{CryptoError, SecretBytes, random};
use thiserror::Error;
use zeroize::Zeroizing;

use words::{WORDS, is_word};

/// The fewest words a generated passphrase has: 6 × log₂ 1296 = 62 bits. At the cost of
/// [`crate::Cost`] a guess takes a quarter of a second and 64 MiB, so that trying half of them is
/// some 10¹⁰ processor years.
pub const MIN_WORDS: usize = 6;
/// The most words one asks for.
const MAX_WORDS: usize = 24;
/// Nothing longer than this is a passphrase of ours.
const MAX_ENTERED: usize = 1024;

/// Why a PIN was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PinError {
    /// Not exactly six digits `0`–`9`.
    #[error("a PIN is six digits")]
    NotSixDigits,
    /// One of the PINs tried first: all equal, a sequence, a repeated pattern, a keypad line.
    #[error("this PIN is among the first ones tried")]
    TooSimple,
}

impl PinError {
    /// The stable code that crosses IPC.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotSixDigits => "pin_not_six_digits",
            Self::TooSimple => "pin_too_simple",
        }
    }

    /// The same PIN is never taken later.
    pub fn retryable(self) -> bool {
        false
    }
}

/// Six digits that a person remembers. Wiped when dropped; cannot be printed.
pub struct Pin(SecretBytes);

impl Pin {
    /// A PIN a person chooses: refuses the ones a thief tries first.
    pub fn choose(text: &str) -> Result<Self, PinError> {
        let pin = Self::enter(text)?;
        if is_simple(pin.0.expose()) {
            Err(PinError::TooSimple)
        } else {
            Ok(pin)
        }
    }

    /// A PIN a person types to unlock: any six digits.
    pub fn enter(text: &str) -> Result<Self, PinError> {
        if text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(SecretBytes::from_slice(text.as_bytes())))
        } else {
            Err(PinError::NotSixDigits)
        }
    }
}

/// PINs that people type because of where the keys lie, or because they read well.
const KEYPAD: [&[u8; 6]; 12] = [
    b"147258", b"258147", b"147369", b"258369", b"159357", b"159753", b"357159", b"753159", b"789456",
    b"456123", b"102030", b"112358",
];

fn is_simple(digits: &[u8]) -> bool {
    let repeats = |period: usize| digits.iter().skip(period).zip(digits).all(|(a, b)| a == b);
    let steps = |by: u8| {
        digits
            .windows(2)
            .all(|pair| matches!(pair, [a, b] if (a - b'0' + by) % 10 == b - b'0'))
    };
    let doubled = digits.chunks(2).all(|pair| matches!(pair, [a, b] if a == b)); // 112233
    let mirrored = digits.iter().eq(digits.iter().rev()); // 123321
    repeats(1)
        || repeats(2)
        || repeats(3)
        || (1..=9).any(steps)
        || doubled
        || mirrored
        || KEYPAD.iter().any(|line| line.as_slice() == digits)
}

/// A passphrase of generated words, for devices without a keystore.
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// Draws at least [`MIN_WORDS`] words, each of 1296 with the same probability.
    pub fn make_random(words: usize) -> Result<Self, CryptoError> {
        if !(MIN_WORDS..=MAX_WORDS).contains(&words) {
            return Err(CryptoError::Parameters);
        }
        // Room for the longest words, so that no reallocation leaves a copy behind.
        let mut text = Zeroizing::new(String::with_capacity(words * 16));
        for _ in 0..words {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(draw_word()?);
        }
        Ok(Self(text))
    }

    /// A passphrase a person types: case and the number of spaces between words do not matter.
    pub fn enter(text: &str) -> Self {
        // Never reallocated, so that no copy is left behind.
        let mut plain = Zeroizing::new(String::with_capacity(text.len().min(MAX_ENTERED)));
        for character in text.chars() {
            if plain.len() + character.len_utf8() > plain.capacity() {
                break;
            }
            if !character.is_whitespace() {
                plain.push(character.to_ascii_lowercase());
            } else if !plain.is_empty() && !plain.ends_with(' ') {
                plain.push(' ');
            }
        }
        if plain.ends_with(' ') {
            plain.pop();
        }
        Self(plain)
    }

    /// The words, to be shown once to the person who writes them down.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether it could have been drawn by [`Passphrase::make_random`].
    pub(crate) fn is_strong(&self) -> bool {
        let mut count = 0;
        self.0.split(' ').all(|word| {
            count += 1;
            is_word(word)
        }) && count >= MIN_WORDS
    }
}

fn draw_word() -> Result<&'static str, CryptoError> {
    // 50 × 1296 = 64800: draws above it are repeated, so that no word is likelier than another.
    let words = u16::try_from(WORDS.len()).expect("the list has 1296 words");
    let fair = u16::MAX - u16::MAX % words;
    loop {
        let drawn = u16::from_be_bytes(random::make_bytes::<2>()?);
        if drawn < fair {
            return Ok(WORDS[usize::from(drawn % words)]);
        }
    }
}

/// What unlocks a profile.
pub enum Secret {
    /// Six digits, with a device secret and a counter in the keystore behind them.
    Pin(Pin),
    /// Words, where there is no keystore.
    Passphrase(Passphrase),
}

impl Secret {
    pub(crate) fn kind(&self) -> SecretKind {
        match self {
            Self::Pin(_) => SecretKind::Pin,
            Self::Passphrase(_) => SecretKind::Passphrase,
        }
    }

    pub(crate) fn expose(&self) -> &[u8] {
        match self {
            Self::Pin(pin) => pin.0.expose(),
            Self::Passphrase(passphrase) => passphrase.0.as_bytes(),
        }
    }
}

impl From<Pin> for Secret {
    fn from(pin: Pin) -> Self {
        Self::Pin(pin)
    }
}

impl From<Passphrase> for Secret {
    fn from(passphrase: Passphrase) -> Self {
        Self::Passphrase(passphrase)
    }
}

/// What kind of secret a profile asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretKind {
    /// Six digits.
    Pin,
    /// Generated words.
    Passphrase,
}

#[cfg(test)]
mod tests;
