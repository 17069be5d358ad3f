use crate::{Colour, LanguageTag, Theme};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which screen comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// No vault yet: *Bun venit*.
    Welcome,
    /// Signed in, the vault is not made yet: *PIN*.
    Enrolling,
    /// A vault that is closed: *Unlock*.
    Locked,
    /// Open.
    Unlocked,
    /// Something stands in the way of the whole app; `blocked` says what.
    Blocked,
}

/// Where the app stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AppStateView {
    /// Which screen comes first.
    pub phase: Phase,
    /// Failure code of what blocks the app, such as `vault_damaged`.
    pub blocked: Option<String>,
    /// The deployment this build talks to.
    pub deployment: DeploymentView,
    /// Chosen language; absent until the person chose.
    pub language: Option<LanguageTag>,
    /// Chosen theme.
    pub theme: Theme,
    /// Whether the operating system's keystore can be used: a PIN, else a passphrase.
    pub keystore: bool,
    /// The profile in use, by what the person called it.
    pub profile: Option<ProfileTagView>,
    /// Seconds without a touch after which the vault locks itself.
    pub lock_after_seconds: u32,
    /// Version of the app.
    pub version: String,
}

/// The deployment this build talks to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DeploymentView {
    /// `sandbox` or `md`.
    pub name: String,
    /// Whether the band "Date de probă" is shown.
    pub sandbox: bool,
    /// Telephone of the support line, as one would dial it.
    pub support: String,
}

/// A profile by nickname and colour, never by legal name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProfileTagView {
    /// Opaque id.
    pub id: String,
    /// What the person called it; empty for the first.
    pub nickname: String,
    /// The colour the person gave.
    pub colour: Colour,
}

/// Whether the state's services answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct ConnectionView {
    /// Whether the last attempt got an answer; absent before the first.
    pub online: Option<bool>,
    /// When everything was last up to date (RFC 3339).
    pub up_to_date_at: Option<String>,
    /// Acts that wait to be sent, or were sent and are not answered yet.
    pub waiting: u32,
    /// Acts that a restored backup brought back: the person sends them or lets them go.
    pub to_confirm: u32,
    /// Whether something is being sent or fetched.
    pub syncing: bool,
    /// Whether the person stopped it: it goes on when they ask for it.
    pub paused: bool,
    /// Records that have arrived of a large fetch under way; they count once it is whole.
    pub arriving: u32,
    /// Whether nothing goes on before the person signs in again. Nothing is lost meanwhile.
    pub sign_in_needed: bool,
    /// Whether another device uses this one's identity: until the person signs in here, nothing is sent.
    pub suspended: bool,
    /// Whether the device's clock is off by more than two minutes from the gateway's.
    pub clock_wrong: bool,
    /// Failure code of what keeps the app from acting with the state: `device_revoked` or
    /// `app_too_old`. Showing and verifying go on.
    pub blocked: Option<String>,
}

/// The report for support, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReportView {
    /// All of it; nothing else is saved.
    pub text: String,
}

/// Where something was saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SavedView {
    /// The file.
    pub path: String,
}

/// Notices of the parts Acasă is made with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NoticesView {
    /// `THIRD-PARTY.md`, whole.
    pub text: String,
}

/// What the app was opened with by another program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LinkView {
    /// A text for the scanner, named there before anything happens; told once.
    pub text: Option<String>,
}
