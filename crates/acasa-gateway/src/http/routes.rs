//! Which address is answered by what.

use std::convert::Infallible;

use acasa_protocol::{paths, sync::MAX_BATCH_BYTES};
use axum::{
    Router,
    extract::{DefaultBodyLimit, State},
    http::StatusCode,
    middleware,
    routing::{get, post, put},
};
use tower_http::{
    compression::CompressionLayer, decompression::RequestDecompressionLayer, timeout::TimeoutLayer,
};

use super::{layer, rates};
use crate::{GatewayError, Limits, authority::CRL, export, inbox, issuance, oauth, state::Shared, sync};

/// Largest body that is read, in bytes: a full batch of proofs is a tenth of it.
const BODY_LIMIT: usize = 256 * 1024;

/// The gateway's routes, then those of `more` under the same layers.
pub(crate) fn router(state: &Shared, more: Router, limits: &Limits) -> Router {
    let status = format!("{}/{{number}}", paths::STATUS);
    let attachment = format!("{}/{{notice}}/attachments/{{number}}", paths::NOTICES);
    Router::new()
        .route(paths::HEALTH, get(alive))
        .route(paths::HEALTHZ, get(alive))
        .route(paths::READYZ, get(ready))
        .route(paths::AUTHORIZATION_SERVER_METADATA, get(oauth::metadata))
        .route(paths::CREDENTIAL_ISSUER_METADATA, get(issuance::metadata))
        .route(paths::REGISTER, post(oauth::register))
        .route(paths::PUSHED_AUTHORIZATION, post(oauth::push))
        .route(paths::AUTHORIZE, get(oauth::authorize))
        .route(paths::TOKEN, post(oauth::token))
        .route(paths::REVOKE, post(oauth::revoke))
        .route(paths::NONCE, post(issuance::nonce))
        .route(paths::CREDENTIAL, post(issuance::credential))
        .route(paths::DOCUMENTS, get(issuance::documents))
        .route(paths::ACCESSES, get(issuance::accesses))
        .route(paths::EXPORT, get(export::export))
        .route(
            paths::SYNC_DEVICE,
            get(sync::device).merge(put(sync::begin_generation)),
        )
        .route(
            paths::SYNC_BATCHES,
            // The limit is of what is read, however small it was sent.
            post(sync::batches)
                .layer::<_, Infallible>(DefaultBodyLimit::max(MAX_BATCH_BYTES))
                .layer(RequestDecompressionLayer::new()),
        )
        .route(paths::SYNC_RECORDS, get(sync::records))
        .route(paths::SYNC_ACTS, get(sync::acts))
        .route(paths::SYNC_HINTS, get(sync::hints))
        .route(&attachment, get(inbox::attachment))
        .route(paths::TRUST_LIST, get(issuance::trust_list))
        .route(paths::STATUS_LISTS, get(issuance::status_lists))
        .route(&status, get(issuance::status_list))
        .route(CRL, get(issuance::crl))
        .with_state(state.clone())
        .merge(more)
        .fallback(|| async { GatewayError::NotFound })
        .method_not_allowed_fallback(|| async { GatewayError::MethodNotAllowed })
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(CompressionLayer::new())
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            limits.request_time,
        ))
        .layer(middleware::from_fn_with_state(state.clone(), rates::shed))
        .layer(middleware::from_fn_with_state(state.clone(), rates::limit))
        .layer(middleware::from_fn_with_state(state.clone(), layer::surround))
}

/// Whether the process answers.
async fn alive() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// Whether the storage answers and somebody can sign, so that requests may come here.
async fn ready(State(state): State<Shared>) -> Result<StatusCode, GatewayError> {
    state.look(|storage| storage.ready()).await?;
    let signing = tokio::task::spawn_blocking(move || state.authority.ready()).await;
    signing.map_err(|_| GatewayError::Stopping)??;
    Ok(StatusCode::NO_CONTENT)
}
