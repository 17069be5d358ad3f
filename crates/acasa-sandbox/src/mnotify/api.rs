//! What institutions ask of notifications.

use acasa_wire::mnotify::{
    Notification, NotificationDto, NotificationShortDto, NotificationStatus, Paging, RecipientMessages,
};
use axum::{
    Json,
    extract::{Path, Query, State, rejection::JsonRejection},
};
use uuid::Uuid;

use super::{KEPT, KEPT_FILES, Kept, Mnotify, problem::Problem, senders::From};

/// Items on a page unless asked otherwise, and at most.
const PAGE: usize = 20;
const LARGEST_PAGE: usize = 100;

pub(super) async fn send(
    State(mnotify): State<Mnotify>,
    From(sender): From,
    request: Result<Json<Notification>, JsonRejection>,
) -> Result<String, Problem> {
    let Json(request) = request?;
    let id = Uuid::now_v7();
    mnotify.take(sender, id, request)?;
    mnotify.send_pending();
    Ok(id.to_string())
}

impl Mnotify {
    /// Keeps a notification to be sent.
    pub(super) fn take(
        &self,
        sender: &'static super::Institution,
        id: Uuid,
        request: Notification,
    ) -> Result<(), Problem> {
        request.check()?;
        self.check_template(sender, &request)?;
        let files: usize = request.attachments.iter().map(|file| file.base64.len()).sum();
        let trace = self.trace(sender);
        let mut state = self.state();
        if state.notifications.len() >= KEPT || state.files + files > KEPT_FILES {
            return Err(Problem::Full);
        }
        state.files += files;
        state.notifications.push(Kept {
            id,
            sender,
            request,
            status: NotificationStatus::Pending,
            trace,
            recipients: Vec::new(),
        });
        Ok(())
    }
}

pub(super) async fn list(
    State(mnotify): State<Mnotify>,
    From(sender): From,
    Query(paging): Query<Paging>,
) -> Json<Vec<NotificationShortDto>> {
    let state = mnotify.state();
    let own = state.notifications.iter().filter(|kept| kept.sender == sender);
    let items = own.map(|kept| NotificationShortDto {
        id: kept.id,
        status: kept.status,
        trace: kept.trace.clone(),
    });
    Json(page(items.collect(), &paging, |item| item.id))
}

pub(super) async fn read(
    State(mnotify): State<Mnotify>,
    From(sender): From,
    Path(id): Path<String>,
) -> Result<Json<NotificationDto>, Problem> {
    let state = mnotify.state();
    let kept = state.notifications.iter().find(|kept| kept.is(sender, &id));
    let kept = kept.ok_or(Problem::NotFound)?;
    let recipients = kept.recipients.iter().map(|reached| RecipientMessages {
        value: reached.recipient.value.clone(),
        kind: reached.recipient.kind,
        is_legal: reached.is_legal,
        messages: reached.messages.clone(),
    });
    Ok(Json(NotificationDto {
        id: kept.id,
        status: kept.status,
        recipients: recipients.collect(),
    }))
}

pub(super) async fn cancel(
    State(mnotify): State<Mnotify>,
    From(sender): From,
    Path(id): Path<String>,
) -> Result<String, Problem> {
    let now = mnotify.now();
    let mut state = mnotify.state();
    let kept = state.notifications.iter_mut().find(|kept| kept.is(sender, &id));
    let kept = kept.ok_or(Problem::NotFound)?;
    if kept.status != NotificationStatus::Pending {
        return Err(Problem::Conflict);
    }
    kept.status = NotificationStatus::Cancelled;
    kept.trace.last_updated_at = now;
    Ok(kept.id.to_string())
}

impl Kept {
    fn is(&self, sender: &super::Institution, id: &str) -> bool {
        self.sender == sender && Uuid::parse_str(id) == Ok(self.id)
    }
}

/// A page of a list, by time, the oldest first unless asked otherwise.
pub(super) fn page<T>(mut items: Vec<T>, paging: &Paging, id: impl Fn(&T) -> Uuid) -> Vec<T> {
    if let Some(sought) = paging.search_by.as_deref().filter(|text| !text.is_empty()) {
        items.retain(|item| Uuid::parse_str(sought) == Ok(id(item)));
    }
    let order = paging.order_field.as_deref().unwrap_or_default().to_lowercase();
    if order.split_whitespace().next().is_none_or(|field| field == "id") {
        items.sort_by_key(&id);
    }
    if order.ends_with(" desc") {
        items.reverse();
    }
    let size = paging.items_per_page.unwrap_or(PAGE).clamp(1, LARGEST_PAGE);
    let before = paging.page.unwrap_or(1).saturating_sub(1).saturating_mul(size);
    items.into_iter().skip(before).take(size).collect()
}
