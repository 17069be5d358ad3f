//! What can be issued: document types, their elements, and the companions made for the QR (D11).
//!
//! The types of `md.gov.wallet` and their elements are those EVO's documentation lists; those of the
//! residence card, the student card and the disability certificate are our own in the same manner,
//! because none are published.

mod elements;

pub use elements::elements_of;

/// Who signs a kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IssuingBody {
    /// The Public Services Agency: identity cards, driving licences, vehicle certificates.
    PublicServices,
    /// The General Inspectorate for Migration: residence cards.
    Migration,
    /// The ministry of education: student cards.
    Education,
    /// The council that determines disability.
    Disability,
}

impl IssuingBody {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::PublicServices,
        Self::Migration,
        Self::Education,
        Self::Disability,
    ];

    /// Short name, for files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PublicServices => "asp",
            Self::Migration => "igm",
            Self::Education => "mec",
            Self::Disability => "cnddcm",
        }
    }

    /// The name people know it by, in Romanian.
    pub fn name(self) -> &'static str {
        match self {
            Self::PublicServices => "Agenția Servicii Publice",
            Self::Migration => "Inspectoratul General pentru Migrație",
            Self::Education => "Ministerul Educației și Cercetării",
            Self::Disability => {
                "Consiliul Național pentru Determinarea Dizabilității și Capacității de Muncă"
            }
        }
    }

    /// Short name, for certificates.
    pub fn abbreviation(self) -> &'static str {
        match self {
            Self::PublicServices => "ASP",
            Self::Migration => "IGM",
            Self::Education => "MEC",
            Self::Disability => "CNDDCM",
        }
    }

    /// The types it may sign: its scope in the trust list.
    pub fn document_types(self) -> &'static [&'static str] {
        match self {
            Self::PublicServices => &[PID, DRIVING_LICENCE, VEHICLE, EU_PID, MDL, EU_PID_VCT],
            Self::Migration => &[RESIDENCE],
            Self::Education => &[STUDENT],
            Self::Disability => &[DISABILITY],
        }
    }
}

/// Moldova's PID.
pub const PID: &str = "md.gov.wallet.pid.1";
/// Moldova's driving licence.
pub const DRIVING_LICENCE: &str = "md.gov.wallet.dl.1";
/// Vehicle registration certificate.
pub const VEHICLE: &str = "md.gov.wallet.vrc.1";
/// European PID as mdoc.
pub const EU_PID: &str = "eu.europa.ec.eudi.pid.1";
/// European PID as SD-JWT VC.
pub const EU_PID_VCT: &str = "urn:eudi:pid:1";
/// ISO mobile driving licence.
pub const MDL: &str = "org.iso.18013.5.1.mDL";
/// Residence card.
pub const RESIDENCE: &str = "md.gov.wallet.residence.1";
/// Student card.
pub const STUDENT: &str = "md.gov.wallet.student.1";
/// Disability certificate.
pub const DISABILITY: &str = "md.gov.wallet.disability.1";

/// Namespace of Moldova's types.
pub const NAMESPACE: &str = "md.gov.wallet";
/// Namespace of the ISO mobile driving licence.
pub const MDL_NAMESPACE: &str = "org.iso.18013.5.1";

/// Which showing a credential is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Every element.
    Full,
    /// Age over 18 and over 21, and nothing else.
    Age,
    /// Name, number and expiry.
    Number,
    /// Name, age and a small portrait.
    Portrait,
}

impl Purpose {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Full, Self::Age, Self::Number, Self::Portrait];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Age => "age",
            Self::Number => "number",
            Self::Portrait => "portrait",
        }
    }

    /// Copies a device is advised to hold.
    pub fn copies(self) -> u32 {
        match self {
            Self::Full => 4,
            Self::Age | Self::Number => 10,
            Self::Portrait => 6,
        }
    }

    /// Whether a credential for this showing holds the element.
    fn selects(self, document_type: &str, element: &str) -> bool {
        match self {
            Self::Full => true,
            Self::Age => ["age_over_18", "age_over_21"].contains(&element),
            Self::Number => {
                let plate = document_type == VEHICLE && element == "plate_number";
                plate || ["family_name", "given_name", "document_number", "expiry_date"].contains(&element)
            }
            Self::Portrait => ["family_name", "given_name", "age_over_18", "portrait"].contains(&element),
        }
    }
}

/// One credential configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Configuration {
    /// Identifier in the metadata.
    pub id: String,
    /// `docType` or `vct`.
    pub document_type: &'static str,
    /// Who signs.
    pub body: IssuingBody,
    /// Which showing it is made for.
    pub purpose: Purpose,
}

impl Configuration {
    /// Whether it is an SD-JWT VC; otherwise an mdoc.
    pub fn is_sd_jwt(&self) -> bool {
        self.document_type == EU_PID_VCT
    }

    /// `mso_mdoc` or `dc+sd-jwt`.
    pub fn format(&self) -> &'static str {
        if self.is_sd_jwt() { "dc+sd-jwt" } else { "mso_mdoc" }
    }

    /// Whether the credential holds the element.
    pub fn selects(&self, element: &str) -> bool {
        self.purpose.selects(self.document_type, element)
    }
}

/// Every configuration. A vehicle certificate says nothing of age and bears no portrait; the
/// SD-JWT VC is not for the QR and has no companions.
pub fn all() -> Vec<Configuration> {
    let mut all = Vec::new();
    for body in IssuingBody::ALL {
        for document_type in body.document_types().iter().copied() {
            for purpose in Purpose::ALL {
                let personal = document_type != VEHICLE || matches!(purpose, Purpose::Full | Purpose::Number);
                let shown = document_type != EU_PID_VCT || purpose == Purpose::Full;
                if personal && shown {
                    let id = match purpose {
                        Purpose::Full => document_type.to_owned(),
                        Purpose::Age | Purpose::Number | Purpose::Portrait => {
                            format!("{document_type}.{}", purpose.as_str())
                        }
                    };
                    all.push(Configuration {
                        id,
                        document_type,
                        body,
                        purpose,
                    });
                }
            }
        }
    }
    all
}

/// The names of a document type in Romanian, Russian and English.
pub fn names(document_type: &str) -> [&'static str; 3] {
    match document_type {
        PID => ["Carte de identitate", "Удостоверение личности", "Identity card"],
        EU_PID | EU_PID_VCT => [
            "Date de identificare (UE)",
            "Идентификационные данные (ЕС)",
            "Person identification data (EU)",
        ],
        DRIVING_LICENCE => [
            "Permis de conducere",
            "Водительское удостоверение",
            "Driving licence",
        ],
        MDL => [
            "Permis de conducere (ISO)",
            "Водительское удостоверение (ISO)",
            "Driving licence (ISO)",
        ],
        VEHICLE => [
            "Certificat de înmatriculare",
            "Свидетельство о регистрации ТС",
            "Vehicle registration certificate",
        ],
        RESIDENCE => ["Carte de rezidență", "Карта резидента", "Residence card"],
        STUDENT => ["Carnet de student", "Студенческий билет", "Student card"],
        DISABILITY => [
            "Certificat de dizabilitate",
            "Удостоверение об инвалидности",
            "Disability certificate",
        ],
        _ => ["Document", "Документ", "Document"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_companion_has_its_elements_in_its_document() {
        for configuration in all().iter().filter(|found| found.purpose != Purpose::Full) {
            let elements = elements_of(configuration.document_type);
            let selected = elements
                .iter()
                .filter(|(_, element)| configuration.selects(element))
                .count();
            let expected = match (configuration.purpose, configuration.document_type) {
                (Purpose::Age, _) => 2,
                (_, VEHICLE) => 5,
                _ => 4,
            };
            assert_eq!(selected, expected, "{}", configuration.id);
        }
    }

    #[test]
    fn identifiers_are_distinct() {
        let mut ids: Vec<_> = all().into_iter().map(|configuration| configuration.id).collect();
        let count = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!((ids.len(), count), (count, 8 * 4 - 2 + 1));
    }
}
