//! What a person can receive, and who has read their data.

use acasa_crypto::{base64url, digest::sha256};
use acasa_domain::{Idnp, Principal};
use acasa_protocol::{
    documents::{Access, AccessPage, DocumentList, DocumentOffer},
    oauth::AuthorizationDetail,
};
use axum::extract::State;
use jiff::Timestamp;
use serde::Deserialize;

use super::configurations::{self, Configuration};
use crate::{
    GatewayError,
    http::{Correlation, Query},
    journal::{Happening, own_event},
    oauth::Authorized,
    ports::{HeldDocument, Rendition},
    state::Shared,
};

/// Accesses on one page.
const PAGE: u32 = 50;

/// A document in one of its forms and for one showing.
pub(super) struct Offer {
    pub(super) identifier: String,
    pub(super) configuration: Configuration,
    pub(super) document: HeldDocument,
    pub(super) rendition: Rendition,
    pub(super) revoked: bool,
}

impl Offer {
    /// The elements the credential holds.
    fn held(&self) -> Vec<String> {
        let identifiers = self.rendition.elements.iter().map(|element| &element.identifier);
        identifiers
            .filter(|element| self.configuration.selects(element))
            .cloned()
            .collect()
    }
}

/// Journals the read, then reads the person's documents from their registers.
pub(super) async fn read_offers(
    state: &Shared,
    person: Idnp,
    correlation: &str,
) -> Result<Vec<Offer>, GatewayError> {
    let milliseconds = state.now().as_millisecond();
    let event = own_event(Happening::DocumentsRead, person, "all", correlation, milliseconds);
    state.store(move |storage| storage.record(&event)).await?;
    let documents = state.registers.documents(&person).await?;
    let mut offers = Vec::new();
    for document in documents {
        let id = document.id.clone();
        let revoked = document.revoked || state.store(move |storage| storage.is_revoked(&id)).await?;
        offers.extend(offers_of(&document, revoked));
    }
    Ok(offers)
}

fn offers_of(document: &HeldDocument, revoked: bool) -> Vec<Offer> {
    let mut offers = Vec::new();
    for configuration in configurations::all() {
        let kind = configuration.document_type;
        let portrait = configuration.purpose != configurations::Purpose::Portrait;
        let rendition = document
            .renditions
            .iter()
            .find(|rendition| rendition.document_type == kind);
        if let Some(rendition) = rendition.filter(|_| portrait || document.small_portrait.is_some()) {
            let identifier = sha256(format!("{} {}", document.id, configuration.id).as_bytes());
            offers.push(Offer {
                identifier: base64url::encode(&identifier),
                configuration,
                document: document.clone(),
                rendition: rendition.clone(),
                revoked,
            });
        }
    }
    offers
}

/// Identifiers by configuration, for the token response (OpenID4VCI 1.0, 6.2).
pub(crate) async fn authorization_details(
    state: &Shared,
    subject: &str,
    correlation: &str,
) -> Result<Vec<AuthorizationDetail>, GatewayError> {
    let subject = subject.to_owned();
    let person = state.store(move |storage| storage.person_of(&subject)).await?;
    let person = person
        .and_then(|person| person.parse().ok())
        .ok_or(GatewayError::Grant)?;
    let mut details: Vec<AuthorizationDetail> = Vec::new();
    for offer in read_offers(state, person, correlation).await? {
        let id = &offer.configuration.id;
        match details
            .iter_mut()
            .find(|detail| detail.credential_configuration_id == *id)
        {
            Some(detail) => detail.credential_identifiers.push(offer.identifier),
            None => details.push(AuthorizationDetail {
                kind: "openid_credential".to_owned(),
                credential_configuration_id: id.clone(),
                credential_identifiers: vec![offer.identifier],
            }),
        }
    }
    Ok(details)
}

pub(crate) async fn documents(
    State(state): State<Shared>,
    correlation: Correlation,
    authorized: Authorized,
) -> Result<axum::Json<DocumentList>, GatewayError> {
    let offers = read_offers(&state, authorized.person, &correlation.0).await?;
    let principal = Principal::from(authorized.person).to_string();
    let documents = offers.into_iter().map(|offer| DocumentOffer {
        issuer: offer.configuration.body.name().to_owned(),
        elements: offer.held(),
        document: offer.document.id,
        credential_identifier: offer.identifier,
        format: offer.configuration.format().to_owned(),
        document_type: offer.configuration.document_type.to_owned(),
        purpose: offer.configuration.purpose.as_str().to_owned(),
        copies: offer.configuration.purpose.copies(),
        credential_configuration_id: offer.configuration.id,
        expires: offer.document.expires.to_string(),
        revoked: offer.revoked,
    });
    Ok(axum::Json(DocumentList {
        principal,
        documents: documents.collect(),
    }))
}

#[derive(Deserialize)]
pub(crate) struct AccessesQuery {
    cursor: Option<i64>,
}

pub(crate) async fn accesses(
    State(state): State<Shared>,
    correlation: Correlation,
    authorized: Authorized,
    Query(query): Query<AccessesQuery>,
) -> Result<axum::Json<AccessPage>, GatewayError> {
    let milliseconds = state.now().as_millisecond();
    let person = authorized.person;
    let event = own_event(
        Happening::AccessesRead,
        person,
        "all",
        &correlation.0,
        milliseconds,
    );
    let principal = Principal::from(person).to_string();
    let page = state.store(move |storage| {
        storage.record(&event)?;
        storage.events_about(&principal, query.cursor, PAGE)
    });
    let page = page.await?;
    let full = page.len() == PAGE as usize;
    let next_cursor = page
        .last()
        .filter(|_| full)
        .map(|entry| entry.sequence.to_string());
    let items = page.into_iter().map(|entry| Access {
        sequence: entry.sequence.unsigned_abs(),
        time: Timestamp::from_millisecond(entry.event.time)
            .map(|time| time.to_string())
            .unwrap_or_default(),
        by_self: entry.event.actor == entry.event.principal,
        event: entry.event.kind,
        legal_basis: entry.event.legal_basis,
        object_type: entry.event.object_type,
        object: entry.event.object,
        hash: data_encoding::HEXLOWER.encode(&entry.hash),
    });
    Ok(axum::Json(AccessPage {
        items: items.collect(),
        next_cursor,
    }))
}
