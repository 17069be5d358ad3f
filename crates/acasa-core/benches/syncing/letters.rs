//! Letters as institutions write them, each another.

use acasa_gateway_store::Write;
use serde_json::json;

const SUBJECTS: [(&str, &str, &str); 5] = [
    (
        "fines",
        "Amendă pentru depășirea vitezei",
        "Штраф за превышение скорости",
    ),
    (
        "documents",
        "Documentul dumneavoastră expiră curând",
        "Срок действия документа истекает",
    ),
    (
        "payments",
        "Factură pentru servicii comunale",
        "Счёт за коммунальные услуги",
    ),
    (
        "services",
        "Programarea la ghișeu a fost confirmată",
        "Запись на приём подтверждена",
    ),
    ("social", "Indemnizația a fost calculată", "Пособие рассчитано"),
];
const PLACES: [&str; 8] = [
    "Chișinău",
    "Bălți",
    "Cahul",
    "Soroca",
    "Orhei",
    "Ungheni",
    "Comrat",
    "Edineț",
];

/// The letter of that number, of about half a kilobyte.
pub(crate) fn write(number: u64) -> Write {
    let of = |count: usize| usize::try_from(number).unwrap_or_default() % count;
    let (topic, ro, ru) = SUBJECTS[of(SUBJECTS.len())];
    let place = PLACES[of(PLACES.len())];
    let body = format!(
        "Stimate cetățean, vă informăm că dosarul cu numărul {number} a fost examinat de oficiul din {place}. \
         Vă rugăm să verificați datele și să răspundeți în termen de treizeci de zile calendaristice."
    );
    let content = json!({
        "sentAt": sent_at(number),
        "source": { "ro": "Agenția Servicii Publice" },
        "topic": topic,
        "priority": "medium",
        "subject": { "ro": format!("{ro} {number}"), "ru": format!("{ru} {number}") },
        "body": { "ro": [{ "runs": [{ "text": body }] }] },
    });
    Write {
        kind: "notice".to_owned(),
        id: uuid(number),
        content: Some(content),
    }
}

fn uuid(number: u64) -> String {
    format!("01890000-0000-7000-8000-{number:012x}")
}

/// One a minute.
fn sent_at(number: u64) -> String {
    let seconds = i64::try_from(number * 60).unwrap_or_default();
    let first = jiff::Timestamp::from_second(1_700_000_000).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    (first + jiff::SignedDuration::from_secs(seconds)).to_string()
}
