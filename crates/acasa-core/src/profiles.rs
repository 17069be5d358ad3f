//! Profiles on this device: a nickname and a colour each, and a folder of its own.

use crate::preferences::ProfileTag;
use crate::vault::Vault;
use crate::{Acasa, CoreError};
use acasa_api_types::{Colour, ProfileChoice, ProfileDraft, ProfileTagView, ProfilesView};
use std::path::PathBuf;

/// Longest nickname, in characters.
const NICKNAME_LIMIT: usize = 40;

/// Handle of the module.
pub struct Profiles<'a> {
    pub(crate) acasa: &'a Acasa,
}

impl Profiles<'_> {
    /// All profiles, oldest first.
    pub fn list(&self) -> ProfilesView {
        let preferences = self.acasa.preferences();
        ProfilesView {
            profiles: preferences.profiles.iter().map(view).collect(),
            current: preferences.current.clone(),
        }
    }

    /// Takes another profile; whichever is open is closed first.
    pub fn select(&self, choice: &ProfileChoice) -> Result<(), CoreError> {
        if !self
            .acasa
            .preferences()
            .profiles
            .iter()
            .any(|profile| profile.id == choice.id)
        {
            return Err(CoreError::Unknown { what: "profile" });
        }
        self.acasa.vault().lock();
        let left = self.acasa.preferences().current.clone();
        if let Some(left) = left.filter(|left| *left != choice.id) {
            self.drop_empty(&left);
        }
        self.take(choice.id.clone())
    }

    /// Starts another profile; its vault comes with signing in.
    pub fn create(&self, draft: &ProfileDraft) -> Result<(), CoreError> {
        let nickname = draft.nickname.trim();
        if nickname.chars().count() > NICKNAME_LIMIT {
            return Err(CoreError::OutOfRange { what: "nickname" });
        }
        self.acasa.vault().lock();
        self.add(nickname, draft.colour)
    }

    /// Adds a profile and takes it.
    fn add(&self, nickname: &str, colour: Colour) -> Result<(), CoreError> {
        let id = uuid::Uuid::new_v4().simple().to_string();
        let tag = ProfileTag {
            id: id.clone(),
            nickname: nickname.to_owned(),
            colour,
            alarms: Vec::new(),
        };
        self.acasa.preferences().profiles.push(tag);
        self.take(id)
    }

    /// A profile in which nobody signed in is a name and nothing else: left, it is gone.
    fn drop_empty(&self, id: &str) {
        if !Vault::is_made(&self.folder(id)) {
            self.acasa
                .preferences()
                .profiles
                .retain(|profile| profile.id != id);
        }
    }

    /// Drops the profile in use from the list; its files are the vault's to destroy.
    pub(crate) fn drop_current(&self) -> Result<(), CoreError> {
        let mut preferences = self.acasa.preferences();
        let Some(current) = preferences.current.take() else {
            return Ok(());
        };
        preferences.profiles.retain(|profile| profile.id != current);
        preferences.current = preferences.profiles.first().map(|profile| profile.id.clone());
        preferences.save(&self.acasa.inner.setup.folder)?;
        Ok(())
    }

    /// The id of the profile in use; the first profile comes into being here.
    pub(crate) fn current_or_first(&self) -> Result<String, CoreError> {
        if let Some(profile) = self.acasa.preferences().current_profile() {
            return Ok(profile.id.clone());
        }
        self.add("", Colour::default())?;
        self.acasa
            .preferences()
            .current
            .clone()
            .ok_or(CoreError::Unknown { what: "profile" })
    }

    /// Where a profile's files lie.
    pub(crate) fn folder(&self, id: &str) -> PathBuf {
        self.acasa
            .inner
            .setup
            .folder
            .join(crate::preferences::PROFILES)
            .join(id)
    }

    /// Where the files of the profile in use lie.
    pub(crate) fn current_folder(&self) -> Option<PathBuf> {
        let id = self.acasa.preferences().current_profile()?.id.clone();
        Some(self.folder(&id))
    }

    fn take(&self, id: String) -> Result<(), CoreError> {
        let mut preferences = self.acasa.preferences();
        preferences.current = Some(id);
        preferences.save(&self.acasa.inner.setup.folder)?;
        Ok(())
    }
}

pub(crate) fn view(profile: &ProfileTag) -> ProfileTagView {
    ProfileTagView {
        id: profile.id.clone(),
        nickname: profile.nickname.clone(),
        colour: profile.colour,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Deployment, NoHost, Setup};
    use acasa_api_types::{ChallengeDraft, SettingsChange, ShowingFrames};
    use std::sync::Arc;

    /// Gives an app that belongs to no sandbox and has no network.
    fn with_app<T>(run: impl FnOnce(&Acasa) -> T) -> T {
        let folder = tempfile::tempdir().unwrap();
        let setup = Setup {
            deployment: Deployment::built_in(),
            ..Setup::new(folder.path().to_owned(), Arc::new(NoHost)).with_keys_in_memory()
        };
        run(&Acasa::start(setup))
    }

    /// Whether it was refused for being out of range.
    fn is_out_of_range<T>(answer: &Result<T, CoreError>) -> bool {
        matches!(answer, Err(CoreError::OutOfRange { .. }))
    }

    #[test]
    fn a_nickname_has_at_most_40_characters() {
        let of = |characters: usize| {
            let draft = ProfileDraft {
                nickname: "ș".repeat(characters),
                colour: Colour::default(),
            };
            with_app(|acasa| is_out_of_range(&acasa.profiles().create(&draft)))
        };

        assert!(!of(40) && of(41));
    }

    #[test]
    fn the_name_a_device_asks_under_has_at_most_60_characters() {
        let of = |characters: usize| {
            let change = SettingsChange {
                verifier_name: Some("ș".repeat(characters)),
                ..SettingsChange::default()
            };
            with_app(|acasa| is_out_of_range(&acasa.settings().set(change)))
        };

        assert!(!of(60) && of(61));
    }

    #[test]
    fn the_purpose_of_a_challenge_has_at_most_80_characters() {
        let of = |characters: usize| {
            let draft = ChallengeDraft {
                elements: Vec::new(),
                purpose: "ș".repeat(characters),
            };
            with_app(|acasa| is_out_of_range(&acasa.verifier().challenge(&draft)))
        };

        assert!(!of(80) && of(81));
    }

    #[test]
    fn frames_are_given_1_to_64_at_once() {
        let of = |count: u32| {
            let frames = ShowingFrames {
                id: String::new(),
                from: 0,
                count,
            };
            with_app(|acasa| is_out_of_range(&acasa.showing().frames(&frames)))
        };

        assert_eq!([0, 1, 64, 65].map(of), [true, false, false, true]);
    }
}
