//! What is known before any vault is open: language, theme, and which profiles there are.
//!
//! Nothing personal: a profile is a nickname and a colour the person gave. The file is written
//! whole, under another name first, so that a crash leaves the old or the new one.

use acasa_api_types::{Colour, LanguageTag, Theme};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

const FILE: &str = "preferences.json";

/// Seconds without a touch until the vault locks itself, unless the person chose otherwise.
pub(crate) const LOCK_AFTER_SECONDS: u32 = 120;

/// The preferences of one device account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Preferences {
    pub(crate) language: Option<LanguageTag>,
    pub(crate) theme: Theme,
    pub(crate) lock_after_seconds: u32,
    pub(crate) verifier_name: String,
    pub(crate) profiles: Vec<ProfileTag>,
    pub(crate) current: Option<String>,
}

/// A profile, by what the person called it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ProfileTag {
    pub(crate) id: String,
    pub(crate) nickname: String,
    pub(crate) colour: Colour,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            language: None,
            theme: Theme::System,
            lock_after_seconds: LOCK_AFTER_SECONDS,
            verifier_name: String::new(),
            profiles: Vec::new(),
            current: None,
        }
    }
}

impl Preferences {
    /// Reads them; where there are none, or what is there is not understood, the defaults stand.
    pub(crate) fn load(folder: &Path) -> Self {
        let Ok(text) = fs::read_to_string(path(folder)) else {
            return Self::default();
        };
        serde_json::from_str(&text).unwrap_or_else(|error| {
            tracing::warn!(%error, "preferences are not understood; the defaults stand");
            Self::default()
        })
    }

    /// Writes them whole.
    pub(crate) fn save(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        let fresh = folder.join(format!("{FILE}.new"));
        let text = serde_json::to_string_pretty(self).map_err(io::Error::other)?;
        fs::write(&fresh, text)?;
        fs::File::open(&fresh)?.sync_all()?;
        fs::rename(fresh, path(folder))
    }

    /// The profile in use.
    pub(crate) fn current_profile(&self) -> Option<&ProfileTag> {
        let current = self.current.as_ref()?;
        self.profiles.iter().find(|profile| &profile.id == current)
    }
}

fn path(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_saved_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let preferences = Preferences {
            language: Some(LanguageTag::Ru),
            theme: Theme::Dark,
            ..Preferences::default()
        };
        preferences.save(folder.path()).unwrap();
        assert_eq!(Preferences::load(folder.path()), preferences);
    }

    #[test]
    fn a_damaged_file_gives_the_defaults() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(path(folder.path()), "{\"theme\": 7").unwrap();
        assert_eq!(Preferences::load(folder.path()), Preferences::default());
    }

    #[test]
    fn a_current_profile_that_is_not_there_is_none() {
        let preferences = Preferences {
            current: Some("gone".into()),
            ..Preferences::default()
        };
        assert!(preferences.current_profile().is_none());
    }
}
