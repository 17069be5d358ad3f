//! The driving licence: Moldova's and ISO's.

use acasa_gateway::{
    configurations::{DRIVING_LICENCE, MDL, MDL_NAMESPACE, NAMESPACE},
    ports::{ElementValue, Rendition},
};

use super::{
    Holder,
    elements::{Elements, map},
};
use crate::country::{DrivingCode, DrivingLicence, DrivingPrivilege};

pub(super) fn renditions(holder: &Holder<'_>, licence: &DrivingLicence) -> Vec<Rendition> {
    vec![moldovan(holder, licence), iso(holder, licence)]
}

fn moldovan(holder: &Holder<'_>, licence: &DrivingLicence) -> Rendition {
    let person = holder.person;
    Elements::new(DRIVING_LICENCE, NAMESPACE)
        .text("idnp", person.idnp.as_str())
        .names(holder)
        .date("birth_date", person.birth_date)
        .ages(holder)
        .text("birth_country", person.birth_place.country.code())
        .text("birth_city", &person.birth_place.city)
        .term(holder)
        .text("document_number", holder.document.full_number())
        .portrait("portrait", holder)
        .signature("signature", holder)
        .value("driving_privileges", privileges(licence))
        .finish()
}

/// ISO/IEC 18013-5:2021, 7.2.1; without the personal number, as Moldova's documentation has it.
fn iso(holder: &Holder<'_>, licence: &DrivingLicence) -> Rendition {
    let person = holder.person;
    Elements::new(MDL, MDL_NAMESPACE)
        .names(holder)
        .date("birth_date", person.birth_date)
        .date("issue_date", holder.document.issue_date)
        .date("expiry_date", holder.expiry())
        .text("issuing_country", "MD")
        .text("issuing_authority", holder.document.issuing_authority)
        .text("document_number", holder.document.full_number())
        .portrait("portrait", holder)
        .value("driving_privileges", privileges(licence))
        .text("un_distinguishing_sign", licence.distinguishing_sign)
        .uint("sex", person.sex.code())
        .text("birth_place", &person.birth_place.city)
        .text("nationality", person.nationality.code())
        .text("resident_address", person.address.line())
        .ages(holder)
        .signature("signature_usual_mark", holder)
        .finish()
}

fn privileges(licence: &DrivingLicence) -> ElementValue {
    ElementValue::List(licence.privileges.iter().map(privilege).collect())
}

/// The restrictions are inside the privilege they restrict (D11).
fn privilege(privilege: &DrivingPrivilege) -> ElementValue {
    let codes = privilege.codes.iter().map(code).collect();
    map([
        ("vehicle_category_code", ElementValue::text(privilege.category)),
        ("issue_date", ElementValue::Date(privilege.issue_date)),
        ("expiry_date", ElementValue::Date(privilege.expiry_date)),
        ("codes", ElementValue::List(codes)),
    ])
}

fn code(code: &DrivingCode) -> ElementValue {
    let parts = [
        ("code", Some(code.code)),
        ("sign", code.sign),
        ("value", code.value),
    ];
    let written = parts
        .into_iter()
        .filter_map(|(name, value)| value.map(|value| (name.to_owned(), ElementValue::text(value))));
    ElementValue::Map(written.collect())
}
