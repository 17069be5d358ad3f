use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What to show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ShowingBegin {
    /// Id of the document.
    pub document: String,
    /// Key of the preset.
    pub preset: String,
    /// A verifier's challenge that was scanned.
    pub challenge: Option<String>,
}

/// Which showing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ShowingRef {
    /// Its id.
    pub id: String,
}

/// A code to draw: modules row by row, one bit each, most significant first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MatrixView {
    /// Modules along one side, quiet zone not counted.
    pub size: u32,
    /// Base64 of the bits, rows not padded; 1 is dark.
    pub modules: String,
}

/// A showing under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ShowingView {
    /// Opaque id.
    pub id: String,
    /// Key of the preset shown.
    pub preset: String,
    /// Elements that the code discloses, exactly.
    pub elements: Vec<String>,
    /// The still code; absent where it needs the moving one.
    pub code: Option<MatrixView>,
    /// Frames of one cycle, where it moves.
    pub frame_count: Option<u32>,
    /// The code's text, for "Copiază codul".
    pub text: String,
    /// When it was made (RFC 3339).
    pub made_at: String,
    /// Seconds until it is renewed.
    pub renew_in_seconds: u32,
    /// Copies not shown yet, after this one.
    pub copies_left: u32,
    /// Whether this copy was shown before and can be recognised.
    pub recognisable: bool,
    /// Name in the challenge answered.
    pub verifier: Option<String>,
}

/// Which frames of a moving code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ShowingFrames {
    /// Id of the showing.
    pub id: String,
    /// First frame wanted; they go on for ever.
    pub from: u32,
    /// How many, 1 to 64.
    pub count: u32,
}

/// Frames of a moving code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FramesView {
    /// In order.
    pub frames: Vec<MatrixView>,
    /// Frames of one cycle: a renewal happens only between cycles.
    pub cycle: u32,
}
