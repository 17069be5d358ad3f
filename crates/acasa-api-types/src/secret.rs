use serde::Deserialize;
use ts_rs::TS;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A PIN or passphrase on its way in. It can be read once it is here, never printed or sent back.
#[derive(Deserialize, TS, Zeroize, ZeroizeOnDrop)]
#[ts(type = "string")]
pub struct SecretText(String);

impl SecretText {
    /// Takes over what was typed.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text itself, for the one place that derives a key from it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}
