use crate::{FieldView, MatrixView};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A challenge to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChallengeDraft {
    /// Elements asked for; empty leaves it to the holder.
    pub elements: Vec<String>,
    /// Why, in a few words (at most 80 characters).
    pub purpose: String,
}

/// A challenge on the screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChallengeView {
    /// Opaque id.
    pub id: String,
    /// The code to show.
    pub code: MatrixView,
    /// Its text, for "Copiază codul".
    pub text: String,
    /// Seconds until it is of no use.
    pub expires_in_seconds: u32,
}

/// What to check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VerifierCheck {
    /// The proof's text.
    pub text: String,
    /// Whether the verifier compared the photograph with the person.
    pub photo_compared: bool,
}

/// The answer to "is it genuine?".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Headline {
    /// Green: "Autentic".
    Authentic,
    /// Amber: "Autentic, dar nu s-a dovedit al acestei persoane".
    AuthenticNotBound,
    /// Amber: "Neverificat complet".
    Incomplete,
    /// Red: "Respins".
    Rejected,
}

/// The verdict on a proof.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VerdictView {
    /// Colour and word.
    pub headline: Headline,
    /// Why, in one sentence: message key `reason_<key>`.
    pub reason: String,
    /// ISO type, such as `md.gov.wallet.pid.1`.
    pub document_type: Option<String>,
    /// Who issued it, by the certificate.
    pub issuer: Option<String>,
    /// JPEG, base64.
    pub portrait: Option<String>,
    /// What was disclosed, portrait left out.
    pub fields: Vec<FieldView>,
    /// Each check and its outcome.
    pub checks: Vec<CheckView>,
    /// Seconds since the trust list was issued.
    pub trust_age_seconds: Option<u32>,
    /// Whether this device's own challenge was answered.
    pub challenge_answered: bool,
    /// Milliseconds the checking took.
    pub took_ms: f64,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CheckView {
    /// From the closed list: message key `check_<key>`.
    pub check: String,
    /// How it went.
    pub outcome: CheckOutcomeView,
    /// Code of the detail.
    pub detail: Option<String>,
}

/// How a check went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CheckOutcomeView {
    /// Held.
    Pass,
    /// Did not hold.
    Fail,
    /// Could not be made.
    Skipped,
}

/// How old the trust data is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TrustView {
    /// When the trust list was issued (RFC 3339); absent where there is none.
    pub issued_at: Option<String>,
    /// When a newer one is due (RFC 3339).
    pub next_update: Option<String>,
    /// Issuers in it.
    pub issuers: u32,
    /// Status lists held.
    pub status_lists: u32,
    /// When the status lists were fetched (RFC 3339).
    pub status_fetched_at: Option<String>,
    /// Whether it is past its next update.
    pub stale: bool,
}
