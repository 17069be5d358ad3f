//! What a document can be shown with at one tap, and the copy each such showing is made of.

use acasa_credentials::mdoc::IssuerSigned;
use acasa_credentials::selective;
use acasa_store::CopyKind;

/// A showing by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Preset {
    /// That the person is over 18, and nothing else.
    Age,
    /// Name, number and expiry.
    NameNumberExpiry,
    /// Name, age and portrait, as a moving code.
    Portrait,
    /// All that is written in the document: its pictures are too large for any code.
    Full,
}

/// Elements that are pictures, by the names ISO/IEC 18013-5, the PID rulebook and `md.gov.wallet` give
/// them.
const PICTURES: [&str; 4] = [
    "portrait",
    "signature",
    "signature_usual_mark",
    "enrolment_portrait_image",
];

impl Preset {
    /// The smallest first: it is the default.
    pub(crate) const ALL: [Self; 4] = [Self::Age, Self::NameNumberExpiry, Self::Portrait, Self::Full];

    /// Its name on the interface's side.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Age => "age",
            Self::NameNumberExpiry => "name_number_expiry",
            Self::Portrait => "portrait",
            Self::Full => "full",
        }
    }

    pub(crate) fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.key() == key)
    }

    /// The copies it is made of; companions are named as the issuer names them.
    pub(crate) fn copies(self) -> CopyKind {
        match self {
            Self::Age => CopyKind::Companion("age".to_owned()),
            Self::NameNumberExpiry => CopyKind::Companion("number".to_owned()),
            Self::Portrait => CopyKind::Companion("portrait".to_owned()),
            Self::Full => CopyKind::Full,
        }
    }

    /// Whether it is too large for a still code.
    pub(crate) const fn moves(self) -> bool {
        matches!(self, Self::Portrait | Self::Full)
    }

    /// The elements of a copy that are shown: all of them, but for the age only the one question, and
    /// of the whole document what is written.
    pub(crate) fn shows(self, element: &str) -> bool {
        match self {
            Self::Age => selective::Preset::AgeOver18.elements().contains(&element),
            Self::NameNumberExpiry | Self::Portrait => true,
            Self::Full => !PICTURES.contains(&element),
        }
    }

    /// Whether it says something worth showing: nobody shows that they are not over 18.
    pub(crate) fn is_worth_showing(self, copy: &IssuerSigned) -> bool {
        let shown: Vec<_> = copy
            .items()
            .filter(|(_, item)| self.shows(item.identifier()))
            .collect();
        match self {
            Self::Age => shown.iter().any(|(_, item)| item.value().as_bool() == Some(true)),
            Self::NameNumberExpiry | Self::Portrait | Self::Full => !shown.is_empty(),
        }
    }

    /// Names of what is shown of a copy, in the issuer's order.
    pub(crate) fn elements(self, copy: &IssuerSigned) -> Vec<String> {
        let names = copy.items().map(|(_, item)| item.identifier());
        names.filter(|name| self.shows(name)).map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_is_found_by_its_key() {
        for preset in Preset::ALL {
            assert_eq!(Preset::from_key(preset.key()), Some(preset));
        }
        assert_eq!(Preset::from_key("number"), None);
    }

    #[test]
    fn the_whole_document_is_shown_without_its_pictures() {
        assert!(Preset::Full.shows("family_name"));
        assert!(!PICTURES.iter().any(|picture| Preset::Full.shows(picture)));
        assert!(Preset::Portrait.shows("portrait"));
    }

    #[test]
    fn the_age_preset_shows_one_element_only() {
        let elements = ["age_over_18", "age_over_21", "family_name", "portrait"];
        let shown: Vec<_> = elements
            .into_iter()
            .filter(|element| Preset::Age.shows(element))
            .collect();
        assert_eq!(shown, ["age_over_18"]);
    }
}
