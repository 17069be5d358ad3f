//! What is known before any vault is open: language, theme, and which profiles there are.
//!
//! Nothing personal: a profile is a nickname and a colour the person gave, and when it reminds of something. The file is written
//! whole, under another name first, so that a crash leaves the old or the new one.

use crate::reminders::alarms::Alarm;
use acasa_api_types::{Colour, LanguageTag, QuietHours, Theme};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

const FILE: &str = "preferences.json";
/// Folder of the profiles, each in one named by its id.
pub(crate) const PROFILES: &str = "profiles";
/// What a profile's folder has if it is one.
const KEY_FILE: &str = "key.json";

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
    /// Whether letters announce themselves on this device.
    pub(crate) announce: bool,
    pub(crate) quiet: Option<QuietHours>,
    /// Whether nothing is looked for that was not asked for.
    pub(crate) data_saver: bool,
    pub(crate) profiles: Vec<ProfileTag>,
    pub(crate) current: Option<String>,
}

/// A profile, by what the person called it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ProfileTag {
    pub(crate) id: String,
    pub(crate) nickname: String,
    pub(crate) colour: Colour,
    /// When it reminds next of what is in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) alarms: Vec<Alarm>,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            language: None,
            theme: Theme::System,
            lock_after_seconds: LOCK_AFTER_SECONDS,
            verifier_name: String::new(),
            announce: true,
            quiet: None,
            data_saver: false,
            profiles: Vec::new(),
            current: None,
        }
    }
}

impl Preferences {
    /// Reads them; where there are none, or what is there is not understood, the defaults stand.
    pub(crate) fn load(folder: &Path) -> Self {
        let mut preferences = Self::read(folder).unwrap_or_default();
        preferences.adopt(folder);
        preferences
    }

    fn read(folder: &Path) -> Option<Self> {
        let text = fs::read_to_string(path(folder)).ok()?;
        serde_json::from_str(&text)
            .inspect_err(|error| {
                tracing::warn!(%error, "preferences are not understood; the defaults stand");
            })
            .ok()
    }

    /// Takes in every profile that lies in the folder and is not in the list: another process may have
    /// made one, or the file may have been lost. What was wiped has no folder.
    fn adopt(&mut self, folder: &Path) {
        let known = |preferences: &Self, id: &str| preferences.profiles.iter().any(|tag| tag.id == id);
        let elsewhere = Self::read(folder).map_or(Vec::new(), |read| read.profiles);
        let folders = fs::read_dir(folder.join(PROFILES))
            .into_iter()
            .flatten()
            .flatten();
        let mut found: Vec<String> = folders
            .filter(|entry| entry.path().join(KEY_FILE).is_file())
            .filter_map(|entry| entry.file_name().into_string().ok())
            .filter(|id| !known(self, id))
            .collect();
        found.sort();
        for id in found {
            let tag = elsewhere.iter().find(|tag| tag.id == id).cloned();
            self.profiles.push(tag.unwrap_or(ProfileTag {
                id,
                nickname: String::new(),
                colour: Colour::default(),
                alarms: Vec::new(),
            }));
        }
        if self.current_profile().is_none() {
            self.current = self.profiles.first().map(|tag| tag.id.clone());
        }
    }

    /// Writes them whole.
    pub(crate) fn save(&mut self, folder: &Path) -> io::Result<()> {
        let current = self.current.take();
        self.adopt(folder);
        self.current = current;
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
        let mut preferences = Preferences {
            language: Some(LanguageTag::Ru),
            theme: Theme::Dark,
            ..Preferences::default()
        };
        preferences.save(folder.path()).unwrap();
        assert_eq!(Preferences::load(folder.path()), preferences);
    }

    #[test]
    fn a_profile_that_another_process_made_is_not_lost() {
        let folder = tempfile::tempdir().unwrap();
        let tag = |id: &str| ProfileTag {
            id: id.to_owned(),
            nickname: id.to_uppercase(),
            colour: Colour::default(),
            alarms: Vec::new(),
        };
        let mut first = Preferences {
            profiles: vec![tag("a")],
            ..Preferences::default()
        };
        for id in ["a", "b", "c"] {
            fs::create_dir_all(folder.path().join(PROFILES).join(id)).unwrap();
        }
        for id in ["a", "b"] {
            fs::write(folder.path().join(PROFILES).join(id).join(KEY_FILE), "{}").unwrap();
        }
        let mut second = Preferences {
            profiles: vec![tag("b")],
            ..Preferences::default()
        };
        second.save(folder.path()).unwrap();

        first.save(folder.path()).unwrap();

        let nicknames: Vec<String> = Preferences::load(folder.path())
            .profiles
            .into_iter()
            .map(|tag| tag.nickname)
            .collect();
        assert_eq!(nicknames, ["A", "B"]);
    }

    #[test]
    fn profiles_are_found_again_when_the_file_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let profile = folder.path().join(PROFILES).join("a");
        fs::create_dir_all(&profile).unwrap();
        fs::write(profile.join(KEY_FILE), "{}").unwrap();

        let found = Preferences::load(folder.path());

        assert_eq!(found.current.as_deref(), Some("a"));
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
