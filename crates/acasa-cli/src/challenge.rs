//! `acasa challenge`: a challenge for a holder to answer.

use crate::input::read_file;
use crate::output::{Exit, Output};
use acasa_core::verify::{AccessKey, Ask, make_challenge};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Largest file of a certificate or a key, in bytes.
const FILE_LIMIT: usize = 64 * 1024;

/// Arguments of `acasa challenge`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Elements to ask for, with or without their namespace and a slash before them; may be repeated
    #[arg(long = "ask", value_name = "ELEMENT", num_args = 1..)]
    asked: Vec<String>,
    /// Why, in a few words
    #[arg(long, value_name = "TEXT")]
    purpose: Option<String>,
    /// Say that what is shown is kept; only a signed challenge may
    #[arg(long, requires = "certificate")]
    keep: bool,
    /// Sign it by this access certificate, which the authority gives (`acasa gateway --certify-reader`): PEM
    #[arg(long, value_name = "FILE", requires = "key")]
    certificate: Option<PathBuf>,
    /// The certificate's private key: PKCS#8, PEM
    #[arg(long, value_name = "FILE", requires = "certificate")]
    key: Option<PathBuf>,
}

/// Prints a fresh challenge, unsigned unless there is an access certificate.
pub(crate) fn run(args: &Args, output: &mut Output) -> Exit {
    let signer = match (&args.certificate, &args.key) {
        (Some(certificate), Some(key)) => match access_key(certificate, key) {
            Ok(signer) => Some(signer),
            Err(exit) => return exit,
        },
        _ => None,
    };
    let ask = Ask {
        elements: &args.asked,
        purpose: args.purpose.as_deref(),
        retain: args.keep,
    };
    match make_challenge(&ask, signer.as_ref()) {
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

fn access_key(certificate: &Path, key: &Path) -> Result<AccessKey, Exit> {
    let certificate = read_file(certificate, FILE_LIMIT)?;
    let key = read_file(key, FILE_LIMIT)?;
    let key = String::from_utf8_lossy(&key);
    AccessKey::read(&certificate, &key).map_err(|error| Exit::unusable(error.code(), error.to_string()))
}
