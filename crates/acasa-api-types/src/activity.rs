use crate::NoticeTopic;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Acts and their fate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ActivityView {
    /// Newest first.
    pub acts: Vec<ActView>,
}

/// One act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ActView {
    /// Opaque id.
    pub id: String,
    /// When (RFC 3339).
    pub at: String,
    /// What: message key `act_<key>`.
    pub kind: String,
    /// What it concerned, such as a document type: message key `document_type_<key>`.
    pub subject: Option<String>,
    /// The topic it concerned: message key `topic_<key>`.
    pub topic: Option<NoticeTopic>,
    /// Its fate.
    pub fate: Fate,
    /// Failure code, where it was refused.
    pub error: Option<String>,
    /// The state's own words on it, where it gave any: data, shown as it is.
    pub reason: Option<String>,
    /// What the person can do about it now.
    pub steps: Vec<ActStep>,
}

/// What a person can do about an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ActStep {
    /// Take it back: it has not left this device.
    Undo,
    /// Have the state set it back: it was sent, and still stands.
    Withdraw,
    /// Send it after all: a restored backup brought it back.
    Confirm,
    /// Let it go: a restored backup brought it back.
    Drop,
}

/// Which act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ActRef {
    /// Its id.
    pub id: String,
}

/// What became of an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// Waits to be sent.
    Waiting,
    /// Sent, not answered yet.
    Sent,
    /// Took effect.
    Done,
    /// Was refused; `error` says why.
    Refused,
    /// Was taken back before it was sent.
    Withdrawn,
    /// Another act made it pointless; nothing is wrong.
    Superseded,
    /// A restored backup brought it back: the person sends it or lets it go.
    ToConfirm,
}
