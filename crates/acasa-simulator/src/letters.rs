//! The list of letters beside the records it is made from.

use std::collections::BTreeMap;

use acasa_protocol::notices::{MARK, Mark, NOTICE, Notice};
use acasa_store::{LetterFilter, Marks, Shelf};
use serde_json::Value;

use crate::device::Device;

/// The vault lists every letter that can be read, marked as the records say, and nothing else.
pub(crate) fn agree(device: &Device, records: &BTreeMap<(String, String), Value>) -> Result<(), String> {
    let filter = LetterFilter {
        shelf: Shelf::All,
        limit: 1_000,
        ..LetterFilter::default()
    };
    let listed = device.vault.letters().list(device.principal(), &filter);
    let listed = listed.map_err(|error| error.code().to_owned())?;
    let listed: BTreeMap<String, (Value, Marks, bool)> = listed
        .into_iter()
        .map(|letter| {
            let content = serde_json::from_str(&letter.content).unwrap_or_default();
            (letter.id, (content, letter.marks, letter.foreseen))
        })
        .collect();
    let readable = |content: &Value| serde_json::from_value::<Notice>(content.clone()).is_ok();
    let wanted: BTreeMap<String, (Value, Marks, bool)> = records
        .iter()
        .filter(|((kind, _), content)| kind == NOTICE && readable(content))
        .map(|((_, id), content)| (id.clone(), (content.clone(), marks(records, id), false)))
        .collect();
    if listed == wanted {
        Ok(())
    } else {
        let wrong = wanted
            .iter()
            .find(|(id, letter)| listed.get(*id) != Some(*letter));
        Err(format!(
            "{} listed, {} there, first wrong {:?}",
            listed.len(),
            wanted.len(),
            wrong.map(|(id, _)| id)
        ))
    }
}

fn marks(records: &BTreeMap<(String, String), Value>, id: &str) -> Marks {
    let kept = records.get(&(MARK.to_owned(), id.to_owned()));
    let mark: Mark = kept
        .and_then(|content| serde_json::from_value(content.clone()).ok())
        .unwrap_or_default();
    Marks {
        read: mark.read,
        archived: mark.archived,
        pinned: mark.pinned,
    }
}
