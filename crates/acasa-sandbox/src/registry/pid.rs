//! The identity card: Moldova's PID, the European PID and its SD-JWT VC.

use acasa_gateway::{
    configurations::{EU_PID, EU_PID_VCT, NAMESPACE, PID},
    ports::{ElementValue, Rendition},
};

use super::{
    Holder,
    elements::{Elements, map},
};
use crate::country::IdentityCard;

pub(super) fn renditions(holder: &Holder<'_>, card: &IdentityCard) -> Vec<Rendition> {
    vec![moldovan(holder, card), european(holder), european_vc(holder)]
}

fn moldovan(holder: &Holder<'_>, card: &IdentityCard) -> Rendition {
    let (person, address) = (holder.person, &holder.person.address);
    Elements::new(PID, NAMESPACE)
        .text("idnp", person.idnp.as_str())
        .names(holder)
        .uint("sex", person.sex.code())
        .text("nationality", person.nationality.code())
        .date("birth_date", person.birth_date)
        .ages(holder)
        .portrait("portrait", holder)
        .signature("signature", holder)
        .text("resident_address", address.line())
        .text("resident_country", address.country.code())
        .text("resident_region", &address.region)
        .text("resident_city", &address.city)
        .text("resident_street", &address.street)
        .text("resident_house_number", &address.house_number)
        .text_if("resident_block", address.block.as_deref())
        .text_if("resident_flat", address.flat.as_deref())
        .term(holder)
        .text("document_type", card.document_type)
        .text_if("document_series", holder.document.series.as_deref())
        .text("document_number", &holder.document.number)
        .finish()
}

fn european(holder: &Holder<'_>) -> Rendition {
    let (person, address) = (holder.person, &holder.person.address);
    let nationality = ElementValue::text(person.nationality.code());
    Elements::new(EU_PID, EU_PID)
        .names(holder)
        .date("birth_date", person.birth_date)
        .value("place_of_birth", birth_place(holder))
        .value("nationality", ElementValue::List(vec![nationality]))
        .ages(holder)
        .text("resident_address", address.line())
        .text("resident_country", address.country.code())
        .text("resident_state", &address.region)
        .text("resident_city", &address.city)
        .text("resident_street", &address.street)
        .text("resident_house_number", &address.house_number)
        .text("personal_administrative_number", person.idnp.as_str())
        .portrait("portrait", holder)
        .uint("sex", person.sex.code())
        .term(holder)
        .text("issuing_country", "MD")
        .text("document_number", holder.document.full_number())
        .finish()
}

fn european_vc(holder: &Holder<'_>) -> Rendition {
    let (person, address) = (holder.person, &holder.person.address);
    let nationality = ElementValue::text(person.nationality.code());
    let home = map([
        ("formatted", ElementValue::text(address.line())),
        ("country", ElementValue::text(address.country.code())),
        ("region", ElementValue::text(&address.region)),
        ("locality", ElementValue::text(&address.city)),
        ("street_address", ElementValue::text(&address.street)),
        ("house_number", ElementValue::text(&address.house_number)),
    ]);
    let over = |age| ElementValue::Bool(holder.is_over(age));
    Elements::new(EU_PID_VCT, "")
        .names(holder)
        .date("birthdate", person.birth_date)
        .value("place_of_birth", birth_place(holder))
        .value("nationalities", ElementValue::List(vec![nationality]))
        .value("address", home)
        .text("personal_administrative_number", person.idnp.as_str())
        .portrait("picture", holder)
        .uint("sex", person.sex.code())
        .date("date_of_issuance", holder.document.issue_date)
        .date("date_of_expiry", holder.expiry())
        .text("issuing_authority", holder.document.issuing_authority)
        .text("issuing_country", "MD")
        .text("document_number", holder.document.full_number())
        .value("age_equal_or_over", map([("18", over(18)), ("21", over(21))]))
        .finish()
}

fn birth_place(holder: &Holder<'_>) -> ElementValue {
    let place = &holder.person.birth_place;
    map([
        ("country", ElementValue::text(place.country.code())),
        ("locality", ElementValue::text(&place.city)),
    ])
}
