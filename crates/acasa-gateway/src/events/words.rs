//! What letters about events say. Words of the state are data in three languages.

use acasa_protocol::{
    notices::{Block, Body, Run, Style},
    sync::Words,
};

/// Institutions by the first part of an event's type.
const INSTITUTIONS: [(&str, [&str; 3]); 2] = [
    (
        "ASP",
        [
            "Agenția Servicii Publice",
            "Агентство публичных услуг",
            "Public Services Agency",
        ],
    ),
    (
        "MAI",
        [
            "Ministerul Afacerilor Interne",
            "Министерство внутренних дел",
            "Ministry of Internal Affairs",
        ],
    ),
];

/// The institution that an event is from.
pub(super) fn institution(kind: &str) -> Words {
    let name = kind.split('.').next().unwrap_or_default();
    let known = INSTITUTIONS.iter().find(|(known, _)| *known == name);
    known.map_or_else(
        || Words {
            ro: name.to_owned(),
            ru: None,
            en: None,
        },
        |(_, names)| in_three(*names),
    )
}

pub(super) fn invalidated() -> Words {
    in_three([
        "Un document nu mai este valabil",
        "Документ больше не действителен",
        "A document is no longer valid",
    ])
}

pub(super) fn invalidated_body(number: &str) -> Body {
    body([
        format!(
            "Registrul a anulat documentul {number}. Copiile lui din aplicație nu mai pot fi arătate ca valabile."
        ),
        format!(
            "Регистр аннулировал документ {number}. Его копии в приложении больше не считаются действительными."
        ),
        format!(
            "The register has invalidated the document {number}. Its copies in the app no longer count as valid."
        ),
    ])
}

pub(super) fn fine() -> Words {
    in_three(["Aveți o amendă nouă", "У вас новый штраф", "You have a new fine"])
}

pub(super) fn fine_body(number: &str, amount: Option<&str>, place: Option<&str>) -> Body {
    let place = place.map(|place| format!(" ({place})")).unwrap_or_default();
    let sum = |words: [&str; 2]| {
        let sum = amount.map(|amount| format!(" {}: {amount} {}.", words[0], words[1]));
        sum.unwrap_or_default()
    };
    body([
        format!("Proces-verbal {number}{place}.{}", sum(["Suma", "lei"])),
        format!("Протокол {number}{place}.{}", sum(["Сумма", "леев"])),
        format!("Report {number}{place}.{}", sum(["Amount", "lei"])),
    ])
}

pub(super) fn nothing() -> Body {
    Body {
        ro: Vec::new(),
        ru: None,
        en: None,
    }
}

fn in_three([ro, ru, en]: [&str; 3]) -> Words {
    Words {
        ro: ro.to_owned(),
        ru: Some(ru.to_owned()),
        en: Some(en.to_owned()),
    }
}

fn body([ro, ru, en]: [String; 3]) -> Body {
    let paragraph = |text| {
        vec![Block {
            style: Style::Plain,
            runs: vec![Run {
                text,
                ..Run::default()
            }],
        }]
    };
    Body {
        ro: paragraph(ro),
        ru: Some(paragraph(ru)),
        en: Some(paragraph(en)),
    }
}
