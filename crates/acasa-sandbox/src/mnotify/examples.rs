//! Letters as the state writes them, as templates of their senders. The words are ours.

use acasa_crypto::digest::sha256;
use acasa_wire::mnotify::{ContentLanguage, Priority, Template, TemplateDto, Trace};

use super::{Institution, senders::INSTITUTIONS};

/// A letter with variables.
#[derive(Debug)]
pub struct Example {
    /// The template's name; it begins with what the letter is about.
    pub name: &'static str,
    /// Whose it is.
    pub institution: &'static str,
    /// How urgent.
    pub priority: Priority,
    subject: [&'static str; 3],
    body: [&'static str; 3],
    short: [&'static str; 3],
}

impl Example {
    /// Who sends it.
    pub fn sender(&self) -> &'static Institution {
        let found = INSTITUTIONS
            .iter()
            .find(|institution| institution.id == self.institution);
        found.expect("each example names an institution")
    }

    fn template(&self) -> Template {
        Template {
            name: self.name.to_owned(),
            description: "Scrisoare de probă".to_owned(),
            subject: in_three(self.subject),
            body: in_three(self.body),
            body_short: Some(in_three(self.short)),
        }
    }
}

/// The templates there are from the beginning.
pub(super) fn templates(seed: u64, now: &str) -> Vec<TemplateDto> {
    let template = |example: &Example| TemplateDto {
        id: super::send::derived(&sha256(format!("template {seed} {}", example.name).as_bytes())),
        sender_id: example.institution.to_owned(),
        trace: Trace {
            created_at: now.to_owned(),
            last_updated_at: now.to_owned(),
            created_by: example.institution.to_owned(),
            last_updated_by: example.institution.to_owned(),
        },
        template: example.template(),
    };
    EXAMPLES.iter().chain([&WELCOME]).map(template).collect()
}

fn in_three([ro, ru, en]: [&str; 3]) -> ContentLanguage {
    ContentLanguage {
        ro: ro.to_owned(),
        ru: Some(ru.to_owned()),
        en: Some(en.to_owned()),
    }
}

/// The first letter of everybody.
pub(super) const WELCOME: Example = Example {
    name: "services.welcome",
    institution: "age",
    priority: Priority::Low,
    subject: [
        "Scrisorile statului vin aici",
        "Письма государства приходят сюда",
        "Letters of the state come here",
    ],
    body: [
        "<p>Bună ziua, {{RecipientFirstName}}.</p><p>De acum, instituțiile vă scriu în aplicație. Aici găsiți:</p>\
         <ul><li>ce expiră și până când,</li><li>ce aveți de plătit,</li><li>ce s-a hotărât în cererile dumneavoastră.</li></ul>\
         <p>Alegeți în <b>Setări</b> dacă vreți și e-mail sau SMS. Detalii: \
         <a href=\"https://www.egov.md\">www.egov.md</a>.</p>",
        "<p>Здравствуйте, {{RecipientFirstName}}.</p><p>Теперь учреждения пишут вам в приложении. Здесь вы найдёте:</p>\
         <ul><li>что истекает и когда,</li><li>что нужно оплатить,</li><li>что решено по вашим заявлениям.</li></ul>\
         <p>В разделе <b>Настройки</b> выберите, нужны ли ещё письма по почте или SMS. Подробнее: \
         <a href=\"https://www.egov.md\">www.egov.md</a>.</p>",
        "<p>Hello, {{RecipientFirstName}}.</p><p>From now on institutions write to you in the app. Here you find:</p>\
         <ul><li>what expires, and when,</li><li>what there is to pay,</li><li>what was decided on your requests.</li></ul>\
         <p>In <b>Settings</b> you choose whether you also want e-mail or SMS. More at \
         <a href=\"https://www.egov.md\">www.egov.md</a>.</p>",
    ],
    short: [
        "Instituțiile vă scriu acum în aplicația Acasă.",
        "Учреждения теперь пишут вам в приложении Acasă.",
        "Institutions now write to you in the app Acasă.",
    ],
};

/// The others.
pub const EXAMPLES: &[Example] = &[
    Example {
        name: "fines.issued",
        institution: "mai",
        priority: Priority::High,
        subject: ["Aveți o amendă nouă", "У вас новый штраф", "You have a new fine"],
        body: [
            "<h3>Proces-verbal {{Number}}</h3><p>La {{Date}} s-a constatat depășirea vitezei: {{Place}}.</p>\
             <table><tr><th>Vehicul</th><td>{{Plate}}</td></tr><tr><th>Sumă</th><td>{{Sum}} lei</td></tr></table>\
             <p><b>Dacă plătiți în 3 zile lucrătoare, achitați jumătate.</b> Contestația se depune în 15 zile. \
             Întrebări: <a href=\"tel:+37322255255\">022 255 255</a>.</p>",
            "<h3>Протокол {{Number}}</h3><p>{{Date}} зафиксировано превышение скорости: {{Place}}.</p>\
             <table><tr><th>Автомобиль</th><td>{{Plate}}</td></tr><tr><th>Сумма</th><td>{{Sum}} леев</td></tr></table>\
             <p><b>При оплате за 3 рабочих дня платите половину.</b> Обжаловать можно в течение 15 дней. \
             Вопросы: <a href=\"tel:+37322255255\">022 255 255</a>.</p>",
            "<h3>Report {{Number}}</h3><p>On {{Date}} a vehicle was found speeding: {{Place}}.</p>\
             <table><tr><th>Vehicle</th><td>{{Plate}}</td></tr><tr><th>Amount</th><td>{{Sum}} lei</td></tr></table>\
             <p><b>Whoever pays within 3 working days pays half.</b> It can be contested within 15 days. \
             Questions: <a href=\"tel:+37322255255\">022 255 255</a>.</p>",
        ],
        short: [
            "Amendă nouă: {{Sum}} lei.",
            "Новый штраф: {{Sum}} леев.",
            "New fine: {{Sum}} lei.",
        ],
    },
    Example {
        name: "documents.expiring",
        institution: "asp",
        priority: Priority::Medium,
        subject: [
            "Un document își încheie termenul",
            "Срок документа истекает",
            "A document is about to expire",
        ],
        body: [
            "<p>Documentul <b>{{DocumentNumber}}</b> este valabil până la <b>{{ExpiryDate}}</b>.</p>\
             <p>Pentru unul nou:</p><ul><li>programați-vă la <a href=\"https://programari.asp.gov.md\">ASP</a>,</li>\
             <li>veniți cu documentul actual.</li></ul>",
            "<p>Документ <b>{{DocumentNumber}}</b> действителен до <b>{{ExpiryDate}}</b>.</p>\
             <p>Чтобы получить новый:</p><ul><li>запишитесь в <a href=\"https://programari.asp.gov.md\">АПУ</a>,</li>\
             <li>возьмите с собой нынешний документ.</li></ul>",
            "<p>The document <b>{{DocumentNumber}}</b> is valid until <b>{{ExpiryDate}}</b>.</p>\
             <p>For a new one:</p><ul><li>make an appointment at <a href=\"https://programari.asp.gov.md\">ASP</a>,</li>\
             <li>bring the present document.</li></ul>",
        ],
        short: [
            "Documentul {{DocumentNumber}} expiră la {{ExpiryDate}}.",
            "Документ {{DocumentNumber}} действителен до {{ExpiryDate}}.",
            "The document {{DocumentNumber}} expires on {{ExpiryDate}}.",
        ],
    },
    Example {
        name: "services.appointment",
        institution: "asp",
        priority: Priority::Medium,
        subject: ["Programarea dumneavoastră", "Ваша запись", "Your appointment"],
        body: [
            "<p>Vă așteptăm la <b>{{Day}}, ora {{Hour}}</b>: {{Place}}.</p><p>Luați actul de identitate. Dacă nu puteți veni, \
             anulați programarea, ca altcineva să ia ora.</p>",
            "<p>Ждём вас <b>{{Day}} в {{Hour}}</b>: {{Place}}.</p><p>Возьмите удостоверение личности. Если не можете прийти, \
             отмените запись, чтобы время занял кто-то другой.</p>",
            "<p>We expect you on <b>{{Day}} at {{Hour}}</b>: {{Place}}.</p><p>Bring your identity card. If you cannot come, \
             cancel the appointment, so that somebody else gets the time.</p>",
        ],
        short: [
            "Programare: {{Day}}, {{Hour}}.",
            "Запись: {{Day}}, {{Hour}}.",
            "Appointment: {{Day}}, {{Hour}}.",
        ],
    },
    Example {
        name: "payments.due",
        institution: "sfs",
        priority: Priority::Medium,
        subject: [
            "Impozitul pe bunuri imobiliare",
            "Налог на недвижимость",
            "Tax on real estate",
        ],
        body: [
            "<p>Pentru bunul <b>{{Plot}}</b> s-au calculat <b>{{Sum}} lei</b>, de plătit până la {{Day}}.</p>\
             <p>Nota de plată: <b>{{Number}}</b>. Se plătește pe <a href=\"https://mpay.gov.md\">mpay.gov.md</a>, la bancă sau la poștă.</p>",
            "<p>За объект <b>{{Plot}}</b> начислено <b>{{Sum}} леев</b>, срок оплаты: {{Day}}.</p>\
             <p>Счёт: <b>{{Number}}</b>. Оплатить можно на <a href=\"https://mpay.gov.md\">mpay.gov.md</a>, в банке или на почте.</p>",
            "<p>For the property <b>{{Plot}}</b>, <b>{{Sum}} lei</b> are due by {{Day}}.</p>\
             <p>Payment note: <b>{{Number}}</b>. Pay at <a href=\"https://mpay.gov.md\">mpay.gov.md</a>, at a bank or at the post.</p>",
        ],
        short: [
            "De plătit {{Sum}} lei până la {{Day}}.",
            "К оплате {{Sum}} леев до {{Day}}.",
            "{{Sum}} lei to pay by {{Day}}.",
        ],
    },
    Example {
        name: "civic.consultation",
        institution: "edemocratie",
        priority: Priority::Low,
        subject: ["Spuneți-vă părerea", "Выскажите своё мнение", "Have your say"],
        body: [
            "<p>Este deschisă consultarea <b>Transportul public în localitatea mea</b>, până la {{Day}}.</p><p>Trei întrebări, două \
             minute. Răspunsurile nu se leagă de numele dumneavoastră.</p>",
            "<p>Открыт опрос <b>Общественный транспорт в моём населённом пункте</b>, до {{Day}}.</p><p>Три вопроса, две минуты. \
             Ответы не связываются с вашим именем.</p>",
            "<p>The consultation <b>Public transport where I live</b> is open until {{Day}}.</p><p>Three questions, two minutes. \
             The answers are not linked to your name.</p>",
        ],
        short: [
            "Consultare deschisă până la {{Day}}.",
            "Опрос открыт до {{Day}}.",
            "A consultation is open until {{Day}}.",
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_is_by_the_rules_in_three_languages() {
        for dto in templates(1, "2026-11-22T10:00:00Z") {
            assert_eq!(dto.template.check(), Ok(()), "{}", dto.template.name);
            for text in [&dto.template.subject, &dto.template.body] {
                assert_eq!(text.texts().count(), 3, "{}", dto.template.name);
            }
            let longest = dto
                .template
                .subject
                .texts()
                .map(|text| text.chars().count())
                .max();
            assert!(longest <= Some(41), "{}", dto.template.name);
        }
        for example in EXAMPLES {
            assert_eq!(example.sender().id, example.institution);
        }
    }
}
