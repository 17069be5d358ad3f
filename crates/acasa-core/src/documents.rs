//! The documents held: receiving them, listing them, keeping them fresh.

mod card;
mod check;
mod kinds;
mod preset;
mod receive;
mod refresh;

use crate::acasa::hold;
use crate::vault::OpenVault;
use crate::{Acasa, CoreError, activity, fields};
use acasa_api_types::{
    DocumentRef, DocumentView, DocumentsReceive, DocumentsView, PresetView, ReceiptView, RefreshView,
    ShowingRecordView,
};
use acasa_credentials::mdoc::IssuerSigned;
use acasa_keystore::KeyHandle;
use acasa_store::{CopyKind, Document, DocumentId, Page};
use card::Card;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub(crate) use card::state_of;
pub(crate) use check::common_name as check_name;
pub(crate) use kinds::recognise;
pub(crate) use preset::Preset;
pub(crate) use receive::{Receiving, offers};

/// More documents than anyone has.
pub(crate) const ALL: Page = Page::first(1000);
/// Showings told of on a document.
const RECENT_SHOWINGS: Page = Page::first(20);

/// Handle of the module.
pub struct Documents<'a> {
    pub(crate) acasa: &'a Acasa,
}

/// What a showing leaves behind, for its holder only.
#[derive(Serialize, Deserialize)]
pub(crate) struct ShowingDetails {
    pub(crate) elements: Vec<String>,
    pub(crate) verifier: Option<String>,
}

impl Documents<'_> {
    /// Starts receiving the documents agreed to; one that fails leaves the others alone.
    pub async fn receive(&self, receive: &DocumentsReceive) -> Result<ReceiptView, CoreError> {
        receive::start(self.acasa, receive).await
    }

    /// How far they have come.
    pub fn receipt(&self) -> ReceiptView {
        hold(&self.acasa.inner.receiving).view()
    }

    /// Forgets how far they had come: on lock.
    pub(crate) fn forget_receipt(&self) {
        *hold(&self.acasa.inner.receiving) = Receiving::default();
    }

    /// Every document, as a card.
    pub fn list(&self) -> Result<DocumentsView, CoreError> {
        let open = self.acasa.vault().open()?;
        let now = Timestamp::now();
        let documents = open.records.documents().list(None, ALL)?;
        let cards = documents
            .iter()
            .map(|document| card::summary(&open, document, now));
        Ok(DocumentsView {
            documents: cards.collect::<Result<_, _>>()?,
        })
    }

    /// One document, whole.
    pub fn get(&self, which: &DocumentRef) -> Result<DocumentView, CoreError> {
        let open = self.acasa.vault().open()?;
        let id = DocumentId::parse(&which.id)?;
        let document = open.records.documents().get(id)?;
        let copies = open.records.documents().copies(id)?;
        let full = copies
            .iter()
            .find(|copy| copy.kind == CopyKind::Full)
            .ok_or(CoreError::Document {
                code: "document_incomplete",
            })?;
        let issued = IssuerSigned::from_slice(&full.credential)
            .map_err(|error| CoreError::Document { code: error.code() })?;
        let now = Timestamp::now();
        Ok(DocumentView {
            summary: card::summary(&open, &document, now)?,
            groups: fields::grouped(issued.items().map(|(_, item)| (item.identifier(), item.value()))),
            issuer: Card::of(&document)?.issuer,
            valid_from: Some(full.valid_from.strftime("%Y-%m-%d").to_string()),
            received_at: document.received_at.to_string(),
            status_checked_at: document.status_checked_at.map(|time| time.to_string()),
            copies_left: open.records.documents().fresh_copies(id, &CopyKind::Full, now)?,
            presets: presets(&open, &document, now)?,
            showings: showings(&open, id)?,
        })
    }

    /// Fetches trust, status and fresh copies.
    pub async fn refresh(&self) -> Result<RefreshView, CoreError> {
        refresh::run(self.acasa).await
    }

    /// Removes a document with its copies and their keys.
    pub fn remove(&self, which: &DocumentRef) -> Result<(), CoreError> {
        let open = self.acasa.vault().open()?;
        let id = DocumentId::parse(&which.id)?;
        let document = open.records.documents().get(id)?;
        let handles = open.records.documents().delete(id)?;
        let handles: Vec<KeyHandle> = handles
            .iter()
            .map(|handle| KeyHandle::parse(handle))
            .collect::<Result<_, _>>()?;
        open.keys.delete(&handles)?;
        activity::note(&open, "document_removed", &document.doctype)
    }
}

/// The gateway's name of a document.
pub(crate) fn origin_of(document: &Document) -> Option<String> {
    Card::of(document).ok().map(|card| card.origin)
}

/// The presets a document can be shown with, of which it has copies.
fn presets(open: &OpenVault, document: &Document, now: Timestamp) -> Result<Vec<PresetView>, CoreError> {
    let copies = open.records.documents().copies(document.id)?;
    let mut presets = Vec::new();
    for preset in Preset::ALL {
        let kind = preset.copies();
        let Some(copy) = copies.iter().find(|copy| copy.kind == kind) else {
            continue;
        };
        let issued = IssuerSigned::from_slice(&copy.credential)
            .map_err(|error| CoreError::Document { code: error.code() })?;
        if preset.is_worth_showing(&issued) {
            presets.push(PresetView {
                key: preset.key().to_owned(),
                elements: preset.elements(&issued),
                moving: preset.moves(),
                copies_left: open.records.documents().fresh_copies(document.id, &kind, now)?,
            });
        }
    }
    Ok(presets)
}

fn showings(open: &OpenVault, id: DocumentId) -> Result<Vec<ShowingRecordView>, CoreError> {
    let showings = open.records.showings().list(Some(id), RECENT_SHOWINGS)?;
    let view = |showing: acasa_store::Showing| {
        let details: ShowingDetails = serde_json::from_str(&showing.details).ok()?;
        Some(ShowingRecordView {
            at: showing.began_at.to_string(),
            elements: details.elements,
            verifier: details.verifier,
        })
    };
    Ok(showings.into_iter().filter_map(view).collect())
}
