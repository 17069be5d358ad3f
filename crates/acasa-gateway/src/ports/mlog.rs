//! The adapter to MLog: journal entries as MLog events over its REST interface.
//!
//! The client certificate that MLog asks for in production is a matter of the `reqwest` client
//! passed in; the mapping and the delivery are the same.

use acasa_gateway_store::JournalEntry;
use acasa_wire::mlog;
use async_trait::async_trait;
use jiff::Timestamp;
use url::Url;

use super::{AuditJournal, PortError};

/// Largest reply that is read, in bytes.
const REPLY_LIMIT: usize = 16 * 1024;

/// Delivers to `POST {base}/register`.
pub struct HttpMlog {
    http: reqwest::Client,
    register: Url,
    legal_entity: String,
}

impl HttpMlog {
    /// `legal_entity` is the IDNO of the organisation that runs the gateway.
    pub fn new(http: reqwest::Client, base: &Url, legal_entity: &str) -> Result<Self, PortError> {
        let register = base.join(mlog::REGISTER).map_err(|_| PortError::Refused)?;
        Ok(Self {
            http,
            register,
            legal_entity: legal_entity.to_owned(),
        })
    }

    fn event(&self, entry: &JournalEntry) -> Option<mlog::Event> {
        let event = &entry.event;
        let time = Timestamp::from_millisecond(event.time).ok()?;
        let time = time.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string();
        let mut out = mlog::Event::new(&time, &event.kind).ok()?;
        let (subject_type, subject) = person_or_entity(&event.principal);
        out.event_id = Some(entry.sequence.to_string());
        out.event_correlation = Some(event.correlation.clone());
        out.event_source = Some("Acasa".to_owned());
        out.legal_entity = Some(self.legal_entity.clone());
        out.legal_basis = Some(event.legal_basis.clone());
        out.user = Some(person_or_entity(&event.actor).1);
        out.subject = Some(subject);
        out.subject_type = Some(subject_type.to_owned());
        out.object = Some(event.object.clone());
        out.object_type = Some(event.object_type.clone());
        Some(out)
    }
}

/// `user` is a person's number or `system`, `subject` a person's or an organisation's.
fn person_or_entity(urn: &str) -> (&'static str, String) {
    if let Some(number) = urn.strip_prefix("urn:md:idnp:") {
        ("Person", number.to_owned())
    } else if let Some(number) = urn.strip_prefix("urn:md:idno:") {
        ("LegalEntity", number.to_owned())
    } else {
        ("System", "system".to_owned())
    }
}

#[async_trait]
impl AuditJournal for HttpMlog {
    async fn register(&self, entries: &[JournalEntry]) -> Result<(), PortError> {
        let events: Option<Vec<_>> = entries.iter().map(|entry| self.event(entry)).collect();
        let message = mlog::write(&events.ok_or(PortError::Refused)?).map_err(|_| PortError::Refused)?;
        let request = self
            .http
            .post(self.register.clone())
            .header("content-type", "application/json");
        let mut response = request
            .body(message)
            .send()
            .await
            .map_err(|_| PortError::Unavailable)?;
        if response.status().is_server_error() {
            return Err(PortError::Unavailable);
        }
        if !response.status().is_success() {
            return Err(PortError::Refused);
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|_| PortError::Unavailable)? {
            if body.len() + chunk.len() > REPLY_LIMIT {
                return Err(PortError::Refused);
            }
            body.extend_from_slice(&chunk);
        }
        let reply: mlog::Reply = serde_json::from_slice(&body).map_err(|_| PortError::Refused)?;
        if reply.status == "200" {
            Ok(())
        } else {
            Err(PortError::Refused)
        }
    }
}
