//! `acasa scan`: the codes in picture files, one line a file.

use crate::input;
use crate::output::{Exit, Output};
use acasa_core::scan::{ScannedCode, scan_picture};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Largest picture file, in bytes.
const MAX_FILE: usize = 64 * 1024 * 1024;

/// Arguments of `acasa scan`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Pictures: PNG, JPEG, WebP or GIF
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// What a file held.
#[derive(Serialize)]
struct ScannedFile {
    file: String,
    codes: Vec<ScannedCode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Unreadable>,
}

#[derive(Serialize)]
struct Unreadable {
    code: &'static str,
}

/// Reads every file; one that cannot be read does not keep the others from it.
pub(crate) fn run(args: &Args, output: &mut Output) -> Exit {
    let (mut unreadable, mut without) = (0_usize, 0_usize);
    for path in &args.files {
        let scanned = scan(path);
        if scanned.error.is_some() {
            unreadable += 1;
        } else if scanned.codes.is_empty() {
            without += 1;
        }
        output.answer(&scanned, || words(&scanned));
    }
    match (unreadable, without) {
        (0, 0) => Exit::Yes,
        (0, _) => Exit::No,
        _ => Exit::unusable(
            "unreadable_input",
            format!("files that could not be read: {unreadable}"),
        ),
    }
}

fn scan(path: &Path) -> ScannedFile {
    let answer = match input::read_file(path, MAX_FILE) {
        Ok(bytes) => scan_picture(&bytes).map_err(|error| error.code()),
        Err(_) => Err("file_unreadable"),
    };
    let (codes, error) = match answer {
        Ok(codes) => (codes, None),
        Err(code) => (Vec::new(), Some(Unreadable { code })),
    };
    // A name that is not Unicode cannot be told in JSON as it is; nothing is done with this one but tell it.
    ScannedFile {
        file: path.to_string_lossy().into_owned(),
        codes,
        error,
    }
}

fn words(scanned: &ScannedFile) -> String {
    let file = &scanned.file;
    if let Some(error) = &scanned.error {
        return format!("{file}: could not be read ({})", error.code);
    }
    if scanned.codes.is_empty() {
        return format!("{file}: no code found");
    }
    let lines = scanned.codes.iter().map(|code| match (&code.kind, &code.text) {
        // A text from a stranger must not steer the terminal.
        (Some(kind), Some(text)) => format!("{file}: {kind}: {}", text.escape_debug()),
        _ => format!("{file}: bytes: {}", code.bytes_base64),
    });
    lines.collect::<Vec<_>>().join("\n")
}
