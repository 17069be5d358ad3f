//! The documents Acasă knows, by their types on the wire.

use acasa_api_types::DocumentType;

/// Which document a `docType` or `vct` is of, and whether it is the form that stands for it in the
/// app; the others are held for verifiers that ask for them.
pub(crate) fn recognise(wire_type: &str) -> Option<(DocumentType, bool)> {
    Some(match wire_type {
        "md.gov.wallet.pid.1" => (DocumentType::IdentityCard, true),
        "eu.europa.ec.eudi.pid.1" => (DocumentType::IdentityCard, false),
        "md.gov.wallet.dl.1" => (DocumentType::DrivingLicence, true),
        "org.iso.18013.5.1.mDL" => (DocumentType::DrivingLicence, false),
        "md.gov.wallet.vrc.1" => (DocumentType::VehicleRegistration, true),
        other if other.starts_with("urn:eudi:pid") => (DocumentType::IdentityCard, false),
        other if other.contains("residence") || other.contains(".rc.") => (DocumentType::ResidenceCard, true),
        other if other.contains("student") => (DocumentType::StudentCard, true),
        other if other.contains("disability") => (DocumentType::DisabilityCertificate, true),
        _ => return None,
    })
}

/// Where a document stands among the others, small first.
pub(crate) fn position(document_type: DocumentType) -> i64 {
    match document_type {
        DocumentType::IdentityCard => 10,
        DocumentType::ResidenceCard => 15,
        DocumentType::DrivingLicence => 20,
        DocumentType::VehicleRegistration => 30,
        DocumentType::StudentCard => 40,
        DocumentType::DisabilityCertificate => 50,
    }
}
