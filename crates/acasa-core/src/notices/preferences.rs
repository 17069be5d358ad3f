//! How the state's letters reach the person: the same on all their devices.

use super::Notices;
use crate::sync::{VaultStore, holder};
use crate::vault::OpenVault;
use crate::{CoreError, words};
use acasa_api_types::{NoticePreference, NoticePreferenceChange, NoticePreferencesView};
use acasa_protocol::acts::{PREFERENCE, Preference, SET_PREFERENCE};
use acasa_protocol::sync::Intent;
use acasa_sync::{Records, Replay, View};
use serde::Deserialize as _;

/// What setting a preference will look like.
pub(crate) struct Foreseen;

impl Replay for Foreseen {
    fn replay(&self, intent: &Intent, records: &mut Records) {
        if intent.name == SET_PREFERENCE
            && let Ok(wanted) = Preference::deserialize(&intent.arguments)
        {
            records.put(PREFERENCE, wanted.key(), intent.arguments.clone());
        }
    }
}

impl Notices<'_> {
    /// As they stand, with what was changed here and is not confirmed yet.
    pub fn preferences(&self) -> Result<NoticePreferencesView, CoreError> {
        let open = self.acasa.vault().open()?;
        self.read(&open)
    }

    /// Changes what is given; each change is an act of its own.
    pub fn prefer(&self, change: NoticePreferenceChange) -> Result<NoticePreferencesView, CoreError> {
        let open = self.acasa.vault().open()?;
        let now = self.read(&open)?;
        let wanted = [
            change
                .language
                .map(|language| Preference::Language(words::language(language))),
            change.email.map(Preference::Email),
            change.sms.map(Preference::Sms),
            change.viber.map(Preference::Viber),
            change.app.map(Preference::App),
        ];
        let open_ways = [
            change.email.unwrap_or(now.email),
            change.sms.unwrap_or(now.sms),
            change.viber.unwrap_or(now.viber),
            change.app.unwrap_or(now.app),
        ];
        if !open_ways.contains(&true) {
            return Err(CoreError::Document {
                code: "preference_last_channel",
            });
        }
        let mut act = None;
        for preference in wanted.into_iter().flatten() {
            act = Some(self.acasa.sync().act(&open, SET_PREFERENCE, &preference)?);
        }
        let mut view = self.read(&open)?;
        view.act = act.map(|act| act.to_string());
        Ok(view)
    }

    fn read(&self, open: &OpenVault) -> Result<NoticePreferencesView, CoreError> {
        let holder = holder(open)?;
        let store = VaultStore::new(self.acasa, open)?;
        let seen = View::of(&store, holder, Some(PREFERENCE), &Foreseen)?;
        let mut view = NoticePreferencesView {
            language: words::tag_of(acasa_domain::Language::default()),
            email: false,
            sms: false,
            viber: false,
            app: false,
            waiting: waiting(open)?,
            known: acasa_sync::Store::pulled(&store, holder)?.since > 0 || self.acasa.sync().has_pulled(),
            act: None,
        };
        for preference in Preference::DEFAULTS {
            let stored = seen.records.get(PREFERENCE, preference.key());
            let stored = stored.and_then(|content| Preference::deserialize(content).ok());
            match stored.unwrap_or(preference) {
                Preference::Language(language) => view.language = words::tag_of(language),
                Preference::Email(chosen) => view.email = chosen,
                Preference::Sms(chosen) => view.sms = chosen,
                Preference::Viber(chosen) => view.viber = chosen,
                Preference::App(chosen) => view.app = chosen,
            }
        }
        Ok(view)
    }
}

/// Which were changed here and are not confirmed yet.
fn waiting(open: &OpenVault) -> Result<Vec<NoticePreference>, CoreError> {
    let mut waiting = Vec::new();
    for act in open.records.acts().unsettled()? {
        if act.name != SET_PREFERENCE || act.fate == acasa_store::ActFate::ToConfirm {
            continue;
        }
        let Ok(preference) = serde_json::from_str::<Preference>(&act.arguments) else {
            continue;
        };
        let preference = match preference {
            Preference::Language(_) => NoticePreference::Language,
            Preference::Email(_) => NoticePreference::Email,
            Preference::Sms(_) => NoticePreference::Sms,
            Preference::Viber(_) => NoticePreference::Viber,
            Preference::App(_) => NoticePreference::App,
        };
        if !waiting.contains(&preference) {
            waiting.push(preference);
        }
    }
    Ok(waiting)
}

/// The act of setting one, by the words it has in the list of acts.
pub(crate) fn kind(arguments: &str) -> Option<String> {
    let preference: Preference = serde_json::from_str(arguments).ok()?;
    let key = preference.key();
    Some(match preference {
        Preference::Language(_) => format!("preference_{key}"),
        Preference::Email(_) | Preference::Sms(_) | Preference::Viber(_) | Preference::App(_) => {
            let way = if preference.is_open_channel() { "on" } else { "off" };
            format!("preference_{key}_{way}")
        }
    })
}
