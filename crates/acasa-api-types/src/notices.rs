use crate::LanguageTag;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How the state's letters reach the person: the same on all their devices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "each is a way of its own")]
pub struct NoticePreferencesView {
    /// The language they are written in.
    pub language: LanguageTag,
    /// By electronic mail.
    pub email: bool,
    /// By SMS.
    pub sms: bool,
    /// By Viber.
    pub viber: bool,
    /// In this app.
    pub app: bool,
    /// Which of these were changed here and are not confirmed yet.
    pub waiting: Vec<NoticePreference>,
    /// Whether the state has ever told this device; before that these are what the state begins with.
    pub known: bool,
    /// The act that was just made, for taking it back.
    pub act: Option<String>,
}

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum NoticePreference {
    /// The language.
    Language,
    /// Electronic mail.
    Email,
    /// SMS.
    Sms,
    /// Viber.
    Viber,
    /// This app.
    App,
}

/// A change of one of them; what is absent stays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(optional_fields)]
pub struct NoticePreferenceChange {
    /// The language they are written in.
    pub language: Option<LanguageTag>,
    /// By electronic mail.
    pub email: Option<bool>,
    /// By SMS.
    pub sms: Option<bool>,
    /// By Viber.
    pub viber: Option<bool>,
    /// In this app.
    pub app: Option<bool>,
}
