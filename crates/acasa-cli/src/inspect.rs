//! `acasa inspect`: what a text is, and whether it is safe.

use crate::input::{read_stdin, without_line_end};
use crate::output::{Exit, Output};
use acasa_core::inspect::{Inspection, inspect_bytes};
use serde_json::Value;
use std::ffi::OsString;
use std::fmt::Write as _;

/// More than any code holds; a longer text is answered as too long, not as unreadable.
const MAX_INPUT_BYTES: usize = 1024 * 1024;

/// Arguments of `acasa inspect`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// What the code says, or `-` to read it from standard input
    #[arg(value_name = "TEXT|-")]
    text: OsString,
}

/// Says what the text is. 0 if it is well formed, 1 if it is broken.
pub(crate) fn run(args: &Args, output: &mut Output) -> Exit {
    let bytes = if args.text == "-" {
        match read_stdin(MAX_INPUT_BYTES) {
            Ok(bytes) => without_line_end(bytes),
            Err(exit) => return exit,
        }
    } else {
        args.text.as_encoded_bytes().to_vec()
    };
    let inspection = inspect_bytes(&bytes);
    output.answer(&inspection, || words(&inspection));
    if inspection.well_formed() {
        Exit::Yes
    } else {
        Exit::No
    }
}

/// One thing a line: the kind, the fields, then what is broken and what is risky.
fn words(inspection: &Inspection) -> String {
    let state = if inspection.well_formed() {
        "well formed"
    } else {
        "broken"
    };
    let mut words = format!("{} ({state})", inspection.kind());
    for (name, value) in inspection.fields() {
        let _ = write!(words, "\n  {name}: {}", shown(value));
    }
    for finding in inspection.errors() {
        let _ = write!(words, "\nerror: {} at {}", finding.code, finding.at);
    }
    for code in inspection.warnings() {
        let _ = write!(words, "\nwarning: {code}");
    }
    words
}

/// Control characters are escaped, so that a code cannot write to the terminal.
fn shown(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    text.chars()
        .flat_map(|c| {
            if c.is_control() {
                c.escape_default().collect()
            } else {
                vec![c]
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_name_kind_fields_errors_and_warnings() {
        let words = words(&inspect_bytes(b"0002015802MD63040000"));

        assert_eq!(
            words,
            "emvco (broken)\n  00: 01\n  58: MD\n  63: 0000\nerror: checksum_mismatch at 63"
        );
    }

    #[test]
    fn a_code_cannot_write_to_the_terminal() {
        assert!(!words(&inspect_bytes(b"\x1b[2Jtext")).contains('\u{1b}'));
    }
}
