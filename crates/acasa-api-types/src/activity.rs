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
    /// Its fate.
    pub fate: Fate,
    /// Failure code, where it was refused.
    pub error: Option<String>,
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
}
