//! Everything that is kept of a person, for the person: written as it is read, a page at a time
//! ([the format](../../../docs/formats/export.md)).

use std::io;

use acasa_domain::{Idnp, Principal};
use acasa_protocol::sync::{Cursor, MAX_PAGE};
use axum::{
    body::{Body, Bytes},
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};
use data_encoding::HEXLOWER;
use futures_util::stream;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    GatewayError,
    http::Correlation,
    journal::{Happening, own_event},
    oauth::Authorized,
    state::Shared,
};

/// The form of what is written; another one has another name.
const FORMAT: &str = "acasa-export-1";
/// Acts, and events, that are read at a time.
const PAGE: u32 = 500;

/// Where the writing is.
#[derive(Clone, Copy)]
enum Step {
    Beginning,
    Records(Cursor),
    Acts(Option<Uuid>),
    Installations,
    Documents,
    Accesses(Option<i64>),
    Done,
}

struct Export {
    state: Shared,
    person: Idnp,
    correlation: String,
    step: Step,
    /// Whether the list has something in it already.
    begun: bool,
}

/// Everything that is kept of the person who signed in. Nothing of it is read before the event that says so.
pub(crate) async fn export(
    State(state): State<Shared>,
    correlation: Correlation,
    authorized: Authorized,
) -> Result<Response, GatewayError> {
    let person = authorized.person;
    state.rates.check_export(person)?;
    let milliseconds = state.now().as_millisecond();
    let event = own_event(Happening::Exported, person, "all", &correlation.0, milliseconds);
    state.store(move |storage| storage.record(&event)).await?;
    let export = Export {
        state,
        person,
        correlation: correlation.0,
        step: Step::Beginning,
        begun: false,
    };
    let written = stream::try_unfold(export, |mut export| async move {
        match export.write().await {
            Ok(Some(bytes)) => Ok(Some((bytes, export))),
            Ok(None) => Ok(None),
            Err(error) => {
                // The status was sent: what is cut off is not JSON, and cannot be taken for everything.
                tracing::error!(error.code = error.code(), "export.failed");
                Err(io::Error::other(error.code()))
            }
        }
    });
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"acasa-export.json\"",
        ),
    ];
    Ok((headers, Body::from_stream(written)).into_response())
}

impl Export {
    /// The next piece; nothing at the end.
    async fn write(&mut self) -> Result<Option<Bytes>, GatewayError> {
        let mut text = String::new();
        match self.step {
            Step::Beginning => {
                let beginning = json!({
                    "format": FORMAT,
                    "person": Principal::from(self.person).to_string(),
                    "made": self.state.now().to_string(),
                    "gateway": self.state.issuer,
                });
                text = beginning.to_string();
                // The lists follow in the same object.
                text.pop();
                let all = Cursor {
                    since: 0,
                    began: None,
                };
                self.begin("records", Step::Records(all), &mut text);
            }
            Step::Records(cursor) => self.records(cursor, &mut text).await?,
            Step::Acts(after) => self.acts(after, &mut text).await?,
            Step::Installations => self.installations(&mut text).await?,
            Step::Documents => self.documents(&mut text).await?,
            Step::Accesses(before) => self.accesses(before, &mut text).await?,
            Step::Done => return Ok(None),
        }
        Ok(Some(text.into()))
    }

    /// Ends the list before, if there is one, and begins another.
    fn begin(&mut self, name: &str, step: Step, text: &mut String) {
        if !matches!(self.step, Step::Beginning) {
            text.push(']');
        }
        text.push_str(",\"");
        text.push_str(name);
        text.push_str("\":[");
        self.begun = false;
        self.step = step;
    }

    fn item(&mut self, item: &impl Serialize, text: &mut String) -> Result<(), GatewayError> {
        if self.begun {
            text.push(',');
        }
        self.begun = true;
        text.push_str(&serde_json::to_string(item).map_err(|_| GatewayError::Stopping)?);
        Ok(())
    }

    async fn records(&mut self, cursor: Cursor, text: &mut String) -> Result<(), GatewayError> {
        let principal = Principal::from(self.person);
        let milliseconds = self.state.now().as_millisecond();
        let event = own_event(
            Happening::RecordsRead,
            self.person,
            "all",
            &self.correlation,
            milliseconds,
        );
        let page = self
            .state
            .store(move |storage| storage.pull(principal, cursor, MAX_PAGE, &event))
            .await?;
        for record in page.records.iter().filter(|record| record.content.is_some()) {
            self.item(record, text)?;
        }
        if page.complete {
            self.begin("acts", Step::Acts(None), text);
        } else {
            self.step = Step::Records(Cursor {
                since: page.version,
                began: page.began.or(cursor.began),
            });
        }
        Ok(())
    }

    async fn acts(&mut self, after: Option<Uuid>, text: &mut String) -> Result<(), GatewayError> {
        let actor = Principal::from(self.person);
        let acts = self
            .state
            .store(move |storage| storage.kept_acts(actor, after, PAGE))
            .await?;
        let last = acts.last().map(|act| act.id);
        let is_full = acts.len() == PAGE as usize;
        for act in acts {
            let act = json!({
                "id": act.id,
                "installation": act.client,
                "principal": act.principal,
                "digest": act.digest,
                "judged": time(act.judged, 1),
                "said": act.said,
                "came_to": act.fate,
            });
            self.item(&act, text)?;
        }
        if is_full {
            self.step = Step::Acts(last);
        } else {
            self.begin("installations", Step::Installations, text);
        }
        Ok(())
    }

    async fn installations(&mut self, text: &mut String) -> Result<(), GatewayError> {
        let person = self.person;
        let found = self.state.store(move |storage| {
            let sessions = storage.sessions_of(person.as_str())?;
            let with_device = |session: acasa_gateway_store::Session| {
                let device = storage.sync_device(&session.client)?;
                let own = device.filter(|device| device.principal == Principal::from(person));
                Ok((session, own.map(|device| device.position)))
            };
            sessions
                .into_iter()
                .map(with_device)
                .collect::<Result<Vec<_>, _>>()
        });
        for (session, position) in found.await? {
            let item = json!({
                "installation": session.client,
                "registered": time(session.registered, 1000),
                "signed_in": time(session.started, 1000),
                "device": position,
            });
            self.item(&item, text)?;
        }
        self.begin("documents", Step::Documents, text);
        Ok(())
    }

    async fn documents(&mut self, text: &mut String) -> Result<(), GatewayError> {
        let person = self.person;
        let found = self
            .state
            .store(move |storage| storage.documents_of(person.as_str()))
            .await?;
        for document in found {
            let item = json!({
                "document": document.document,
                "configuration": document.configuration,
                "copies": document.copies,
                "until": time(document.expires, 1000),
                "revoked": document.revoked,
            });
            self.item(&item, text)?;
        }
        self.begin("accesses", Step::Accesses(None), text);
        Ok(())
    }

    async fn accesses(&mut self, before: Option<i64>, text: &mut String) -> Result<(), GatewayError> {
        let principal = Principal::from(self.person).to_string();
        let entries = self
            .state
            .store(move |storage| storage.events_about(&principal, before, PAGE))
            .await?;
        let last = entries.last().map(|entry| entry.sequence);
        let is_full = entries.len() == PAGE as usize;
        for entry in entries {
            let item = json!({
                "sequence": entry.sequence,
                "time": time(entry.event.time, 1),
                "event": entry.event.kind,
                "actor": entry.event.actor,
                "legal_basis": entry.event.legal_basis,
                "object_type": entry.event.object_type,
                "object": entry.event.object,
                "correlation": entry.event.correlation,
                "hash": HEXLOWER.encode(&entry.hash),
            });
            self.item(&item, text)?;
        }
        if is_full {
            self.step = Step::Accesses(last);
        } else {
            text.push_str("],\"complete\":true}\n");
            self.step = Step::Done;
        }
        Ok(())
    }
}

/// A time in units of so many milliseconds.
fn time(number: i64, unit: i64) -> Value {
    Timestamp::from_millisecond(number.saturating_mul(unit))
        .map_or(Value::Null, |time| json!(time.to_string()))
}
