//! Letters of the state on their way into people's records: read from MNotify's feed, kept once each, and their
//! senders told what became of them.

mod attachment;
mod files;
mod html;
mod letter;
mod report;

use std::time::Duration;

use acasa_domain::{Idnp, Principal};
use acasa_gateway_store::{InboxPosition, Letter};
use acasa_protocol::notices::{Action, Attachment, MAX_ATTACHMENT, MAX_ATTACHMENTS};
use acasa_wire::inbox::{Deliveries, Delivery};
use serde_json::Value;
use tokio::sync::watch;
use uuid::Uuid;

use crate::{
    GatewayError,
    journal::{self, Happening, own_event},
    metrics::Outside,
    ports::{Inbox, PortError},
    state::Shared,
};

pub(crate) use attachment::attachment;
pub(crate) use report::report;

/// The shortest wait between two tries.
const SHORTEST_WAIT: Duration = Duration::from_secs(1);
/// The longest.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// Reads the feed until told to stop.
pub(crate) async fn receive(state: Shared, mut stop: watch::Receiver<bool>) {
    let Some(inbox) = state.inbox.get() else { return };
    let mut wait = Duration::ZERO;
    loop {
        // Stopping in the middle loses nothing: what was kept is kept with its position.
        let received = async {
            tokio::time::sleep(wait).await;
            let received = receive_some(&state, inbox.as_ref()).await;
            let counted = received.as_ref().copied().map_err(GatewayError::code);
            state.metrics.tried(Outside::Letters, counted);
            received
        };
        let received = tokio::select! {
            received = received => received,
            _ = stop.wait_for(|stopping| *stopping) => return,
        };
        wait = match received {
            Ok(1..) => Duration::ZERO,
            // The feed waits by itself; this is for one that does not.
            Ok(0) => SHORTEST_WAIT,
            Err(error) => {
                tracing::warn!(error.code = error.code(), "inbox.receiving_failed");
                (wait * 2).clamp(SHORTEST_WAIT, LONGEST_WAIT)
            }
        };
    }
}

/// How many there were.
async fn receive_some(state: &Shared, inbox: &dyn Inbox) -> Result<usize, GatewayError> {
    let position = state.store(|storage| storage.inbox_position()).await?;
    let after = position.as_ref().map_or(0, |position| position.number);
    let mut page = inbox.deliveries(after).await?;
    if position.is_some_and(|position| position.feed != page.feed) {
        tracing::info!("inbox.feed_began_anew");
        page = inbox.deliveries(0).await?;
    }
    let Deliveries {
        feed,
        last,
        deliveries,
    } = page;
    let at = |number| InboxPosition {
        feed: feed.clone(),
        number,
    };
    let some = deliveries.len();
    for delivery in deliveries {
        receive_one(state, inbox, delivery, &at).await?;
    }
    if some > 0 || after > last {
        let end = at(last);
        state.store(move |storage| storage.pass(&end)).await?;
    }
    Ok(some)
}

/// One that cannot be a letter is passed over: it must not hold up the others.
async fn receive_one(
    state: &Shared,
    inbox: &dyn Inbox,
    delivery: Value,
    at: &impl Fn(u64) -> InboxPosition,
) -> Result<(), GatewayError> {
    let Ok(delivery) = serde_json::from_value::<Delivery>(delivery) else {
        tracing::warn!("inbox.delivery_unreadable");
        return Ok(());
    };
    let position = at(delivery.number);
    let Some((principal, content)) = read(state, inbox, &delivery).await? else {
        tracing::warn!(notice.id = %delivery.message, "inbox.delivery_refused");
        return state.store(move |storage| storage.pass(&position)).await;
    };
    let letter = Letter {
        principal,
        id: delivery.message,
        content,
        reported: true,
    };
    keep(state, letter, Some(position)).await.map(drop)
}

async fn read(
    state: &Shared,
    inbox: &dyn Inbox,
    delivery: &Delivery,
) -> Result<Option<(Principal, Value)>, GatewayError> {
    let Ok(principal) = delivery.recipient.parse::<Principal>() else {
        return Ok(None);
    };
    let files = read_files(inbox, delivery).await?;
    let action = match (&delivery.document_number, principal) {
        (Some(number), Principal::Person(person)) => document_of(state, person, None, number)
            .await
            .unwrap_or_default()
            .map(|document| Action::Document { document }),
        _ => None,
    };
    let delivery = delivery.clone();
    // Reading HTML takes a moment.
    let notice = tokio::task::spawn_blocking(move || letter::notice(&delivery, files, action)).await;
    let notice = notice.map_err(|_| GatewayError::Stopping)?;
    Ok(notice
        .and_then(|notice| serde_json::to_value(notice).ok())
        .map(|content| (principal, content)))
}

/// Each file is looked at once, to say what it is, and not kept. From one that is not what was announced on, they
/// are left out.
async fn read_files(inbox: &dyn Inbox, delivery: &Delivery) -> Result<Vec<Attachment>, GatewayError> {
    let mut files = Vec::new();
    for (number, announced) in delivery.attachments.iter().enumerate().take(MAX_ATTACHMENTS) {
        let file = match inbox.attachment(delivery.message, number, MAX_ATTACHMENT).await {
            Ok(bytes) => files::attachment(announced, number, &bytes),
            Err(PortError::Refused) => None,
            Err(error) => return Err(error.into()),
        };
        let Some(file) = file else {
            tracing::warn!(notice.id = %delivery.message, "inbox.attachment_refused");
            break;
        };
        files.push(file);
    }
    Ok(files)
}

/// Keeps a letter once; whether it was new.
pub(crate) async fn keep(
    state: &Shared,
    letter: Letter,
    position: Option<InboxPosition>,
) -> Result<bool, GatewayError> {
    let milliseconds = state.now().as_millisecond();
    let correlation = Uuid::now_v7().to_string();
    let event = journal::event_about(
        Happening::NoticeReceived,
        letter.principal,
        &letter.id.to_string(),
        &correlation,
        milliseconds,
    );
    let principal = letter.principal;
    let kept = state.store(move |storage| storage.take(&letter, position.as_ref(), &event));
    let new = kept.await?;
    if new {
        state.hints.tell(state.tag_of(principal));
    }
    state.letters.notify_one();
    Ok(new)
}

/// The gateway's name of a person's document by its number, and by its type where that is known.
pub(crate) async fn document_of(
    state: &Shared,
    person: Idnp,
    kind: Option<&str>,
    number: &str,
) -> Result<Option<String>, GatewayError> {
    let milliseconds = state.now().as_millisecond();
    let correlation = Uuid::now_v7().to_string();
    let mut event = own_event(
        Happening::DocumentsRead,
        person,
        "all",
        &correlation,
        milliseconds,
    );
    journal::SYSTEM.clone_into(&mut event.actor);
    state.store(move |storage| storage.record(&event)).await?;
    let found = state.registers.document_numbered(&person, kind, number);
    Ok(found.await?)
}
