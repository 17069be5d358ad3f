//! What only a sandbox answers: its people, revocation, the clock, MLog's contents, the end.

use std::sync::Arc;

use acasa_gateway::{Gateway, GatewayError};
use acasa_protocol::sandbox::{
    CLOCK, ClockRequest, MLOG_EVENTS, PEOPLE, People, REVOKE, RevokeRequest, RevokeResponse, SENT_MESSAGES,
    SIGN_IN, STOP, SandboxPerson,
};
use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    routing::{get, post},
};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::{
    clock::OffsetClock,
    country::{Country, Person, Role},
    mlog::Mlog,
    mnotify::Mnotify,
    registry, sign_in,
};

/// What the sandbox's own pages share.
pub(crate) struct Simulation {
    pub(crate) gateway: Gateway,
    pub(crate) country: Arc<Country>,
    pub(crate) clock: Arc<OffsetClock>,
    pub(crate) mlog: Mlog,
    pub(crate) mnotify: Mnotify,
    pub(crate) stop: Arc<watch::Sender<bool>>,
}

pub(crate) type Shared = Arc<Simulation>;

/// The sandbox's routes. Those that change something take JSON, which a page of another origin
/// cannot send without asking, and nobody here says yes.
pub(crate) fn router(shared: Shared) -> Router {
    Router::new()
        .route(PEOPLE, get(people))
        .route(SIGN_IN, get(sign_in::page).post(sign_in::submit))
        .route(REVOKE, post(revoke))
        .route(CLOCK, post(clock))
        .route(MLOG_EVENTS, get(mlog_events))
        .route(SENT_MESSAGES, get(sent_messages))
        .route(STOP, post(stop))
        .with_state(shared)
}

impl Simulation {
    /// The people one can be.
    pub(crate) fn people(&self) -> Vec<SandboxPerson> {
        let view = |(index, person): (usize, &Person)| SandboxPerson {
            id: (index + 1).to_string(),
            name: format!("{} {}", person.given_name, person.family_name),
            idnp: person.idnp.as_str().to_owned(),
            traits: vec![key(person.role).to_owned()],
            documents: person
                .documents
                .iter()
                .flat_map(registry::document_types)
                .map(|kind| (*kind).to_owned())
                .collect(),
        };
        self.country.people.iter().enumerate().map(view).collect()
    }

    /// The person of that identifier: their place in the country, or their number.
    pub(crate) fn person(&self, id: &str) -> Option<&Person> {
        let place = id.parse::<usize>().ok().and_then(|place| place.checked_sub(1));
        place
            .and_then(|place| self.country.people.get(place))
            .or_else(|| {
                let idnp = id.parse().ok()?;
                self.country.person(idnp)
            })
    }

    /// Revokes every copy and companion of each document of that type the person holds.
    pub(crate) async fn revoke(&self, id: &str, document_type: &str) -> Result<u64, GatewayError> {
        let person = self.person(id).ok_or(GatewayError::NotFound)?;
        let mut copies = None;
        for document in &person.documents {
            if registry::document_types(document).contains(&document_type) {
                let identifier = registry::identifier(self.country.seed, person, document);
                let revoked = self.gateway.revoke(person.idnp, &identifier).await?;
                copies = Some(copies.unwrap_or(0) + revoked);
            }
        }
        copies.ok_or(GatewayError::NotFound)
    }

    /// Takes every installation of the person out of use.
    pub(crate) async fn revoke_installations(&self, id: &str) -> Result<u64, GatewayError> {
        let person = self.person(id).ok_or(GatewayError::NotFound)?;
        self.gateway.revoke_installations(person.idnp).await
    }
}

/// Key of the message that says what is particular about a person.
pub(crate) fn key(role: Role) -> &'static str {
    match role {
        Role::FirstResident => "everyday",
        Role::Resident => "resident",
        Role::Child => "child",
        Role::Minor => "minor",
        Role::Student => "student",
        Role::Pensioner => "pensioner",
        Role::PersonWithDisability => "disability",
        Role::Entrepreneur => "company",
        Role::Diaspora => "abroad",
        Role::Foreigner => "foreigner",
        Role::Stateless => "stateless",
        Role::WithExpired => "expired",
        Role::WithRevoked => "revoked",
        Role::LongName => "long_name",
        Role::WithoutDocuments => "no_documents",
    }
}

async fn people(State(shared): State<Shared>) -> Json<People> {
    Json(People {
        people: shared.people(),
    })
}

async fn revoke(
    State(shared): State<Shared>,
    Json(request): Json<RevokeRequest>,
) -> Result<Json<RevokeResponse>, GatewayError> {
    let copies = shared.revoke(&request.person, &request.document_type).await?;
    Ok(Json(RevokeResponse { copies }))
}

async fn clock(State(shared): State<Shared>, Json(request): Json<ClockRequest>) -> StatusCode {
    shared.clock.set(request.offset_seconds);
    StatusCode::NO_CONTENT
}

async fn mlog_events(State(shared): State<Shared>) -> Json<Value> {
    Json(json!({ "events": shared.mlog.events() }))
}

async fn sent_messages(State(shared): State<Shared>) -> Json<Value> {
    Json(json!({ "messages": shared.mnotify.sent() }))
}

async fn stop(State(shared): State<Shared>, Json(_): Json<Value>) -> StatusCode {
    shared.stop.send_replace(true);
    StatusCode::ACCEPTED
}
