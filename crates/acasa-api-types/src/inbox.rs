use crate::{DocumentType, LanguageTag};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which letters to list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(optional_fields)]
pub struct InboxQuery {
    /// Which of them.
    pub shelf: Shelf,
    /// Only these topics; all, where there are none.
    pub topics: Vec<NoticeTopic>,
    /// Words to find, at most 200 characters: without regard to diacritics and to most endings.
    pub search: Option<String>,
    /// Goes on after a page: its `next`.
    pub after: Option<String>,
}

/// Which letters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Shelf {
    /// All that are not put away.
    #[default]
    Inbox,
    /// Of these, what was not read.
    Unread,
    /// What was put away.
    Archive,
}

/// What a letter is about: message key `topic_<key>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum NoticeTopic {
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
    /// Anything else.
    Other,
}

/// Letters, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct InboxView {
    /// Those that stay on top, all of them, on the first page of `inbox` only; not among the others.
    pub pinned: Vec<NoticeRow>,
    /// A page of the others, at most 50.
    pub notices: Vec<NoticeRow>,
    /// Where the next page goes on; absent at the end.
    pub next: Option<String>,
    /// All that were not read and are not put away.
    pub unread: u32,
    /// Topics of the letters held: what there is to filter by.
    pub topics: Vec<NoticeTopic>,
    /// Whether the state has ever told this device; before that nothing is known.
    pub known: bool,
}

/// A letter in a list. Texts are in the language of the interface, or else in Romanian.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says another thing of the letter"
)]
pub struct NoticeRow {
    /// Opaque id.
    pub id: String,
    /// When it was sent (RFC 3339).
    pub sent_at: String,
    /// The institution that writes: the state's own words.
    pub source: String,
    /// What it is about.
    pub topic: NoticeTopic,
    /// Whether it could not wait.
    pub urgent: bool,
    /// One line: the state's own words.
    pub subject: String,
    /// How it begins, at most 160 characters.
    pub preview: String,
    /// It was read.
    pub read: bool,
    /// It was put away.
    pub archived: bool,
    /// It stays on top.
    pub pinned: bool,
    /// A mark of it was changed here and is not confirmed yet.
    pub waiting: bool,
    /// How many files belong to it.
    pub attachments: u32,
}

/// Which letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NoticeRef {
    /// Its id.
    pub id: String,
}

/// A letter whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NoticeView {
    /// As it stands in the list.
    pub row: NoticeRow,
    /// The language of its text: not always the one of the interface.
    pub language: LanguageTag,
    /// What it says.
    pub paragraphs: Vec<NoticeParagraph>,
    /// Whether the gateway had to cut it.
    pub cut: bool,
    /// The document it is about, where it is held here.
    pub document: Option<NoticeDocument>,
    /// Files that belong to it.
    pub attachments: Vec<NoticeAttachment>,
}

/// A paragraph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NoticeParagraph {
    /// How it stands.
    pub style: ParagraphStyle,
    /// What it says.
    pub runs: Vec<NoticeRun>,
}

/// How a paragraph stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ParagraphStyle {
    /// A paragraph.
    Plain,
    /// A heading.
    Heading,
    /// An entry of a list.
    Item,
}

/// Some words of a paragraph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NoticeRun {
    /// The words.
    pub text: String,
    /// Whether they weigh more.
    pub strong: bool,
    /// Where they lead.
    pub link: Option<NoticeLink>,
}

/// Where some words lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NoticeLink {
    /// The whole address, to be shown before it is opened.
    pub address: String,
    /// Its host, number or mailbox.
    pub place: String,
    /// Whether it stays with the state; otherwise the person is warned first.
    pub official: bool,
    /// Whether its name imitates one of the state's: the warning says so.
    pub lookalike: bool,
}

/// The document a letter is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NoticeDocument {
    /// Its id.
    pub id: String,
    /// Its type.
    pub document_type: DocumentType,
}

/// A file that belongs to a letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NoticeAttachment {
    /// Its place among them, from 0.
    pub number: u32,
    /// Its name.
    pub name: String,
    /// Media type.
    pub media_type: String,
    /// Bytes.
    pub size: u64,
}

/// Which file of which letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AttachmentRef {
    /// The letter's id.
    pub id: String,
    /// The file's place, from 0.
    pub number: u32,
}

/// Which link of which letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NoticeLinkRef {
    /// The letter's id.
    pub id: String,
    /// The address, as the letter has it.
    pub address: String,
    /// That the person was warned and wants it; needed where it leaves the state's domains.
    pub confirmed: bool,
}

/// Changes the marks of letters; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(optional_fields)]
pub struct MarkChange {
    /// Which, at most 100; all unread ones of the inbox, where there are none.
    pub ids: Vec<String>,
    /// They were read, or not.
    pub read: Option<bool>,
    /// They are put away, or not.
    pub archived: Option<bool>,
    /// They stay on top, or not.
    pub pinned: Option<bool>,
}

/// What was marked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MarkedView {
    /// The acts that were made, for taking them back: one for each hundred letters, none where nothing changed.
    pub acts: Vec<String>,
    /// How many letters changed.
    pub changed: u32,
    /// All that are not read and not put away now.
    pub unread: u32,
}

/// Which letters announce themselves, and when none does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AnnouncementsView {
    /// Every topic, in the order in which people are shown them: the same on all their devices.
    pub topics: Vec<TopicAnnouncement>,
    /// Whether this device announces letters at all.
    pub enabled: bool,
    /// When this device announces none but urgent ones, in its local time.
    pub quiet: Option<QuietHours>,
    /// The act that was just made, for taking it back.
    pub act: Option<String>,
}

/// A topic's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TopicAnnouncement {
    /// Which.
    pub topic: NoticeTopic,
    /// Whether its letters announce themselves.
    pub announce: bool,
    /// Whether that cannot be changed.
    pub required: bool,
    /// It was changed here and is not confirmed yet.
    pub waiting: bool,
}

/// Hours of the day; past midnight, where `until` is not later than `from`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct QuietHours {
    /// `HH:MM`.
    pub from: String,
    /// `HH:MM`.
    pub until: String,
}

/// A change of one of them; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(optional_fields)]
pub struct AnnouncementChange {
    /// A topic, with `announce`.
    pub topic: Option<NoticeTopic>,
    /// Whether its letters announce themselves.
    pub announce: Option<bool>,
    /// Whether this device announces letters at all.
    pub enabled: Option<bool>,
    /// When this device announces none but urgent ones.
    pub quiet: Option<QuietHours>,
    /// Ends the quiet hours.
    pub quiet_off: bool,
}

/// What the device itself reminds of, soonest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RemindersView {
    /// Of documents that end within a year or have ended.
    pub reminders: Vec<ReminderView>,
}

/// A document that ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReminderView {
    /// The document's id.
    pub document: String,
    /// Its type.
    pub document_type: DocumentType,
    /// Its last valid day (`YYYY-MM-DD`).
    pub ends_on: String,
    /// Whole days until then, negative after.
    pub days: i32,
    /// Days before the end on which the device reminds of it, that are still to come.
    pub ahead: Vec<u32>,
    /// Whether one of the days to be reminded has come: it belongs among what is to be done.
    pub due: bool,
}
