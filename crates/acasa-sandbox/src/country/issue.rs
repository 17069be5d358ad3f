//! Giving a person the documents of their part.

use super::cast::{Grant, State};
use super::documents::{
    Content, DisabilityCertificate, DisabilityDegree, Document, DrivingCode, DrivingLicence,
    DrivingPrivilege, IdentityCard, ResidenceBasis, ResidenceCard, Standing, StudentCard,
};
use super::{REFERENCE_DAY, person::Person, vehicle};
use acasa_domain::Date;
use jiff::{Span, ToSpan as _};
use rand::{RngExt as _, seq::IndexedRandom as _};
use rand_chacha::ChaCha12Rng;

const PUBLIC_SERVICES: &str = "Agenția Servicii Publice";
const MIGRATION: &str = "Inspectoratul General pentru Migrație";
const DISABILITY_COUNCIL: &str =
    "Consiliul Național pentru Determinarea Dizabilității și Capacității de Muncă";
const UNIVERSITY: &str = "Universitatea de Probă din Chișinău";

pub(super) fn draw(person: &Person, grants: &[Grant], rng: &mut ChaCha12Rng) -> Vec<Document> {
    grants.iter().map(|grant| document(person, *grant, rng)).collect()
}

fn document(person: &Person, grant: Grant, rng: &mut ChaCha12Rng) -> Document {
    match grant {
        Grant::Identity(state) => identity(person, state, rng),
        Grant::Driving(state, categories) => driving(state, categories, rng),
        Grant::Vehicle(state) => {
            let vehicle = vehicle::draw(person.idnp, rng);
            let term = Term {
                dates: dates(state, years(25), rng),
                permanent: true,
            };
            assemble(
                Content::VehicleCertificate(Box::new(vehicle)),
                None,
                PUBLIC_SERVICES,
                term,
                state,
                rng,
            )
        }
        Grant::Residence(state, basis) => residence(person, state, basis, rng),
        Grant::Student(state) => student(state, rng),
        Grant::Disability(state, degree) => disability(person, state, degree, rng),
    }
}

/// Validity by age: four years for children, ten for adults.
fn identity(person: &Person, state: State, rng: &mut ChaCha12Rng) -> Document {
    let validity = if person.age_on(REFERENCE_DAY) < 18 {
        years(4)
    } else {
        years(10)
    };
    let term = Term {
        dates: dates(state, validity, rng),
        permanent: false,
    };
    let card = Content::IdentityCard(IdentityCard { document_type: "CA" });
    assemble(card, Some("T"), PUBLIC_SERVICES, term, state, rng)
}

fn driving(state: State, categories: &'static [&'static str], rng: &mut ChaCha12Rng) -> Document {
    let (issue, expiry) = dates(state, years(10), rng);
    let glasses = rng.random_bool(0.3).then_some(DrivingCode {
        code: "01",
        sign: None,
        value: None,
    });
    let automatic = rng.random_bool(0.2).then_some(DrivingCode {
        code: "78",
        sign: None,
        value: None,
    });
    let codes: Vec<DrivingCode> = [glasses, automatic].into_iter().flatten().collect();
    let privileges = categories
        .iter()
        .map(|category| DrivingPrivilege {
            category,
            issue_date: issue,
            // Directive 2006/126/EC, 7(2)(b): heavy vehicles for five years.
            expiry_date: if category.starts_with('C') {
                expiry.min(later(issue, years(5)))
            } else {
                expiry
            },
            codes: codes.clone(),
        })
        .collect();
    let content = Content::DrivingLicence(DrivingLicence {
        privileges,
        distinguishing_sign: "MD",
    });
    assemble(
        content,
        None,
        PUBLIC_SERVICES,
        Term {
            dates: (issue, expiry),
            permanent: false,
        },
        state,
        rng,
    )
}

fn residence(person: &Person, state: State, basis: ResidenceBasis, rng: &mut ChaCha12Rng) -> Document {
    let bound_to = match basis {
        ResidenceBasis::Work => Some("Atelierele de Probă SRL"),
        ResidenceBasis::Study => Some(UNIVERSITY),
        ResidenceBasis::Family
        | ResidenceBasis::Permanent
        | ResidenceBasis::Stateless
        | ResidenceBasis::TemporaryProtection => None,
    };
    let card = ResidenceCard {
        basis,
        citizenship: person.nationality,
        right_to_work: basis != ResidenceBasis::Study,
        bound_to,
    };
    let validity = if bound_to.is_some() { years(2) } else { years(5) };
    let term = Term {
        dates: dates(state, validity, rng),
        permanent: false,
    };
    assemble(
        Content::ResidenceCard(card),
        Some("R"),
        MIGRATION,
        term,
        state,
        rng,
    )
}

fn student(state: State, rng: &mut ChaCha12Rng) -> Document {
    const FACULTIES: &[&str] = &[
        "Informatică",
        "Drept",
        "Medicină",
        "Litere",
        "Agronomie",
        "Arhitectură",
    ];
    // The academic year runs from September to August; an expired card is of the one before.
    let start = if state == State::Expired {
        REFERENCE_DAY.year() - 1
    } else {
        REFERENCE_DAY.year()
    };
    let day = |year, month, day| Date::new(year, month, day).expect("both days are in every year");
    let card = StudentCard {
        institution: UNIVERSITY,
        faculty: FACULTIES.choose(rng).expect("the list of faculties is not empty"),
        cycle: if rng.random_bool(0.7) {
            "licență"
        } else {
            "master"
        },
        form: if rng.random_bool(0.8) {
            "cu frecvență"
        } else {
            "cu frecvență redusă"
        },
        year: rng.random_range(1..=3),
        academic_year: format!("{start}–{}", start + 1),
    };
    let term = Term {
        dates: (day(start, 9, 1), day(start + 1, 8, 31)),
        permanent: false,
    };
    assemble(
        Content::StudentCard(card),
        Some("S"),
        UNIVERSITY,
        term,
        state,
        rng,
    )
}

fn disability(person: &Person, state: State, degree: DisabilityDegree, rng: &mut ChaCha12Rng) -> Document {
    let child = person.age_on(REFERENCE_DAY) < 18;
    let certificate = DisabilityCertificate {
        degree,
        from_childhood: child || rng.random_bool(0.2),
        companion: child || degree == DisabilityDegree::Severe,
        representative: person.parent,
    };
    let term = Term {
        dates: dates(state, years(3), rng),
        permanent: !child && rng.random_bool(0.4),
    };
    assemble(
        Content::DisabilityCertificate(certificate),
        Some("D"),
        DISABILITY_COUNCIL,
        term,
        state,
        rng,
    )
}

#[derive(Clone, Copy)]
struct Term {
    dates: (Date, Date),
    /// Without a last day.
    permanent: bool,
}

fn assemble(
    content: Content,
    series: Option<&str>,
    issuing_authority: &'static str,
    term: Term,
    state: State,
    rng: &mut ChaCha12Rng,
) -> Document {
    let (issue_date, expiry) = term.dates;
    let digits: u32 = rng.random_range(10_000_000..100_000_000);
    let number = if series.is_some() {
        digits.to_string()
    } else {
        format!("9{digits}")
    };
    Document {
        standing: standing(&content, state, issue_date, rng),
        content,
        series: series.map(str::to_owned),
        number,
        issue_date,
        expiry_date: (!term.permanent).then_some(expiry),
        issuing_authority,
    }
}

fn standing(content: &Content, state: State, issued: Date, rng: &mut ChaCha12Rng) -> Standing {
    if state != State::Revoked {
        return Standing::InForce;
    }
    let reason = match content {
        Content::DrivingLicence(_) => "court_decision",
        Content::DisabilityCertificate(_) => "re_examined",
        Content::IdentityCard(_)
        | Content::VehicleCertificate(_)
        | Content::ResidenceCard(_)
        | Content::StudentCard(_) => "lost",
    };
    let on = later(REFERENCE_DAY, -Span::new().days(rng.random_range(5..=60)));
    Standing::Revoked {
        on: on.max(issued),
        reason,
    }
}

/// Issue and last day: expired a while ago, ending within a month, or with at least half a year to go.
fn dates(state: State, validity: Span, rng: &mut ChaCha12Rng) -> (Date, Date) {
    let expiry = match state {
        State::Expired => later(REFERENCE_DAY, -rng.random_range(20..=400).days()),
        State::Ending => later(REFERENCE_DAY, rng.random_range(5..=28).days()),
        State::Good | State::Revoked => {
            let span = later(REFERENCE_DAY, validity) - REFERENCE_DAY;
            let whole = span.get_days();
            later(
                REFERENCE_DAY,
                rng.random_range(200.min(whole - 90)..=whole - 60).days(),
            )
        }
    };
    (later(expiry, -validity), expiry)
}

fn years(count: i16) -> Span {
    count.years()
}

fn later(day: Date, by: Span) -> Date {
    day.checked_add(by)
        .expect("every term is far shorter than the calendar")
}
