//! What the issuer holds, so that what a proof discloses can be compared with it.

use acasa_sandbox::country::{Country, Document, Person};
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

/// Everybody in the country of a seed, in the order of their identifiers; of the holder also the
/// small portrait, as `acasa verify` writes byte strings.
pub(super) fn held_by_the_issuer(seed: u64, holder: &str) -> Value {
    let country = Country::generate(seed);
    let people: Vec<Value> = country
        .people
        .iter()
        .enumerate()
        .map(|(place, who)| {
            let id = (place + 1).to_string();
            let mut held = person(&id, who);
            if id == holder {
                let portrait = BASE64URL_NOPAD.encode(&who.pictures().companion);
                held["portrait"] = json!({ "base64url": portrait });
            }
            held
        })
        .collect();
    json!({ "seed": seed, "holder": holder, "people": people })
}

fn person(id: &str, person: &Person) -> Value {
    json!({
        "id": id,
        "idnp": person.idnp.as_str(),
        "family_name": person.family_name,
        "given_name": person.given_name,
        "family_name_at_birth": person.family_name_at_birth,
        "sex": person.sex.code(),
        "birth_date": person.birth_date.to_string(),
        "birth_place": { "country": person.birth_place.country.code(), "city": person.birth_place.city },
        "nationality": person.nationality.code(),
        "resident_address": person.address.line(),
        "documents": person.documents.iter().map(document).collect::<Vec<_>>(),
    })
}

fn document(document: &Document) -> Value {
    json!({
        "kind": document.content.kind(),
        "document_series": document.series,
        "document_number": document.number,
        "issue_date": document.issue_date.to_string(),
        "expiry_date": document.expiry_date.map(|day| day.to_string()),
        "issuing_authority": document.issuing_authority,
        "revoked": document.is_revoked(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_seed_gives_other_people() {
        let (one, two) = (held_by_the_issuer(1, "1"), held_by_the_issuer(2, "1"));
        let numbers = |held: &Value| -> Vec<String> {
            let people = held["people"].as_array().unwrap();
            people.iter().map(|person| person["idnp"].to_string()).collect()
        };

        assert!(numbers(&one).iter().all(|number| !numbers(&two).contains(number)));
    }

    #[test]
    fn the_same_seed_gives_the_same_people() {
        assert_eq!(held_by_the_issuer(3, "1"), held_by_the_issuer(3, "1"));
    }
}
