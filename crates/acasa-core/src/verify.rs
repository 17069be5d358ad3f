//! Use case: verify. Bytes and what the verifier knows become a report; needs no profile, no clock
//! and no network.
//!
//! Smart QR proofs, mdoc `DeviceResponse` and `IssuerSigned`, SD-JWT with and without key binding
//! are told apart by themselves. Something that claims to be one of them and cannot be read is an
//! answer (`parse` failed), not an error.

mod asking;
mod evidence;
mod input;
mod report;
mod sd_jwt;
mod status;

pub use acasa_credentials::report::DocumentReport;
pub use acasa_credentials::verdict::{CheckName, Outcome, Verdict};
pub use asking::{AccessKey, Ask, make_challenge};
pub use evidence::{Evidence, Given, VerifyError};
pub use input::{Format, decode_binary, is_document_text};
pub use report::{Report, to_json};
pub use status::StatusBook;
pub(crate) use status::{KnownList, Lists};

use acasa_credentials::challenge::Challenge;
use acasa_credentials::mdoc::verify::{Certified, Context, verify_document, verify_issuer_signed};
use acasa_credentials::mdoc::{DeviceResponse, IssuerSigned, MdocError, SessionTranscript, StatusMechanism};
use acasa_credentials::proof::{Freshness, Seen, UnverifiedProof, verify_proof};
use acasa_credentials::trust::TrustStore;
use acasa_credentials::verdict::Check;
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
    let mut report = verify_format(bytes, options);
    for document in &mut report.documents {
        leave_demands_open(report.format, document, options);
    }
    report
}

/// What was asked for and this format has no answer to stays open: a copy would be as good.
///
/// A `DeviceResponse` answers nonce and audience by its session (OpenID4VP 1.0, B.2.6). That an
/// SD-JWT lacks the key binding that was asked for is its own check's to say.
fn leave_demands_open(format: Format, document: &mut DocumentReport, options: &Options<'_>) {
    use CheckName::{Freshness, KeyBinding, Transcript};
    let is_bound = options.nonce.is_some() || options.audience.is_some();
    let in_session = format == Format::DeviceResponse && options.transcript.is_some();
    let unanswered = [
        (
            options.challenge.is_some() && format != Format::SmartQr,
            Freshness,
            "challenge_not_answered",
        ),
        (
            options.transcript.is_some() && format != Format::DeviceResponse,
            Transcript,
            "session_not_answered",
        ),
        (
            is_bound && format != Format::SdJwt && !in_session,
            KeyBinding,
            "nonce_not_answered",
        ),
    ];
    for (_, name, detail) in unanswered.into_iter().filter(|(is_asked, ..)| *is_asked) {
        // A failure says more than an open question.
        let has_failed = document
            .check(name)
            .is_some_and(|check| check.outcome == Outcome::Fail);
        if !has_failed {
            document.set(Check::open(name, detail));
        }
    }
}

fn verify_format(bytes: &[u8], options: &Options<'_>) -> Report {
    let status = |reference: &StatusMechanism, credential: Certified<'_>| {
        options
            .status
            .check(reference, credential, options.trust, options.at)
    };
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
                Err(error) => unread(error),
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

fn unread(error: MdocError) -> DocumentReport {
    if error.is_unsupported() {
        DocumentReport::unsupported(error.code())
    } else {
        DocumentReport::unreadable(error.code())
    }
}

fn response(cbor: &[u8], context: &Context<'_>) -> Vec<DocumentReport> {
    let response = match DeviceResponse::from_slice(cbor) {
        Ok(response) => response,
        Err(error) => return vec![unread(error)],
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
