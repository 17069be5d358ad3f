//! What the gateway asks: deliveries, files; and what it tells.

use std::time::Duration;

use acasa_wire::{
    inbox::{
        Deliveries, DeliveriesQuery, DeliveryStatus, MAX_DELIVERIES, MAX_WAIT, PreferencesReport,
        StatusReport,
    },
    mnotify::NotificationStatus,
};
use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
};
use uuid::Uuid;

use super::{Mnotify, problem::Problem, send, senders::FromGateway};

/// Bytes of bodies after which a page ends.
const PAGE: usize = 4 * 1024 * 1024;

pub(super) async fn deliveries(
    State(mnotify): State<Mnotify>,
    _: FromGateway,
    Query(query): Query<DeliveriesQuery>,
) -> Json<Deliveries> {
    let wait = Duration::from_secs(query.wait.unwrap_or(0).min(MAX_WAIT));
    let mut news = mnotify.0.news.subscribe();
    news.mark_unchanged();
    let page = mnotify.page(&query);
    if !page.deliveries.is_empty() || wait.is_zero() || query.after > page.last {
        return Json(page);
    }
    let _ = tokio::time::timeout(wait, news.changed()).await;
    Json(mnotify.page(&query))
}

pub(super) async fn attachment(
    State(mnotify): State<Mnotify>,
    _: FromGateway,
    Path((message, number)): Path<(Uuid, usize)>,
) -> Result<Vec<u8>, Problem> {
    let state = mnotify.state();
    let delivered = state
        .deliveries
        .iter()
        .find(|kept| kept.delivery.message == message);
    let file = delivered.and_then(|kept| kept.files.get(number));
    file.cloned().ok_or(Problem::NotFound)
}

pub(super) async fn status(
    State(mnotify): State<Mnotify>,
    _: FromGateway,
    Path(message): Path<Uuid>,
    Json(report): Json<StatusReport>,
) -> Result<StatusCode, Problem> {
    let reached = match report.status {
        DeliveryStatus::Delivered => NotificationStatus::Delivered,
        DeliveryStatus::Read => NotificationStatus::Read,
    };
    let now = mnotify.now();
    let mut state = mnotify.state();
    for kept in &mut state.notifications {
        let mut messages = kept
            .recipients
            .iter_mut()
            .flat_map(|reached| &mut reached.messages);
        if let Some(found) = messages.find(|known| known.message_id == message) {
            if found.status < reached {
                found.status = reached;
                found.trace.last_updated_at.clone_from(&now);
                kept.trace.last_updated_at = now;
                kept.status = send::overall(&kept.recipients);
            }
            return Ok(StatusCode::NO_CONTENT);
        }
    }
    Err(Problem::NotFound)
}

pub(super) async fn preferences(
    State(mnotify): State<Mnotify>,
    _: FromGateway,
    Json(report): Json<PreferencesReport>,
) -> StatusCode {
    let mut state = mnotify.state();
    state.preferences.insert(report.recipient.clone(), report);
    StatusCode::NO_CONTENT
}

impl Mnotify {
    fn page(&self, query: &DeliveriesQuery) -> Deliveries {
        let state = self.state();
        let limit = query.limit.unwrap_or(MAX_DELIVERIES).clamp(1, MAX_DELIVERIES);
        let after = usize::try_from(query.after).unwrap_or(usize::MAX);
        let mut size = 0;
        let fits = |kept: &&super::Delivered| {
            let fits = size < PAGE;
            size += kept.delivery.body.texts().map(String::len).sum::<usize>();
            fits
        };
        let some: Vec<_> = state
            .deliveries
            .iter()
            .skip(after)
            .take(limit)
            .take_while(fits)
            .collect();
        let end = state.deliveries.len() as u64;
        Deliveries {
            feed: state.feed.clone(),
            last: some
                .last()
                .map_or(query.after.min(end), |last| last.delivery.number),
            deliveries: some
                .iter()
                .filter_map(|kept| serde_json::to_value(&kept.delivery).ok())
                .collect(),
        }
    }
}
