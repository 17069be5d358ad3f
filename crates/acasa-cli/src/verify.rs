//! `acasa verify`: is this document or proof genuine, and whose is it?
//!
//! Reads files and arguments; every decision is the core's.

use crate::input::{read_file, read_stdin};
use crate::output::{Exit, Output};
use acasa_core::verify::{self, CheckName, DocumentReport, Evidence, Format, Given, Outcome, Report};
use jiff::Timestamp;
use std::ffi::{OsStr, OsString};
use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Largest file that is read.
const MAX_FILE: usize = 16 << 20;
/// Most files read from a folder of anchors.
const MAX_FOLDER: usize = 4096;
/// Names of files with anchors in a folder.
const ANCHOR_FILES: [&str; 7] = ["pem", "crt", "cer", "der", "json", "jwk", "jwks"];

/// Why a proof of a later version is not read; it is not broken.
const NEWER_VERSION: &str = "proof_version";

/// Arguments of `acasa verify`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// A document or proof: a file, its text, or - for standard input
    #[arg(value_name = "FILE|TEXT|-")]
    input: OsString,
    /// Roots or signers to trust: a PEM, DER or JWK set file, or a folder of them; may be repeated
    #[arg(long, value_name = "PEM|DIR|JWKS")]
    trust: Vec<PathBuf>,
    /// A status list, JWT or CWT; may be repeated
    #[arg(long, value_name = "FILE")]
    status_list: Vec<PathBuf>,
    /// The time of verification, RFC 3339; now, if left out
    #[arg(long, value_name = "RFC3339", value_parser = rfc3339)]
    at: Option<Timestamp>,
    /// The session transcript of a DeviceResponse: its CBOR array or tag 24, raw, hex or base64url
    #[arg(long, value_name = "FILE")]
    session_transcript: Option<PathBuf>,
    /// The reader's private key, for device MACs: PKCS#8, SEC 1, JWK or the scalar
    #[arg(long, value_name = "FILE")]
    reader_key: Option<PathBuf>,
    /// The challenge the holder was shown
    #[arg(long, value_name = "TEXT")]
    challenge: Option<String>,
    /// Remember proofs in this folder and refuse those seen before
    #[arg(long, value_name = "DIR")]
    seen: Option<PathBuf>,
    /// The nonce a key binding must answer
    #[arg(long, value_name = "N")]
    nonce: Option<String>,
    /// The audience a key binding must name
    #[arg(long, value_name = "A")]
    audience: Option<String>,
    /// Accept a document whose status cannot be looked up
    #[arg(long)]
    allow_unchecked_status: bool,
}

/// Verifies and answers: yes if valid, no if invalid or unverifiable.
pub(crate) fn run(args: &Args, output: &mut Output) -> Exit {
    match answer(args) {
        Ok(report) => {
            output.answer(&report.to_json(), || words(&report));
            if report.verdict() == verify::Verdict::Valid {
                Exit::Yes
            } else {
                Exit::No
            }
        }
        Err(exit) => exit,
    }
}

fn answer(args: &Args) -> Result<Report, Exit> {
    let input = read_input(&args.input)?;
    let at = args.at.unwrap_or_else(Timestamp::now);
    let unusable = |error: verify::VerifyError| Exit::unusable(error.code(), error.to_string());
    let given = Given {
        anchors: read_anchors(&args.trust, at)?,
        status_lists: args
            .status_list
            .iter()
            .map(|path| read_file(path, MAX_FILE))
            .collect::<Result<_, _>>()?,
        transcript: args
            .session_transcript
            .as_deref()
            .map(|path| read_file(path, MAX_FILE))
            .transpose()?,
        reader_key: args
            .reader_key
            .as_deref()
            .map(|path| read_file(path, MAX_FILE))
            .transpose()?,
        challenge: args.challenge.clone(),
    };
    let evidence = Evidence::read(&given, at).map_err(unusable)?;
    let seen = args.seen.as_deref().map(open_seen).transpose()?;
    let was_seen: &dyn Fn(&[u8; 32]) -> bool =
        &|identity| seen.is_some_and(|folder| folder.join(file_name(identity)).exists());
    let options = verify::Options {
        allow_unchecked_status: args.allow_unchecked_status,
        // When the challenge was shown is the caller's to know: this process has just begun.
        challenge: evidence.challenge().map(|challenge| (challenge, Duration::ZERO)),
        nonce: args.nonce.as_deref(),
        audience: args.audience.as_deref(),
        seen: seen.map(|_| was_seen),
        ..evidence.options(at)
    };
    let mut report = verify::verify(&input, &options);
    if let Some(folder) = seen {
        remember(folder, &mut report)?;
    }
    Ok(report)
}

/// A file if there is one of that name, otherwise the text itself.
fn read_input(input: &OsStr) -> Result<Vec<u8>, Exit> {
    if input == "-" {
        return read_stdin(MAX_FILE);
    }
    let path = Path::new(input);
    let text = input.to_str().filter(|text| verify::is_document_text(text));
    match text {
        Some(text) if !path.exists() => Ok(text.as_bytes().to_vec()),
        Some(_) | None => read_file(path, MAX_FILE),
    }
}

/// RFC 3339, 5.6, and none of the other forms of ISO 8601.
fn rfc3339(text: &str) -> Result<Timestamp, String> {
    let shape: String = text
        .chars()
        .map(|c| {
            if c.is_ascii_digit() {
                '0'
            } else {
                c.to_ascii_uppercase()
            }
        })
        .collect();
    let (time, zone) = shape
        .strip_suffix('Z')
        .map(|time| (time, "Z"))
        .or_else(|| shape.split_at_checked(shape.len().saturating_sub(6)))
        .unwrap_or_default();
    let (seconds, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let shaped = matches!(seconds, "0000-00-00T00:00:00" | "0000-00-00 00:00:00")
        && matches!(zone, "Z" | "+00:00" | "-00:00")
        && !fraction.is_empty()
        && fraction.chars().all(|c| c == '0');
    if !shaped {
        return Err("not a time as 2027-01-15T09:30:00Z or 2027-01-15T09:30:00+02:00".to_owned());
    }
    text.parse().map_err(|error: jiff::Error| error.to_string())
}

/// The contents of each file, and of each file of each folder, in the order of names. A file that is
/// named, by itself or by its ending, must hold anchors; others of a folder count only if they do.
fn read_anchors(paths: &[PathBuf], at: Timestamp) -> Result<Vec<Vec<u8>>, Exit> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(read_anchor(path, at)?);
            continue;
        }
        let unreadable = |error| Exit::unusable("unreadable_input", format!("{}: {error}", path.display()));
        let entries = fs::read_dir(path)
            .and_then(|entries| entries.take(MAX_FOLDER + 1).collect::<Result<Vec<_>, _>>())
            .map_err(unreadable)?;
        if entries.len() > MAX_FOLDER {
            let message = format!("{}: more than {MAX_FOLDER} files", path.display());
            return Err(Exit::unusable("input_too_large", message));
        }
        let mut inside: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
        inside.retain(|path| path.is_file());
        inside.sort();
        let before = files.len();
        for file in inside {
            let extension = file.extension().and_then(OsStr::to_str).unwrap_or_default();
            match read_anchor(&file, at) {
                Ok(anchors) => files.push(anchors),
                Err(exit) if ANCHOR_FILES.contains(&extension.to_ascii_lowercase().as_str()) => {
                    return Err(exit);
                }
                Err(_) => {}
            }
        }
        if files.len() == before {
            return Err(no_anchor(path));
        }
    }
    Ok(files)
}

/// A file that holds anchors.
fn read_anchor(path: &Path, at: Timestamp) -> Result<Vec<u8>, Exit> {
    let bytes = read_file(path, MAX_FILE)?;
    let alone = Given {
        anchors: vec![bytes.clone()],
        ..Given::default()
    };
    Evidence::read(&alone, at)
        .map(|_| bytes)
        .map_err(|_| no_anchor(path))
}

/// Which of many files it is, is what the person needs to know.
fn no_anchor(path: &Path) -> Exit {
    Exit::unusable(
        verify::VerifyError::Trust.code(),
        format!("{}: no usable certificate or key", path.display()),
    )
}

fn open_seen(folder: &Path) -> Result<&Path, Exit> {
    fs::create_dir_all(folder)
        .map(|()| folder)
        .map_err(|error| Exit::unusable("unreadable_input", format!("{}: {error}", folder.display())))
}

fn file_name(identity: &[u8; 32]) -> String {
    data_encoding::HEXLOWER.encode(identity)
}

/// Remembers a valid proof: only its hash, nothing of the person. An invalid one is not remembered, or
/// a forgery could block the proof it was made from; nor is one that could not be judged yet.
fn remember(folder: &Path, report: &mut Report) -> Result<(), Exit> {
    let Some(identity) = report
        .identity
        .filter(|_| report.verdict() == verify::Verdict::Valid)
    else {
        return Ok(());
    };
    let path = folder.join(file_name(&identity));
    match OpenOptions::new().write(true).create_new(true).open(&path) {
        Ok(_) => Ok(()),
        // Another process remembered it between the question and now: the same code, twice.
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            report.refuse_as_seen();
            Ok(())
        }
        Err(error) => Err(Exit::failed(
            "output_failed",
            format!("{}: {error}", path.display()),
        )),
    }
}

/// The answer for a person: the verdict, each document, and the checks that did not pass.
fn words(report: &Report) -> String {
    let mut lines = vec![report.verdict().to_string()];
    for document in &report.documents {
        lines.push(heading(report.format, document));
        for (_, elements) in &document.disclosed {
            lines.extend(
                elements
                    .iter()
                    .map(|(name, value)| format!("  {}: {}", name.escape_debug(), verify::to_json(value))),
            );
        }
        lines.extend(document.checks.iter().map(|check| {
            format!(
                "  [{}] {} ({})",
                check.outcome.as_str(),
                check.name.as_str(),
                check.detail
            )
        }));
    }
    lines.join("\n")
}

/// What the document is, whose and shown by whom; of one that could not be read, only that.
fn heading(format: Format, document: &DocumentReport) -> String {
    let parse = document.check(CheckName::Parse);
    if let Some(parse) = parse.filter(|parse| parse.outcome != Outcome::Pass)
        && document.doc_type.is_empty()
    {
        return match (parse.outcome, format) {
            (Outcome::Fail, Format::SmartQr) if parse.detail != NEWER_VERSION => "the code is broken",
            (Outcome::Fail, Format::Unknown) => "this is no document",
            (Outcome::Fail, Format::DeviceResponse | Format::IssuerSigned | Format::SdJwt) => {
                "the document is broken"
            }
            _ => "this program cannot read it",
        }
        .to_owned();
    }
    let issuer = document
        .issuer
        .as_ref()
        .map_or("unknown signer", |issuer| issuer.subject.as_str());
    format!(
        "{} by {}, {}",
        // What a stranger wrote must not steer the terminal.
        document.doc_type.escape_debug(),
        issuer.escape_debug(),
        document.holder.as_str()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_rfc_3339_and_nothing_else() {
        for text in [
            "2026-11-21T12:00:00Z",
            "2026-11-21t12:00:00z",
            "2026-11-21 12:00:00+02:00",
            "2026-11-21T12:00:00.123456789-00:00",
            "2026-12-31T23:59:60Z",
        ] {
            assert!(rfc3339(text).is_ok(), "{text}");
        }
        for text in [
            "",
            "now",
            "2026-11-21",
            "2026-11-21T12:00:00",
            "2026-11-21T12:00Z",
            "20261121T120000Z",
            "2026-11-21T12:00:00+0200",
            "2026-11-21T12:00:00+02:00[Europe/Chisinau]",
            "2026-11-21T12:00:00.Z",
            "2026-02-30T12:00:00Z",
            "2026-11-21T25:00:00Z",
            "ă026-11-21T12:00:00Z",
        ] {
            assert!(rfc3339(text).is_err(), "{text}");
        }
    }
}
