//! Errors on the wire: Problem Details (RFC 9457) with a stable code and no prose for people.

use serde::{Deserialize, Serialize};

/// An error answer. `code` is stable and has words in the message files; `title` is for developers.
///
/// At OAuth and issuance endpoints the same object also carries `error` (RFC 6749, 5.2), as an
/// extension member, and is sent as `application/json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// `urn:acasa:problem:<code>`.
    #[serde(rename = "type", default)]
    pub kind: String,
    /// The code in words, in English.
    #[serde(default)]
    pub title: String,
    /// HTTP status.
    #[serde(default)]
    pub status: u16,
    /// Stable snake_case code.
    #[serde(default)]
    pub code: String,
    /// Whether the same request may succeed later.
    #[serde(default)]
    pub retryable: bool,
    /// The request's identifier.
    #[serde(default)]
    pub trace_id: String,
    /// Seconds that `Retry-After` asks to wait: said by the answer's head, and not in its body.
    #[serde(skip)]
    pub retry_after: Option<u64>,
    /// OAuth error code, where the endpoint is OAuth's or OpenID4VCI's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// OAuth error description, for developers.
    #[serde(
        default,
        rename = "error_description",
        skip_serializing_if = "Option::is_none"
    )]
    pub error_description: Option<String>,
}

impl Problem {
    /// A problem without a trace yet; the title is the code in words.
    pub fn new(status: u16, code: &str, retryable: bool) -> Self {
        Self {
            kind: format!("urn:acasa:problem:{code}"),
            title: code.replace('_', " "),
            status,
            code: code.to_owned(),
            retryable,
            trace_id: String::new(),
            retry_after: None,
            error: None,
            error_description: None,
        }
    }

    /// The same problem as an OAuth error.
    #[must_use]
    pub fn with_error(mut self, error: &str) -> Self {
        self.error = Some(error.to_owned());
        self.error_description = Some(self.title.clone());
        self
    }

    /// The same problem with the request's identifier.
    #[must_use]
    pub fn with_trace(mut self, trace_id: &str) -> Self {
        trace_id.clone_into(&mut self.trace_id);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_oauth_error_written_by_another_server_is_still_read() {
        let problem: Problem = serde_json::from_str(r#"{"error":"invalid_grant"}"#).unwrap();

        assert_eq!(problem.error.as_deref(), Some("invalid_grant"));
    }

    #[test]
    fn a_problem_has_the_members_of_rfc_9457_and_ours() {
        let problem = Problem::new(409, "copy_unknown", false).with_trace("t");

        let json = serde_json::to_value(problem).unwrap();

        let mut members: Vec<_> = json.as_object().unwrap().keys().cloned().collect();
        members.sort();
        assert_eq!(
            members,
            ["code", "retryable", "status", "title", "traceId", "type"]
        );
    }
}
