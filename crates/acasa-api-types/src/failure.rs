use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// An error as it crosses to the interface: no prose, no personal data.
///
/// The words live in the message files under `error_<code>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, thiserror::Error)]
#[error("{code} ({reference})")]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// Stable snake_case name of what went wrong, such as `vault_damaged`.
    pub code: String,
    /// Whether doing the same again may succeed.
    pub retryable: bool,
    /// What to read out to support; also in the log beside the cause.
    #[serde(rename = "ref")]
    #[ts(rename = "ref")]
    pub reference: String,
}
