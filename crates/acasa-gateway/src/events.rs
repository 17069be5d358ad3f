//! Events of the state that concern a person: a letter to them, and where a document was invalidated, its
//! revocation.
//!
//! An event may come again at any time: the letter is named after it, and a document is revoked once. What is broken
//! is given up as dead and does not hold up the others; what fails here is tried again.

mod words;

use std::time::Duration;

use acasa_crypto::digest::sha256;
use acasa_domain::{Idnp, Principal};
use acasa_gateway_store::Letter;
use acasa_protocol::notices::{Action, Notice, Priority, Topic};
use acasa_wire::cloud_events::{CloudEvent, ConsumerMessage};
use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::watch;
use uuid::Uuid;

use crate::{
    GatewayError,
    inbox::{document_of, keep},
    issuance::configurations::{DRIVING_LICENCE, PID, VEHICLE},
    metrics::Outside,
    ports::{EventSession, PortError},
    server,
    state::Shared,
};

/// The shortest wait between two tries, and the longest.
const SHORTEST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_mins(1);
/// What ends the type of an event about a fine.
const FINE: &str = ".Fine.Issued";
/// Events about documents and the types of these. The first is documented, the others are named like it.
const INVALIDATED: [(&str, &str); 3] = [
    ("ASP.RST.VP.Invalidated", VEHICLE),
    ("ASP.RST.PC.Invalidated", DRIVING_LICENCE),
    ("ASP.RSP.CI.Invalidated", PID),
];

/// Consumes until told to stop.
pub(crate) async fn consume(state: Shared, mut stop: watch::Receiver<bool>) {
    let Some(events) = state.events.get() else { return };
    let mut wait = Duration::ZERO;
    loop {
        let session = async {
            tokio::time::sleep(wait).await;
            let mut session = events.open().await?;
            wait = Duration::ZERO;
            consume_all(&state, session.as_mut()).await
        };
        let ended: Result<std::convert::Infallible, GatewayError> = tokio::select! {
            ended = session => ended,
            _ = stop.wait_for(|stopping| *stopping) => return,
        };
        let Err(error) = ended;
        state.metrics.tried(Outside::Events, Err(error.code()));
        tracing::warn!(error.code = error.code(), "events.session_ended");
        wait = (wait * 2).clamp(SHORTEST_WAIT, LONGEST_WAIT);
    }
}

async fn consume_all(
    state: &Shared,
    session: &mut dyn EventSession,
) -> Result<std::convert::Infallible, GatewayError> {
    loop {
        let text = session.next().await?;
        let raw: Value = serde_json::from_str(&text).map_err(|_| PortError::Refused)?;
        let offset = raw.get("offset").and_then(Value::as_str);
        let offset: u64 = offset
            .and_then(|offset| offset.parse().ok())
            .ok_or(PortError::Refused)?;
        match consume_one(state, &text).await {
            Ok(()) => state.metrics.tried(Outside::Events, Ok(1)),
            Err(Failure::Dead(code)) => {
                state.metrics.tried(Outside::Events, Err(code));
                tracing::warn!(error.code = code, "events.dead");
                session.say(&ConsumerMessage::Dead(raw)).await?;
            }
            Err(Failure::Technical(error)) => return Err(error),
        }
        session.say(&ConsumerMessage::Confirm(offset)).await?;
    }
}

/// Why an event is not consumed.
enum Failure {
    /// It never can be.
    Dead(&'static str),
    /// It may be later.
    Technical(GatewayError),
}

impl From<GatewayError> for Failure {
    fn from(error: GatewayError) -> Self {
        Self::Technical(error)
    }
}

async fn consume_one(state: &Shared, text: &str) -> Result<(), Failure> {
    let event = CloudEvent::read(text).map_err(|error| Failure::Dead(error.code()))?;
    if let Some((_, kind)) = INVALIDATED.iter().find(|(name, _)| *name == event.kind) {
        invalidated(state, &event, kind).await
    } else if event.kind.ends_with(FINE) {
        fine(state, &event).await
    } else {
        tracing::debug!(event.kind = event.kind, "events.not_for_us");
        Ok(())
    }
}

async fn invalidated(state: &Shared, event: &CloudEvent, kind: &str) -> Result<(), Failure> {
    let (person, number) = (person(event)?, text(event, "Number")?);
    let document = match document_of(state, person, Some(kind), number).await {
        Ok(Some(document)) => document,
        Ok(None) | Err(GatewayError::Port(PortError::Refused)) => {
            return Err(Failure::Dead("event_document_unknown"));
        }
        Err(error) => return Err(error.into()),
    };
    let known = document.clone();
    if !state.store(move |storage| storage.is_revoked(&known)).await? {
        server::revoke(state, person, &document).await?;
    }
    let notice = Notice {
        topic: Topic::Documents,
        subject: words::invalidated(),
        body: words::invalidated_body(number),
        action: Some(Action::Document { document }),
        ..about(state, event)
    };
    write(state, event, person, notice).await
}

async fn fine(state: &Shared, event: &CloudEvent) -> Result<(), Failure> {
    let (person, number) = (person(event)?, text(event, "Number")?);
    let optional = |name: &str| {
        event
            .data
            .get(name)
            .and_then(Value::as_str)
            .filter(|text| fits(text))
    };
    let notice = Notice {
        topic: Topic::Fines,
        subject: words::fine(),
        body: words::fine_body(number, optional("Amount"), optional("Place")),
        ..about(state, event)
    };
    write(state, event, person, notice).await
}

/// What every letter about an event says.
fn about(state: &Shared, event: &CloudEvent) -> Notice {
    let time = event
        .time
        .as_deref()
        .and_then(|time| time.parse::<Timestamp>().ok());
    Notice {
        sent_at: time.unwrap_or_else(|| state.now()).to_string(),
        source: words::institution(&event.kind),
        topic: Topic::Other,
        priority: Priority::High,
        subject: words::institution(&event.kind),
        body: words::nothing(),
        cut: false,
        action: None,
        attachments: Vec::new(),
    }
}

async fn write(state: &Shared, event: &CloudEvent, person: Idnp, notice: Notice) -> Result<(), Failure> {
    let content = serde_json::to_value(notice).map_err(|_| Failure::Dead("event_not_an_event"))?;
    let letter = Letter {
        principal: Principal::from(person),
        id: name(event),
        content,
        reported: false,
    };
    keep(state, letter, None).await?;
    Ok(())
}

/// The same for the same event: `source` and `id` are unique together.
fn name(event: &CloudEvent) -> Uuid {
    let hash = sha256(format!("event\n{}\n{}", event.source, event.id).as_bytes());
    let bytes = *hash.first_chunk().expect("a hash has 32 bytes");
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

fn person(event: &CloudEvent) -> Result<Idnp, Failure> {
    let number = text(event, "IDNP")?;
    number.parse().map_err(|_| Failure::Dead("event_person"))
}

fn text<'a>(event: &'a CloudEvent, member: &str) -> Result<&'a str, Failure> {
    let text = event.data.get(member).and_then(Value::as_str);
    text.filter(|text| fits(text)).ok_or(Failure::Dead("event_data"))
}

fn fits(text: &str) -> bool {
    !text.is_empty() && text.chars().count() <= 120 && !text.chars().any(char::is_control)
}
