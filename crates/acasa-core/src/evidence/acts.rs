//! What a device keeps of a person's acts, and what the state answers about them: two lists that say the same
//! when nothing was lost and nothing took effect twice (docs/formats/offline-week.md).

use crate::{Acasa, CoreError};
use acasa_client::ClientError;
use acasa_protocol::sync::{ActsQuery, Cursor, Fate, JudgedAct, Page};
use acasa_store::{Act, Page as Part};
use serde_json::Value;

/// Acts read at once.
const AT_ONCE: u32 = 1000;
/// Events of the journal that say that an act was judged.
const JUDGED: &str = "Acasa.Act.Judged";

/// An act as a device keeps it.
pub struct KeptAct {
    /// Its id.
    pub id: String,
    /// The command.
    pub command: String,
    /// Its arguments.
    pub arguments: Value,
    /// What became of it, in one word.
    pub fate: &'static str,
    /// Why it was refused: a stable code.
    pub code: Option<String>,
    /// When it was made (RFC 3339).
    pub made_at: String,
}

/// An act as the state judged it.
pub struct StateAct {
    /// Its id.
    pub id: String,
    /// The client that sent it first.
    pub client: String,
    /// The version that has its effect; none, where it has none.
    pub version: Option<u64>,
    /// What it wrote, as it was right after it.
    pub records: Vec<KeptRecord>,
    /// How many events of the journal say that it was judged.
    pub judged: usize,
}

/// A record.
#[derive(Clone, PartialEq, Eq)]
pub struct KeptRecord {
    /// Its kind.
    pub kind: String,
    /// Its id.
    pub id: String,
    /// The version that wrote it.
    pub version: u64,
    /// What it says; nothing, if it was removed.
    pub content: Option<Value>,
}

/// A person's whole checkpoint, asked for from nothing.
pub struct StateRecords {
    /// Its version.
    pub version: u64,
    /// Its records.
    pub records: Vec<KeptRecord>,
}

impl Acasa {
    /// The acts of this device that are for the state, oldest first.
    pub fn kept_acts(&self) -> Result<Vec<KeptAct>, CoreError> {
        let open = self.vault().open()?;
        let mut kept = Vec::new();
        for offset in (0..).step_by(AT_ONCE as usize) {
            let part = open.records.acts().list(Part {
                offset,
                limit: AT_ONCE,
            })?;
            let more = part.len() == AT_ONCE as usize;
            for act in part {
                // The others took effect on the device alone.
                if open.records.intents().fate(act.id)?.is_some() {
                    kept.push(kept_act(act)?);
                }
            }
            if !more {
                break;
            }
        }
        kept.reverse();
        Ok(kept)
    }

    /// What the state answers a signed-in person about their acts, and what its journal has of them.
    pub async fn state_acts(&self) -> Result<Vec<StateAct>, CoreError> {
        let signed_in = self.identity().signed_in()?;
        let (installation, session) = (&signed_in.installation, &signed_in.session);
        let client = self.client()?;
        let mut acts: Vec<JudgedAct> = Vec::new();
        loop {
            let after = acts.last().map(|act| act.outcome.intent);
            let part = client.acts(installation, session, ActsQuery { after }).await?;
            let complete = part.complete || part.acts.is_empty();
            acts.extend(part.acts);
            if complete {
                break;
            }
        }
        let mut judgings = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let part = client.accesses(installation, session, cursor.as_deref()).await?;
            let judged = part.items.into_iter().filter(|item| item.event == JUDGED);
            judgings.extend(judged.map(|item| item.object));
            cursor = part.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        Ok(acts.into_iter().map(|act| state_act(act, &judgings)).collect())
    }

    /// The person's checkpoint as the state answers it, from nothing.
    pub async fn state_records(&self) -> Result<StateRecords, CoreError> {
        let signed_in = self.identity().signed_in()?;
        let (installation, session) = (&signed_in.installation, &signed_in.session);
        let client = self.client()?;
        let mut state = StateRecords {
            version: 0,
            records: Vec::new(),
        };
        let mut cursor = Cursor::default();
        loop {
            let page: Page = client.pull(installation, session, cursor).await?;
            if page.version <= cursor.since && !page.complete {
                return Err(ClientError::Unexpected { what: "page" }.into());
            }
            cursor.since = page.version;
            cursor.began = cursor.began.or(page.began);
            state.version = page.version;
            state.records.extend(page.records.into_iter().map(record));
            if page.complete {
                return Ok(state);
            }
        }
    }
}

fn kept_act(act: Act) -> Result<KeptAct, CoreError> {
    let arguments = serde_json::from_str(&act.arguments);
    Ok(KeptAct {
        id: act.id.to_string(),
        command: act.name,
        arguments: arguments.map_err(|_| CoreError::Document { code: "internal" })?,
        fate: act.fate.as_str(),
        code: (!act.reason.is_empty()).then_some(act.reason),
        made_at: act.made_at.to_string(),
    })
}

fn state_act(act: JudgedAct, judgings: &[String]) -> StateAct {
    let id = act.outcome.intent.to_string();
    let judged = judgings.iter().filter(|judged| **judged == id).count();
    let (version, records) = match act.outcome.fate {
        Fate::Applied { version, records } => (Some(version), records),
        Fate::Refused { .. } | Fate::Superseded { .. } => (None, Vec::new()),
    };
    StateAct {
        id,
        client: act.device,
        version,
        records: records.into_iter().map(record).collect(),
        judged,
    }
}

fn record(record: acasa_protocol::sync::Record) -> KeptRecord {
    KeptRecord {
        kind: record.kind,
        id: record.id,
        version: record.version,
        content: record.content,
    }
}
