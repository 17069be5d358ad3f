//! Use case: verify. Bytes and what the verifier knows become a report; needs no profile, no clock
//! and no network.
//!
//! Smart QR proofs, mdoc `DeviceResponse` and `IssuerSigned`, SD-JWT with and without key binding
//! are told apart by themselves. Something that claims to be one of them and cannot be read is an
//! answer (`parse` failed), not an error.

mod evidence;
mod input;
mod report;
mod sd_jwt;
mod status;

pub use acasa_credentials::verdict::Verdict;
pub use evidence::{Evidence, Given, VerifyError, make_challenge};
pub use input::{Format, decode_binary, is_document_text};
pub use report::{Report, to_json};
pub use status::StatusBook;

use acasa_credentials::challenge::Challenge;
use acasa_credentials::mdoc::verify::{Context, verify_document, verify_issuer_signed};
use acasa_credentials::mdoc::{DeviceResponse, IssuerSigned, SessionTranscript, StatusReference};
use acasa_credentials::proof::{Freshness, Seen, UnverifiedProof, verify_proof};
use acasa_credentials::report::DocumentReport;
use acasa_credentials::trust::TrustStore;
use acasa_credentials::verdict::{Check, CheckName};
use acasa_crypto::EcdhKey;
use input::Input;
use jiff::Timestamp;
use std::time::Duration;

/// What the verifier knows and wants.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// The time of verification.
    pub at: Timestamp,
    /// Whom to trust; `None` leaves every issuer open.
    pub trust: Option<&'a TrustStore>,
    /// The status lists at hand.
    pub status: &'a StatusBook,
    /// Whether a status that cannot be looked up is accepted.
    pub allow_unchecked_status: bool,
    /// The session of a `DeviceResponse`.
    pub transcript: Option<&'a SessionTranscript>,
    /// The reader's private key, for device MACs.
    pub reader_key: Option<&'a EcdhKey>,
    /// The challenge shown to the holder of a proof, and how long ago by a monotonic clock.
    pub challenge: Option<(&'a Challenge, Duration)>,
    /// The nonce a key binding must answer.
    pub nonce: Option<&'a str>,
    /// The audience a key binding must name.
    pub audience: Option<&'a str>,
    /// Whether a proof's identity was met before; `None` leaves replay unasked.
    pub seen: Option<Seen<'a>>,
}

impl<'a> Options<'a> {
    /// Nothing known but the time.
    pub const fn new(at: Timestamp, status: &'a StatusBook) -> Self {
        Self {
            at,
            trust: None,
            status,
            allow_unchecked_status: false,
            transcript: None,
            reader_key: None,
            challenge: None,
            nonce: None,
            audience: None,
            seen: None,
        }
    }
}

/// Verifies whatever `bytes` hold.
pub fn verify(bytes: &[u8], options: &Options<'_>) -> Report {
    let status = |reference: &StatusReference| options.status.check_mdoc(reference, options.at);
    let context = Context {
        at: options.at,
        trust: options.trust,
        status: &status,
        allow_unchecked_status: options.allow_unchecked_status,
        transcript: options.transcript,
        reader_key: options.reader_key,
    };
    match input::recognise(bytes) {
        Input::Proof(text) => proof(&text, options, &context),
        Input::DeviceResponse(cbor) => Report::new(Format::DeviceResponse, response(&cbor, &context)),
        Input::IssuerSigned(cbor) => {
            let document = match IssuerSigned::from_slice(&cbor) {
                Ok(document) => verify_issuer_signed(&document, &context),
                Err(error) => DocumentReport::unreadable(error.code()),
            };
            Report::new(Format::IssuerSigned, vec![document])
        }
        Input::SdJwt(text) => Report::new(Format::SdJwt, vec![sd_jwt::verify(&text, options)]),
        Input::Unknown(detail) => Report::new(Format::Unknown, vec![DocumentReport::unreadable(detail)]),
    }
}

fn proof(text: &str, options: &Options<'_>, context: &Context<'_>) -> Report {
    let proof = match UnverifiedProof::from_text(text) {
        Ok(proof) => proof,
        Err(error) => return Report::new(Format::SmartQr, vec![DocumentReport::unreadable(error.code())]),
    };
    let freshness = options
        .challenge
        .map_or(Freshness::NoChallenge, |(challenge, age)| {
            Freshness::Challenge(challenge, age)
        });
    let verified = verify_proof(&proof, freshness, options.seen, context);
    Report {
        identity: verified.identity,
        challenge_answered: verified.challenge_answered,
        ..Report::new(Format::SmartQr, verified.documents)
    }
}

fn response(cbor: &[u8], context: &Context<'_>) -> Vec<DocumentReport> {
    let response = match DeviceResponse::from_slice(cbor) {
        Ok(response) => response,
        Err(error) => return vec![DocumentReport::unreadable(error.code())],
    };
    if response.documents().is_empty() {
        return vec![DocumentReport::unreadable("no_documents")];
    }
    let report = |document| {
        let mut report = verify_document(document, context);
        if response.status() != 0 {
            report.set(Check::fail(CheckName::Parse, "response_status"));
        }
        report
    };
    response.documents().iter().map(report).collect()
}

/// Files may hold bytes, or hex or base64url of them; a compact JWT is neither.
fn decode_binary_unless_text(file: &[u8]) -> Vec<u8> {
    if file.trim_ascii_start().starts_with(b"ey") {
        file.to_vec()
    } else {
        decode_binary(file)
    }
}

#[cfg(test)]
mod tests;
