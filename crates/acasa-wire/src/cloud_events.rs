//! Events of MConnect Events: CloudEvents 1.0 in JSON, and what a consumer says on its WebSocket.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Where one event is produced, as `application/cloudevents+json`.
pub const PRODUCE: &str = "/ce/produce/event";
/// Media type of one event.
pub const EVENT_JSON: &str = "application/cloudevents+json";
/// Where events are consumed, by WebSocket.
pub const CONSUME: &str = "/ce/consume/ws";
/// The sub-protocol of that WebSocket.
pub const SUB_PROTOCOL: &str = "cloudevents.json";
/// Largest event, in bytes.
pub const EVENT_LIMIT: usize = 64 * 1024;

const CONFIRM: &str = "confirm:";
const DEAD: &str = "dead:";

/// Why an event or a consumer's message is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EventError {
    /// More than [`EVENT_LIMIT`] bytes.
    #[error("the event is too large")]
    TooLarge,
    /// Not a CloudEvent in JSON.
    #[error("the event is not a CloudEvent")]
    NotAnEvent,
    /// A version other than 1.0.
    #[error("the event is of another version")]
    Version,
    /// `source` or `id` is empty, or not a plain text of at most 256 bytes.
    #[error("the event's source or identifier cannot be used")]
    Identity,
    /// `type` is not `Organization.System.Entity.Action`.
    #[error("the event's type has not the form Organization.System.Entity.Action")]
    Type,
    /// Neither `confirm:` with an offset nor `dead:` with an event.
    #[error("the message is neither a confirmation nor a dead event")]
    Message,
}

impl EventError {
    /// Stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "event_too_large",
            Self::NotAnEvent => "event_not_an_event",
            Self::Version => "event_version",
            Self::Identity => "event_identity",
            Self::Type => "event_type",
            Self::Message => "event_message",
        }
    }

    /// Never: the event itself is wrong.
    pub fn retryable(self) -> bool {
        false
    }
}

/// An event. It may name people, so it has no `Debug`.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct CloudEvent {
    /// `1.0`.
    pub specversion: String,
    /// Where it happened; unique with `id`.
    pub source: String,
    /// Which one.
    pub id: String,
    /// `Organization.System.Entity.Action`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it is about, for its source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// When it happened (RFC 3339).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// What `data` is; JSON unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub datacontenttype: Option<String>,
    /// Events of one key keep their order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partitionkey: Option<String>,
    /// Its number in the consumer's session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<String>,
    /// What it says.
    #[serde(default)]
    pub data: Value,
}

impl CloudEvent {
    /// Reads and checks one.
    pub fn read(text: &str) -> Result<Self, EventError> {
        if text.len() > EVENT_LIMIT {
            return Err(EventError::TooLarge);
        }
        let event: Self = serde_json::from_str(text).map_err(|_| EventError::NotAnEvent)?;
        event.check()?;
        Ok(event)
    }

    /// Checks the attributes' forms.
    pub fn check(&self) -> Result<(), EventError> {
        if self.specversion != "1.0" {
            return Err(EventError::Version);
        }
        let plain =
            |text: &String| !text.is_empty() && text.len() <= 256 && !text.chars().any(char::is_control);
        if !plain(&self.source) || !plain(&self.id) {
            return Err(EventError::Identity);
        }
        let parts: Vec<&str> = self.kind.split('.').collect();
        let named = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if parts.len() < 3 || !parts.iter().all(named) {
            return Err(EventError::Type);
        }
        Ok(())
    }
}

/// What a consumer says.
#[derive(Clone, PartialEq)]
pub enum ConsumerMessage {
    /// Everything up to this offset is consumed.
    Confirm(u64),
    /// This event cannot be consumed, and never will be. Whatever it is, it is JSON.
    Dead(Value),
}

impl ConsumerMessage {
    /// Reads one.
    pub fn read(text: &str) -> Result<Self, EventError> {
        if let Some(offset) = text.strip_prefix(CONFIRM) {
            return offset.parse().map(Self::Confirm).map_err(|_| EventError::Message);
        }
        let event = text.strip_prefix(DEAD).ok_or(EventError::Message)?;
        let event: Value = serde_json::from_str(event).map_err(|_| EventError::Message)?;
        if event.is_object() {
            Ok(Self::Dead(event))
        } else {
            Err(EventError::Message)
        }
    }
}

impl fmt::Display for ConsumerMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Confirm(offset) => write!(f, "{CONFIRM}{offset}"),
            Self::Dead(event) => write!(f, "{DEAD}{event}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const DOCUMENTED: &str = r#"{
        "specversion": "1.0", "source": "urn:asp", "id": "23fa9243-fe2b-4bdc-8607-ab56d091622b",
        "type": "ASP.RST.VP.Invalidated", "time": "2025-03-01T23:09:03.2261311Z",
        "data": { "IDNP": "2134567890123", "Number": "123456789" } }"#;

    fn code(change: impl FnOnce(&mut CloudEvent)) -> Option<&'static str> {
        let mut event = CloudEvent::read(DOCUMENTED).ok().unwrap();
        change(&mut event);
        event.check().err().map(EventError::code)
    }

    #[test]
    fn the_documented_event_is_read() {
        let event = CloudEvent::read(DOCUMENTED).ok().unwrap();

        assert_eq!(event.kind, "ASP.RST.VP.Invalidated");
        assert_eq!(event.data["Number"], "123456789");
    }

    #[test]
    fn an_event_of_another_form_is_refused() {
        assert_eq!(code(|_| ()), None);
        assert_eq!(
            code(|event| event.specversion = "0.3".to_owned()),
            Some("event_version")
        );
        assert_eq!(code(|event| event.id.clear()), Some("event_identity"));
        assert_eq!(
            code(|event| event.source = "a\nb".to_owned()),
            Some("event_identity")
        );
        for kind in ["", "ASP", "ASP.VP", "ASP..VP", "ASP.RST.V P"] {
            assert_eq!(
                code(|event| event.kind = kind.to_owned()),
                Some("event_type"),
                "{kind}"
            );
        }
        assert_eq!(CloudEvent::read("[]").err(), Some(EventError::NotAnEvent));
        let large = format!("{DOCUMENTED}{}", " ".repeat(EVENT_LIMIT));
        assert_eq!(CloudEvent::read(&large).err(), Some(EventError::TooLarge));
    }

    #[test]
    fn what_a_consumer_says_reads_back_and_nothing_else_does() {
        for message in [
            ConsumerMessage::Confirm(17),
            ConsumerMessage::Dead(json!({ "id": "1", "offset": "2" })),
        ] {
            assert!(ConsumerMessage::read(&message.to_string()) == Ok(message));
        }
        for text in [
            "",
            "confirm:",
            "confirm:x",
            "confirm:-1",
            "dead:",
            "dead:[]",
            "dead:1",
            "ack:1",
        ] {
            assert!(ConsumerMessage::read(text) == Err(EventError::Message), "{text}");
        }
    }

    proptest! {
        #[test]
        fn reading_never_panics(text in any::<String>()) {
            let _ = CloudEvent::read(&text);
            let _ = ConsumerMessage::read(&text);
        }
    }
}
