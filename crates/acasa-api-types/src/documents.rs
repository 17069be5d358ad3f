use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The documents Acasă knows to show; each has its art, its words and its presets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DocumentType {
    /// Identity card (`md.gov.wallet.pid.1`, `eu.europa.ec.eudi.pid.1`).
    IdentityCard,
    /// Driving licence (`md.gov.wallet.dl.1`, `org.iso.18013.5.1.mDL`).
    DrivingLicence,
    /// Vehicle registration certificate (`md.gov.wallet.vrc.1`).
    VehicleRegistration,
    /// Residence card of a foreigner.
    ResidenceCard,
    /// Student card.
    StudentCard,
    /// Disability certificate.
    DisabilityCertificate,
}

/// Whether a document can be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DocumentState {
    /// In force.
    Valid,
    /// In force, for fewer than 30 days more.
    ExpiresSoon,
    /// Past its last day.
    Expired,
    /// Withdrawn by the state.
    Revoked,
    /// Not in force yet.
    NotYetValid,
}

/// Which documents to receive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DocumentsReceive {
    /// Ids of the offers agreed to.
    pub offers: Vec<String>,
}

/// How far the documents asked for have come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReceiptView {
    /// One for each document asked for.
    pub items: Vec<ReceiptItemView>,
    /// Whether nothing is under way any more.
    pub finished: bool,
}

/// One document on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReceiptItemView {
    /// The offer's id.
    pub offer: String,
    /// Which document.
    pub document_type: DocumentType,
    /// How it stands.
    pub state: ReceiptState,
    /// Failure code, where it failed.
    pub error: Option<String>,
    /// Id of the document, once it is there.
    pub document: Option<String>,
}

/// How one document on its way stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptState {
    /// Not begun.
    Waiting,
    /// Under way.
    Working,
    /// Stored.
    Done,
    /// Failed; can be asked for again by itself.
    Failed,
}

/// The documents held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DocumentsView {
    /// Most used first.
    pub documents: Vec<DocumentSummaryView>,
}

/// A document as a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DocumentSummaryView {
    /// Opaque id.
    pub id: String,
    /// Which document.
    pub document_type: DocumentType,
    /// Family name.
    pub family_name: String,
    /// Given name.
    pub given_name: String,
    /// Number of the document; masked by the interface until asked for.
    pub number: Option<String>,
    /// Last day of validity (`YYYY-MM-DD`).
    pub valid_until: Option<String>,
    /// Whether it can be relied on.
    pub state: DocumentState,
    /// JPEG, base64.
    pub portrait: Option<String>,
    /// For a vehicle: its plate.
    pub plate: Option<String>,
}

/// Which document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DocumentRef {
    /// Its id.
    pub id: String,
}

/// A document, whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DocumentView {
    /// The card.
    pub summary: DocumentSummaryView,
    /// All data, in groups.
    pub groups: Vec<FieldGroupView>,
    /// Issuer's name as its certificate says.
    pub issuer: String,
    /// First day of validity (`YYYY-MM-DD`).
    pub valid_from: Option<String>,
    /// When it was received (RFC 3339).
    pub received_at: String,
    /// When its status was last checked (RFC 3339).
    pub status_checked_at: Option<String>,
    /// Copies not shown yet.
    pub copies_left: u32,
    /// What can be shown of it.
    pub presets: Vec<PresetView>,
    /// To whom it was shown, newest first.
    pub showings: Vec<ShowingRecordView>,
}

/// A group of data on a document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FieldGroupView {
    /// Message key `group_<key>`: `person`, `document`, `address`, `vehicle`, `rights`, `other`.
    pub key: String,
    /// In the order of the document.
    pub fields: Vec<FieldView>,
}

/// One datum.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FieldView {
    /// Element identifier, such as `family_name`; message key `element_<key>`.
    pub key: String,
    /// Its value.
    pub value: FieldValueView,
    /// Whether it is masked until asked for.
    pub sensitive: bool,
}

/// A value; the interface formats it for the language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "type", content = "value", rename_all = "snake_case")]
pub enum FieldValueView {
    /// As it stands.
    Text(String),
    /// `YYYY-MM-DD`.
    Date(String),
    /// RFC 3339.
    Time(String),
    /// Yes or no.
    Truth(bool),
    /// A whole number.
    Number(i64),
    /// ISO/IEC 5218 and the further codes of the EU PID.
    Sex(u8),
    /// JPEG, base64.
    Image(String),
    /// Categories a driver may drive.
    Privileges(Vec<PrivilegeView>),
    /// Several texts.
    List(Vec<String>),
}

/// A category a driver may drive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PrivilegeView {
    /// `B`, `C1E` and the like.
    pub category: String,
    /// `YYYY-MM-DD`.
    pub issued: Option<String>,
    /// `YYYY-MM-DD`.
    pub expires: Option<String>,
    /// Restrictions, as code, sign and value together.
    pub codes: Vec<String>,
}

/// What can be shown of a document at one tap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PresetView {
    /// Message key `preset_<key>`: `age`, `name_number_expiry`, `portrait`, `full`.
    pub key: String,
    /// Elements that will be sent.
    pub elements: Vec<String>,
    /// Whether it needs the moving code.
    pub moving: bool,
    /// Copies not shown yet.
    pub copies_left: u32,
}

/// One showing, remembered by its holder only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ShowingRecordView {
    /// When (RFC 3339).
    pub at: String,
    /// Elements that were shown.
    pub elements: Vec<String>,
    /// Name in the challenge that was answered.
    pub verifier: Option<String>,
}

/// What a refresh brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RefreshView {
    /// Documents whose state changed.
    pub changed: u32,
    /// Fresh copies received.
    pub copies: u32,
    /// Whether signing in again is needed to go on.
    pub sign_in_needed: bool,
}
