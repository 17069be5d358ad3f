//! The feed of deliveries between MNotify and the gateway. MNotify documents none; this one is ours
//! (`docs/formats/inbox.md`).

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::mnotify::{ContentLanguage, Priority};

/// Deliveries; what belongs to one is under `{DELIVERIES}/{message}`.
pub const DELIVERIES: &str = "/inbox/deliveries";
/// Whom preferences are told about: `PUT`.
pub const PREFERENCES: &str = "/inbox/preferences";
/// Most deliveries of one answer.
pub const MAX_DELIVERIES: usize = 50;
/// Longest wait for news, in seconds.
pub const MAX_WAIT: u64 = 25;

/// What is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveriesQuery {
    /// Those after this number.
    #[serde(default)]
    pub after: u64,
    /// At most so many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
    /// Seconds to wait where there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait: Option<u64>,
}

/// Deliveries in their order.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deliveries {
    /// Whose numbers these are: with another name the feed begins again at 0.
    pub feed: String,
    /// The number of the last; that asked after where there are none.
    pub last: u64,
    /// Each is to be a [`Delivery`]; one that is not must not hold up the others.
    pub deliveries: Vec<Value>,
}

/// A message for a person's or an organisation's inbox.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Delivery {
    /// Its place in the feed, from 1.
    pub number: u64,
    /// MNotify's identifier of the message.
    pub message: Uuid,
    /// `urn:md:idnp:…` or `urn:md:idno:…`.
    pub recipient: String,
    /// RFC 3339.
    pub sent_at: String,
    /// Who writes.
    pub sender: Sender,
    /// Name of the template, where one was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// Number of a document of the recipient that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_number: Option<String>,
    /// How urgent.
    pub priority: Priority,
    /// One line.
    pub subject: ContentLanguage,
    /// HTML or plain text, as it was sent.
    pub body: ContentLanguage,
    /// Files, by `{DELIVERIES}/{message}/attachments/{number from 0}`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<DeliveredFile>,
}

/// The institution that writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    /// Name of its system, as registered.
    pub id: String,
    /// What it is called.
    pub name: SenderName,
}

/// What an institution is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SenderName {
    /// Romanian.
    pub ro: String,
    /// Russian.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ru: Option<String>,
    /// English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

/// A file of a delivery.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveredFile {
    /// As it was sent.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256, hexadecimal.
    pub sha256: String,
}

/// What became of a delivery: `POST {DELIVERIES}/{message}/status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusReport {
    /// How far it has come.
    pub status: DeliveryStatus,
}

/// How far a delivery has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum DeliveryStatus {
    /// It is in the inbox.
    Delivered,
    /// The recipient read it.
    Read,
}

/// By which ways a person wants Low and Medium.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreferencesReport {
    /// `urn:md:idnp:…`.
    pub recipient: String,
    /// By electronic mail.
    pub email: bool,
    /// By SMS.
    pub sms: bool,
    /// By Viber.
    pub viber: bool,
    /// Language of what is sent, `ro`, `ru` or `en`.
    pub language: String,
}
