//! One scanner, one question: what is this, and is it safe?
//!
//! A camera's frames, a picture, or a pasted text become named codes. A proof is checked on the
//! spot; everything else is named and explained, and can be kept for later.

use crate::acasa::hold;
use crate::{Acasa, CoreError, activity, film, inspect};
use acasa_api_types::{
    FoundFieldView, FoundView, KeptCodeRef, KeptCodeView, KeptCodesView, RawFrame, RawPicture,
    ReadChallengeView, ScanView, ScannedText, VerifierCheck,
};
use acasa_credentials::challenge::Challenge;
use acasa_qr::moving::{self, Decoder, Progress};
use acasa_qr::{Effort, Luma, ReadCode};
use acasa_store::{KeptCode, Page};
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

/// Longest text taken, in bytes: a proof with portrait is about 10 KiB.
const TEXT_LIMIT: usize = 32 << 10;
/// Codes kept for later that are shown.
const KEPT: Page = Page::first(200);
/// Longest value of a field shown, in characters.
const VALUE_LIMIT: usize = 500;

/// The part of a moving code read so far.
#[derive(Default)]
pub(crate) struct ScanState {
    decoder: Decoder,
}

/// Handle of the module.
pub struct Scanner<'a> {
    pub(crate) acasa: &'a Acasa,
}

impl Scanner<'_> {
    /// Looks for a code in a camera's frame, in the time a film leaves.
    pub fn frame(&self, frame: RawFrame) -> Result<ScanView, CoreError> {
        let luma = Luma::new(frame.width, frame.height, frame.bytes)
            .map_err(|error| CoreError::Document { code: error.code() })?;
        Ok(self.codes(&luma, Effort::Frame))
    }

    /// Looks for codes in a picture, taking the time it needs.
    pub fn picture(&self, picture: &RawPicture) -> Result<ScanView, CoreError> {
        let luma =
            Luma::decode(&picture.bytes).map_err(|error| CoreError::Document { code: error.code() })?;
        Ok(self.codes(&luma, Effort::Picture))
    }

    /// Names a text.
    pub fn text(&self, text: &ScannedText) -> Result<ScanView, CoreError> {
        if text.text.len() > TEXT_LIMIT {
            return Err(CoreError::OutOfRange { what: "text" });
        }
        let found = vec![self.name(text.text.trim())];
        Ok(ScanView {
            found,
            progress: None,
            corners: None,
        })
    }

    /// Forgets the part of a moving code read so far.
    pub fn reset(&self) {
        *hold(&self.acasa.inner.scan) = ScanState::default();
    }

    /// Keeps a code for later.
    pub fn keep(&self, text: &ScannedText) -> Result<KeptCodesView, CoreError> {
        if text.text.len() > TEXT_LIMIT {
            return Err(CoreError::OutOfRange { what: "text" });
        }
        let open = self.acasa.vault().open()?;
        let principal = open
            .records
            .principals()
            .holder()?
            .ok_or(CoreError::NotSignedIn)?;
        let code = KeptCode {
            id: Uuid::now_v7(),
            principal,
            kind: inspect::kind_of(&text.text).as_str().to_owned(),
            text: text.text.clone(),
            kept_at: Timestamp::now(),
            due_at: None,
        };
        open.records.kept_codes().insert(&code)?;
        activity::note(&open, "code_kept", &code.kind)?;
        self.kept()
    }

    /// The codes kept for later.
    pub fn kept(&self) -> Result<KeptCodesView, CoreError> {
        let open = self.acasa.vault().open()?;
        let view = |code: KeptCode| {
            let found = describe(&code.text);
            KeptCodeView {
                id: code.id.to_string(),
                kept_at: code.kept_at.to_string(),
                found,
            }
        };
        Ok(KeptCodesView {
            codes: open
                .records
                .kept_codes()
                .list(KEPT)?
                .into_iter()
                .map(view)
                .collect(),
        })
    }

    /// Lets a kept code go.
    pub fn drop_kept(&self, which: &KeptCodeRef) -> Result<KeptCodesView, CoreError> {
        let open = self.acasa.vault().open()?;
        let id = Uuid::try_parse(&which.id).map_err(|_| CoreError::Unknown { what: "code" })?;
        open.records.kept_codes().delete(id)?;
        self.kept()
    }

    fn codes(&self, luma: &Luma, effort: Effort) -> ScanView {
        let codes = acasa_qr::read(luma, effort);
        let corners = codes.first().map(|code| fractions(code, luma));
        let mut progress = None;
        let mut found = Vec::new();
        for text in codes.into_iter().filter_map(|code| code.text) {
            let whole = if text.starts_with(moving::PREFIX) {
                let (whole, part) = self.receive(&text);
                progress = Some(part);
                whole
            } else {
                Some(text)
            };
            found.extend(whole.map(|text| self.name(&text)));
        }
        ScanView {
            found,
            // A frame in which nothing was read is a blink of the camera, not the end of the film.
            progress: progress.or_else(|| self.under_way()),
            corners,
        }
    }

    /// How far a film has come that is not whole.
    fn under_way(&self) -> Option<f64> {
        let part = hold(&self.acasa.inner.scan).decoder.part();
        (part > 0.0).then(|| f64::from(part))
    }

    /// One frame of a moving code: the proof's text when it is whole, and how far it has come.
    fn receive(&self, frame: &str) -> (Option<String>, f64) {
        let mut state = hold(&self.acasa.inner.scan);
        match state.decoder.receive(frame) {
            Ok(Progress::Complete(payload)) => (Some(film::text_of(&payload)), 1.0),
            Ok(Progress::Part(part) | Progress::Foreign(part)) => (None, f64::from(part)),
            Err(error) => {
                tracing::debug!(code = error.code(), "frame");
                (None, f64::from(state.decoder.part()))
            }
        }
    }

    /// Names a text; a proof comes with its verdict, a challenge with what it asks.
    fn name(&self, text: &str) -> FoundView {
        let mut found = describe(text);
        match found.kind.as_str() {
            "proof" => {
                let check = VerifierCheck {
                    text: text.to_owned(),
                    photo_compared: false,
                };
                found.verdict = Some(self.acasa.verifier().check(&check));
            }
            "challenge" => match Challenge::from_text(text) {
                Ok(challenge) => found.challenge = Some(self.read_challenge(&challenge)),
                Err(error) => {
                    found.well_formed = false;
                    found.errors.push(error.code().to_owned());
                }
            },
            _ => {}
        }
        found
    }

    fn read_challenge(&self, challenge: &Challenge) -> ReadChallengeView {
        let question = challenge.question();
        let asker = self.acasa.trust().asker(challenge, Timestamp::now());
        ReadChallengeView {
            known: asker.is_known,
            verifier: asker.name.unwrap_or_default(),
            elements: question.asked.iter().map(|asked| asked.element.clone()).collect(),
            purpose: question.purpose.clone().unwrap_or_default(),
            retain: question.asked.iter().any(|asked| asked.retain),
        }
    }
}

/// What a text is, in the inspection's own words.
fn describe(text: &str) -> FoundView {
    let inspection = inspect::inspect(text);
    let mut fields = Vec::new();
    for (name, value) in inspection.fields() {
        flatten(name, value, &mut fields);
    }
    FoundView {
        kind: inspection.kind().as_str().to_owned(),
        well_formed: inspection.well_formed(),
        fields,
        errors: inspection
            .errors()
            .iter()
            .map(|error| error.code.as_str().to_owned())
            .collect(),
        warnings: inspection
            .warnings()
            .iter()
            .map(|warning| warning.as_str().to_owned())
            .collect(),
        text: text.to_owned(),
        verdict: None,
        challenge: None,
    }
}

/// Nested fields become one list, with names joined by dots.
fn flatten(name: &str, value: &Value, into: &mut Vec<FoundFieldView>) {
    let text = match value {
        Value::Null => return,
        Value::Object(members) => {
            for (member, value) in members {
                flatten(&format!("{name}.{member}"), value, into);
            }
            return;
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                flatten(&format!("{name}.{}", at + 1), item, into);
            }
            return;
        }
        Value::String(text) => text.clone(),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => number.to_string(),
    };
    let value = text.chars().take(VALUE_LIMIT).collect();
    into.push(FoundFieldView {
        name: name.to_owned(),
        value,
    });
}

fn fractions(code: &ReadCode, luma: &Luma) -> Vec<(f64, f64)> {
    let (width, height) = (f64::from(luma.width()), f64::from(luma.height()));
    code.corners
        .iter()
        .map(|(x, y)| (f64::from(*x) / width, f64::from(*y) / height))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use acasa_credentials::challenge::{Asked, Question};
    use acasa_credentials::issue::{CertificateDetails, make_root};
    use acasa_credentials::trust::Certificate;
    use acasa_crypto::SigningKey;
    use jiff::SignedDuration;

    /// A signature by a certificate that somebody made for themselves.
    fn signed_by_oneself(question: &Question) -> Challenge {
        let key = SigningKey::make_random().unwrap();
        let now = Timestamp::now();
        let details = CertificateDetails {
            common_name: "Poliția",
            country: "MD",
            not_before: now,
            not_after: now + SignedDuration::from_hours(24 * 365),
            contact_uri: "https://example.org",
            crl_uri: "https://example.org/crl",
        };
        let certificate = Certificate::from_der(&make_root(&details, &key).unwrap()).unwrap();
        Challenge::make_signed(question, &key, &certificate).unwrap()
    }

    #[test]
    fn a_verifier_is_unknown_whether_the_challenge_is_unsigned_or_signed_by_a_certificate_of_one_s_own() {
        let folder = tempfile::TempDir::new().unwrap();
        let setup = crate::Setup::new(folder.path().to_owned(), std::sync::Arc::new(crate::NoHost));
        let acasa = Acasa::start(setup.with_keys_in_memory());
        let question = Question {
            verifier: Some("Poliția".to_owned()),
            asked: vec![Asked {
                element: "age_over_18".to_owned(),
                retain: false,
            }],
            purpose: None,
        };
        let (unsigned, signed) = (Challenge::make(&question).unwrap(), signed_by_oneself(&question));

        let read = [&unsigned, &signed].map(|challenge| {
            let text = ScannedText {
                text: challenge.to_text(),
            };
            let found = acasa.scanner().text(&text).unwrap().found.remove(0);
            let read = found.challenge.unwrap();
            (read.verifier, read.known)
        });

        assert!(unsigned.signer().is_none() && signed.signer().is_some());
        assert_eq!(
            read,
            [("Poliția".to_owned(), false), ("Poliția".to_owned(), false)]
        );
    }

    #[test]
    fn nested_fields_keep_their_path() {
        let mut fields = Vec::new();
        flatten(
            "26",
            &serde_json::json!({"00": "D15", "05": ["a", "b"]}),
            &mut fields,
        );
        let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(names, ["26.00", "26.05.1", "26.05.2"]);
    }
}
