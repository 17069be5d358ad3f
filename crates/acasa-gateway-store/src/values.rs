//! How values are stored, in every engine.

use acasa_protocol::sync::{Fate, MAX_PAGE_BYTES, Record};

use crate::{Hash, StoreError};

/// An event's place in a chain of the journal.
pub(crate) fn link(previous: &Hash, sequence: i64, json: &str, digest: fn(&[u8]) -> Hash) -> Hash {
    let mut bytes = Vec::with_capacity(40 + json.len());
    bytes.extend_from_slice(previous);
    bytes.extend_from_slice(&sequence.to_be_bytes());
    bytes.extend_from_slice(json.as_bytes());
    digest(&bytes)
}

/// What of these records makes one page, of at most `limit` of them and about [`MAX_PAGE_BYTES`]; whether that is all.
/// A page must not end in the middle of a version: what was written together arrives together. A version has at most
/// [`MAX_WRITES`](crate::MAX_WRITES) records, and a page at least as many.
pub(crate) fn whole_page(records: &mut Vec<Record>, limit: usize) -> bool {
    let mut bytes = 0;
    let beyond = records.iter().position(|record| {
        let content = record.content.as_ref().map(ToString::to_string);
        bytes += record.kind.len() + record.id.len() + content.map_or(0, |content| content.len());
        bytes > MAX_PAGE_BYTES
    });
    let beyond = beyond.unwrap_or(records.len()).min(limit);
    let Some(cut) = records.get(beyond).map(|record| record.version) else {
        return true;
    };
    let first = records.first().map_or(0, |record| record.version);
    if first == cut {
        // Beyond the size by itself; it may be all there is.
        let all = records.len();
        records.retain(|record| record.version == first);
        return records.len() == all;
    }
    records.retain(|record| record.version < cut);
    false
}

pub(crate) fn refused(code: &str) -> Fate {
    Fate::Refused {
        code: code.to_owned(),
        reason: None,
    }
}

pub(crate) fn json(value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::Unreadable { what: "outcome" })
}

pub(crate) fn read_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Unreadable { what: "record" })
}

/// Versions and numbers count up from 1 and never come near the end of either type.
pub(crate) fn to_sql(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(crate) fn from_sql(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn records(version: u64, count: usize) -> Vec<Record> {
        let record = |id: usize| Record {
            kind: "note".to_owned(),
            id: id.to_string(),
            version,
            content: Some(json!("x".repeat(MAX_PAGE_BYTES / 2))),
        };
        (0..count).map(record).collect()
    }

    #[test]
    fn a_version_that_is_too_large_comes_whole_and_says_whether_more_follows() {
        let mut only = records(1, 3);
        let mut more = [records(1, 3), records(2, 1)].concat();

        assert_eq!((whole_page(&mut only, 100), only.len()), (true, 3));
        assert_eq!((whole_page(&mut more, 100), more.len()), (false, 3));
    }
}
