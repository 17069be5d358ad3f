//! What people's devices share with the state: batches of intents in, checkpoints out.
//!
//! A batch is checked as a whole (who signed it, over which digests) and then judged intent by intent, each
//! in one transaction with its outcome and its event. What a command means is in [`commands`]; what is answered
//! to a device, without HTTP, in [`Desk`].

mod batch;
mod commands;
mod desk;
mod forwarding;
mod hints;

pub(crate) use forwarding::forward;
pub(crate) use hints::{Hints, hints};

use acasa_domain::Principal;
use acasa_protocol::sync::{
    ActsQuery, Batch, BatchAnswer, Cursor, DevicePosition, JudgedActs, NewGeneration, Page,
};
use axum::extract::State;

use crate::{
    GatewayError,
    http::{Asked, Correlation, Json, Query},
    oauth::Authorized,
    state::Shared,
};

pub use desk::Desk;

/// Where the gateway sees the device that asks.
pub(crate) async fn device(
    State(state): State<Shared>,
    correlation: Correlation,
    authorized: Authorized,
) -> Result<axum::Json<DevicePosition>, GatewayError> {
    #[expect(
        clippy::redundant_closure_for_method_calls,
        reason = "the method's own lifetime is not general enough"
    )]
    let position = at_desk(state, correlation, authorized, |desk| desk.position());
    Ok(axum::Json(position.await?))
}

/// Begins a generation of the device, with the key of its batches.
pub(crate) async fn begin_generation(
    State(state): State<Shared>,
    correlation: Correlation,
    authorized: Authorized,
    Json(begun): Json<NewGeneration>,
) -> Result<axum::Json<DevicePosition>, GatewayError> {
    let position = at_desk(state, correlation, authorized, |desk| {
        desk.begin_generation(begun)
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
    state.count_client(Asked::Batch, &authorized.grant.client)?;
    let principal = Principal::from(authorized.person);
    let answer = at_desk(state.clone(), correlation, authorized, |desk| desk.judge(sent)).await?;
    state.metrics.judged(&answer.outcomes);
    state.hints.tell(state.tag_of(principal));
    state.letters.notify_one();
    Ok(axum::Json(answer))
}

/// A page of the person's checkpoint.
pub(crate) async fn records(
    State(state): State<Shared>,
    correlation: Correlation,
    authorized: Authorized,
    Query(cursor): Query<Cursor>,
) -> Result<axum::Json<Page>, GatewayError> {
    state.count_client(Asked::Page, &authorized.grant.client)?;
    let page = at_desk(state.clone(), correlation, authorized, move |desk| {
        desk.records(cursor)
    });
    let page = page.await?;
    state.metrics.pulled(page.records.len());
    Ok(axum::Json(page))
}

/// What the person did, and what became of it.
pub(crate) async fn acts(
    State(state): State<Shared>,
    correlation: Correlation,
    authorized: Authorized,
    Query(query): Query<ActsQuery>,
) -> Result<axum::Json<JudgedActs>, GatewayError> {
    let acts = at_desk(state, correlation, authorized, move |desk| desk.acts(query));
    Ok(axum::Json(acts.await?))
}

/// Answers at the desk, off the asynchronous threads.
async fn at_desk<T: Send + 'static>(
    state: Shared,
    correlation: Correlation,
    authorized: Authorized,
    answer: impl FnOnce(&Desk<'_>) -> Result<T, GatewayError> + Send + 'static,
) -> Result<T, GatewayError> {
    let now = state.now();
    let issuer = state.issuer.clone();
    let answered = state.store(move |storage| {
        let answered = answer(&Desk {
            storage,
            issuer: &issuer,
            client: &authorized.grant.client,
            person: authorized.person,
            now,
            correlation: &correlation.0,
        });
        match answered {
            Err(GatewayError::Store(error)) => Err(error),
            answered => Ok(answered),
        }
    });
    answered.await?
}
