use crate::ProfileTagView;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The colours a profile can have; the interface gives each its token.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Colour {
    /// Brand blue.
    #[default]
    Blue,
    /// Forest green.
    Green,
    /// Lavender.
    Lavender,
    /// Magenta.
    Magenta,
    /// Apricot.
    Apricot,
}

/// Profiles on this device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProfilesView {
    /// All of them, oldest first.
    pub profiles: Vec<ProfileTagView>,
    /// Id of the one in use.
    pub current: Option<String>,
}

/// Which profile to open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProfileChoice {
    /// Its id.
    pub id: String,
}

/// A profile to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProfileDraft {
    /// 0 to 40 characters.
    pub nickname: String,
    /// Its colour.
    pub colour: Colour,
}
