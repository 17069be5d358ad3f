//! Vehicles and their papers.

use super::REFERENCE_DAY;
use super::documents::VehicleCertificate;
use acasa_domain::Idnp;
use rand::{RngExt as _, seq::IndexedRandom as _};
use rand_chacha::ChaCha12Rng;

struct Model {
    make: &'static str,
    name: &'static str,
    body: &'static str,
    category: &'static str,
    litres: &'static [&'static str],
    fuel: &'static str,
    weight: u32,
    authorized: u32,
    places: u8,
}

/// A vehicle for its owner, whose number the certificate states through the holder.
pub(super) fn draw(owner: Idnp, rng: &mut ChaCha12Rng) -> VehicleCertificate {
    let model = MODELS.choose(rng).expect("the list of models is not empty");
    let latest = REFERENCE_DAY.year().unsigned_abs();
    let serial = rng.random_range(100_000..1_000_000);
    let vin = format!("{}{}{serial}", SYNTHETIC_MAKER, letters(8, rng));
    VehicleCertificate {
        plate_number: format!("{} {:03}", letters(3, rng), rng.random_range(1..1000)),
        // Like a personal number, with the check digit, in a range apart.
        idnv: idnv(owner, serial),
        make: model.make,
        model: model.name,
        color: COLOURS.choose(rng).expect("the list of colours is not empty"),
        category: model.category,
        year: rng.random_range(latest - 18..=latest - 1),
        body_number: vin.clone(),
        body_type: model.body,
        chassis_number: vin.clone(),
        vin,
        engine_volume: (*model.litres.choose(rng).expect("every model has an engine")).to_owned(),
        engine_type: model.fuel,
        engine_number: format!("{}{}", letters(3, rng), rng.random_range(100_000..1_000_000)),
        authorized_weight: model.authorized,
        weight: model.weight,
        places: model.places,
        vehicle_right: "proprietate",
        special_remarks: rng
            .random_bool(0.25)
            .then_some("Instalație GPL")
            .into_iter()
            .collect(),
    }
}

/// A maker's code that ISO 3780 assigns to nobody: a country's region is never `0`.
const SYNTHETIC_MAKER: &str = "0AC";

/// Letters that plates and chassis numbers use: without I, O and Q (ISO 3779:2009, 4).
fn letters(count: usize, rng: &mut ChaCha12Rng) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPRSTUVWXYZ";
    (0..count)
        .map(|_| char::from(*LETTERS.choose(rng).expect("there are letters")))
        .collect()
}

fn idnv(owner: Idnp, serial: u32) -> String {
    let last: String = owner.as_str().chars().rev().take(3).collect();
    format!("3999{serial}{last}")
}

#[rustfmt::skip]
const MODELS: &[Model] = &[
    Model { make: "Dacia", name: "Logan", body: "sedan", category: "B", litres: &["898", "1461"], fuel: "benzină",
        weight: 1080, authorized: 1590, places: 5 },
    Model { make: "Dacia", name: "Duster", body: "universal", category: "B", litres: &["1332", "1461"], fuel: "motorină",
        weight: 1320, authorized: 1850, places: 5 },
    Model { make: "Škoda", name: "Octavia", body: "hatchback", category: "B", litres: &["1395", "1968"], fuel: "motorină",
        weight: 1340, authorized: 1915, places: 5 },
    Model { make: "Toyota", name: "Prius", body: "hatchback", category: "B", litres: &["1798"], fuel: "hibrid",
        weight: 1420, authorized: 1805, places: 5 },
    Model { make: "Volkswagen", name: "Transporter", body: "furgon", category: "B", litres: &["1968"], fuel: "motorină",
        weight: 2050, authorized: 3000, places: 8 },
    Model { make: "Renault", name: "Zoe", body: "hatchback", category: "B", litres: &["0"], fuel: "electric",
        weight: 1500, authorized: 1990, places: 5 },
];

const COLOURS: &[&str] = &[
    "alb", "negru", "gri", "albastru", "roșu", "verde", "argintiu", "vișiniu",
];
