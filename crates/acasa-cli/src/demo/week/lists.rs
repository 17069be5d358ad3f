//! What the state did, as it tells whoever is signed in: a line for each version of the person's records.

use super::home::Home;
use crate::demo::error::DemoError;
use acasa_core::KeptRecord;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Kind of the records that the state writes by itself.
const NOTICE: &str = "notice";

/// What the state did.
#[derive(PartialEq)]
pub(super) struct Effects {
    /// The version of the records.
    pub(super) version: u64,
    /// A line for each effect, in the order of their versions.
    pub(super) lines: String,
    /// Letters among them.
    pub(super) letters: usize,
    /// Whether the records are what the last effect on each of them wrote.
    pub(super) last_writes_are_the_records: bool,
}

/// Asks the state as this device's person. `whole` keeps also what the records say.
pub(super) async fn of_state(home: &Home, whole: bool) -> Result<Effects, DemoError> {
    let acts = home.acasa().state_acts().await?;
    let state = home.acasa().state_records().await?;
    let mut left: BTreeMap<(String, String), KeptRecord> = BTreeMap::new();
    let mut effects: Vec<(u64, Value)> = Vec::new();
    let mut letters = 0;
    for record in state.records.iter().filter(|record| record.kind == NOTICE) {
        letters += 1;
        effects.push((
            record.version,
            json!({ "version": record.version, "letter": record.id }),
        ));
        left.insert((record.kind.clone(), record.id.clone()), record.clone());
    }
    let mut applied: Vec<_> = acts
        .into_iter()
        .filter_map(|act| Some((act.version?, act)))
        .collect();
    applied.sort_by_key(|(version, _)| *version);
    for (version, act) in applied {
        let records = act.records.iter();
        let records =
            records.map(|record| json!({ "kind": record.kind, "id": record.id, "content": record.content }));
        let line = json!({
            "version": version, "act": act.id, "judged": act.judged, "client": act.client,
            "records": records.collect::<Vec<_>>(),
        });
        effects.push((version, line));
        for record in act.records {
            left.insert((record.kind.clone(), record.id.clone()), record);
        }
    }
    for version in 1..=state.version {
        if !effects.iter().any(|(known, _)| *known == version) {
            effects.push((version, json!({ "version": version, "unexplained": true })));
        }
    }
    effects.sort_by_key(|(version, _)| *version);
    let mut lines: Vec<String> = effects.iter().map(|(_, line)| format!("{line}\n")).collect();
    if whole {
        let contents = state
            .records
            .iter()
            .map(|record| record.content.as_ref().map(ToString::to_string));
        lines.push(format!("{}\n", json!(contents.collect::<Vec<_>>())));
    }
    let there = |record: &KeptRecord| left.get(&(record.kind.clone(), record.id.clone())) == Some(record);
    let all_written = left.values().filter(|record| record.content.is_some()).count();
    let all_there = state
        .records
        .iter()
        .filter(|record| record.content.is_some())
        .count();
    Ok(Effects {
        version: state.version,
        lines: lines.concat(),
        letters,
        last_writes_are_the_records: state.records.iter().all(there) && all_written == all_there,
    })
}
