//! `acasa challenge`: a challenge for a holder to answer.

use crate::output::{Exit, Output};
use acasa_core::verify::make_challenge;
use serde_json::json;

/// Arguments of `acasa challenge`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Elements to ask for, with or without their namespace and a slash before them; may be repeated
    #[arg(long = "ask", value_name = "ELEMENT", num_args = 1..)]
    asked: Vec<String>,
}

/// Prints a fresh, unsigned challenge. What it asks for is not to be kept: keeping needs a signed one.
pub(crate) fn run(args: &Args, output: &mut Output) -> Exit {
    match make_challenge(&args.asked) {
        Ok(challenge) => {
            let text = challenge.to_text();
            output.answer(&json!({ "challenge": text, "asked": args.asked }), || {
                text.clone()
            });
            Exit::Yes
        }
        Err(error) if error.retryable() => Exit::failed(error.code(), error.to_string()),
        Err(error) => Exit::unusable(error.code(), error.to_string()),
    }
}
