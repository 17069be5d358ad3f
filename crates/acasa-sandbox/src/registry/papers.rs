//! The other documents: vehicle certificate, residence card, student card, disability certificate.

use acasa_gateway::{
    configurations::{DISABILITY, NAMESPACE, RESIDENCE, STUDENT, VEHICLE},
    ports::{ElementValue, Rendition},
};

use super::{
    Holder,
    elements::{Elements, map},
};
use crate::country::{DisabilityCertificate, ResidenceCard, StudentCard, VehicleCertificate};

pub(super) fn vehicle(holder: &Holder<'_>, vehicle: &VehicleCertificate) -> Rendition {
    let remarks = vehicle
        .special_remarks
        .iter()
        .map(|remark| ElementValue::text(*remark))
        .collect();
    Elements::new(VEHICLE, NAMESPACE)
        .text("plate_number", &vehicle.plate_number)
        .text("idnv", &vehicle.idnv)
        .text("vin", &vehicle.vin)
        .text("make", vehicle.make)
        .text("model", vehicle.model)
        .text("color", vehicle.color)
        .text("category", vehicle.category)
        .uint("year", vehicle.year)
        .text("body_number", &vehicle.body_number)
        .text("body_type", vehicle.body_type)
        .text("chassis_number", &vehicle.chassis_number)
        .text("engine_volume", &vehicle.engine_volume)
        .text("engine_type", vehicle.engine_type)
        .text("engine_number", &vehicle.engine_number)
        .uint("authorized_weight", vehicle.authorized_weight)
        .uint("weight", vehicle.weight)
        .uint("places", vehicle.places)
        .text("idnp", holder.person.idnp.as_str())
        .names(holder)
        .text("address", holder.person.address.line())
        .text("vehicle_right", vehicle.vehicle_right)
        .value("special_remarks", ElementValue::List(remarks))
        .term(holder)
        .text("document_number", holder.document.full_number())
        .finish()
}

/// The right of residence and what restricts it are one element (D11).
pub(super) fn residence(holder: &Holder<'_>, card: &ResidenceCard) -> Rendition {
    let person = holder.person;
    let mut right = vec![
        ("ground".to_owned(), ElementValue::text(card.basis.word())),
        ("right_to_work".to_owned(), ElementValue::Bool(card.right_to_work)),
    ];
    right.extend(
        card.bound_to
            .map(|bound| ("bound_to".to_owned(), ElementValue::text(bound))),
    );
    Elements::new(RESIDENCE, NAMESPACE)
        .text("idnp", person.idnp.as_str())
        .names(holder)
        .uint("sex", person.sex.code())
        .text("nationality", card.citizenship.code())
        .date("birth_date", person.birth_date)
        .ages(holder)
        .portrait("portrait", holder)
        .signature("signature", holder)
        .value("residence_right", ElementValue::Map(right))
        .text("resident_address", person.address.line())
        .term(holder)
        .text("document_type", card.basis.code())
        .text("document_number", holder.document.full_number())
        .finish()
}

pub(super) fn student(holder: &Holder<'_>, card: &StudentCard) -> Rendition {
    Elements::new(STUDENT, NAMESPACE)
        .names(holder)
        .date("birth_date", holder.person.birth_date)
        .ages(holder)
        .portrait("portrait", holder)
        .text("institution", card.institution)
        .text("faculty", card.faculty)
        .text("form_of_study", format!("{}, {}", card.cycle, card.form))
        .text("study_year", format!("{} ({})", card.year, card.academic_year))
        .term(holder)
        .text("document_number", holder.document.full_number())
        .finish()
}

/// The degree and the right to an attendant are one element (D11).
pub(super) fn disability(holder: &Holder<'_>, certificate: &DisabilityCertificate) -> Rendition {
    let disability = map([
        ("degree", ElementValue::text(certificate.degree.word())),
        ("from_childhood", ElementValue::Bool(certificate.from_childhood)),
        ("attendant", ElementValue::Bool(certificate.companion)),
        ("expiry_date", ElementValue::Date(holder.expiry())),
    ]);
    Elements::new(DISABILITY, NAMESPACE)
        .names(holder)
        .date("birth_date", holder.person.birth_date)
        .ages(holder)
        .portrait("portrait", holder)
        .value("disability", disability)
        .term(holder)
        .text("document_number", holder.document.full_number())
        .finish()
}
