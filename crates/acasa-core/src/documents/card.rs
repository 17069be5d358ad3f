//! What is kept of a document for its card, so that a list needs no parsing.

use super::recognise;
use crate::CoreError;
use crate::vault::OpenVault;
use acasa_api_types::{DocumentState, DocumentSummaryView};
use acasa_credentials::mdoc::IssuerSigned;
use acasa_store::{Document, DocumentStatus, StoreError};
use data_encoding::BASE64;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// From when on a document counts as about to expire.
const SOON: SignedDuration = SignedDuration::from_hours(24 * 30);

/// The card's texts, as JSON in the vault.
#[derive(Serialize, Deserialize)]
pub(super) struct Card {
    pub(super) family_name: String,
    pub(super) given_name: String,
    pub(super) number: Option<String>,
    pub(super) plate: Option<String>,
    pub(super) issuer: String,
    /// The gateway's name of the document, to ask for fresh copies by.
    pub(super) origin: String,
}

impl Card {
    pub(super) fn from_issued(document: &IssuerSigned, issuer: String, origin: String) -> Self {
        let text = |name: &str| {
            let item = document.items().find(|(_, item)| item.identifier() == name)?.1;
            item.value().as_text().map(str::to_owned)
        };
        let number = match (text("document_series"), text("document_number")) {
            (Some(series), Some(number)) => Some(format!("{series}{number}")),
            (_, number) => number,
        };
        Self {
            family_name: text("family_name").unwrap_or_default(),
            given_name: text("given_name").unwrap_or_default(),
            number,
            plate: text("plate_number"),
            issuer,
            origin,
        }
    }

    pub(super) fn of(document: &Document) -> Result<Self, CoreError> {
        serde_json::from_str(&document.summary).map_err(|_| StoreError::Damaged.into())
    }
}

/// The portrait of a document, as it is on it.
pub(super) fn portrait(issued: &IssuerSigned) -> Option<Vec<u8>> {
    let (_, item) = issued.items().find(|(_, item)| item.identifier() == "portrait")?;
    item.value().as_bytes().cloned()
}

/// A document as a card.
pub(super) fn summary(
    open: &OpenVault,
    document: &Document,
    now: Timestamp,
) -> Result<DocumentSummaryView, CoreError> {
    let card = Card::of(document)?;
    let (document_type, _) = recognise(&document.doctype).ok_or(CoreError::Unknown {
        what: "document type",
    })?;
    let portrait = open.records.documents().portrait(document.id)?;
    Ok(DocumentSummaryView {
        id: document.id.to_string(),
        document_type,
        family_name: card.family_name,
        given_name: card.given_name,
        number: card.number,
        valid_until: Some(document.valid_until.strftime("%Y-%m-%d").to_string()),
        state: state_of(document, now),
        portrait: portrait.map(|image| BASE64.encode(&image)),
        plate: card.plate,
    })
}

/// Whether a document can be relied on. What the state withdrew stays withdrawn, expired or not.
pub(crate) fn state_of(document: &Document, now: Timestamp) -> DocumentState {
    let is_withdrawn = matches!(
        document.status,
        DocumentStatus::Revoked | DocumentStatus::Suspended
    );
    state(is_withdrawn, Some(document.valid_until), now)
}

/// The same of a document that is not held, by what the state says of it.
pub(super) fn state(is_withdrawn: bool, valid_until: Option<Timestamp>, now: Timestamp) -> DocumentState {
    match valid_until {
        _ if is_withdrawn => DocumentState::Revoked,
        Some(end) if end < now => DocumentState::Expired,
        Some(end) if end.duration_since(now) < SOON => DocumentState::ExpiresSoon,
        _ => DocumentState::Valid,
    }
}
