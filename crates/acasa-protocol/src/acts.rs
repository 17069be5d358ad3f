//! What intents say: the name of each command, its arguments, and the records it writes. The gateway
//! decides by these types, and the device foresees by them.

use acasa_domain::Language;
use serde::{Deserialize, Serialize};

/// Name of the command that changes a [`Preference`].
pub const SET_PREFERENCE: &str = "preference.set";
/// Kind of the records that hold one; their id is [`Preference::key`].
pub const PREFERENCE: &str = "preference";

/// One way in which the state's letters reach a person; the arguments of [`SET_PREFERENCE`], and the content
/// of its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "key",
    content = "value",
    rename_all = "snake_case",
    deny_unknown_fields
)]
pub enum Preference {
    /// The language they are written in.
    Language(Language),
    /// By electronic mail.
    Email(bool),
    /// By SMS.
    Sms(bool),
    /// By Viber.
    Viber(bool),
    /// In the app.
    App(bool),
}

impl Preference {
    /// What holds until a person changes it.
    pub const DEFAULTS: [Self; 5] = [
        Self::Language(Language::Ro),
        Self::Email(true),
        Self::Sms(true),
        Self::Viber(false),
        Self::App(true),
    ];

    /// Which one it is.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Language(_) => "language",
            Self::Email(_) => "email",
            Self::Sms(_) => "sms",
            Self::Viber(_) => "viber",
            Self::App(_) => "app",
        }
    }

    /// Whether it says that letters come this way.
    pub const fn is_open_channel(self) -> bool {
        match self {
            Self::Language(_) => false,
            Self::Email(open) | Self::Sms(open) | Self::Viber(open) | Self::App(open) => open,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preference_is_written_as_its_key_and_its_value() {
        for (preference, text) in [
            (
                Preference::Language(Language::Ru),
                r#"{"key":"language","value":"ru"}"#,
            ),
            (Preference::Sms(false), r#"{"key":"sms","value":false}"#),
        ] {
            assert_eq!(serde_json::to_string(&preference).unwrap(), text);
            assert_eq!(serde_json::from_str::<Preference>(text).unwrap(), preference);
        }
    }

    #[test]
    fn what_is_not_a_preference_is_refused() {
        for text in [
            r#"{"key":"fax","value":true}"#,
            r#"{"key":"sms","value":"yes"}"#,
            r#"{"key":"sms"}"#,
            r#"{"key":"language","value":"de"}"#,
        ] {
            assert!(serde_json::from_str::<Preference>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn each_preference_has_one_default() {
        let mut keys = Preference::DEFAULTS.map(Preference::key).to_vec();
        keys.dedup();
        assert_eq!(keys.len(), 5);
    }
}
