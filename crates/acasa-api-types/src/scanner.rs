use crate::VerdictView;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A camera frame: `width` × `height` bytes of grey, top row first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RawFrame {
    /// Pixels along a row (`x-width`).
    pub width: u32,
    /// Rows (`x-height`).
    pub height: u32,
    /// The bytes.
    #[ts(type = "Uint8Array")]
    pub bytes: Vec<u8>,
}

/// A picture file, as it is on the disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RawPicture {
    /// The bytes.
    #[ts(type = "Uint8Array")]
    pub bytes: Vec<u8>,
}

/// A text that came from a code, or was pasted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ScannedText {
    /// At most 32 KiB.
    pub text: String,
}

/// What scanning found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ScanView {
    /// What was found; empty where nothing was.
    pub found: Vec<FoundView>,
    /// Part of a moving code read so far, 0 to 1.
    pub progress: Option<f64>,
    /// Where the code lies in the frame: four corners as fractions of width and height.
    pub corners: Option<Vec<(f64, f64)>>,
}

/// A code, named.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FoundView {
    /// `proof`, `challenge`, `openid4vp`, `openid4vci`, `mpay`, `mia`, `emvco`, `epc`, `swissqr`,
    /// `hcert`, `wifi`, `contact`, `event`, `link` or `text`; message key `kind_<key>`.
    pub kind: String,
    /// Whether it is what it says it is, to the letter.
    pub well_formed: bool,
    /// What it says, as name and value; names are message keys `code_<key>` where one exists.
    pub fields: Vec<FoundFieldView>,
    /// What is broken, as codes.
    pub errors: Vec<String>,
    /// What is risky, as codes (`risk_<key>`).
    pub warnings: Vec<String>,
    /// The text of the code.
    pub text: String,
    /// For a proof: the verdict on it.
    pub verdict: Option<VerdictView>,
    /// For a challenge: who asks for what.
    pub challenge: Option<ReadChallengeView>,
}

/// One thing a code says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FoundFieldView {
    /// Name of the field, in the standard's own words.
    pub name: String,
    /// Its value, as text.
    pub value: String,
}

/// A challenge that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReadChallengeView {
    /// What the verifier calls itself.
    pub verifier: String,
    /// Whether a certificate backs that name.
    pub known: bool,
    /// Elements asked for.
    pub elements: Vec<String>,
    /// Why.
    pub purpose: String,
    /// Whether the verifier means to keep what it is shown.
    pub retain: bool,
}

/// Codes kept for later.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KeptCodesView {
    /// Newest first.
    pub codes: Vec<KeptCodeView>,
}

/// A code kept for later.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KeptCodeView {
    /// Opaque id.
    pub id: String,
    /// When it was kept (RFC 3339).
    pub kept_at: String,
    /// What it is.
    pub found: FoundView,
}

/// Which kept code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KeptCodeRef {
    /// Its id.
    pub id: String,
}
