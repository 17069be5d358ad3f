//! What a showing discloses: presets, and the facts the screen's sentence is made of.
//!
//! The sentence is generated from the elements that will be sent, never written beside them, so it
//! cannot promise less than what is sent.

use std::collections::BTreeSet;

/// Namespace of the Moldovan documents.
pub const NAMESPACE_MD: &str = "md.gov.wallet";

/// A showing people choose by name. Each is an element set of a companion issued for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Preset {
    /// Only that the person is over 18.
    AgeOver18,
    /// Name, number and expiry.
    NameNumberExpiry,
    /// Name, age and portrait.
    Portrait,
}

impl Preset {
    /// Every preset, the smallest first: the default is the first.
    pub const ALL: [Self; 3] = [Self::AgeOver18, Self::NameNumberExpiry, Self::Portrait];

    /// A stable name for programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AgeOver18 => "age_over_18",
            Self::NameNumberExpiry => "name_number_expiry",
            Self::Portrait => "portrait",
        }
    }

    /// The elements it shows.
    pub const fn elements(self) -> &'static [&'static str] {
        match self {
            Self::AgeOver18 => &["age_over_18"],
            Self::NameNumberExpiry => &["family_name", "given_name", "document_number", "expiry_date"],
            Self::Portrait => &["family_name", "given_name", "age_over_18", "portrait"],
        }
    }

    /// Whether a document holds every element of it.
    pub fn fits<'a>(self, available: impl IntoIterator<Item = &'a str>) -> bool {
        let available: BTreeSet<&str> = available.into_iter().collect();
        self.elements().iter().all(|element| available.contains(element))
    }
}

/// Something a verifier learns.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fact {
    /// That the person has reached an age, or has not.
    AgeOver(u8),
    /// The family name.
    FamilyName,
    /// The given name.
    GivenName,
    /// The date of birth.
    BirthDate,
    /// The place of birth.
    BirthPlace,
    /// The personal code (IDNP).
    PersonalCode,
    /// The sex.
    Sex,
    /// The nationality.
    Nationality,
    /// The address.
    Address,
    /// The photograph.
    Portrait,
    /// The handwritten signature.
    Signature,
    /// The document's series or number.
    DocumentNumber,
    /// When it was issued.
    IssueDate,
    /// When it expires.
    ExpiryDate,
    /// Who issued it.
    IssuingAuthority,
    /// What kind of document it is.
    DocumentType,
    /// What the person may drive, with every restriction.
    DrivingPrivileges,
    /// Something of a vehicle.
    Vehicle,
    /// An element without words of its own: it is named as it is.
    Other(String),
}

impl Fact {
    /// The fact an element states.
    pub fn of_element(element: &str) -> Self {
        if let Some(age) = element.strip_prefix("age_over_").and_then(|age| age.parse().ok()) {
            return Self::AgeOver(age);
        }
        match element {
            "family_name" | "family_name_national_character" => Self::FamilyName,
            "given_name" | "given_name_national_character" => Self::GivenName,
            "birth_date" | "birthdate" => Self::BirthDate,
            "birth_country" | "birth_city" | "birth_place" | "place_of_birth" => Self::BirthPlace,
            "idnp" | "personal_administrative_number" => Self::PersonalCode,
            "sex" => Self::Sex,
            "nationality" | "nationalities" => Self::Nationality,
            "address" => Self::Address,
            "portrait" | "picture" => Self::Portrait,
            "signature" | "signature_usual_mark" => Self::Signature,
            "document_number" | "document_series" => Self::DocumentNumber,
            "issue_date" | "date_of_issuance" => Self::IssueDate,
            "expiry_date" | "date_of_expiry" => Self::ExpiryDate,
            "issuing_authority" | "issuing_country" => Self::IssuingAuthority,
            "document_type" => Self::DocumentType,
            "driving_privileges" => Self::DrivingPrivileges,
            "plate_number" | "idnv" | "vin" | "make" | "model" | "color" | "category" | "year" => {
                Self::Vehicle
            }
            _ if element.starts_with("resident_") => Self::Address,
            _ => Self::Other(element.to_owned()),
        }
    }

    /// Whether it singles the person out by itself.
    pub const fn identifies(&self) -> bool {
        matches!(
            self,
            Self::PersonalCode | Self::Portrait | Self::DocumentNumber | Self::Signature
        )
    }
}

/// What the screen's sentence says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Disclosure {
    /// Nothing but that the document is genuine.
    Nothing,
    /// One fact and nothing else: "only that you are over 18 is seen".
    Only(Fact),
    /// Several facts, in the order a person reads them.
    Facts(Vec<Fact>),
}

/// What is learned from a set of elements; with none of them, only that the document is genuine.
pub fn disclosure<'a>(elements: impl IntoIterator<Item = &'a str>) -> Disclosure {
    let facts: BTreeSet<Fact> = elements.into_iter().map(Fact::of_element).collect();
    let mut facts = facts.into_iter();
    match (facts.next(), facts.next()) {
        (None, _) => Disclosure::Nothing,
        (Some(only), None) => Disclosure::Only(only),
        (Some(first), Some(second)) => Disclosure::Facts([first, second].into_iter().chain(facts).collect()),
    }
}

impl Disclosure {
    /// The facts it states.
    pub fn facts(&self) -> &[Fact] {
        match self {
            Self::Nothing => &[],
            Self::Only(fact) => std::slice::from_ref(fact),
            Self::Facts(facts) => facts,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ELEMENTS: [&str; 12] = [
        "age_over_18",
        "age_over_21",
        "family_name",
        "given_name",
        "birth_date",
        "idnp",
        "portrait",
        "document_number",
        "expiry_date",
        "driving_privileges",
        "resident_city",
        "something_new",
    ];

    #[test]
    fn for_every_subset_the_sentence_states_the_facts_of_exactly_what_is_sent() {
        for bits in 0_u32..1 << ELEMENTS.len() {
            let sent: Vec<&str> = ELEMENTS
                .iter()
                .enumerate()
                .filter(|(at, _)| bits >> at & 1 == 1)
                .map(|(_, name)| *name)
                .collect();
            let said = disclosure(sent.iter().copied());
            assert_eq!(
                said.facts().len(),
                sent.len(),
                "each of these elements is a fact of its own: {sent:?}"
            );
            for element in &sent {
                assert!(
                    said.facts().contains(&Fact::of_element(element)),
                    "{element} is sent and not said"
                );
            }
        }
    }

    #[test]
    fn only_age_is_said_only_where_only_age_is_sent() {
        assert_eq!(disclosure(["age_over_18"]), Disclosure::Only(Fact::AgeOver(18)));
        assert!(matches!(
            disclosure(["age_over_18", "portrait"]),
            Disclosure::Facts(_)
        ));
        assert_eq!(disclosure([]), Disclosure::Nothing);
    }

    #[test]
    fn an_element_without_words_is_never_swallowed() {
        assert_eq!(
            disclosure(["blood_type"]),
            Disclosure::Only(Fact::Other("blood_type".to_owned()))
        );
        assert_eq!(
            disclosure(["age_over_xx"]),
            Disclosure::Only(Fact::Other("age_over_xx".to_owned()))
        );
    }

    #[test]
    fn a_preset_fits_a_document_that_has_all_its_elements() {
        assert!(Preset::AgeOver18.fits(["age_over_18", "idnp"]));
        assert!(!Preset::Portrait.fits(["age_over_18", "family_name", "given_name"]));
    }
}
