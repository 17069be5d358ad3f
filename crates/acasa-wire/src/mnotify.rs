//! MNotify, the state's notifications: REST with JSON, as institutions send them.
//!
//! The documentation disagrees with itself in places; what is read here is the union. `bodyShort` is required in
//! its table and missing in its examples: optional. Types of recipients are written `IDNP` and `Idnp`: any case. The
//! list is at `/api/Notifications/` and at `/api/Notification`: both.

mod check;

use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

pub use check::MnotifyError;

/// Notifications; one is at `{NOTIFICATION}/{id}`.
pub const NOTIFICATION: &str = "/api/Notification";
/// The list's other address.
pub const NOTIFICATIONS: &str = "/api/Notifications/";
/// Templates; one is at `{TEMPLATE}/{id}`, filled at `{TEMPLATE}/{id}/check`.
pub const TEMPLATE: &str = "/api/Template";

/// Longest subject that goes by mail, in characters.
pub const MAIL_SUBJECT_LIMIT: usize = 41;
/// Longest subject, and text, that goes by SMS, in characters.
pub const SMS_LIMIT: usize = 160;
/// Longest name of a template, in characters.
pub const TEMPLATE_NAME_LIMIT: usize = 50;
/// Largest body without attachments, in bytes.
pub const BODY_LIMIT: usize = 15 * 1024 * 1024;
/// Largest body with attachments, and largest attachments together, in bytes.
pub const ATTACHMENTS_LIMIT: usize = 10 * 1024 * 1024;
/// How the names of attachments may end.
pub const ATTACHMENT_TYPES: [&str; 7] = ["jpeg", "jpg", "png", "txt", "pdf", "csv", "xls"];
/// Largest request: attachments in base64 beside a body.
pub const REQUEST_LIMIT: usize = 32 * 1024 * 1024;

/// A text in up to three languages. It is personal data, so it has no `Debug`.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContentLanguage {
    /// Romanian; required.
    #[serde(default)]
    pub ro: String,
    /// Russian.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ru: Option<String>,
    /// English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

impl ContentLanguage {
    /// The same in Romanian only.
    pub fn romanian(text: impl Into<String>) -> Self {
        Self {
            ro: text.into(),
            ..Self::default()
        }
    }

    /// Each language's text.
    pub fn texts(&self) -> impl Iterator<Item = &String> {
        [Some(&self.ro), self.ru.as_ref(), self.en.as_ref()]
            .into_iter()
            .flatten()
    }

    /// Each language's text, changed.
    #[must_use]
    pub fn map(&self, mut change: impl FnMut(&str) -> String) -> Self {
        Self {
            ro: change(&self.ro),
            ru: self.ru.as_deref().map(&mut change),
            en: self.en.as_deref().map(&mut change),
        }
    }
}

/// How urgent a notification is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Priority {
    /// Follows the recipient's preferences.
    Low,
    /// Follows the recipient's preferences.
    #[default]
    Medium,
    /// At once, ignoring preferences.
    High,
}

/// What a recipient's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum RecipientType {
    /// A person's number.
    #[serde(rename = "IDNP")]
    Idnp,
    /// An organisation's number.
    #[serde(rename = "IDNO")]
    Idno,
    /// A mail address.
    Email,
    /// A telephone number.
    Telephone,
    /// A vehicle's number; only for a policy to resolve.
    #[serde(rename = "IDNV")]
    Idnv,
    /// A plate; only for a policy to resolve.
    PlateNumber,
    /// A plot or a building; only for a policy to resolve.
    CadastralNumber,
}

impl RecipientType {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Idnp,
        Self::Idno,
        Self::Email,
        Self::Telephone,
        Self::Idnv,
        Self::PlateNumber,
        Self::CadastralNumber,
    ];

    /// As it is written.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Idnp => "IDNP",
            Self::Idno => "IDNO",
            Self::Email => "Email",
            Self::Telephone => "Telephone",
            Self::Idnv => "IDNV",
            Self::PlateNumber => "PlateNumber",
            Self::CadastralNumber => "CadastralNumber",
        }
    }
}

impl<'de> Deserialize<'de> for RecipientType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let found = Self::ALL
            .into_iter()
            .find(|kind| kind.name().eq_ignore_ascii_case(&text));
        found.ok_or_else(|| serde::de::Error::custom("not a type of recipient"))
    }
}

/// To whom.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// Number, address or identifier.
    pub value: String,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: RecipientType,
}

/// Who is meant by an identifier of a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResolutionPolicy {
    /// What is resolved. The table allows `IDNO`, `IDNV`, `CadastralNumber`, `PlateNumber`; the example says `IDNP` of
    /// an organisation's number, which reads as `IDNO`.
    #[serde(rename = "type")]
    pub kind: RecipientType,
    /// Whom it resolves to.
    pub parameters: PolicyParameters,
}

/// Whom a policy resolves to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyParameters {
    /// In which capacity.
    pub direction: Direction,
}

/// In which capacity a person is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Direction {
    /// Who owns it.
    #[serde(alias = "owner")]
    Owner,
    /// Who administers it.
    #[serde(alias = "administrator")]
    Administrator,
    /// Who founded it.
    #[serde(alias = "founder")]
    Founder,
}

/// A template to fill.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContentTemplate {
    /// Which.
    pub id: Uuid,
    /// A JSON object as text: what stands for `{{Name}}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variables: Option<String>,
}

/// A file.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    /// Name with its ending.
    pub file_name: String,
    /// Its bytes.
    pub base64: String,
}

/// What a sender asks to be sent.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notification {
    /// Ignored since version 2.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// One line; a template's stands in for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<ContentLanguage>,
    /// The letter, HTML or plain text; a template's stands in for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<ContentLanguage>,
    /// For channels of short messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_short: Option<ContentLanguage>,
    /// How urgent.
    #[serde(default)]
    pub priority: Priority,
    /// A template instead of texts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<ContentTemplate>,
    /// To whom.
    #[serde(default)]
    pub recipients: Vec<Recipient>,
    /// How recipients are found by their things.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution_policy: Option<ResolutionPolicy>,
    /// Files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
}

/// A template as it is sent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Template {
    /// At most [`TEMPLATE_NAME_LIMIT`] characters.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// One line.
    pub subject: ContentLanguage,
    /// The letter.
    pub body: ContentLanguage,
    /// For channels of short messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_short: Option<ContentLanguage>,
}

/// A template as it is kept.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TemplateDto {
    /// Identifier.
    pub id: Uuid,
    /// Whose it is.
    pub sender_id: String,
    /// When it was made and changed, and by whom.
    #[serde(flatten)]
    pub trace: Trace,
    /// What it says.
    #[serde(flatten)]
    pub template: Template,
}

/// A template in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateShortDto {
    /// Identifier.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// When it was made and changed, and by whom.
    #[serde(flatten)]
    pub trace: Trace,
}

/// What fills a template to look at it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckRequest {
    /// A JSON object as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variables: Option<String>,
    /// A person's number, for the variables that are always there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
}

/// When something was made and changed, and by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Trace {
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339.
    pub last_updated_at: String,
    /// The sender's identity.
    pub created_by: String,
    /// Whose change it was.
    pub last_updated_by: String,
}

/// How far something has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum NotificationStatus {
    /// Waits to be sent.
    Pending,
    /// Recipients and their preferences are being read.
    Resolving,
    /// Being sent.
    Sending,
    /// Sent.
    Sent,
    /// The channel acknowledged it.
    Delivered,
    /// The recipient read it.
    Read,
    /// Being cancelled.
    Cancelling,
    /// Cancelled.
    Cancelled,
    /// Not sent; never said of MCabinet.
    Failed,
}

/// A way to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is its name")]
pub enum Channel {
    Email,
    #[serde(rename = "SMS")]
    Sms,
    Viber,
    #[serde(rename = "Web push")]
    WebPush,
    MCabinet,
}

/// A notification in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationShortDto {
    /// Identifier.
    pub id: Uuid,
    /// How far it has come.
    pub status: NotificationStatus,
    /// When it was made and changed, and by whom.
    #[serde(flatten)]
    pub trace: Trace,
}

/// A notification with what became of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationDto {
    /// Identifier.
    pub id: Uuid,
    /// How far it has come.
    pub status: NotificationStatus,
    /// Each recipient's messages.
    pub recipients: Vec<RecipientMessages>,
}

/// What goes to one recipient.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RecipientMessages {
    /// Number or address.
    pub value: String,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: RecipientType,
    /// Whether it is an organisation.
    pub is_legal: bool,
    /// One for each channel.
    pub messages: Vec<MessageShortDto>,
}

/// A message by one channel.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageShortDto {
    /// Identifier.
    pub message_id: Uuid,
    /// The notification's.
    pub subject: String,
    /// How far it has come.
    pub status: NotificationStatus,
    /// By which way.
    pub channel: Channel,
    /// When it was made and changed, and by whom.
    #[serde(flatten)]
    pub trace: Trace,
}

/// How a list is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Paging {
    /// From 1.
    pub page: Option<usize>,
    /// On each page.
    pub items_per_page: Option<usize>,
    /// A member's name, then perhaps `desc`.
    pub order_field: Option<String>,
    /// An identifier.
    pub search_by: Option<String>,
}

#[cfg(test)]
mod tests;
