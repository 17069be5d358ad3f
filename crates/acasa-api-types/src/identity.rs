use crate::{DocumentState, DocumentType, LanguageTag};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How to begin signing in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SignInBegin {
    /// Language of the sign-in page.
    pub language: LanguageTag,
}

/// A sign-in under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SignInView {
    /// Opaque id.
    pub id: String,
    /// The address to open, or to copy when no browser opens.
    pub address: String,
    /// Whether a browser was opened already.
    pub browser_opened: bool,
    /// Seconds until the request ends.
    pub expires_in_seconds: u32,
}

/// Which sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SignInRef {
    /// Its id.
    pub id: String,
}

/// How signing in stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum SignInProgressView {
    /// The browser has not come back yet; ask again.
    Waiting,
    /// Signed in.
    Done {
        /// Given name, to greet with.
        given_name: String,
    },
    /// The person, or the state, said no.
    Denied,
    /// Nobody came back in time.
    TimedOut,
    /// Somebody other than this profile's person signed in; nothing was sent.
    WrongPerson,
    /// It was cancelled here.
    Cancelled,
}

/// The people one can be in a sandbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PeopleView {
    /// All of them.
    pub people: Vec<PersonView>,
}

/// A person of the sandbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PersonView {
    /// Opaque id.
    pub id: String,
    /// Synthetic name.
    pub name: String,
    /// What is special about them, as message keys (`sandbox_trait_<key>`).
    pub traits: Vec<String>,
}

/// Who to be in the sandbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SandboxSignIn {
    /// Id of the person.
    pub person: String,
}

/// What the state can issue to the person signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OffersView {
    /// One for each document.
    pub offers: Vec<OfferView>,
}

/// A document that can be issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OfferView {
    /// Opaque id, to be given back in `DocumentsReceive`.
    pub id: String,
    /// Which document.
    pub document_type: DocumentType,
    /// Who issues it, in the person's language.
    pub issuer: String,
    /// Last day of validity (`YYYY-MM-DD`).
    pub valid_until: Option<String>,
    /// Whether it can be relied on; an expired or revoked one is listed, but cannot be received.
    pub state: DocumentState,
    /// Names of the data it holds (`element_<key>` in the message files).
    pub elements: Vec<String>,
    /// Already held on this device.
    pub held: bool,
}
