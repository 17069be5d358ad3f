//! Verifying a proof.

use super::UnverifiedProof;
use crate::challenge::Challenge;
use crate::mdoc::verify::{Context, verify_document};
use crate::report::{DocumentReport, Holder};
use crate::verdict::{Check, CheckName, Outcome, Verdict};
use jiff::SignedDuration;
use std::time::Duration;

/// How long an answer to a challenge, or a proof without one, counts as made now.
const WINDOW: Duration = Duration::from_mins(2);

/// What the verifier knows about when the proof was made.
#[derive(Clone, Copy)]
pub enum Freshness<'a> {
    /// It showed no challenge: the two devices' clocks are compared.
    NoChallenge,
    /// It showed a challenge, this long ago by its own monotonic clock: no clocks are compared.
    Challenge(&'a Challenge, Duration),
}

/// The reports on a proof's documents, and what the proof is known by.
#[derive(Debug, Clone)]
pub struct ProofReport {
    /// A report for each document.
    pub documents: Vec<DocumentReport>,
    /// What to remember to refuse the same proof a second time; see [`UnverifiedProof::identity`].
    pub identity: Option<[u8; 32]>,
    /// Whether it answers the verifier's own challenge in time.
    pub challenge_answered: bool,
}

impl ProofReport {
    /// The verdict over all documents.
    pub fn verdict(&self) -> Verdict {
        Verdict::of_all(self.documents.iter().map(DocumentReport::verdict))
    }
}

/// Answers whether a proof of an identity was met before.
pub type Seen<'a> = &'a dyn Fn(&[u8; 32]) -> bool;

/// Verifies a proof. `seen` answers whether an identity was met before; `None` leaves replay unasked.
///
/// The context's transcript and reader key are not used: a proof carries its own session.
pub fn verify_proof(
    proof: &UnverifiedProof,
    freshness: Freshness<'_>,
    seen: Option<Seen<'_>>,
    context: &Context<'_>,
) -> ProofReport {
    let transcript = proof.transcript();
    let context = Context {
        transcript: Some(&transcript),
        reader_key: None,
        ..*context
    };
    let identity = proof.identity();
    let freshness = check_freshness(proof, freshness, &context);
    let replay = match (seen, &identity) {
        (None, _) => Check::not_applicable(CheckName::Replay, "not_asked"),
        (Some(_), None) => Check::fail(CheckName::Replay, "no_identity"),
        (Some(seen), Some(identity)) if seen(identity) => Check::fail(CheckName::Replay, "seen_before"),
        (Some(_), Some(_)) => Check::pass(CheckName::Replay, "ok"),
    };
    let documents = proof.response().documents().iter().map(|document| {
        let mut report = verify_document(document, &context);
        if !proof.shows_what_was_signed() {
            report.set(Check::fail(CheckName::Transcript, "shown_mismatch"));
            report.holder = Holder::Unbound;
        }
        report.set(freshness);
        report.set(replay);
        report
    });
    ProofReport {
        documents: documents.collect(),
        identity,
        challenge_answered: freshness.outcome == Outcome::Pass && freshness.detail == CHALLENGE_ANSWERED,
    }
}

const CHALLENGE_ANSWERED: &str = "challenge_answered";

fn check_freshness(proof: &UnverifiedProof, freshness: Freshness<'_>, context: &Context<'_>) -> Check {
    use CheckName::Freshness as Name;
    match (freshness, proof.challenge_hash()) {
        (Freshness::Challenge(_, age), _) if age > WINDOW => Check::fail(Name, "challenge_too_old"),
        (Freshness::Challenge(challenge, _), Some(hash)) if *hash == challenge.hash() => {
            Check::pass(Name, CHALLENGE_ANSWERED)
        }
        (Freshness::Challenge(..), Some(_)) => Check::fail(Name, "other_challenge"),
        (Freshness::Challenge(..), None) => Check::fail(Name, "challenge_not_answered"),
        // It may have been made for another verifier and relayed.
        (Freshness::NoChallenge, Some(_)) => Check::open(Name, "challenge_not_given"),
        (Freshness::NoChallenge, None) => {
            let difference = context.at.duration_since(proof.time()).abs();
            if difference <= SignedDuration::try_from(WINDOW).unwrap_or(SignedDuration::ZERO) {
                Check::pass(Name, "clocks_agree_person_not_proved")
            } else {
                Check::open(Name, "clocks_differ_show_a_challenge")
            }
        }
    }
}
