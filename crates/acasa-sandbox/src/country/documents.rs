//! What documents say, with everything the five types of mdoc carry.

use super::place::CountryCode;
use acasa_domain::{Date, Idnp};
use std::fmt;

/// A document as the issuer's register holds it. `Debug` shows its kind and standing only.
#[derive(Clone, PartialEq, Eq)]
pub struct Document {
    /// What it says beyond who its holder is.
    pub content: Content,
    /// Series, where the kind has one.
    pub series: Option<String>,
    /// Number.
    pub number: String,
    /// Issued on.
    pub issue_date: Date,
    /// Last day of validity; a permanent document has none.
    pub expiry_date: Option<Date>,
    /// Who issued it.
    pub issuing_authority: &'static str,
    /// Whether the state still stands by it.
    pub standing: Standing,
}

impl Document {
    /// Series and number together, as the European PID writes them.
    pub fn full_number(&self) -> String {
        format!("{}{}", self.series.as_deref().unwrap_or_default(), self.number)
    }

    /// Whether its last day has passed by `day`.
    pub fn expired_on(&self, day: Date) -> bool {
        self.expiry_date.is_some_and(|expiry| expiry < day)
    }

    /// Whether the state has revoked it.
    pub fn is_revoked(&self) -> bool {
        matches!(self.standing, Standing::Revoked { .. })
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({}, {:?})", self.content.kind(), self.standing)
    }
}

/// Whether the state stands by a document. That its time has run out is told by its dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It does.
    InForce,
    /// No longer.
    Revoked {
        /// Since this day.
        on: Date,
        /// Why, as a word of the register: `lost`, `court_decision`, `replaced`, `re_examined`.
        reason: &'static str,
    },
}

/// What a document is, and what it says.
#[derive(Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named by its contents")]
pub enum Content {
    IdentityCard(IdentityCard),
    DrivingLicence(DrivingLicence),
    VehicleCertificate(Box<VehicleCertificate>),
    ResidenceCard(ResidenceCard),
    StudentCard(StudentCard),
    DisabilityCertificate(DisabilityCertificate),
}

impl Content {
    /// A stable word for the kind, such as `identity_card`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::IdentityCard(_) => "identity_card",
            Self::DrivingLicence(_) => "driving_licence",
            Self::VehicleCertificate(_) => "vehicle_certificate",
            Self::ResidenceCard(_) => "residence_card",
            Self::StudentCard(_) => "student_card",
            Self::DisabilityCertificate(_) => "disability_certificate",
        }
    }
}

/// Identity card: the data of `md.gov.wallet.pid.1` and `eu.europa.ec.eudi.pid.1`.
#[derive(Clone, PartialEq, Eq)]
pub struct IdentityCard {
    /// `document_type`: CA for an identity card.
    pub document_type: &'static str,
}

/// Driving licence: the data of `md.gov.wallet.dl.1` and `org.iso.18013.5.1.mDL`.
#[derive(Clone, PartialEq, Eq)]
pub struct DrivingLicence {
    /// The categories, each with its own dates and restrictions.
    pub privileges: Vec<DrivingPrivilege>,
    /// `un_distinguishing_sign` of the issuing country (Vienna Convention on Road Traffic, Annex 3).
    pub distinguishing_sign: &'static str,
}

/// One category of a driving licence. Its restrictions are inside, so that no one can show the one
/// without the other.
#[derive(Clone, PartialEq, Eq)]
pub struct DrivingPrivilege {
    /// `vehicle_category_code`.
    pub category: &'static str,
    /// Since when.
    pub issue_date: Date,
    /// Until when.
    pub expiry_date: Date,
    /// Restrictions and extensions.
    pub codes: Vec<DrivingCode>,
}

/// A restriction of a driving privilege (Directive 2006/126/EC, Annex I, 12).
#[derive(Clone, PartialEq, Eq)]
pub struct DrivingCode {
    /// The code: 01 for glasses, 78 for automatic transmission only.
    pub code: &'static str,
    /// Comparison, where the code has a value.
    pub sign: Option<&'static str>,
    /// Value.
    pub value: Option<&'static str>,
}

/// Vehicle registration certificate: the data of `md.gov.wallet.vrc.1`.
#[derive(Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the elements' own")]
pub struct VehicleCertificate {
    pub plate_number: String,
    pub idnv: String,
    pub vin: String,
    pub make: &'static str,
    pub model: &'static str,
    pub color: &'static str,
    pub category: &'static str,
    pub year: u16,
    pub body_number: String,
    pub body_type: &'static str,
    pub chassis_number: String,
    /// In cubic centimetres.
    pub engine_volume: String,
    pub engine_type: &'static str,
    pub engine_number: String,
    /// In kilograms.
    pub authorized_weight: u32,
    /// In kilograms.
    pub weight: u32,
    pub places: u8,
    pub vehicle_right: &'static str,
    pub special_remarks: Vec<&'static str>,
}

/// Residence card of a person who is not a citizen.
#[derive(Clone, PartialEq, Eq)]
pub struct ResidenceCard {
    /// On what ground.
    pub basis: ResidenceBasis,
    /// The citizenship it states.
    pub citizenship: CountryCode,
    /// Whether the holder may work, and where: the restriction belongs to the right.
    pub right_to_work: bool,
    /// Who the holder works for or studies with, where the right is bound to one.
    pub bound_to: Option<&'static str>,
}

/// The ground of a right of residence, with the register's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ResidenceBasis {
    /// IR, for work.
    Work,
    /// IR, for study.
    Study,
    /// IR, for family reunification.
    Family,
    /// CR.
    Permanent,
    /// CC.
    Stateless,
    /// Temporary protection.
    TemporaryProtection,
}

impl ResidenceBasis {
    /// The code of the document: IR provisional, CR permanent, CC stateless, PT temporary protection.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Work | Self::Study | Self::Family => "IR",
            Self::Permanent => "CR",
            Self::Stateless => "CC",
            Self::TemporaryProtection => "PT",
        }
    }

    /// A stable word: `work`, `study`, `family`, `permanent`, `stateless`, `temporary_protection`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Work => "work",
            Self::Study => "study",
            Self::Family => "family",
            Self::Permanent => "permanent",
            Self::Stateless => "stateless",
            Self::TemporaryProtection => "temporary_protection",
        }
    }
}

/// Student card.
#[derive(Clone, PartialEq, Eq)]
pub struct StudentCard {
    /// The institution.
    pub institution: &'static str,
    /// The faculty.
    pub faculty: &'static str,
    /// The cycle: `licență`, `master`.
    pub cycle: &'static str,
    /// The form: `cu frecvență`, `cu frecvență redusă`.
    pub form: &'static str,
    /// Year of study, from 1.
    pub year: u8,
    /// The academic year, such as `2026–2027`.
    pub academic_year: String,
}

/// Certificate of disability.
#[derive(Clone, PartialEq, Eq)]
pub struct DisabilityCertificate {
    /// How severe.
    pub degree: DisabilityDegree,
    /// Whether it was there from childhood.
    pub from_childhood: bool,
    /// Whether someone may accompany the holder free of charge.
    pub companion: bool,
    /// The child's legal representative, who shows the certificate for them.
    pub representative: Option<Idnp>,
}

/// The degrees of disability of Law 60/2012.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DisabilityDegree {
    /// Severă.
    Severe,
    /// Accentuată.
    Accentuated,
    /// Medie.
    Medium,
}

impl DisabilityDegree {
    /// The word of the law: `sever`, `accentuat`, `mediu`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Severe => "sever",
            Self::Accentuated => "accentuat",
            Self::Medium => "mediu",
        }
    }
}
