//! Showing a document: one copy for one showing, through all its renewals.
//!
//! A showing signs on this device and needs nobody else. It ends when the person closes it, when
//! the vault is closed, and after two minutes without a renewal.

use crate::acasa::hold;
use crate::documents::{Preset, ShowingDetails, state_of};
use crate::vault::OpenVault;
use crate::{Acasa, CoreError, activity, film};
use acasa_api_types::{
    DocumentState, FramesView, MatrixView, ShowingBegin, ShowingFrames, ShowingRef, ShowingView,
};
use acasa_credentials::challenge::Challenge;
use acasa_credentials::mdoc::{IssuerSigned, IssuerSignedItem};
use acasa_credentials::proof::{self, make_proof};
use acasa_keystore::KeyHandle;
use acasa_qr::moving::Encoder;
use acasa_qr::{Level, Matrix, Payload};
use acasa_store::{Copy, DocumentId};
use data_encoding::BASE64;
use jiff::Timestamp;
use std::collections::HashMap;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Seconds after which a still proof is renewed.
const RENEW_SECONDS: u32 = 30;
/// A showing nobody renewed for this long is over.
const LONGEST_SILENCE: Duration = Duration::from_mins(2);
/// Largest version of a still code.
const STILL_VERSION: u8 = 25;
/// Largest version of a moving code's frame.
const FRAME_VERSION: u8 = 20;
/// Frames given at once.
const MOST_FRAMES: u32 = 64;

/// The showings under way, by id.
#[derive(Default)]
pub(crate) struct Showings(HashMap<Uuid, UnderWay>);

struct UnderWay {
    open: OpenVault,
    copy: Copy,
    preset: Preset,
    challenge: Option<Challenge>,
    /// Whose challenge it is, if they have a name.
    asker: Option<String>,
    copies_left: u32,
    film: Option<Film>,
    renewed: Instant,
    /// Whether somebody may have seen a code of it.
    noted: bool,
}

/// The moving code of the proof made last. Frames come in order, so a cursor is enough.
struct Film {
    encoder: Encoder,
    next: u32,
}

/// Handle of the module.
pub struct Showing<'a> {
    pub(crate) acasa: &'a Acasa,
}

impl Showing<'_> {
    /// Takes a copy and makes the first code; what can be seen at once is noted at once.
    pub fn begin(&self, begin: &ShowingBegin) -> Result<ShowingView, CoreError> {
        let open = self.acasa.vault().open()?;
        let id = DocumentId::parse(&begin.document)?;
        let preset = Preset::from_key(&begin.preset).ok_or(CoreError::Unknown { what: "preset" })?;
        let kind = preset.copies();
        let challenge = begin.challenge.as_deref().map(Challenge::from_text).transpose();
        let challenge = challenge.map_err(|error| CoreError::Document { code: error.code() })?;
        let now = Timestamp::now();
        if state_of(&open.records.documents().get(id)?, now) == DocumentState::Revoked {
            return Err(CoreError::Document {
                code: "document_revoked",
            });
        }
        let asker = challenge
            .as_ref()
            .and_then(|challenge| self.acasa.trust().asker(challenge, now).name);
        let copy = open.records.documents().take_copy(id, &kind, now)?;
        let copies_left = open.records.documents().fresh_copies(id, &kind, now)?;
        let showing = Uuid::now_v7();
        let under_way = UnderWay {
            open,
            copy,
            preset,
            challenge,
            asker,
            copies_left,
            film: None,
            renewed: Instant::now(),
            noted: false,
        };
        hold(&self.acasa.inner.showings).0.insert(showing, under_way);
        self.acasa.inner.setup.host.protect_from_capture(true);
        let first = self.code(showing).and_then(|view| {
            if view.code.is_some() {
                self.note(showing)?;
            }
            Ok(view)
        });
        if first.is_err() {
            self.end(&ShowingRef {
                id: showing.to_string(),
            });
        }
        first
    }

    /// Keeps the showing for its holder's eyes, once.
    fn note(&self, id: Uuid) -> Result<(), CoreError> {
        let mut showings = hold(&self.acasa.inner.showings);
        let under_way = showings
            .0
            .get_mut(&id)
            .ok_or(CoreError::Unknown { what: "showing" })?;
        if !under_way.noted {
            note(under_way, id, Timestamp::now())?;
            under_way.noted = true;
        }
        Ok(())
    }

    /// Makes a fresh code from the same copy.
    pub fn renew(&self, which: &ShowingRef) -> Result<ShowingView, CoreError> {
        self.acasa.vault().touch();
        self.code(parse(&which.id)?)
    }

    /// The next frames of the moving code.
    pub fn frames(&self, frames: &ShowingFrames) -> Result<FramesView, CoreError> {
        if frames.count == 0 || frames.count > MOST_FRAMES {
            return Err(CoreError::OutOfRange { what: "count" });
        }
        let id = parse(&frames.id)?;
        self.note(id)?;
        let mut showings = hold(&self.acasa.inner.showings);
        let under_way = showings
            .0
            .get_mut(&id)
            .ok_or(CoreError::Unknown { what: "showing" })?;
        let film = under_way
            .film
            .as_mut()
            .ok_or(CoreError::Unknown { what: "moving code" })?;
        while film.next < frames.from {
            let _ = film.encoder.next_frame();
            film.next += 1;
        }
        let mut matrices = Vec::new();
        for _ in 0..frames.count {
            let text = film.encoder.next_frame();
            film.next += 1;
            matrices.push(matrix(&text, FRAME_VERSION)?);
        }
        let cycle = u32::try_from(film.encoder.frames_in_cycle()).unwrap_or(u32::MAX);
        Ok(FramesView {
            frames: matrices,
            cycle,
        })
    }

    /// Ends a showing; one that is over already is no error.
    pub fn end(&self, which: &ShowingRef) {
        let Ok(id) = parse(&which.id) else { return };
        let mut showings = hold(&self.acasa.inner.showings);
        let (ended, others) = (showings.0.remove(&id), !showings.0.is_empty());
        drop(showings);
        if let Some(under_way) = ended {
            let records = &under_way.open.records;
            // A copy that nobody has seen is as good as new.
            let _ = if under_way.noted {
                records.showings().end(id, Timestamp::now())
            } else {
                records.documents().give_back_copy(under_way.copy.id)
            };
            self.acasa.inner.setup.host.protect_from_capture(others);
        }
    }

    /// Ends what nobody renewed for two minutes: the page that showed it is gone.
    pub(crate) fn end_stale(&self, now: Instant) {
        let silent_for = |under_way: &UnderWay| now.saturating_duration_since(under_way.renewed);
        self.end_those(|under_way| silent_for(under_way) > LONGEST_SILENCE);
    }

    /// Ends every showing: the vault is closing.
    pub(crate) fn end_all(&self) {
        self.end_those(|_| true);
    }

    fn end_those(&self, which: impl Fn(&UnderWay) -> bool) {
        let showings = hold(&self.acasa.inner.showings);
        let ids: Vec<Uuid> = showings
            .0
            .iter()
            .filter(|(_, under_way)| which(under_way))
            .map(|(id, _)| *id)
            .collect();
        drop(showings);
        for id in ids {
            self.end(&ShowingRef { id: id.to_string() });
        }
    }

    /// Signs a proof of this moment and draws it.
    fn code(&self, id: Uuid) -> Result<ShowingView, CoreError> {
        let mut showings = hold(&self.acasa.inner.showings);
        let under_way = showings
            .0
            .get_mut(&id)
            .ok_or(CoreError::Unknown { what: "showing" })?;
        let now = Timestamp::now();
        under_way.renewed = Instant::now();
        let issued = read(&under_way.copy)?;
        let text = sign(under_way, &issued, now)?;
        let still = match matrix(&text, STILL_VERSION) {
            Ok(matrix) if under_way.preset != Preset::Portrait => Some(matrix),
            Ok(_)
            | Err(CoreError::Document {
                code: "payload_too_large",
            }) => None,
            Err(other) => return Err(other),
        };
        under_way.film = if still.is_some() { None } else { Some(film(&text)?) };
        let frame_count = under_way.film.as_ref().map(|film| film.encoder.frames_in_cycle());
        Ok(ShowingView {
            id: id.to_string(),
            preset: under_way.preset.key().to_owned(),
            elements: under_way.preset.elements(&issued),
            code: still,
            frame_count: frame_count.map(|count| u32::try_from(count).unwrap_or(u32::MAX)),
            text,
            made_at: now.to_string(),
            renew_in_seconds: RENEW_SECONDS,
            copies_left: under_way.copies_left,
            recognisable: under_way.copy.uses > 0,
            verifier: under_way.asker.clone(),
        })
    }
}

fn note(under_way: &UnderWay, id: Uuid, now: Timestamp) -> Result<(), CoreError> {
    let (open, copy) = (&under_way.open, &under_way.copy);
    let document = open.records.documents().get(copy.document)?;
    let details = ShowingDetails {
        elements: under_way.preset.elements(&read(copy)?),
        verifier: under_way.asker.clone(),
    };
    let details = serde_json::to_string(&details).map_err(|_| CoreError::Worker)?;
    let showing = acasa_store::Showing {
        id,
        principal: document.principal,
        document: copy.document,
        began_at: now,
        ended_at: None,
        reused: copy.uses > 0,
        details,
    };
    open.records.showings().begin(&showing)?;
    activity::note(open, "document_shown", &document.doctype)
}

/// Signs what the preset shows of the copy.
fn sign(under_way: &UnderWay, issued: &IssuerSigned, now: Timestamp) -> Result<String, CoreError> {
    let names: Vec<(&str, Vec<&str>)> = issued
        .namespaces()
        .iter()
        .map(|(namespace, items)| {
            (
                namespace.as_str(),
                items
                    .iter()
                    .map(IssuerSignedItem::identifier)
                    .filter(|name| under_way.preset.shows(name))
                    .collect(),
            )
        })
        .collect();
    let selection: Vec<(&str, &[&str])> = names
        .iter()
        .map(|(namespace, elements)| (*namespace, elements.as_slice()))
        .collect();
    let showing = proof::Showing {
        document: issued,
        selection: &selection,
        time: now,
        challenge: under_way.challenge.as_ref(),
    };
    let signer = under_way
        .open
        .keys
        .signer(&KeyHandle::parse(&under_way.copy.key_handle)?)?;
    make_proof(showing, signer.as_ref()).map_err(|error| CoreError::Document { code: error.code() })
}

fn read(copy: &Copy) -> Result<IssuerSigned, CoreError> {
    IssuerSigned::from_slice(&copy.credential).map_err(|error| CoreError::Document { code: error.code() })
}

/// The film of a proof; a reader comes to the very same text.
fn film(text: &str) -> Result<Film, CoreError> {
    let payload = film::payload_of(text).ok_or(CoreError::Document { code: "proof_prefix" })?;
    let encoder = Encoder::new(&payload).map_err(|error| CoreError::Document { code: error.code() })?;
    Ok(Film { encoder, next: 0 })
}

/// A code of at most this version.
pub(crate) fn matrix(text: &str, max_version: u8) -> Result<MatrixView, CoreError> {
    let matrix = Matrix::make(&Payload::Text(text), Level::Low, max_version)
        .map_err(|error| CoreError::Document { code: error.code() })?;
    Ok(MatrixView {
        size: u32::from(matrix.size()),
        modules: BASE64.encode(&matrix.to_bits()),
    })
}

fn parse(id: &str) -> Result<Uuid, CoreError> {
    Uuid::try_parse(id).map_err(|_| CoreError::Unknown { what: "showing" })
}

#[cfg(test)]
mod tests;
