//! What only the sandbox answers: its people and the shortcuts that tests and demonstrations use.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The sandbox's people.
pub const PEOPLE: &str = "/sandbox/people";
/// The sign-in page, and the shortcut for programs when posted to as JSON.
pub const SIGN_IN: &str = "/sandbox/sign-in";
/// Revokes a document.
pub const REVOKE: &str = "/sandbox/revoke";
/// Moves the clock.
pub const CLOCK: &str = "/sandbox/clock";
/// Stops the sandbox.
pub const STOP: &str = "/sandbox/stop";
/// The events that reached the MLog simulator.
pub const MLOG_EVENTS: &str = "/sandbox/mlog";

/// What would have gone to people by mail, SMS and Viber.
pub const SENT_MESSAGES: &str = "/sandbox/messages";

/// Prefix of the machine-readable line that a started sandbox prints.
pub const READY_PREFIX: &str = "ACASA_SANDBOX=";

/// The machine-readable line's JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ready {
    /// The gateway's base address.
    pub gateway: String,
    /// The seed of the country.
    pub seed: u64,
    /// Public key that signs the trust list, as a JWK: what an app built for this sandbox pins.
    pub trust_key: Value,
}

/// A person one can be in the sandbox. Synthetic, like everything about them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SandboxPerson {
    /// Short identifier of the person within the country.
    pub id: String,
    /// Given name and family name.
    pub name: String,
    /// Synthetic IDNP.
    pub idnp: String,
    /// What is special about them, as message keys (`sandbox_trait_<key>`).
    pub traits: Vec<String>,
    /// Types of the documents they hold.
    pub documents: Vec<String>,
}

/// List of the people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct People {
    /// The people.
    pub people: Vec<SandboxPerson>,
}

/// Completes an authorization request without a browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInShortcut {
    /// The authorization URL as the client would open it, or its `request_uri`.
    pub request: String,
    /// Identifier of the person.
    pub person: String,
}

/// Where the browser would have been sent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInShortcutResponse {
    /// The redirect with `code`, `state` and `iss`.
    pub redirect: String,
}

/// Revokes every copy and companion of a person's document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevokeRequest {
    /// Identifier of the person.
    pub person: String,
    /// `docType` or `vct`.
    pub document_type: String,
}

/// How many copies were revoked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevokeResponse {
    /// Copies, companions included.
    pub copies: u64,
}

/// Moves the sandbox's clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockRequest {
    /// Seconds ahead of the true time; negative is behind.
    pub offset_seconds: i64,
}
