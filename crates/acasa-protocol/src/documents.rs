//! The signed-in person's documents and the accesses to their data: endpoints of our own.

use serde::{Deserialize, Serialize};

/// What the person can receive now.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DocumentList {
    /// Whose documents these are: `urn:md:idnp:…`. The person's own device keeps its records under it.
    pub principal: String,
    /// One for each document and each companion of it.
    pub documents: Vec<DocumentOffer>,
}

/// One credential that can be requested; companions share `document` with the full one.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DocumentOffer {
    /// Opaque identifier of the document behind the credential.
    pub document: String,
    /// Given as `credential_identifier`.
    pub credential_identifier: String,
    /// Which configuration.
    pub credential_configuration_id: String,
    /// `mso_mdoc` or `dc+sd-jwt`.
    pub format: String,
    /// `docType` or `vct`.
    pub document_type: String,
    /// `full`, `age`, `number` or `portrait`.
    pub purpose: String,
    /// Who issues it, as people know them ("Agenția Servicii Publice").
    pub issuer: String,
    /// Identifiers of the elements it holds, for the person to agree to.
    pub elements: Vec<String>,
    /// Last day of the document, as RFC 3339 full-date.
    pub expires: String,
    /// Revoked documents are listed so that the app can say so; they cannot be requested.
    pub revoked: bool,
    /// How many copies the issuer advises to hold.
    pub copies: u32,
}

/// A page of accesses to the person's data, newest first.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccessPage {
    /// The accesses.
    pub items: Vec<Access>,
    /// Give it back to get the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// One read of the person's data, or an effect on it, from the journal.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Access {
    /// Place in the journal.
    pub sequence: u64,
    /// RFC 3339, UTC.
    pub time: String,
    /// `System.X.Y`, as MLog names events.
    pub event: String,
    /// Whether the person did it.
    pub by_self: bool,
    /// Why it was lawful.
    pub legal_basis: String,
    /// Kind of the object.
    pub object_type: String,
    /// Opaque identifier of the object.
    pub object: String,
    /// SHA-256 of the event with its predecessor's, hexadecimal.
    pub hash: String,
}

/// The addresses of every status list, for verifiers that fetch them ahead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StatusListIndex {
    /// Absolute addresses.
    pub status_lists: Vec<String>,
}
