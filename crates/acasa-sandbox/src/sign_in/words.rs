//! The page's words in three languages.

use acasa_domain::Language;
use acasa_gateway::ports::Instrument;

pub(super) struct Words {
    pub(super) band: &'static str,
    pub(super) title: &'static str,
    pub(super) explanation: &'static str,
    pub(super) languages: &'static str,
    pub(super) person: &'static str,
    pub(super) instrument: &'static str,
    pub(super) sign_in: &'static str,
    pub(super) deny: &'static str,
    pub(super) instruments: [&'static str; 4],
}

impl Words {
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::Ro => &RO,
            Language::Ru => &RU,
            Language::En => &EN,
        }
    }

    pub(super) fn instrument(&self, instrument: Instrument) -> &'static str {
        match instrument {
            Instrument::MobileSignature => self.instruments[0],
            Instrument::Token => self.instruments[1],
            Instrument::IdentityCard => self.instruments[2],
            Instrument::EvoSign => self.instruments[3],
        }
    }
}

const RO: Words = Words {
    band: "Date de probă",
    title: "Autentificare de probă",
    explanation: "Această pagină ține locul serviciului MPass. Persoanele de mai jos nu există. Alegeți cine doriți să fiți.",
    languages: "Limba",
    person: "Persoana",
    instrument: "Instrumentul de autentificare",
    sign_in: "Continuă",
    deny: "Renunță",
    instruments: [
        "Semnătură mobilă",
        "Token cu semnătură electronică",
        "Carte de identitate",
        "EVOSign",
    ],
};

const RU: Words = Words {
    band: "Пробные данные",
    title: "Пробный вход",
    explanation: "Эта страница заменяет службу MPass. Указанных ниже людей не существует. Выберите, кем вы хотите быть.",
    languages: "Язык",
    person: "Человек",
    instrument: "Способ входа",
    sign_in: "Продолжить",
    deny: "Отказаться",
    instruments: [
        "Мобильная подпись",
        "Токен с электронной подписью",
        "Удостоверение личности",
        "EVOSign",
    ],
};

const EN: Words = Words {
    band: "Sample data",
    title: "Sample sign-in",
    explanation: "This page stands in for the MPass service. The people below do not exist. Choose who you wish to be.",
    languages: "Language",
    person: "Person",
    instrument: "Means of sign-in",
    sign_in: "Continue",
    deny: "Cancel",
    instruments: [
        "Mobile signature",
        "Token with electronic signature",
        "Identity card",
        "EVOSign",
    ],
};
