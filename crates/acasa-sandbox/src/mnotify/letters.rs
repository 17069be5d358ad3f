//! What stands in letters to a person, from what the country knows of them; and everybody's first letters.

use acasa_crypto::digest::sha256;
use acasa_wire::mnotify::{ContentTemplate, Notification, Recipient, RecipientType};
use jiff::{Span, Timestamp, tz::TimeZone};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{EXAMPLES, Example, Mnotify, examples, registers, send::derived};
use crate::country::{Country, Person, REFERENCE_DAY};

/// Where people are invited to.
const PLACES: [&str; 4] = [
    "Chișinău, str. Salcîmilor 28",
    "Bălți, str. Libertății 5",
    "Cahul, str. Ștefan cel Mare 40",
    "Ungheni, str. Națională 7",
];

/// The variables of a letter to a person.
pub(crate) fn variables(country: &Country, person: &Person, name: &str, now: Timestamp) -> Value {
    let hash = sha256(format!("{} {} {name}", country.seed, person.idnp.as_str()).as_bytes());
    let number = |at: usize, below: u32| {
        let bytes = [0, hash[at], hash[at + 1], hash[at + 2]];
        u32::from_be_bytes(bytes) % below
    };
    let today = now.to_zoned(TimeZone::UTC).date();
    let later = today.saturating_add(Span::new().days(5 + number(0, 25)));
    let place = PLACES[number(3, 4) as usize];
    let mut values = json!({
        "Number": format!("{:08}", number(6, 100_000_000)),
        "Sum": (3 + number(9, 40)) * 50,
        "Place": place,
        "Day": later.strftime("%d.%m.%Y").to_string(),
        "Hour": format!("{:02}:{:02}", 8 + number(12, 9), number(15, 4) * 15),
        "Plot": registers::plot(country, person),
        "Plate": plate(person).unwrap_or("–"),
    });
    let current = person.documents.iter().filter(|document| !document.is_revoked());
    let ends = current.filter_map(|document| Some((document.expiry_date?, document)));
    if let Some((day, document)) = ends.min_by_key(|(day, _)| *day) {
        values["DocumentNumber"] = document.full_number().into();
        values["ExpiryDate"] = day.strftime("%d.%m.%Y").to_string().into();
    }
    values
}

/// The number of a person's vehicle certificate that counts.
pub(crate) fn certificate(person: &Person) -> Option<String> {
    let current = person.documents.iter().filter(|document| !document.is_revoked());
    let mut vehicles = current.filter(|document| registers::vehicle(document).is_some());
    vehicles.next().map(|document| document.number.clone())
}

fn plate(person: &Person) -> Option<&str> {
    let vehicles = person.documents.iter().filter_map(registers::vehicle);
    vehicles
        .map(|certificate| certificate.plate_number.as_str())
        .next()
}

/// The letters a person has from the beginning.
fn first_letters(person: &Person) -> Vec<&'static Example> {
    let named = |name: &str| EXAMPLES.iter().find(|example| example.name == name);
    let adult = person.age_on(REFERENCE_DAY) >= 18;
    let ends = person
        .documents
        .iter()
        .any(|document| document.expiry_date.is_some() && !document.is_revoked());
    let mut letters = vec![&examples::WELCOME];
    letters.extend(named("documents.expiring").filter(|_| ends));
    letters.extend(match (adult, plate(person)) {
        (true, Some(_)) => named("fines.issued"),
        (true, None) => named("payments.due"),
        (false, _) => None,
    });
    letters
}

impl Mnotify {
    /// Sends everybody their first letters. They are the same ones whenever they are sent.
    pub(crate) fn send_first_letters(&self) {
        let country = &self.0.country;
        for person in &country.people {
            for example in first_letters(person) {
                let name = format!(
                    "letter {} {} {}",
                    country.seed,
                    person.idnp.as_str(),
                    example.name
                );
                let id = derived(&sha256(name.as_bytes()));
                let request = self.letter(example, person);
                if self.take(example.sender(), id, request).is_err() {
                    tracing::error!(template.name = example.name, "mnotify.first_letter_refused");
                }
            }
        }
        self.send_pending();
    }

    fn letter(&self, example: &Example, person: &Person) -> Notification {
        let templates = &self.state().templates;
        let template = templates.iter().find(|dto| dto.template.name == example.name);
        let id = template.map_or(Uuid::nil(), |dto| dto.id);
        Notification {
            priority: example.priority,
            template: Some(ContentTemplate {
                id,
                variables: Some(
                    variables(&self.0.country, person, example.name, self.timestamp()).to_string(),
                ),
            }),
            recipients: vec![Recipient {
                value: person.idnp.as_str().to_owned(),
                kind: RecipientType::Idnp,
            }],
            ..Notification::default()
        }
    }
}
