use std::collections::BTreeSet;

use acasa_gateway::configurations::elements_of;

use super::*;
use crate::country::REFERENCE_DAY;

/// Elements that a document may lack.
const OPTIONAL: [&str; 3] = ["resident_block", "resident_flat", "document_series"];

fn papers(country: &Country) -> impl Iterator<Item = (&Person, &Document)> {
    country
        .people
        .iter()
        .flat_map(|person| person.documents.iter().map(move |document| (person, document)))
}

#[test]
fn every_document_has_the_elements_of_its_types_in_their_order() {
    let country = Country::generate(3);
    // Drawing everyone takes minutes; what is drawn is tested where it is drawn.
    let pictures = Pictures {
        full: vec![1],
        companion: vec![2],
        signature: vec![3],
    };
    for (person, document) in papers(&country) {
        let renditions = renditions(&Holder {
            person,
            document,
            today: REFERENCE_DAY,
            pictures: &pictures,
        });
        let types: Vec<&str> = renditions
            .iter()
            .map(|rendition| rendition.document_type.as_str())
            .collect();
        assert_eq!(types, document_types(document));
        for rendition in renditions {
            let found: Vec<(&str, &str)> = rendition
                .elements
                .iter()
                .map(|element| (element.namespace.as_str(), element.identifier.as_str()))
                .collect();
            let mut expected = elements_of(&rendition.document_type);
            expected.retain(|element| !OPTIONAL.contains(&element.1) || found.contains(element));
            assert_eq!(found, expected, "{}", rendition.document_type);
        }
    }
}

#[test]
fn the_country_holds_a_document_of_every_type() {
    let country = Country::generate(3);
    let held: BTreeSet<&str> = papers(&country)
        .flat_map(|(_, document)| document_types(document).iter().copied())
        .collect();

    for configuration in acasa_gateway::configurations::all() {
        assert!(
            held.contains(configuration.document_type),
            "{}",
            configuration.document_type
        );
    }
}

#[test]
fn identifiers_of_documents_are_distinct_and_say_nothing() {
    let country = Country::generate(3);
    let all: Vec<String> = papers(&country)
        .map(|(person, document)| identifier(country.seed, person, document))
        .collect();
    let distinct: BTreeSet<&String> = all.iter().collect();

    assert_eq!(distinct.len(), all.len());
    assert!(all.iter().all(|id| id.len() == 22));
}
