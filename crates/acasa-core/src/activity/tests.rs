use super::*;
use crate::vault::testing::Opened;
use acasa_api_types::{LanguageTag, SettingsChange};
use acasa_protocol::acts::Preference;
use acasa_protocol::sync::Fate as Judged;

/// An app with an act that the state refused in these words, if in any.
fn refused(reason: Option<Words>) -> Opened {
    let app = Opened::start();
    let set = Preference::Sms(false);
    app.acasa.sync().act(&app.open, SET_PREFERENCE, &set).unwrap();
    let batch = app.send(1);
    let code = "phone_unconfirmed".to_owned();
    app.answer(&batch, &Judged::Refused { code, reason });
    app
}

fn told(app: &Opened) -> (Fate, Option<String>, Option<String>) {
    let act = app.acasa.activity().list().unwrap().acts.remove(0);
    (act.fate, act.error, act.reason)
}

#[test]
fn the_state_s_own_words_on_a_refusal_are_told_in_the_person_s_language_or_in_romanian() {
    let app = refused(Some(Words {
        ro: "Numărul nu este confirmat.".to_owned(),
        ru: Some("Номер не подтверждён.".to_owned()),
        en: None,
    }));
    let told_in = |language| {
        let change = SettingsChange {
            language: Some(language),
            ..SettingsChange::default()
        };
        app.acasa.settings().set(change).unwrap();
        told(&app).2.unwrap()
    };

    assert_eq!(told_in(LanguageTag::Ro), "Numărul nu este confirmat.");
    assert_eq!(told_in(LanguageTag::Ru), "Номер не подтверждён.");
    assert_eq!(told_in(LanguageTag::En), "Numărul nu este confirmat.");
}

#[test]
fn a_refusal_without_words_is_told_by_its_code_and_what_was_applied_has_none() {
    let code = Some("phone_unconfirmed".to_owned());
    assert_eq!(told(&refused(None)), (Fate::Refused, code, None));

    let app = Opened::start();
    let set = Preference::Sms(false);
    app.acasa.sync().act(&app.open, SET_PREFERENCE, &set).unwrap();
    let batch = app.send(1);
    let applied = Judged::Applied {
        version: 1,
        records: Vec::new(),
    };
    app.answer(&batch, &applied);
    assert_eq!(told(&app), (Fate::Done, None, None));
}
