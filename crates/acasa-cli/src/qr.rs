//! `acasa qr`: a text becomes a code.

use crate::input;
use crate::output::{Exit, Output};
use acasa_core::scan::{CodeDrawing, DrawingFormat, draw_code};
use serde_json::json;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

/// More than the largest code holds (7,089 digits).
const MAX_TEXT: usize = 8 * 1024;

/// Arguments of `acasa qr`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Write a picture, SVG or PNG by the name's ending; without it the code is drawn in the terminal
    #[arg(long, value_name = "F.svg|F.png")]
    out: Option<PathBuf>,
    /// What the code says; - reads it from standard input
    text: String,
}

/// Makes the smallest code that holds the text, at error correction level L.
pub(crate) fn run(args: &Args, output: &mut Output) -> Exit {
    match make(args) {
        Ok((drawing, None)) => {
            let answer = json!({ "version": drawing.version, "drawing": drawing.text() });
            output.answer(&answer, || drawing.text().trim_end().to_owned());
            Exit::Yes
        }
        Ok((drawing, Some(path))) => {
            if let Err(error) = fs::write(path, &drawing.bytes) {
                return Exit::unusable("unwritable_output", format!("{}: {error}", path.display()));
            }
            let answer = json!({ "version": drawing.version, "file": path.to_string_lossy() });
            output.answer(&answer, || {
                format!("{}: version {}", path.display(), drawing.version)
            });
            Exit::Yes
        }
        Err(exit) => exit,
    }
}

fn make(args: &Args) -> Result<(CodeDrawing, Option<&Path>), Exit> {
    let format = match args
        .out
        .as_deref()
        .map(|path| path.extension().and_then(OsStr::to_str))
    {
        None => DrawingFormat::HalfBlocks,
        Some(Some(ending)) if ending.eq_ignore_ascii_case("svg") => DrawingFormat::Svg,
        Some(Some(ending)) if ending.eq_ignore_ascii_case("png") => DrawingFormat::Png,
        Some(_) => {
            return Err(Exit::unusable(
                "bad_arguments",
                "--out takes a name that ends in .svg or .png",
            ));
        }
    };
    let text = if args.text == "-" {
        from_stdin()?
    } else {
        args.text.clone()
    };
    let drawing =
        draw_code(&text, format).map_err(|error| Exit::unusable(error.code(), error.to_string()))?;
    Ok((drawing, args.out.as_deref()))
}

/// Standard input as text, without the line end that a shell adds.
fn from_stdin() -> Result<String, Exit> {
    String::from_utf8(input::without_line_end(input::read_stdin(MAX_TEXT)?))
        .map_err(|_| Exit::unusable("unreadable_input", "standard input is not UTF-8"))
}
