//! Use case: scan. A picture or a camera's frame becomes the codes in it, each named; and the other
//! way, a text becomes a code. Needs no profile.

use acasa_qr::{Effort, Level, Luma, Matrix, Payload, QrError, ReadCode};
use data_encoding::BASE64;
use serde::Serialize;

/// Pixels a module in a PNG.
const PNG_SCALE: u32 = 8;

/// A code that was read in a picture.
#[derive(Clone, Serialize)]
pub struct ScannedCode {
    /// What it says; null only if its bytes are not text.
    pub text: Option<String>,
    /// Its payload bytes, in standard base64.
    pub bytes_base64: String,
    /// Version of the symbol: 1 to 40, for Micro QR 1 to 4.
    pub version: u8,
    /// What it is, one of the kinds of [`crate::inspect`]; null if it is not text.
    pub kind: Option<&'static str>,
}

/// Reads every code in a PNG, JPEG, WebP or GIF, taking the time it needs (two seconds at most).
pub fn scan_picture(file: &[u8]) -> Result<Vec<ScannedCode>, QrError> {
    Ok(named(acasa_qr::read(&Luma::decode(file)?, Effort::Picture)))
}

/// Reads the codes in one frame of a camera, given its luma row by row, in the time a film leaves.
pub fn scan_frame(width: u32, height: u32, luma: Vec<u8>) -> Result<Vec<ScannedCode>, QrError> {
    Ok(named(acasa_qr::read(
        &Luma::new(width, height, luma)?,
        Effort::Frame,
    )))
}

/// How a code is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DrawingFormat {
    /// Scales to any size.
    Svg,
    /// Eight pixels a module.
    Png,
    /// Lines of half blocks for a terminal.
    HalfBlocks,
}

/// A code, drawn.
pub struct CodeDrawing {
    /// Version of the symbol, 1 to 40.
    pub version: u8,
    /// The file's bytes.
    pub bytes: Vec<u8>,
}

impl CodeDrawing {
    /// The drawing as text, for those formats that are.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// Draws the smallest code that holds the text, at error correction level L.
pub fn draw_code(text: &str, format: DrawingFormat) -> Result<CodeDrawing, QrError> {
    let matrix = Matrix::make(&Payload::Text(text), Level::Low, 40)?;
    let bytes = match format {
        DrawingFormat::Svg => matrix.to_svg().into_bytes(),
        DrawingFormat::Png => matrix.to_png(PNG_SCALE)?,
        DrawingFormat::HalfBlocks => matrix.to_half_blocks().into_bytes(),
    };
    Ok(CodeDrawing {
        version: matrix.version(),
        bytes,
    })
}

fn named(codes: Vec<ReadCode>) -> Vec<ScannedCode> {
    codes.into_iter().map(ScannedCode::from).collect()
}

impl From<ReadCode> for ScannedCode {
    fn from(code: ReadCode) -> Self {
        Self {
            kind: code
                .text
                .as_deref()
                .map(|text| acasa_codes::inspect(text).kind().as_str()),
            bytes_base64: BASE64.encode(&code.bytes),
            version: code.symbol.version(),
            text: code.text,
        }
    }
}

#[cfg(test)]
mod tests;
