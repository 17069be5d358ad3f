//! Whom a plate, a plot or a company means: what the documentation calls IDR. The registers of the synthetic country
//! know owners and administrators; founders and plots follow from its seed.

use acasa_crypto::digest::sha256;
use acasa_domain::Idnp;
use acasa_wire::mnotify::{Direction, Recipient, RecipientType};

use crate::country::{Company, Content, Country, Document, Person, REFERENCE_DAY, VehicleCertificate};

/// The people meant, each once.
pub(super) fn resolve<'a>(
    country: &'a Country,
    recipient: &Recipient,
    direction: Direction,
) -> Vec<&'a Person> {
    let value = plain(&recipient.value);
    match (recipient.kind, direction) {
        (RecipientType::PlateNumber, Direction::Owner) => {
            holders(country, |certificate| plain(&certificate.plate_number) == value)
        }
        (RecipientType::Idnv, Direction::Owner) => {
            holders(country, |certificate| plain(&certificate.idnv) == value)
        }
        (RecipientType::CadastralNumber, Direction::Owner) => {
            let adults = adults(country);
            adults
                .filter(|person| plain(&plot(country, person)) == value)
                .collect()
        }
        (RecipientType::Idno, direction) => {
            let company = country
                .companies
                .iter()
                .find(|company| company.idno.as_str() == value);
            let number = company.map(|company| match direction {
                Direction::Administrator => company.administrator,
                Direction::Owner | Direction::Founder => founder(country, company),
            });
            number
                .and_then(|number| country.person(number))
                .into_iter()
                .collect()
        }
        _ => Vec::new(),
    }
}

fn holders(country: &Country, is: impl Fn(&VehicleCertificate) -> bool) -> Vec<&Person> {
    let holds = |person: &&Person| person.documents.iter().filter_map(vehicle).any(&is);
    country.people.iter().filter(holds).collect()
}

/// What a vehicle certificate says, if it is one.
pub(super) fn vehicle(document: &Document) -> Option<&VehicleCertificate> {
    if let Content::VehicleCertificate(certificate) = &document.content {
        Some(certificate)
    } else {
        None
    }
}

/// The cadastral number of a person's home: four groups, as real ones have, in a region that there is not.
pub(super) fn plot(country: &Country, person: &Person) -> String {
    let hash = sha256(format!("plot {} {}", country.seed, person.idnp.as_str()).as_bytes());
    let number = |at: usize, below: u16| u16::from_be_bytes([hash[at], hash[at + 1]]) % below;
    format!(
        "9999{:03}.{:03}.{:02}",
        number(0, 1000),
        number(2, 1000),
        number(4, 100)
    )
}

/// Who founded a company: its administrator, or for every other one somebody else.
fn founder(country: &Country, company: &Company) -> Idnp {
    let hash = sha256(format!("founder {} {}", country.seed, company.idno.as_str()).as_bytes());
    let adults: Vec<&Person> = adults(country).collect();
    match adults.get(usize::from(hash[1]) % adults.len().max(1)) {
        Some(person) if hash[0] % 2 == 1 => person.idnp,
        _ => company.administrator,
    }
}

fn adults(country: &Country) -> impl Iterator<Item = &Person> {
    country
        .people
        .iter()
        .filter(|person| person.age_on(REFERENCE_DAY) >= 18)
}

fn plain(text: &str) -> String {
    text.chars()
        .filter(|character| character.is_alphanumeric())
        .flat_map(char::to_uppercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(country: &Country, value: &str, kind: RecipientType, direction: Direction) -> Vec<Idnp> {
        let recipient = Recipient {
            value: value.to_owned(),
            kind,
        };
        let found = resolve(country, &recipient, direction);
        found.iter().map(|person| person.idnp).collect()
    }

    #[test]
    fn a_plate_however_it_is_written_means_the_owner_of_the_vehicle() {
        let country = Country::generate(1);
        let owner = &country.people[0];
        let certificate = owner.documents.iter().find_map(vehicle).unwrap();
        let plate = certificate.plate_number.replace(' ', "").to_lowercase();

        let by = |value: &str, kind, direction| resolved(&country, value, kind, direction);
        let own = vec![owner.idnp];
        assert_eq!(by(&plate, RecipientType::PlateNumber, Direction::Owner), own);
        assert_eq!(by(&certificate.idnv, RecipientType::Idnv, Direction::Owner), own);
        assert!(by("ZZZ 000", RecipientType::PlateNumber, Direction::Owner).is_empty());
        assert!(by(&plate, RecipientType::PlateNumber, Direction::Founder).is_empty());
    }

    #[test]
    fn a_company_means_who_administers_or_founded_it() {
        let country = Country::generate(1);
        for company in &country.companies {
            let number = company.idno.as_str();
            let by = |direction| resolved(&country, number, RecipientType::Idno, direction);
            assert_eq!(by(Direction::Administrator), [company.administrator]);
            let founder = by(Direction::Founder);
            assert_eq!(founder.len(), 1);
            assert_eq!(founder, by(Direction::Founder));
        }
        let others = |seed| {
            let country = Country::generate(seed);
            let companies = country.companies.iter();
            companies
                .filter(|company| founder(&country, company) != company.administrator)
                .count()
        };
        assert!((1..9).map(others).sum::<usize>() > 0);
    }

    #[test]
    fn every_adult_s_plot_is_their_own() {
        let country = Country::generate(1);
        for person in country
            .people
            .iter()
            .filter(|person| person.age_on(REFERENCE_DAY) >= 18)
        {
            let number = plot(&country, person);
            let owners = resolved(
                &country,
                &number,
                RecipientType::CadastralNumber,
                Direction::Owner,
            );
            assert_eq!(owners, [person.idnp]);
        }
    }
}
