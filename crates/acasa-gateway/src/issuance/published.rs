//! What anyone may fetch: status lists and the trust list.

use std::sync::Arc;

use acasa_credentials::status::{Status, StatusListBuilder, StatusListTerms, StatusSize};
use acasa_gateway_store::STATUS_LIST_SIZE;
use acasa_protocol::{documents::StatusListIndex, paths};
use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse as _, Response},
};

use crate::{GatewayError, state::Shared};

/// How long a list may be relied on, in seconds: a week offline.
pub(crate) const LIST_SECONDS: i64 = 7 * 86_400;
/// How long before it should be fetched again, in seconds.
pub(crate) const TIME_TO_LIVE: u64 = 12 * 3600;

/// A Token Status List in CWT form. Its name is the same for everyone who asks, and it says nothing
/// of which index the asker means.
pub(crate) async fn status_list(
    State(state): State<Shared>,
    Path(number): Path<String>,
) -> Result<Response, GatewayError> {
    let number: u32 = number.parse().map_err(|_| GatewayError::NotFound)?;
    let revoked = state.store(move |storage| storage.revoked_in(number)).await?;
    let revoked = revoked.ok_or(GatewayError::NotFound)?;
    let bytes = sign(&state, move |state| {
        let now = state.now();
        let signer = state.authority.status_signer()?;
        // What it says, and who says it: from the moment either changes the next one who asks has another list.
        let indexes = revoked.iter().flat_map(|index| index.to_be_bytes());
        let of: Vec<u8> = signer
            .certificate
            .sha256()
            .iter()
            .copied()
            .chain(indexes)
            .collect();
        state.status_lists.of(number).get(now, &of, || {
            let mut list = StatusListBuilder::new(StatusSize::One, STATUS_LIST_SIZE.into())?;
            for index in &revoked {
                list.set((*index).into(), Status::Invalid)?;
            }
            let terms = StatusListTerms {
                subject: &state.address(&format!("{}/{number}", paths::STATUS)),
                issued_at: now.as_second(),
                expires_at: now.as_second() + LIST_SECONDS,
                time_to_live: TIME_TO_LIVE,
                certificates: &[signer.certificate.as_der().to_vec()],
            };
            Ok(list.sign_cwt(terms, signer.key.as_ref())?)
        })
    });
    Ok(([(header::CONTENT_TYPE, paths::STATUS_LIST_CWT)], bytes.await?).into_response())
}

/// Signs off the asynchronous threads: a token may take its time.
async fn sign(
    state: &Shared,
    sign_list: impl FnOnce(&Shared) -> Result<Vec<u8>, GatewayError> + Send + 'static,
) -> Result<Vec<u8>, GatewayError> {
    let state = Arc::clone(state);
    let made = tokio::task::spawn_blocking(move || sign_list(&state)).await;
    made.map_err(|_| GatewayError::Stopping)?
}

/// Where the lists are, for verifiers that fetch all of them ahead.
pub(crate) async fn status_lists(
    State(state): State<Shared>,
) -> Result<axum::Json<StatusListIndex>, GatewayError> {
    let numbers = state.store(|storage| storage.status_lists()).await?;
    let address = |number| state.address(&format!("{}/{number}", paths::STATUS));
    Ok(axum::Json(StatusListIndex {
        status_lists: numbers.into_iter().map(address).collect(),
    }))
}

pub(crate) async fn trust_list(State(state): State<Shared>) -> Result<Response, GatewayError> {
    let list = sign(&state, |state| state.authority.trust_list(state.now())).await?;
    Ok(([(header::CONTENT_TYPE, "application/cose")], list).into_response())
}

/// Where every certificate says that revoked ones are listed.
pub(crate) async fn crl(State(state): State<Shared>) -> Result<Response, GatewayError> {
    let list = sign(&state, |state| state.authority.crl(state.now())).await?;
    // RFC 5280, 4.2.1.13.
    Ok(([(header::CONTENT_TYPE, "application/pkix-crl")], list).into_response())
}
