use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The languages of the interface.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LanguageTag {
    /// Romanian.
    #[default]
    Ro,
    /// Russian.
    Ru,
    /// English.
    En,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// The settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SettingsView {
    /// Language; absent until chosen.
    pub language: Option<LanguageTag>,
    /// Theme.
    pub theme: Theme,
    /// Seconds without a touch after which the vault locks itself: 30 to 900.
    pub lock_after_seconds: u32,
    /// Name this device shows in its challenges.
    pub verifier_name: String,
    /// Whether nothing is looked for that was not asked for.
    pub data_saver: bool,
    /// Where this profile's data lie.
    pub folder: Option<String>,
}

/// A change of settings; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(optional_fields)]
pub struct SettingsChange {
    /// Language.
    pub language: Option<LanguageTag>,
    /// Theme.
    pub theme: Option<Theme>,
    /// Seconds without a touch after which the vault locks itself: 30 to 900.
    pub lock_after_seconds: Option<u32>,
    /// Name this device shows in its challenges, at most 60 characters.
    pub verifier_name: Option<String>,
    /// Whether nothing is looked for that was not asked for.
    pub data_saver: Option<bool>,
}
