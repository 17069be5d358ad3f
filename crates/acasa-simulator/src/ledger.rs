//! What the state must hold, by a model of its own: each act judged once, in the order it came.

use std::collections::{BTreeMap, BTreeSet};

use acasa_crypto::{Algorithm, Jwk, digest::sha256, jose::UnverifiedJws};
use acasa_domain::{Idnp, Principal};
use acasa_gateway_store::SqliteStorage;
use acasa_gateway_store::Storage as _;
use acasa_protocol::sync::{
    Batch, BatchAnswer, BatchClaims, Cursor, DevicePosition, Digest, Fate, Intent, NewGeneration, Outcome,
    Page, Record,
};
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use crate::state::ISSUER;

mod commands;
mod pages;

/// Records by kind and id, with their versions; those without content were removed.
type Records = BTreeMap<(String, String), (u64, Option<Value>)>;
/// A record's kind, id and content.
pub(crate) type Written = (String, String, Option<Value>);

/// A rule that was broken, and more about it.
pub(crate) type Broken = (&'static str, String);

/// What the state must hold.
#[derive(Default)]
pub(crate) struct Ledger {
    people: BTreeMap<Principal, Person>,
    devices: BTreeMap<String, Known>,
    /// Acts by what they came to when they were judged first.
    judged: BTreeMap<String, u64>,
}

#[derive(Default)]
struct Person {
    version: u64,
    floor: u64,
    records: Records,
    fates: BTreeMap<Uuid, (Digest, Fate)>,
}

struct Known {
    principal: Principal,
    generation: u64,
    number: u64,
    last: Option<[u8; 32]>,
    suspended: bool,
    jwk: Value,
}

/// Who asks, and who answers.
pub(crate) struct Asked<'a> {
    pub(crate) client: &'a str,
    pub(crate) person: Idnp,
    pub(crate) now: Timestamp,
    pub(crate) older: bool,
}

impl Ledger {
    pub(crate) fn fate(&self, person: Principal, id: Uuid) -> Option<&Fate> {
        self.people.get(&person)?.fates.get(&id).map(|(_, fate)| fate)
    }

    pub(crate) fn into_judged(self) -> BTreeMap<String, u64> {
        self.judged
    }

    pub(crate) fn version(&self, person: Principal) -> u64 {
        self.people.get(&person).map_or(0, |person| person.version)
    }

    /// Generation and number of a device as the state knows them.
    pub(crate) fn position_of(&self, client: &str) -> (u64, u64) {
        self.devices
            .get(client)
            .map_or((0, 0), |known| (known.generation, known.number))
    }

    pub(crate) fn is_suspended(&self, client: &str) -> bool {
        self.devices.get(client).is_some_and(|known| known.suspended)
    }

    fn known(&self, asked: &Asked<'_>) -> Option<&Known> {
        let principal = Principal::from(asked.person);
        self.devices
            .get(asked.client)
            .filter(|known| known.principal == principal)
    }

    pub(crate) fn position(&self, asked: &Asked<'_>) -> DevicePosition {
        self.known(asked).map_or(
            DevicePosition {
                generation: 0,
                number: 0,
                suspended: false,
            },
            |known| DevicePosition {
                generation: known.generation,
                number: known.number,
                suspended: known.suspended,
            },
        )
    }

    pub(crate) fn begin(&mut self, asked: &Asked<'_>, begun: &NewGeneration) -> DevicePosition {
        let newer = self
            .known(asked)
            .is_none_or(|known| known.generation < begun.generation);
        if newer {
            let known = Known {
                principal: asked.person.into(),
                generation: begun.generation,
                number: 0,
                last: None,
                suspended: false,
                jwk: begun.jwk.clone(),
            };
            self.devices.insert(asked.client.to_owned(), known);
        }
        self.position(asked)
    }

    /// Judges a batch as it has to be judged.
    pub(crate) fn judge(&mut self, asked: &Asked<'_>, text: &str) -> Result<BatchAnswer, &'static str> {
        const REFUSED: &str = "batch_refused";
        let sent: Batch = serde_json::from_str(text).map_err(|_| "request_malformed")?;
        let Some(known) = self.known(asked) else {
            return Err("device_behind");
        };
        if known.suspended {
            return Err("device_forked");
        }
        let jws = UnverifiedJws::parse_up_to(&sent.batch, 64 * 1024).map_err(|_| REFUSED)?;
        let key = Jwk::from_value(known.jwk.clone()).map_err(|_| REFUSED)?;
        let Ok(verified) = jws.verify_with_jwk(&key, Algorithm::Es256) else {
            return Err("device_behind");
        };
        let claims: BatchClaims = serde_json::from_slice(verified.payload()).map_err(|_| REFUSED)?;
        let digests: Vec<Digest> = sent
            .intents
            .iter()
            .map(|text| Digest(sha256(text.as_bytes())))
            .collect();
        if claims.iss != asked.client || claims.aud != ISSUER || claims.intents != digests {
            return Err(REFUSED);
        }
        let intents: Vec<Intent> = sent
            .intents
            .iter()
            .map(|text| serde_json::from_str(text))
            .collect::<Result<_, _>>()
            .map_err(|_| REFUSED)?;
        let hash = sha256(sent.batch.as_bytes());
        let there = (known.generation, known.number);
        let told = (claims.generation, claims.number);
        if told.0 != there.0 || told.1 < there.1 || told.1 == 0 {
            return Err("device_behind");
        }
        let forked = told == there && known.last != Some(hash);
        if let Some(known) = self.devices.get_mut(asked.client) {
            known.suspended |= forked;
            if !forked {
                known.number = told.1;
                known.last = Some(hash);
            }
        }
        if forked {
            return Err("device_forked");
        }
        let person = self.people.entry(asked.person.into()).or_default();
        let mut outcomes = Vec::with_capacity(intents.len());
        for (intent, digest) in intents.iter().zip(digests) {
            let anew = !person.fates.contains_key(&intent.id);
            let fate = person.judge(asked, intent, digest);
            if anew {
                let came_to = match &fate {
                    Fate::Refused { code, .. } => code,
                    Fate::Applied { .. } | Fate::Superseded { .. } => "applied",
                };
                let counted = format!("{} {came_to}", intent.name);
                *self.judged.entry(counted).or_default() += 1;
            }
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

    pub(crate) fn write(&mut self, principal: Principal, writes: Vec<Written>) -> u64 {
        let person = self.people.entry(principal).or_default();
        person.put(writes);
        person.version
    }

    pub(crate) fn compact(&mut self, principal: Principal, up_to: u64) {
        let person = self.people.entry(principal).or_default();
        person
            .records
            .retain(|_, (version, content)| *version > up_to || content.is_some());
        person.floor = person.floor.max(up_to.min(person.version));
    }

    /// The state knows these installations no more.
    pub(crate) fn forget_devices(&mut self, clients: &[String]) {
        self.devices.retain(|client, _| !clients.contains(client));
    }

    /// Of somebody who was erased it is left which acts were judged, and how. Whoever comes back finds nothing.
    pub(crate) fn erase(&mut self, principal: Principal) {
        let Some(person) = self.people.get_mut(&principal) else {
            return;
        };
        person.records.clear();
        if person.version > 0 {
            person.version += 1;
            person.floor = person.version;
        }
        for (_, fate) in person.fates.values_mut() {
            if let Fate::Applied { records, .. } = fate {
                records.clear();
            }
        }
    }

    /// Acts of a person that were judged.
    pub(crate) fn judged_of(&self, principal: Principal) -> Vec<Uuid> {
        let person = self.people.get(&principal);
        person
            .into_iter()
            .flat_map(|person| person.fates.keys().copied())
            .collect()
    }

    /// The page that must be answered.
    pub(crate) fn page(&self, principal: Principal, cursor: Cursor) -> Page {
        let nobody = Person::default();
        let person = self.people.get(&principal).unwrap_or(&nobody);
        let anew = cursor.since < person.floor && cursor.began.is_none_or(|began| began < person.floor);
        let from = if anew { 0 } else { cursor.since };
        let mut records: Vec<Record> = person
            .lying()
            .into_iter()
            .filter(|record| record.version > from)
            .collect();
        records.sort_by_key(|record| record.version);
        let page = pages::first(&records);
        let complete = page == records.len();
        records.truncate(page);
        let last = records.last().map_or(from, |record| record.version);
        Page {
            version: if complete { person.version.max(from) } else { last },
            complete,
            began: anew.then_some(person.version),
            records,
        }
    }

    /// What everybody must see in the end: records that are there.
    pub(crate) fn visible(&self, principal: Principal) -> BTreeMap<(String, String), Value> {
        let person = self.people.get(&principal);
        let there = |(key, (_, content)): (&(String, String), &(u64, Option<Value>))| {
            Some((key.clone(), content.clone()?))
        };
        person
            .into_iter()
            .flat_map(|person| person.records.iter())
            .filter_map(there)
            .collect()
    }

    /// Compares what lies in the tables about these intents and all records.
    pub(crate) fn compare(
        &self,
        storage: &SqliteStorage,
        principal: Principal,
        ids: &[Uuid],
    ) -> Result<(), Broken> {
        let unreadable =
            |error: acasa_gateway_store::StoreError| ("state_unreadable", error.code().to_owned());
        let nobody = Person::default();
        let person = self.people.get(&principal).unwrap_or(&nobody);
        for id in ids {
            let kept = storage.outcome(principal, *id).map_err(unreadable)?;
            if kept.as_ref() != person.fates.get(id) {
                return Err((
                    "outcome",
                    format!("of {id}: {}", told(kept.map(|(_, fate)| fate).as_ref())),
                ));
            }
        }
        let lying = storage.lying(principal).map_err(unreadable)?;
        if lying.version != person.version || lying.floor != person.floor {
            return Err((
                "version",
                format!("{} instead of {}", lying.version, person.version),
            ));
        }
        if lying.records != person.lying() {
            return Err(("records", format!("differ at version {}", lying.version)));
        }
        Ok(())
    }

    /// Everything once more, with the journal: one event for each act, and the chain holds.
    pub(crate) fn compare_all(&self, storage: &SqliteStorage) -> Result<(), Broken> {
        let unreadable =
            |error: acasa_gateway_store::StoreError| ("state_unreadable", error.code().to_owned());
        storage
            .check_journal()
            .map_err(|error| ("journal", error.code().to_owned()))?;
        for principal in self.people.keys() {
            let ids = self.judged_of(*principal);
            self.compare(storage, *principal, &ids)?;
            let judged: BTreeSet<Uuid> = storage
                .judged(*principal)
                .map_err(unreadable)?
                .into_iter()
                .collect();
            if judged.len() != ids.len() {
                return Err(("outcome", format!("{} instead of {}", judged.len(), ids.len())));
            }
            let mut seen = BTreeSet::new();
            let mut before = None;
            loop {
                let events = storage
                    .events_about(&principal.to_string(), before, 1_000)
                    .map_err(unreadable)?;
                let Some(last) = events.last() else { break };
                before = Some(last.sequence);
                for entry in events
                    .iter()
                    .filter(|entry| entry.event.kind == "Acasa.Act.Judged")
                {
                    let id = entry.event.object.parse::<Uuid>().unwrap_or_default();
                    if !seen.insert(id) {
                        return Err(("journal", format!("{id} is there twice")));
                    }
                }
            }
            if seen != judged {
                return Err((
                    "journal",
                    format!("{} events of {} acts", seen.len(), judged.len()),
                ));
            }
        }
        Ok(())
    }
}

impl Person {
    fn lying(&self) -> Vec<Record> {
        let record = |((kind, id), (version, content)): (&(String, String), &(u64, Option<Value>))| Record {
            kind: kind.clone(),
            id: id.clone(),
            version: *version,
            content: content.clone(),
        };
        self.records.iter().map(record).collect()
    }

    fn judge(&mut self, asked: &Asked<'_>, intent: &Intent, digest: Digest) -> Fate {
        if let Some((known, fate)) = self.fates.get(&intent.id) {
            return if *known == digest {
                fate.clone()
            } else {
                refused("intent_changed")
            };
        }
        let applied = |id: &Uuid| matches!(self.fates.get(id), Some((_, Fate::Applied { .. })));
        let fate = if intent.depends_on.iter().all(applied) {
            match commands::decide(&self.records, asked, intent) {
                Ok(writes) => {
                    let written = self.put(writes);
                    Fate::Applied {
                        version: self.version,
                        records: written,
                    }
                }
                Err(code) => refused(code),
            }
        } else {
            refused("dependency_refused")
        };
        self.fates.insert(intent.id, (digest, fate.clone()));
        fate
    }

    fn put(&mut self, writes: Vec<Written>) -> Vec<Record> {
        self.version += 1;
        let mut records = Vec::new();
        for (kind, id, content) in writes {
            self.records
                .insert((kind.clone(), id.clone()), (self.version, content.clone()));
            records.push(Record {
                kind,
                id,
                version: self.version,
                content,
            });
        }
        records
    }
}

fn refused(code: &str) -> Fate {
    Fate::Refused {
        code: code.to_owned(),
        reason: None,
    }
}

/// A fate in a word or two.
pub(crate) fn told(fate: Option<&Fate>) -> String {
    match fate {
        None => "never judged".to_owned(),
        Some(Fate::Applied { version, .. }) => format!("applied in {version}"),
        Some(Fate::Refused { code, .. }) => format!("refused: {code}"),
        Some(Fate::Superseded { .. }) => "superseded".to_owned(),
    }
}
