use crate::SecretText;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What opens the vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SecretKind {
    /// Six digits, with the device's keystore.
    Pin,
    /// Generated words, where there is no keystore.
    Passphrase,
}

/// How the vault is locked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VaultStatusView {
    /// What opens it.
    pub kind: SecretKind,
    /// Tries left before the keys are destroyed; absent for passphrases, which are not counted.
    pub tries_left: Option<u32>,
    /// Seconds until the next try is taken.
    pub wait_seconds: u32,
}

/// A passphrase to write down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PassphraseView {
    /// Its words, in order.
    pub words: Vec<String>,
}

/// The vault to be.
#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VaultCreate {
    /// PIN or passphrase, as the keystore allows.
    pub kind: SecretKind,
    /// The secret.
    pub secret: SecretText,
}

/// A try to open the vault.
#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VaultUnlock {
    /// The secret.
    pub secret: SecretText,
}

/// How a try went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "outcome", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum VaultUnlockView {
    /// Open.
    Opened,
    /// Not the secret.
    Wrong {
        /// Tries left; absent for passphrases, which are not counted.
        tries_left: Option<u32>,
        /// Seconds until the next try is taken.
        wait_seconds: u32,
    },
    /// Too soon; the try was not counted.
    Wait {
        /// Seconds until the next try is taken.
        wait_seconds: u32,
    },
    /// That was the last; the keys are gone.
    Destroyed,
}

/// A change of the secret.
#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VaultChangeSecret {
    /// The one in force.
    pub current: SecretText,
    /// The one to be.
    pub new: SecretText,
}

/// What forgetting a profile loses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ForgetPreviewView {
    /// Acts not sent yet; absent where the vault is closed and they cannot be counted.
    pub unsent_acts: Option<u32>,
}

/// The person's word that they mean it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VaultForget {
    /// Must be true.
    pub confirmed: bool,
}
