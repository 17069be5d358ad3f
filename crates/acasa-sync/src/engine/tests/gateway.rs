//! A gateway small enough to be believed: what the engine is tested against.

use std::collections::{BTreeMap, BTreeSet};

use acasa_domain::Principal;
use acasa_protocol::sync;
use acasa_protocol::sync::{
    BatchAnswer, BatchClaims, Cursor, DevicePosition, Digest, Fate, Intent, Outcome, Page, Record,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;
use uuid::Uuid;

use crate::testing::PlainKey;
use crate::{Answer, BatchKey as _, Failure, Request};

#[derive(Default)]
pub(super) struct Device {
    generation: u64,
    number: u64,
    last: Vec<u8>,
    suspended: bool,
    /// Its sessions have ended, and nobody has signed in since.
    ended: bool,
    judged: BTreeMap<Uuid, (Digest, Fate)>,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) version: u64,
    pub(super) records: BTreeMap<(String, String), Record>,
    /// Removals are remembered from here on.
    floor: u64,
}

#[derive(Default)]
pub(super) struct Gateway {
    pub(super) devices: BTreeMap<String, Device>,
    pub(super) states: BTreeMap<Principal, State>,
    /// How often each intent took effect.
    pub(super) effects: BTreeMap<Uuid, u32>,
    pub(super) page: usize,
    /// Refused as a whole if a batch carries one of these.
    pub(super) unacceptable: BTreeSet<Uuid>,
    /// Generations that a copy of the device began with a key of its own.
    pub(super) taken: BTreeSet<u64>,
}

impl Gateway {
    pub(super) fn answer(&mut self, device: &str, request: &Request) -> Result<Answer, Failure> {
        if self.devices.get(device).is_some_and(|known| known.ended) {
            return Err(Failure::SessionEnded);
        }
        match request {
            Request::Position => Ok(Answer::Position(self.position(device))),
            Request::Announce { generation } => {
                let known = self.devices.entry(device.to_owned()).or_default();
                if *generation > known.generation {
                    known.generation = *generation;
                    known.number = 0;
                    known.suspended = false;
                    known.last.clear();
                }
                Ok(Answer::Position(self.position(device)))
            }
            Request::Push { text } => self.push(device, text).map(Answer::Batch),
            Request::Pull { principal, cursor } => Ok(Answer::Page(self.pull(*principal, *cursor))),
        }
    }

    fn position(&self, device: &str) -> DevicePosition {
        let known = self.devices.get(device);
        DevicePosition {
            generation: known.map_or(0, |known| known.generation),
            number: known.map_or(0, |known| known.number),
            suspended: known.is_some_and(|known| known.suspended),
        }
    }

    pub(super) fn sign_in_anew(&mut self, device: &str) {
        if let Some(known) = self.devices.get_mut(device) {
            known.ended = false;
        }
    }

    pub(super) fn fate_of(&self, device: &str, id: Uuid) -> Option<&Fate> {
        self.devices.get(device)?.judged.get(&id).map(|(_, fate)| fate)
    }

    fn push(&mut self, name: &str, text: &str) -> Result<BatchAnswer, Failure> {
        let batch: sync::Batch = serde_json::from_str(text).expect("a batch");
        let payload = batch.batch.split('.').nth(1).expect("a JWS");
        let payload = URL_SAFE_NO_PAD.decode(payload).expect("base64url");
        let claims: BatchClaims = serde_json::from_slice(&payload).expect("claims");
        let intents: Vec<Intent> = batch
            .intents
            .iter()
            .map(|text| serde_json::from_str(text).expect("an intent"))
            .collect();
        for (text, digest) in batch.intents.iter().zip(&claims.intents) {
            assert_eq!(
                Digest(PlainKey.digest(text.as_bytes())),
                *digest,
                "bytes moved unchanged"
            );
        }
        if intents
            .iter()
            .any(|intent| self.unacceptable.contains(&intent.id))
        {
            return Err(Failure::Rejected);
        }
        let device = self.devices.entry(name.to_owned()).or_default();
        if device.suspended {
            return Err(Failure::DeviceForked);
        }
        let place = (claims.generation, claims.number);
        if self.taken.contains(&claims.generation) {
            return Err(Failure::DeviceBehind);
        }
        if place < (device.generation, device.number) || claims.generation > device.generation {
            return Err(Failure::DeviceBehind);
        }
        if place == (device.generation, device.number) && device.last != text.as_bytes() {
            device.suspended = true;
            device.ended = true;
            return Err(Failure::DeviceForked);
        }
        device.number = claims.number;
        device.last = text.as_bytes().to_vec();
        let mut outcomes = Vec::new();
        for (intent, digest) in intents.iter().zip(claims.intents) {
            let device = self.devices.entry(name.to_owned()).or_default();
            let fate = match device.judged.get(&intent.id) {
                Some((known, fate)) if *known == digest => fate.clone(),
                Some(_) => refused("intent_changed"),
                None => {
                    let met = intent
                        .depends_on
                        .iter()
                        .all(|id| matches!(device.judged.get(id), Some((_, Fate::Applied { .. }))));
                    let fate = if met {
                        self.apply(intent)
                    } else {
                        refused("dependency_refused")
                    };
                    let device = self.devices.entry(name.to_owned()).or_default();
                    device.judged.insert(intent.id, (digest, fate.clone()));
                    fate
                }
            };
            outcomes.push(Outcome {
                intent: intent.id,
                digest,
                fate,
            });
        }
        Ok(BatchAnswer {
            number: claims.number,
            outcomes,
        })
    }

    /// `set` writes, `remove` removes, `forbidden` is refused.
    fn apply(&mut self, intent: &Intent) -> Fate {
        if intent.name == "forbidden" {
            return refused("not_allowed");
        }
        let state = self.states.entry(intent.principal).or_default();
        state.version += 1;
        *self.effects.entry(intent.id).or_default() += 1;
        let id = intent.arguments["id"].as_str().expect("an id").to_owned();
        let record = Record {
            kind: "note".to_owned(),
            id: id.clone(),
            version: state.version,
            content: (intent.name == "set").then(|| json!({ "by": intent.id })),
        };
        state.records.insert(("note".to_owned(), id), record.clone());
        Fate::Applied {
            version: state.version,
            records: vec![record],
        }
    }

    fn pull(&self, principal: Principal, cursor: Cursor) -> Page {
        let Some(state) = self.states.get(&principal) else {
            return Page {
                version: cursor.since,
                complete: true,
                began: None,
                records: Vec::new(),
            };
        };
        let goes_on = cursor.since >= state.floor || cursor.began.is_some_and(|began| began >= state.floor);
        let from = if goes_on { cursor.since } else { 0 };
        let began = (!goes_on).then_some(state.version);
        let mut records: Vec<Record> = state
            .records
            .values()
            .filter(|record| record.version > from)
            .cloned()
            .collect();
        records.sort_by_key(|record| record.version);
        let complete = records.len() <= self.page;
        records.truncate(self.page);
        let version = if complete {
            state.version.max(from)
        } else {
            records.last().map_or(from, |record| record.version)
        };
        Page {
            version,
            complete,
            began,
            records,
        }
    }

    /// Forgets what was removed so far.
    pub(super) fn compact(&mut self) {
        for state in self.states.values_mut() {
            state.records.retain(|_, record| record.content.is_some());
            state.floor = state.version;
        }
    }
}

fn refused(code: &str) -> Fate {
    Fate::Refused {
        code: code.to_owned(),
        reason: None,
    }
}
