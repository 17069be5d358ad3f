use super::super::Country;
use super::encode::{COMPANION, FULL};

#[test]
fn every_portrait_of_a_country_has_the_size_asked_for() {
    for (index, person) in Country::generate(20_261_121).people.iter().enumerate() {
        let pictures = person.pictures();
        let face = image::load_from_memory(&pictures.companion).unwrap();
        assert!(
            FULL.contains(&pictures.full.len()),
            "person {index}: {}",
            pictures.full.len()
        );
        assert!(pictures.companion.len() <= COMPANION, "person {index}");
        assert!(face.width() >= 112, "person {index}: {} wide", face.width());
    }
}

#[test]
fn pictures_are_jpeg_of_the_proportion_of_a_document() {
    let country = Country::generate(1);
    let pictures = country.people[0].pictures();

    let full = image::load_from_memory_with_format(&pictures.full, image::ImageFormat::Jpeg).unwrap();
    let small = image::load_from_memory_with_format(&pictures.companion, image::ImageFormat::Jpeg).unwrap();
    assert_eq!(full.width() * 45, full.height() * 35);
    assert_eq!(small.width() * 45, small.height() * 35);
    assert!(image::load_from_memory_with_format(&pictures.signature, image::ImageFormat::Jpeg).is_ok());
}

#[test]
fn a_seed_repeats_its_faces_and_no_two_people_share_one() {
    let (country, again) = (Country::generate(3), Country::generate(3));
    let face = |country: &Country, index: usize| country.people[index].pictures().companion.clone();

    assert_eq!(face(&country, 4), face(&again, 4));
    assert_ne!(face(&country, 4), face(&country, 5));
    assert_ne!(face(&country, 4), face(&Country::generate(4), 4));
}
