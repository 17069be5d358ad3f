//! Checking what somebody shows: no account, no PIN, nothing kept.
//!
//! What it remembers lives in memory and only while the app runs: the challenge on its screen, and
//! the identities of proofs met, which are hashes, so that a copied code is noticed.

use crate::acasa::hold;
use crate::documents::check_name;
use crate::{Acasa, CoreError, fields, showing};
use acasa_api_types::{
    ChallengeDraft, ChallengeView, CheckOutcomeView, CheckView, FieldValueView, FieldView, Headline,
    TrustView, VerdictView, VerifierCheck,
};
use acasa_credentials::challenge::{Asked, Challenge, Question};
use acasa_credentials::mdoc::StatusMechanism;
use acasa_credentials::mdoc::verify::{Certified, Context};
use acasa_credentials::proof::{Freshness, ProofReport, UnverifiedProof, verify_proof};
use acasa_credentials::report::DocumentReport;
use acasa_credentials::verdict::{Answer, Check, Outcome, Verdict, answer};
use acasa_store::{SystemUptime, Uptime};
use jiff::Timestamp;
use std::collections::{BTreeSet, HashSet, VecDeque};
use std::time::{Duration, Instant};

/// How long an answer to a challenge counts as made now.
const CHALLENGE_LIFE: Duration = Duration::from_mins(2);
/// Largest version of a challenge's code.
const CHALLENGE_VERSION: u8 = 20;
/// Longest purpose, in characters.
const PURPOSE_LIMIT: usize = 80;
/// Proofs remembered; far more than a counter meets in a day.
const REMEMBERED: usize = 100_000;

/// What a verifier's screen has in hand.
pub(crate) struct VerifierState {
    /// Counts sleep too: a challenge does not live longer because the lid was shut.
    clock: Box<dyn Uptime>,
    /// The challenge on the screen, and when it was made by that clock.
    challenge: Option<(Challenge, Duration)>,
    /// The proof in hand: checking it again is not showing it again.
    in_hand: Option<[u8; 32]>,
    seen: Seen,
}

impl Default for VerifierState {
    fn default() -> Self {
        Self {
            clock: Box::new(SystemUptime::new()),
            challenge: None,
            in_hand: None,
            seen: Seen::default(),
        }
    }
}

/// Identities met, oldest forgotten first.
#[derive(Default)]
struct Seen {
    known: HashSet<[u8; 32]>,
    order: VecDeque<[u8; 32]>,
}

impl Seen {
    fn insert(&mut self, identity: [u8; 32]) {
        if self.known.insert(identity) {
            self.order.push_back(identity);
        }
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
    }
}

/// Handle of the module.
pub struct Verifier<'a> {
    pub(crate) acasa: &'a Acasa,
}

impl Verifier<'_> {
    /// Draws a challenge, which replaces the one before.
    pub fn challenge(&self, draft: &ChallengeDraft) -> Result<ChallengeView, CoreError> {
        if draft.purpose.chars().count() > PURPOSE_LIMIT {
            return Err(CoreError::OutOfRange { what: "purpose" });
        }
        let name = self.acasa.preferences().verifier_name.clone();
        let asked = |element: &String| Asked {
            element: element.clone(),
            retain: false,
        };
        let question = Question {
            verifier: (!name.is_empty()).then_some(name),
            asked: draft.elements.iter().map(asked).collect(),
            purpose: (!draft.purpose.is_empty()).then(|| draft.purpose.clone()),
        };
        let challenge =
            Challenge::make(&question).map_err(|error| CoreError::Document { code: error.code() })?;
        let text = challenge.to_text();
        let code = showing::matrix(&text, CHALLENGE_VERSION)?;
        {
            let mut state = hold(&self.acasa.inner.verifier);
            let made = state.clock.now().since_boot;
            state.challenge = Some((challenge, made));
        }
        let expires_in_seconds = u32::try_from(CHALLENGE_LIFE.as_secs()).unwrap_or(u32::MAX);
        let id = data_encoding::HEXLOWER.encode(&acasa_crypto::random::make_bytes::<8>()?);
        Ok(ChallengeView {
            id,
            code,
            text,
            expires_in_seconds,
        })
    }

    /// The verdict on a proof.
    pub fn check(&self, check: &VerifierCheck) -> VerdictView {
        let began = Instant::now();
        let proof = match UnverifiedProof::from_text(check.text.trim()) {
            Ok(proof) => proof,
            Err(error) => return unreadable(error.code(), began),
        };
        let trust = self.acasa.trust();
        let at = Timestamp::now();
        let status = |reference: &StatusMechanism, credential: Certified<'_>| {
            trust.check_status(reference, credential, at)
        };
        let context = Context {
            at,
            trust: trust.store.as_ref(),
            status: &status,
            allow_unchecked_status: false,
            transcript: None,
            reader_key: None,
        };
        let report = {
            let mut state = hold(&self.acasa.inner.verifier);
            let in_hand = state.in_hand;
            let seen =
                |identity: &[u8; 32]| state.seen.known.contains(identity) && in_hand != Some(*identity);
            let freshness = match &state.challenge {
                Some((challenge, made)) => {
                    let age = state.clock.now().since_boot.saturating_sub(*made);
                    Freshness::Challenge(challenge, age)
                }
                None => Freshness::NoChallenge,
            };
            let report = verify_proof(&proof, freshness, Some(&seen), &context);
            // A forgery is nobody's proof: remembering it would let a broken copy, shown first, pass
            // the real one off as seen before. Nor is one that could not be judged yet: after an
            // update of the lists it may be, and it is the same showing.
            let is_final = report.verdict() == Verdict::Valid;
            if let Some(identity) = report.identity.filter(|_| is_final) {
                state.seen.insert(identity);
                state.in_hand = Some(identity);
            }
            report
        };
        let issued_at = trust.list.map(|list| list.issued_at);
        let age = issued_at.and_then(|issued| u32::try_from(at.duration_since(issued).as_secs()).ok());
        view(&report, check.photo_compared, age, began)
    }

    /// Forgets the challenge and the proof in hand.
    pub fn clear(&self) {
        let mut state = hold(&self.acasa.inner.verifier);
        state.challenge = None;
        state.in_hand = None;
    }

    /// How old what verifying stands on is.
    pub fn trust(&self) -> TrustView {
        let trust = self.acasa.trust();
        TrustView {
            issued_at: trust.list.map(|list| list.issued_at.to_string()),
            next_update: trust.list.map(|list| list.next_update.to_string()),
            issuers: trust
                .list
                .map_or(0, |list| u32::try_from(list.issuers).unwrap_or(u32::MAX)),
            status_lists: u32::try_from(trust.lists.len()).unwrap_or(u32::MAX),
            status_fetched_at: trust.fetched_at.map(|time| time.to_string()),
            stale: trust.is_stale(Timestamp::now()),
        }
    }

    /// Fetches it all anew.
    pub async fn update(&self) -> Result<TrustView, CoreError> {
        self.acasa.fetch_trust().await?;
        self.acasa
            .inner
            .connection
            .up_to_date(self.acasa.client()?.server_ahead_seconds());
        Ok(self.trust())
    }
}

/// A code that calls itself a proof and is none.
fn unreadable(code: &'static str, began: Instant) -> VerdictView {
    VerdictView {
        headline: Headline::Rejected,
        reason: code.to_owned(),
        document_type: None,
        issuer: None,
        portrait: None,
        fields: Vec::new(),
        checks: vec![CheckView {
            check: "parse".to_owned(),
            outcome: CheckOutcomeView::Fail,
            detail: Some(code.to_owned()),
        }],
        trust_age_seconds: None,
        challenge_answered: false,
        took_ms: milliseconds(began),
    }
}

fn view(
    report: &ProofReport,
    photo_compared: bool,
    trust_age_seconds: Option<u32>,
    began: Instant,
) -> VerdictView {
    let checks: Vec<Check> = report
        .documents
        .iter()
        .flat_map(|document| document.checks.iter().copied())
        .collect();
    let first = report.documents.first();
    let mut fields: Vec<FieldView> = disclosed(&report.documents);
    let at = fields.iter().position(|field| field.key == "portrait");
    let portrait = at.map(|at| fields.remove(at)).and_then(|field| {
        if let FieldValueView::Image(image) = field.value {
            Some(image)
        } else {
            None
        }
    });
    // There is nothing to compare a person with where no photograph was shown.
    let photo_compared = photo_compared && portrait.is_some();
    let headline = match answer(report.verdict(), report.challenge_answered, photo_compared) {
        Answer::Genuine => Headline::Authentic,
        Answer::GenuineNotProved => Headline::AuthenticNotBound,
        Answer::Unverifiable => Headline::Incomplete,
        Answer::Refused => Headline::Rejected,
    };
    // A document that did not verify says nothing about anybody.
    let (fields, portrait) = if headline == Headline::Rejected {
        (Vec::new(), None)
    } else {
        (fields, portrait)
    };
    VerdictView {
        headline,
        reason: reason(headline, &checks).to_owned(),
        document_type: first.map(|document| document.doc_type.clone()),
        issuer: first
            .and_then(|document| document.issuer.as_ref())
            .map(|issuer| check_name(&issuer.subject)),
        portrait,
        fields,
        checks: checks.iter().map(check_view).collect(),
        trust_age_seconds,
        challenge_answered: report.challenge_answered,
        took_ms: milliseconds(began),
    }
}

/// The check that decided: the first that failed, else the first left open.
fn reason(headline: Headline, checks: &[Check]) -> &'static str {
    let first = |outcome| {
        checks
            .iter()
            .find(|check| check.outcome == outcome)
            .map(|check| check.detail)
    };
    match headline {
        Headline::Authentic => "authentic",
        Headline::AuthenticNotBound => "authentic_not_bound",
        Headline::Incomplete => first(Outcome::Open).unwrap_or("incomplete"),
        Headline::Rejected => first(Outcome::Fail).unwrap_or("rejected"),
    }
}

/// Each element once: of two of a name, in two namespaces, the first, which is the issuer's.
fn disclosed(documents: &[DocumentReport]) -> Vec<FieldView> {
    let mut keys = BTreeSet::new();
    let elements = documents
        .iter()
        .flat_map(|document| &document.disclosed)
        .flat_map(|(_, elements)| elements);
    elements
        .filter(|(key, _)| keys.insert(key.as_str()))
        .filter_map(|(key, value)| fields::field(key, value))
        .collect()
}

fn check_view(check: &Check) -> CheckView {
    CheckView {
        check: check.name.as_str().to_owned(),
        outcome: match check.outcome {
            Outcome::Pass => CheckOutcomeView::Pass,
            Outcome::Fail => CheckOutcomeView::Fail,
            Outcome::NotApplicable | Outcome::Open => CheckOutcomeView::Skipped,
        },
        detail: (check.detail != "ok").then(|| check.detail.to_owned()),
    }
}

fn milliseconds(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1000.0
}

#[cfg(test)]
mod tests;
