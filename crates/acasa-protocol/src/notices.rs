//! Letters of the state: the records they are, and what a person does with them.
//!
//! MNotify documents no way for an app to read them; this form is ours. A letter is one record of kind
//! [`NOTICE`], written once by the gateway. What the person did with it is another, of kind [`MARK`] and the same
//! id, so that no act of theirs ever rewrites what the state said.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::sync::Words;

/// Kind of the records that hold a [`Notice`]; their id is a UUID.
pub const NOTICE: &str = "notice";
/// Kind of the records that hold a [`Mark`]; their id is the notice's.
pub const MARK: &str = "notice-mark";
/// Name of the command that changes marks; its arguments are [`MarkNotices`].
pub const MARK_NOTICES: &str = "notice.mark";
/// Name of the command that says whether a topic's letters announce themselves; its arguments, and the content of
/// its record, are [`TopicPreference`].
pub const SET_TOPIC: &str = "topic.set";
/// Kind of the records that hold one; their id is [`Topic::key`].
pub const TOPIC: &str = "topic";

/// Most notices one command marks.
pub const MAX_MARKED: usize = 100;
/// Most bytes of a notice's content, as JSON.
pub const MAX_NOTICE: usize = 64 * 1024;
/// Most bytes of one attachment.
pub const MAX_ATTACHMENT: usize = 10 * 1024 * 1024;
/// Most attachments of one notice.
pub const MAX_ATTACHMENTS: usize = 10;

/// A letter of the state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// When it was sent (RFC 3339, UTC).
    pub sent_at: String,
    /// The institution that writes.
    pub source: Words,
    /// What it is about.
    pub topic: Topic,
    /// How urgent it is.
    pub priority: Priority,
    /// One line.
    pub subject: Words,
    /// The letter.
    pub body: Body,
    /// Whether the gateway had to cut it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub cut: bool,
    /// What the person can do about it in the app.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<Action>,
    /// Files that belong to it; fetched when they are opened.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
}

/// What a letter is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Documents and certificates.
    Documents,
    /// Fines.
    Fines,
    /// Taxes, fees and bills.
    Payments,
    /// Requests and appointments.
    Services,
    /// Cars and driving.
    Vehicles,
    /// Health and social protection.
    Social,
    /// Powers of attorney.
    Powers,
    /// Petitions and consultations.
    Civic,
    /// Sign-ins, devices and reads of personal data.
    Security,
    /// Anything else, and what a newer gateway calls by another name.
    #[serde(other)]
    Other,
}

impl Topic {
    /// All of them, in the order in which people are shown them.
    pub const ALL: [Self; 10] = [
        Self::Documents,
        Self::Fines,
        Self::Payments,
        Self::Services,
        Self::Vehicles,
        Self::Social,
        Self::Powers,
        Self::Civic,
        Self::Security,
        Self::Other,
    ];

    /// As it is written.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Documents => "documents",
            Self::Fines => "fines",
            Self::Payments => "payments",
            Self::Services => "services",
            Self::Vehicles => "vehicles",
            Self::Social => "social",
            Self::Powers => "powers",
            Self::Civic => "civic",
            Self::Security => "security",
            Self::Other => "other",
        }
    }
}

/// How urgent a letter is, in MNotify's words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// Can wait.
    Low,
    /// As usual.
    #[default]
    Medium,
    /// At once: preferences and quiet hours do not hold it back.
    High,
}

/// A text in up to three languages, without mark-up that could do anything: the gateway has read the sender's HTML
/// and kept what is here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// Romanian; always there.
    pub ro: Vec<Block>,
    /// Russian.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ru: Option<Vec<Block>>,
    /// English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<Vec<Block>>,
}

/// A paragraph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Block {
    /// How it stands.
    #[serde(default, skip_serializing_if = "Style::is_plain")]
    pub style: Style,
    /// What it says.
    pub runs: Vec<Run>,
}

/// How a paragraph stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    /// A heading.
    Heading,
    /// An entry of a list.
    Item,
    /// A paragraph, and whatever a newer gateway calls by another name.
    #[default]
    #[serde(other)]
    Plain,
}

impl Style {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
    fn is_plain(&self) -> bool {
        *self == Self::Plain
    }
}

/// Some words of a paragraph.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The words.
    pub text: String,
    /// Whether they weigh more.
    #[serde(default, skip_serializing_if = "is_false")]
    pub strong: bool,
    /// Where they lead: an `https:`, `mailto:` or `tel:` address as the sender wrote it. Whoever opens it warns first
    /// where it leaves the state's domains.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_false(value: &bool) -> bool {
    !value
}

/// What the person can do about a letter in the app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Action {
    /// See a document of theirs.
    Document {
        /// The gateway's name of the document ([`crate::documents::DocumentOffer`]).
        document: String,
    },
    /// Something a newer gateway knows.
    #[serde(other)]
    Unknown,
}

/// A file that belongs to a letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    /// Its name, without a path.
    pub name: String,
    /// Media type, by what it holds and not by what its name says.
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of them, hexadecimal.
    pub sha256: String,
}

/// What the person did with a letter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// It was read.
    #[serde(default)]
    pub read: bool,
    /// It was put away.
    #[serde(default)]
    pub archived: bool,
    /// It stays on top.
    #[serde(default)]
    pub pinned: bool,
}

/// Changes the marks of some letters; what is not given stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarkNotices {
    /// Which; from 1 to [`MAX_MARKED`].
    pub notices: Vec<Uuid>,
    /// They were read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<bool>,
    /// They are put away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived: Option<bool>,
    /// They stay on top.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pinned: Option<bool>,
}

impl MarkNotices {
    /// The mark as it is afterwards.
    pub fn over(&self, mark: Mark) -> Mark {
        Mark {
            read: self.read.unwrap_or(mark.read),
            archived: self.archived.unwrap_or(mark.archived),
            pinned: self.pinned.unwrap_or(mark.pinned),
        }
    }
}

/// Whether letters of a topic announce themselves; they come into the app in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicPreference {
    /// Which.
    pub topic: Topic,
    /// Whether.
    pub announce: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_newer_gateway_says_is_read_as_far_as_it_is_known() {
        let text = r#"{"sentAt":"2026-11-22T08:00:00Z","source":{"ro":"ASP"},"topic":"weather","priority":"low",
            "subject":{"ro":"Vreme"},"body":{"ro":[{"style":"verse","runs":[{"text":"Ninge.","colour":"blue"}]}]},
            "action":{"kind":"umbrella","size":3},"mood":"calm"}"#;
        let notice: Notice = serde_json::from_str(text).unwrap();

        assert_eq!(
            (notice.topic, notice.action),
            (Topic::Other, Some(Action::Unknown))
        );
        assert_eq!(notice.body.ro[0].style, Style::Plain);
        assert_eq!(notice.body.ro[0].runs[0].text, "Ninge.");
    }

    #[test]
    fn a_topic_is_written_as_its_key() {
        for topic in Topic::ALL {
            assert_eq!(serde_json::to_value(topic).unwrap(), topic.key());
            assert_eq!(
                serde_json::from_value::<Topic>(topic.key().into()).unwrap(),
                topic
            );
        }
    }

    #[test]
    fn a_mark_keeps_what_is_not_given() {
        let change = MarkNotices {
            notices: vec![Uuid::nil()],
            read: Some(true),
            archived: None,
            pinned: Some(false),
        };
        let before = Mark {
            archived: true,
            pinned: true,
            ..Mark::default()
        };

        let after = change.over(before);

        assert_eq!((after.read, after.archived, after.pinned), (true, true, false));
    }
}
