use super::*;
use acasa_domain::{Idno, Locality, time};
use std::collections::HashSet;

#[test]
fn a_seed_repeats_its_country_and_another_gives_other_people() {
    let people = |seed: u64| -> Vec<(String, String, Date)> {
        let country = Country::generate(seed);
        country
            .people
            .into_iter()
            .map(|p| (p.idnp.to_string(), p.family_name, p.birth_date))
            .collect()
    };
    let (one, other) = (people(1), people(2));

    assert_eq!(one, people(1));
    assert!(
        one.iter()
            .all(|person| !other.iter().any(|stranger| stranger.0 == person.0))
    );
}

#[test]
fn every_number_is_unique_and_in_a_range_no_register_assigns() {
    for seed in 0..50 {
        let country = Country::generate(seed);
        let numbers: HashSet<Idnp> = country.people.iter().map(|person| person.idnp).collect();
        let companies: HashSet<Idno> = country.companies.iter().map(|company| company.idno).collect();
        assert_eq!(
            (numbers.len(), companies.len()),
            (country.people.len(), country.companies.len())
        );
        assert!(numbers.iter().all(|idnp| idnp.as_str().starts_with("2999")));
        assert!(companies.iter().all(|idno| idno.as_str().starts_with("1999")));
    }
}

#[test]
fn every_country_has_every_case_worth_trying() {
    for seed in 0..20 {
        let country = Country::generate(seed);
        let documents: Vec<&Document> = country
            .people
            .iter()
            .flat_map(|person| &person.documents)
            .collect();
        let kinds: HashSet<&str> = documents.iter().map(|document| document.content.kind()).collect();

        assert!(country.people.len() >= 24);
        assert_eq!(kinds.len(), 6);
        assert!(
            documents
                .iter()
                .filter(|document| document.expired_on(REFERENCE_DAY))
                .count()
                >= 3
        );
        assert!(documents.iter().filter(|document| document.is_revoked()).count() >= 3);
        assert!(
            country
                .people
                .iter()
                .filter(|person| person.age_on(REFERENCE_DAY) < 18)
                .count()
                >= 4
        );
        assert!(
            country
                .people
                .iter()
                .filter(|person| person.address.country != CountryCode::MOLDOVA)
                .count()
                >= 3
        );
        assert!(country.people.iter().any(|person| person.documents.is_empty()));
        assert_eq!(country.companies.len(), 3);
    }
}

#[test]
fn ages_are_as_the_cast_asks() {
    for seed in 0..20 {
        for (person, part) in Country::generate(seed).people.iter().zip(cast::CAST) {
            let age = person.age_on(REFERENCE_DAY);
            assert!(
                (part.ages.0..=part.ages.1).contains(&age),
                "{:?} is {age}",
                part.role
            );
        }
    }
}

#[test]
fn children_share_home_and_name_with_a_parent_in_the_country() {
    let country = Country::generate(5);
    let children: Vec<&Person> = country
        .people
        .iter()
        .filter(|person| person.parent.is_some())
        .collect();

    assert!(children.len() >= 3);
    for child in children {
        let parent = child.parent.and_then(|idnp| country.person(idnp)).unwrap();
        assert_eq!(
            (&child.address, &child.family_name),
            (&parent.address, &parent.family_name)
        );
        assert!(time::age_on(parent.birth_date, child.birth_date).unwrap() >= 16);
    }
}

#[test]
fn documents_begin_before_the_reference_day_and_end_after_they_begin() {
    for seed in 0..20 {
        for person in Country::generate(seed).people {
            for document in &person.documents {
                assert!(document.issue_date <= REFERENCE_DAY, "{document:?}");
                assert!(
                    document
                        .expiry_date
                        .is_none_or(|expiry| expiry > document.issue_date),
                    "{document:?}"
                );
            }
        }
    }
}

#[test]
fn homes_in_moldova_are_units_of_the_classifier_and_foreign_ones_are_not() {
    for person in Country::generate(9).people {
        let known = person
            .address
            .locality
            .is_some_and(|unit: Locality| Locality::all().any(|other| other == unit));
        assert_eq!(known, person.address.country == CountryCode::MOLDOVA);
    }
}

#[test]
fn companies_are_administered_by_people_of_the_country() {
    let country = Country::generate(1);

    for company in &country.companies {
        assert!(country.person(company.administrator).is_some());
        assert!(
            country
                .companies_of(company.administrator)
                .any(|other| other.idno == company.idno)
        );
    }
}

#[test]
fn debug_tells_nothing_about_a_person() {
    let person = Country::generate(1).people.remove(0);
    let text = format!(
        "{person:?} {:?} {:?} {:?}",
        person.address, person.documents, person.phone
    );

    for secret in [
        person.idnp.as_str(),
        &person.family_name,
        &person.address.street,
        &person.documents[0].number,
    ] {
        assert!(!text.contains(secret), "{text}");
    }
}
