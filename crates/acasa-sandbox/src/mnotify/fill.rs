//! Variables in texts: `{{Name}}`.

use acasa_wire::mnotify::{ContentLanguage, Recipient, RecipientType};
use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Map, Value};

use crate::country::Person;

/// What stands for each name. Those that are always there come first.
pub(super) struct Variables(Vec<(String, String)>);

impl Variables {
    pub(super) fn new(
        given: Map<String, Value>,
        now: Timestamp,
        recipient: Option<&Recipient>,
        person: Option<&Person>,
    ) -> Self {
        let zone = TimeZone::get("Europe/Chisinau").unwrap_or(TimeZone::UTC);
        let now = now.to_zoned(zone);
        let mut values = vec![
            ("Date".to_owned(), now.strftime("%d.%m.%Y").to_string()),
            ("Time".to_owned(), now.strftime("%H:%M").to_string()),
        ];
        let mut add = |name: &str, value: &str| values.push((name.to_owned(), value.to_owned()));
        if let Some(recipient) = recipient {
            match recipient.kind {
                RecipientType::Idnp => add("IDNP", &recipient.value),
                RecipientType::Idno => add("IDNO", &recipient.value),
                RecipientType::Email
                | RecipientType::Telephone
                | RecipientType::Idnv
                | RecipientType::PlateNumber
                | RecipientType::CadastralNumber => {}
            }
        }
        if let Some(person) = person {
            add("RecipientFirstName", &person.given_name);
            add("RecipientLastName", &person.family_name);
        }
        for (name, value) in given {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            values.push((name, text));
        }
        Self(values)
    }

    /// The text in each language with its variables filled; what is unknown stays.
    pub(super) fn fill(&self, text: &ContentLanguage) -> ContentLanguage {
        text.map(|text| self.fill_one(text))
    }

    fn fill_one(&self, text: &str) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            filled.push_str(before);
            let known = after.split_once("}}").and_then(|(name, after)| {
                let value = self.0.iter().find(|(known, _)| known == name.trim())?;
                Some((&value.1, after))
            });
            rest = if let Some((value, after)) = known {
                filled.push_str(value);
                after
            } else {
                filled.push_str("{{");
                after
            };
        }
        filled + rest
    }

    /// The value of a name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn filled(text: &str) -> String {
        let given = json!({ "Name": "{{Sum}}", "Sum": 600, "Date": "never" });
        let recipient = Recipient {
            value: "2999000000003".to_owned(),
            kind: RecipientType::Idnp,
        };
        let now = "2026-11-21T23:30:00Z".parse().unwrap();
        let given = given.as_object().cloned().unwrap();
        let variables = Variables::new(given, now, Some(&recipient), None);
        variables.fill(&ContentLanguage::romanian(text)).ro
    }

    #[test]
    fn variables_are_filled_once_and_what_is_unknown_stays() {
        for (text, expected) in [
            ("{{Date}} {{Time}}", "22.11.2026 01:30"),
            ("{{IDNP}}{{ Sum }}", "2999000000003600"),
            ("{{Name}}", "{{Sum}}"),
            ("{{Nobody}} {{", "{{Nobody}} {{"),
            ("{{{Sum}}}", "{{{Sum}}}"),
            ("{{IDNO}}", "{{IDNO}}"),
        ] {
            assert_eq!(filled(text), expected, "{text}");
        }
    }
}
