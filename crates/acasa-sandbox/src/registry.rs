//! The registers of the synthetic country, as the gateway's port sees them.

mod elements;
mod licence;
mod papers;
mod pid;

use std::sync::Arc;

use acasa_crypto::{base64url, digest::sha256};
use acasa_domain::{Date, Idnp};
use acasa_gateway::configurations::{
    DISABILITY, DRIVING_LICENCE, EU_PID, EU_PID_VCT, MDL, PID, RESIDENCE, STUDENT, VEHICLE,
};
use acasa_gateway::ports::{Clock, HeldDocument, PortError, Registers, Rendition};
use async_trait::async_trait;
use jiff::tz::TimeZone;

use crate::{
    clock::OffsetClock,
    country::{Content, Country, Document, Person, Pictures},
};

/// The last day of a document that has none, as mdoc's mandatory `expiry_date` writes it.
const PERMANENT: Date = Date::constant(9999, 12, 31);

/// Answers for the people of one country.
pub(crate) struct CountryRegisters {
    country: Arc<Country>,
    clock: Arc<OffsetClock>,
}

impl CountryRegisters {
    pub(crate) fn new(country: Arc<Country>, clock: Arc<OffsetClock>) -> Self {
        Self { country, clock }
    }
}

#[async_trait]
impl Registers for CountryRegisters {
    async fn documents(&self, person: &Idnp) -> Result<Vec<HeldDocument>, PortError> {
        let today = self.clock.now().to_zoned(TimeZone::UTC).date();
        let (country, person) = (Arc::clone(&self.country), *person);
        // Portraits are drawn when first asked for, which takes a moment.
        let held = tokio::task::spawn_blocking(move || {
            let person = country.person(person)?;
            Some(
                person
                    .documents
                    .iter()
                    .map(|document| hold(country.seed, person, document, today))
                    .collect(),
            )
        });
        held.await
            .map_err(|_| PortError::Unavailable)?
            .ok_or(PortError::Refused)
    }

    /// Without the portraits, which nobody asked for.
    async fn document_numbered(
        &self,
        person: &Idnp,
        kind: Option<&str>,
        number: &str,
    ) -> Result<Option<String>, PortError> {
        let person = self.country.person(*person).ok_or(PortError::Refused)?;
        let is = |document: &&Document| {
            kind.is_none_or(|kind| document_types(document).contains(&kind))
                && (document.number == number || document.full_number() == number)
        };
        let found = person.documents.iter().find(is);
        Ok(found.map(|document| identifier(self.country.seed, person, document)))
    }
}

/// The opaque identifier of a document.
pub(crate) fn identifier(seed: u64, person: &Person, document: &Document) -> String {
    let name = format!(
        "{seed} {} {} {}",
        person.idnp.as_str(),
        document.content.kind(),
        document.full_number()
    );
    let hash = sha256(name.as_bytes());
    base64url::encode(hash.first_chunk::<16>().expect("a hash has 32 bytes"))
}

/// The types a document is issued as.
pub(crate) fn document_types(document: &Document) -> &'static [&'static str] {
    match document.content {
        Content::IdentityCard(_) => &[PID, EU_PID, EU_PID_VCT],
        Content::DrivingLicence(_) => &[DRIVING_LICENCE, MDL],
        Content::VehicleCertificate(_) => &[VEHICLE],
        Content::ResidenceCard(_) => &[RESIDENCE],
        Content::StudentCard(_) => &[STUDENT],
        Content::DisabilityCertificate(_) => &[DISABILITY],
    }
}

fn hold(seed: u64, person: &Person, document: &Document, today: Date) -> HeldDocument {
    let pictures = person.pictures();
    let holder = Holder {
        person,
        document,
        today,
        pictures,
    };
    let has_portrait = !matches!(document.content, Content::VehicleCertificate(_));
    HeldDocument {
        id: identifier(seed, person, document),
        expires: holder.expiry(),
        revoked: document.is_revoked(),
        renditions: renditions(&holder),
        small_portrait: has_portrait.then(|| pictures.companion.clone()),
    }
}

fn renditions(holder: &Holder<'_>) -> Vec<Rendition> {
    match &holder.document.content {
        Content::IdentityCard(card) => pid::renditions(holder, card),
        Content::DrivingLicence(licence) => licence::renditions(holder, licence),
        Content::VehicleCertificate(vehicle) => vec![papers::vehicle(holder, vehicle)],
        Content::ResidenceCard(card) => vec![papers::residence(holder, card)],
        Content::StudentCard(card) => vec![papers::student(holder, card)],
        Content::DisabilityCertificate(certificate) => vec![papers::disability(holder, certificate)],
    }
}

/// A document with its holder, on a day.
struct Holder<'a> {
    person: &'a Person,
    document: &'a Document,
    today: Date,
    pictures: &'a Pictures,
}

impl Holder<'_> {
    fn expiry(&self) -> Date {
        self.document.expiry_date.unwrap_or(PERMANENT)
    }

    fn is_over(&self, age: u16) -> bool {
        self.person.age_on(self.today) >= age
    }
}

#[cfg(test)]
mod tests;
