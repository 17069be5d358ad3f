//! The story, in the order in which it happens.

use super::device::{Device, png};
use super::error::DemoError;
use super::evidence::Evidence;
use super::state::State;
use super::tamper::{self, tampered};
use super::timeline::Timeline;
use super::verdicts::{Due, NOT_TO_BE_BELIEVED, judge, said};
use super::{film, people};
use acasa_core::NetworkGate;
use acasa_core::api::{DocumentType, Headline, ShowingFrames, ShowingView};
use acasa_core::commands;
use serde_json::{Value, json};
use tempfile::TempDir;

/// The person whose documents are shown: the first of the cast, an adult with every everyday document.
const HOLDER: &str = "1";
const PIN: &str = "739154";
/// What is shown at a counter: who, which document, until when.
const NAME_NUMBER_EXPIRY: &str = "name_number_expiry";
/// The document that is revoked while its holder's device does not know.
const REVOKED: &str = "md.gov.wallet.dl.1";
/// Frames drawn at once.
const FRAMES: u32 = 8;
/// Frames a camera is given before it must have read a moving code.
const MOST_FRAMES: u32 = 64;
/// One frame in so many is lost.
const LOST: u32 = 5;

/// Everybody in the story.
struct Cast {
    holder: Device,
    verifier: Device,
    /// What a device shows that belongs to another state.
    foreign: String,
    _folder: TempDir,
}

/// Tells it. An error is a step that did not go as it must.
pub(super) async fn tell(
    seed: u64,
    evidence: &Evidence,
    timeline: &mut Timeline<'_>,
) -> Result<(), DemoError> {
    let gate = NetworkGate::default();
    let mut cast = online(seed, &gate, evidence, timeline).await?;
    let passed = gate.passed();
    cast.holder = cast.holder.restart();
    cast.holder.unlock(PIN).await?;
    let held = cast.holder.documents().await?.len();
    let words = format!("The app starts anew and opens with the PIN; it holds {held} documents");
    timeline.step("unlock", &words, json!({ "documents": held }));

    let proof = still(&cast, evidence, timeline).await?;
    challenged(&cast, evidence, timeline).await?;
    moving(&cast, evidence, timeline).await?;
    refused(&cast, &proof, evidence, timeline).await?;

    let attempts = gate.refused();
    let words = format!("Attempts to reach the network after the cut: {attempts}");
    timeline.step(
        "end",
        &words,
        json!({ "attempts_after_cut": attempts, "held": true }),
    );
    if attempts == 0 && gate.passed() == passed {
        Ok(())
    } else {
        Err(DemoError::Unexpected("the network was tried after the cut"))
    }
}

/// All that needs the state. Ends with the state's process killed and the gate closed.
async fn online(
    seed: u64,
    gate: &NetworkGate,
    evidence: &Evidence,
    timeline: &mut Timeline<'_>,
) -> Result<Cast, DemoError> {
    let folder = TempDir::new()?;
    let state = State::start(seed)?;
    let held = people::held_by_the_issuer(seed, HOLDER);
    evidence.write("people.json", format!("{held:#}\n").as_bytes())?;
    let words = format!(
        "The state of seed {seed} runs, with {} invented people",
        state.people
    );
    timeline.step("state", &words, json!({ "seed": seed, "people": state.people }));

    let holder = Device::new(folder.path().join("holder"), &state.ready, gate)?;
    holder.enrol(HOLDER, PIN).await?;
    let words = format!("{} signs in and chooses a PIN", name(&held));
    timeline.step("enrol", &words, json!({ "person": HOLDER }));

    let wanted = [DocumentType::IdentityCard, DocumentType::DrivingLicence];
    let received = holder.receive(&wanted).await?;
    let words = format!("{received} documents arrive, each with its copies for showing");
    timeline.step("receive", &words, json!({ "documents": received }));

    let foreign = foreign_proof(seed, folder.path().join("foreigner")).await?;
    let words = "Somebody else runs a state of their own, and makes documents in it";
    timeline.step("other_state", words, json!({}));

    state.revoke(HOLDER, REVOKED)?;
    let verifier = Device::new(folder.path().join("verifier"), &state.ready, gate)?;
    verifier.fetch_trust().await?;
    evidence.write_trust(&verifier.acasa.trust_evidence()?)?;
    let words =
        "The state revokes the driving licence; a verifier fetches the trust list and all status lists";
    timeline.step("revoke", words, json!({ "document": REVOKED }));

    holder.lock().await?;
    timeline.step("lock", "The holder's vault is locked", json!({}));
    state.cut()?;
    gate.close();
    let words = "The state's process is killed and the network of both devices cut";
    timeline.step("cut", words, json!({ "requests_before_cut": gate.passed() }));
    Ok(Cast {
        holder,
        verifier,
        foreign,
        _folder: folder,
    })
}

/// A proof of the same kind, by an issuer on nobody's list.
async fn foreign_proof(seed: u64, folder: std::path::PathBuf) -> Result<String, DemoError> {
    let state = State::start(seed.wrapping_add(1))?;
    let device = Device::new(folder, &state.ready, &NetworkGate::default())?;
    device.enrol(HOLDER, PIN).await?;
    device.receive(&[DocumentType::IdentityCard]).await?;
    let showing = device
        .show(DocumentType::IdentityCard, NAME_NUMBER_EXPIRY, None)
        .await?;
    Ok(showing.text)
}

/// A still code, read from its picture.
async fn still(
    cast: &Cast,
    evidence: &Evidence,
    timeline: &mut Timeline<'_>,
) -> Result<ShowingView, DemoError> {
    let showing = cast
        .holder
        .show(DocumentType::IdentityCard, NAME_NUMBER_EXPIRY, None)
        .await?;
    let png = png(&showing.text)?;
    let unwrapped = cast.verifier.acasa.unwrap_proof(&showing.text)?;
    evidence.write("proof.txt", showing.text.as_bytes())?;
    evidence.write("proof.png", &png)?;
    evidence.write("response.cbor", &unwrapped.response)?;
    evidence.write("transcript.cbor", &unwrapped.transcript)?;
    let words = format!("A still code shows {}", showing.elements.join(", "));
    timeline.step(
        "show",
        &words,
        json!({ "file": "proof.txt", "disclosed": showing.elements }),
    );

    let verdict = cast.verifier.read(png).await?;
    let words = format!("The verifier reads it from the picture: {}", said(&verdict));
    let due = Due {
        file: "proof.txt",
        headline: Headline::AuthenticNotBound,
        reason: "authentic_not_bound",
        words: &words,
    };
    judge(&due, &verdict, json!({}), timeline)?;
    Ok(showing)
}

/// A code that answers the verifier's question.
async fn challenged(cast: &Cast, evidence: &Evidence, timeline: &mut Timeline<'_>) -> Result<(), DemoError> {
    let challenge = cast.verifier.challenge("La ghișeu").await?;
    let showing = cast
        .holder
        .show(DocumentType::IdentityCard, "age", Some(&challenge))
        .await?;
    evidence.write("challenge.txt", challenge.as_bytes())?;
    evidence.write("answer.txt", showing.text.as_bytes())?;
    let verdict = cast.verifier.read(png(&showing.text)?).await?;
    let due = Due {
        file: "answer.txt",
        headline: Headline::Authentic,
        reason: "authentic",
        words: "Asked by a challenge, the holder answers it: shown now, by this device",
    };
    judge(&due, &verdict, json!({ "challenge": challenge }), timeline)?;

    let other = cast.verifier.challenge("La alt ghișeu").await?;
    evidence.write("tampered/to-another-challenge.txt", showing.text.as_bytes())?;
    let verdict = cast.verifier.check(&showing.text, false).await?;
    let due = Due {
        file: "tampered/to-another-challenge.txt",
        headline: Headline::Rejected,
        reason: "other_challenge",
        words: "The same answer at another counter",
    };
    judge(&due, &verdict, json!({ "challenge": other }), timeline)?;
    cast.verifier.clear().await
}

/// A code with portrait, too large to stand still, with one frame in five lost.
async fn moving(cast: &Cast, evidence: &Evidence, timeline: &mut Timeline<'_>) -> Result<(), DemoError> {
    let showing = cast
        .holder
        .show(DocumentType::IdentityCard, "portrait", None)
        .await?;
    evidence.write("portrait.txt", showing.text.as_bytes())?;
    let (read, seen) = watch(cast, &showing).await?;
    let verdict = cast.verifier.check(&read, true).await?;
    if verdict.portrait.is_none() || read != showing.text {
        return Err(DemoError::Unexpected("the moving code came out another"));
    }
    let words = format!("A moving code with portrait, from {seen} frames; the face is compared");
    let due = Due {
        file: "portrait.txt",
        headline: Headline::Authentic,
        reason: "authentic",
        words: &words,
    };
    judge(&due, &verdict, json!({ "frames": seen }), timeline)
}

/// The proof's text as the verifier's camera reads it, and from how many frames.
async fn watch(cast: &Cast, showing: &ShowingView) -> Result<(String, u32), DemoError> {
    let mut seen = 0;
    for from in (0..MOST_FRAMES).step_by(FRAMES as usize) {
        let frames = ShowingFrames {
            id: showing.id.clone(),
            from,
            count: FRAMES,
        };
        let frames = commands::showing_frames(&cast.holder.acasa, frames).await?.frames;
        for (number, frame) in (from..).zip(&frames) {
            if number % LOST == LOST - 1 {
                continue;
            }
            seen += 1;
            let scan = commands::scanner_frame(&cast.verifier.acasa, film::seen(frame)?).await?;
            if let Some(read) = scan.found.into_iter().find(|found| found.verdict.is_some()) {
                return Ok((read.text, seen));
            }
        }
    }
    Err(DemoError::Unexpected("the moving code was not read"))
}

/// What is not to be believed, each with its reason.
async fn refused(
    cast: &Cast,
    shown: &ShowingView,
    evidence: &Evidence,
    timeline: &mut Timeline<'_>,
) -> Result<(), DemoError> {
    let verdict = cast.verifier.check(&shown.text, false).await?;
    let due = Due {
        file: "proof.txt",
        headline: Headline::Rejected,
        reason: "seen_before",
        words: "A copy of the code that was shown before",
    };
    judge(&due, &verdict, json!({ "seen": true }), timeline)?;

    let revoked = cast
        .holder
        .show(DocumentType::DrivingLicence, NAME_NUMBER_EXPIRY, None)
        .await?;
    // A showing of its own, so that a copied code is not what is found wrong with it.
    let fresh = cast
        .holder
        .show(DocumentType::IdentityCard, NAME_NUMBER_EXPIRY, None)
        .await?;
    let change = |change| tampered(&fresh.text, change);
    let texts = [
        revoked.text,
        cast.foreign.clone(),
        change(tamper::change_element)?,
        change(tamper::drop_element)?,
        change(tamper::change_issuer_signature)?,
        change(tamper::change_device_signature)?,
        change(tamper::change_time)?,
    ];
    for (due, text) in NOT_TO_BE_BELIEVED.iter().zip(texts) {
        evidence.write(due.file, text.as_bytes())?;
        let verdict = cast.verifier.check(&text, false).await?;
        judge(due, &verdict, json!({}), timeline)?;
    }
    Ok(())
}

/// The holder's name, as the issuer has it.
fn name(held: &Value) -> String {
    let person = held.pointer("/people/0").unwrap_or(&Value::Null);
    let part = |key: &str| person.get(key).and_then(Value::as_str).unwrap_or_default();
    format!("{} {}", part("given_name"), part("family_name"))
}
