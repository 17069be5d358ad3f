//! What people's devices share with the state: batches of intents in, checkpoints out.
//!
//! A batch is checked as a whole (who signed it, over which digests) and then judged intent by intent, each
//! in one transaction with its outcome and its event. What a command means is in [`commands`].

mod batch;
mod commands;
mod hints;

pub(crate) use hints::{Hints, hints};

use acasa_domain::Principal;
use acasa_gateway_store::{Judged, SyncDevice};
use acasa_protocol::sync::{Batch, BatchAnswer, Cursor, DevicePosition, MAX_PAGE, NewGeneration, Page};
use axum::extract::State;

use crate::{
    GatewayError,
    http::{Correlation, Json, Query},
    journal::{Happening, own_event},
    oauth::Authorized,
    state::Shared,
};

/// Where the gateway sees the device that asks.
pub(crate) async fn device(
    State(state): State<Shared>,
    authorized: Authorized,
) -> Result<axum::Json<DevicePosition>, GatewayError> {
    let known = known(&state, &authorized).await?;
    Ok(axum::Json(known.map_or(
        DevicePosition {
            generation: 0,
            number: 0,
            suspended: false,
        },
        |device| device.position,
    )))
}

/// Begins a generation of the device, with the key of its batches.
pub(crate) async fn begin_generation(
    State(state): State<Shared>,
    authorized: Authorized,
    Json(begun): Json<NewGeneration>,
) -> Result<axum::Json<DevicePosition>, GatewayError> {
    let key = batch::read_key(begun.jwk)?;
    if begun.generation == 0 {
        return Err(GatewayError::Malformed);
    }
    let principal = Principal::from(authorized.person);
    let client = authorized.grant.client;
    let position = state.store(move |storage| {
        storage.begin_generation(&client, principal, begun.generation, &key.to_value().to_string())
    });
    Ok(axum::Json(position.await?))
}

/// Judges a batch.
pub(crate) async fn batches(
    State(state): State<Shared>,
    correlation: Correlation,
    authorized: Authorized,
    Json(sent): Json<Batch>,
) -> Result<axum::Json<BatchAnswer>, GatewayError> {
    let device = known(&state, &authorized)
        .await?
        .ok_or(GatewayError::DeviceBehind)?;
    if device.position.suspended {
        return Err(GatewayError::DeviceForked);
    }
    let checked = batch::check(sent, &device.jwk, &authorized.grant.client, &state.issuer)?;
    // Signed by the key of another generation: the device is behind, or ahead of what is known here.
    let Some(checked) = checked else {
        return Err(GatewayError::DeviceBehind);
    };
    let number = checked.number();
    let decider = commands::Commands {
        actor: authorized.person,
        now: state.now(),
        correlation: correlation.0,
    };
    let client = authorized.grant.client;
    let judged = state.store(move |storage| {
        let submission = checked.submission(&client, &decider);
        storage.judge(&submission, &decider)
    });
    let judged = judged.await?;
    state.hints.tell(Principal::from(authorized.person));
    match judged {
        Judged::Outcomes(outcomes) => Ok(axum::Json(BatchAnswer { number, outcomes })),
        Judged::Behind => Err(GatewayError::DeviceBehind),
        Judged::Forked => Err(GatewayError::DeviceForked),
    }
}

/// A page of the person's checkpoint.
pub(crate) async fn records(
    State(state): State<Shared>,
    correlation: Correlation,
    authorized: Authorized,
    Query(cursor): Query<Cursor>,
) -> Result<axum::Json<Page>, GatewayError> {
    let milliseconds = state.now().as_millisecond();
    let person = authorized.person;
    let event = own_event(
        Happening::RecordsRead,
        person,
        "all",
        &correlation.0,
        milliseconds,
    );
    let principal = Principal::from(person);
    let page = state.store(move |storage| storage.pull(principal, cursor, MAX_PAGE, &event));
    Ok(axum::Json(page.await?))
}

/// The device, if it has begun a generation as this person's.
async fn known(state: &Shared, authorized: &Authorized) -> Result<Option<SyncDevice>, GatewayError> {
    let client = authorized.grant.client.clone();
    let principal = Principal::from(authorized.person);
    let found = state.store(move |storage| storage.sync_device(&client)).await?;
    Ok(found.filter(|device| device.principal == principal))
}
