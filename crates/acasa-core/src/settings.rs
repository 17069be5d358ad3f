//! What the person chose about the app itself. Not secret, and known before any vault is open.

use crate::{Acasa, CoreError};
use acasa_api_types::{SettingsChange, SettingsView};
use std::ops::RangeInclusive;

/// Seconds without a touch after which the vault may be told to lock itself.
const LOCK_AFTER: RangeInclusive<u32> = 30..=900;
/// Longest name a device may show in its challenges, in characters.
const VERIFIER_NAME_LIMIT: usize = 60;

/// Handle of the module.
pub struct Settings<'a> {
    pub(crate) acasa: &'a Acasa,
}

impl Settings<'_> {
    /// The settings as they stand.
    pub fn get(&self) -> SettingsView {
        let folder = self.acasa.profiles().current_folder();
        let preferences = self.acasa.preferences();
        SettingsView {
            language: preferences.language,
            theme: preferences.theme,
            lock_after_seconds: preferences.lock_after_seconds,
            verifier_name: preferences.verifier_name.clone(),
            data_saver: preferences.data_saver,
            folder: folder.map(|folder| folder.display().to_string()),
        }
    }

    /// Changes what is given, all or nothing.
    pub fn set(&self, change: SettingsChange) -> Result<SettingsView, CoreError> {
        if change
            .lock_after_seconds
            .is_some_and(|seconds| !LOCK_AFTER.contains(&seconds))
        {
            return Err(CoreError::OutOfRange {
                what: "lock_after_seconds",
            });
        }
        if change
            .verifier_name
            .as_ref()
            .is_some_and(|name| name.chars().count() > VERIFIER_NAME_LIMIT)
        {
            return Err(CoreError::OutOfRange {
                what: "verifier_name",
            });
        }
        {
            let mut preferences = self.acasa.preferences();
            preferences.language = change.language.or(preferences.language);
            preferences.theme = change.theme.unwrap_or(preferences.theme);
            preferences.lock_after_seconds = change
                .lock_after_seconds
                .unwrap_or(preferences.lock_after_seconds);
            if let Some(name) = change.verifier_name {
                name.trim().clone_into(&mut preferences.verifier_name);
            }
            preferences.data_saver = change.data_saver.unwrap_or(preferences.data_saver);
            preferences.save(&self.acasa.inner.setup.folder)?;
        }
        if change.data_saver.is_some() {
            self.acasa.sync().changed_habits();
        }
        if let Some(language) = change.language {
            self.acasa.inner.setup.host.language_chosen(language);
        }
        Ok(self.get())
    }
}
