//! Synchronising: intents go up in batches, confirmed records come down in checkpoints.
//!
//! An [`Intent`] is serialised once, on the device that makes it; everything after that moves its
//! bytes, never a re-encoding, so that its digest stays what the device signed. A [`Batch`] is a JWS
//! (RFC 7515) over the digests of the intents it carries. A [`Page`] is part of a checkpoint: it counts
//! only together with all the pages up to the one that says `complete`.

use std::fmt;

use acasa_domain::Principal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Most bytes of one intent.
pub const MAX_INTENT: usize = 16 * 1024;
/// Most intents in one batch.
pub const MAX_BATCH: usize = 500;
/// Most bytes of a batch as it is sent.
pub const MAX_BATCH_BYTES: usize = 1024 * 1024;
/// Most bytes of the intents of one batch together: escaped in the batch, they are at most twice as long.
pub const MAX_BATCH_TEXT: usize = 400 * 1024;
/// Most intents another may wait for.
pub const MAX_DEPENDENCIES: usize = 16;
/// Most records in one page of a checkpoint.
pub const MAX_PAGE: u32 = 1000;
/// A page ends with the version that brings it beyond so many bytes of content.
pub const MAX_PAGE_BYTES: usize = 1024 * 1024;
/// Most acts in one answer of the list of acts.
pub const MAX_ACTS: u32 = 100;
/// `typ` of a batch's JWS.
pub const BATCH_TYPE: &str = "acasa-batch+jws";

/// SHA-256 of an intent's bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl fmt::Debug for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self}")
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        let wrong = || serde::de::Error::custom("a digest is 64 lower-case hexadecimal digits");
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            _ => None,
        };
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if pairs.len() != 32 || !rest.is_empty() {
            return Err(wrong());
        }
        let mut bytes = [0; 32];
        for (place, [high, low]) in bytes.iter_mut().zip(pairs) {
            let (high, low) = (digit(*high).ok_or_else(wrong)?, digit(*low).ok_or_else(wrong)?);
            *place = high << 4 | low;
        }
        Ok(Self(bytes))
    }
}

/// A person's act on shared state: a named command, whose id is made and kept on the device before
/// anything is sent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Intent {
    /// Together with the actor, what it is known by for ever, whichever of their devices sends it.
    pub id: Uuid,
    /// The command: `preferences.set`.
    pub name: String,
    /// What the command is about; each command defines its own.
    pub arguments: serde_json::Value,
    /// Who acts: always a person.
    pub actor: Principal,
    /// On whose behalf.
    pub principal: Principal,
    /// The power of attorney used, if not on one's own behalf.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub power: Option<String>,
    /// Intents of the same device that must have been applied before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<Uuid>,
    /// Past this time, by the gateway's clock, it is refused (RFC 3339).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_after: Option<String>,
    /// When it was made, by the device's clock: for people to read, never compared.
    pub made_at: String,
}

/// What a batch's signature is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BatchClaims {
    /// The device: its client identifier.
    pub iss: String,
    /// The gateway.
    pub aud: String,
    /// Which life of the device: it begins a new one after a restored backup.
    pub generation: u64,
    /// Counts from 1 in each generation; one that was refused as a whole leaves a gap.
    pub number: u64,
    /// In the order they are to be judged.
    pub intents: Vec<Digest>,
}

/// A batch as it is sent. Its bytes are kept before the first sending and sent again unchanged.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// Compact JWS over [`BatchClaims`], by the device's batch key.
    pub batch: String,
    /// The intents' own bytes, in the order of the claims: each the JSON text of an [`Intent`].
    pub intents: Vec<String>,
}

/// What became of an intent. The same question gets the same answer for ever.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Fate {
    /// It took effect, once.
    Applied {
        /// The principal's version that has the effect.
        version: u64,
        /// Records as they were right after it.
        records: Vec<Record>,
    },
    /// It will never take effect.
    Refused {
        /// Stable snake_case code.
        code: String,
        /// The state's own words, where it has any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Words>,
    },
    /// Another act made it pointless; nothing is wrong.
    Superseded {
        /// The act that did.
        by: Uuid,
    },
}

/// An intent with what became of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Which intent.
    pub intent: Uuid,
    /// Digest of what the gateway judged.
    pub digest: Digest,
    /// What became of it.
    #[serde(flatten)]
    pub fate: Fate,
}

/// Words written by the state: data, in three languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// Romanian; always there.
    pub ro: String,
    /// Russian.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ru: Option<String>,
    /// English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

/// The answer to a batch: an outcome for each of its intents, in its order.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchAnswer {
    /// The batch's number.
    pub number: u64,
    /// One for each intent.
    pub outcomes: Vec<Outcome>,
}

/// A record of the shared state, or that it is gone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// What kind of thing: `preferences`.
    pub kind: String,
    /// Which one, among its kind and principal.
    pub id: String,
    /// The principal's version that wrote it last.
    pub version: u64,
    /// What it says; `null` where it was removed.
    #[serde(deserialize_with = "Option::deserialize")]
    pub content: Option<serde_json::Value>,
}

/// What to pull, of one principal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cursor {
    /// Everything up to here is held or put aside already; nothing, unless said.
    #[serde(default)]
    pub since: u64,
    /// Where the checkpoint under way began anew: [`Page::began`] of its first page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub began: Option<u64>,
}

/// Part of a checkpoint of one principal, in ascending order of version.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// Up to here everything is in this page and those before it.
    pub version: u64,
    /// Whether this is the last one: only then the pages count, all at once.
    pub complete: bool,
    /// What was asked for is older than the removals the gateway remembers: this page begins anew, from
    /// nothing, and what the checkpoint does not hold in the end is gone. The principal's version at
    /// that moment; asking on with it, removals since then are enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub began: Option<u64>,
    /// Records that changed after what was asked for; after nothing, if it begins anew.
    pub records: Vec<Record>,
}

/// Which of a person's acts to list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActsQuery {
    /// Those with a greater id; all, unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Uuid>,
}

/// A person's act as it was judged.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JudgedAct {
    /// The device that sent it first: its client identifier.
    pub device: String,
    /// When it was judged, by the gateway's clock (RFC 3339, UTC).
    pub judged_at: String,
    /// What was answered, and is answered whenever it is sent again.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// Part of the list of a person's acts, in the order of their ids.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgedActs {
    /// At most [`MAX_ACTS`].
    pub acts: Vec<JudgedAct>,
    /// Whether there are none after these.
    pub complete: bool,
}

/// Where the gateway sees a device. Asked for at the start of each session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DevicePosition {
    /// Its generation; 0 for a device that has never announced a batch key.
    pub generation: u64,
    /// The last batch of that generation that was judged.
    pub number: u64,
    /// Two different batches came under one number. Its sessions have ended; whoever has a new one has signed
    /// in since, and begins a new generation.
    pub suspended: bool,
}

/// Begins a generation with a key that signs batches and nothing else.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewGeneration {
    /// One more than the last.
    pub generation: u64,
    /// P-256 public key (RFC 7517).
    pub jwk: serde_json::Value,
}

#[cfg(test)]
mod tests;
