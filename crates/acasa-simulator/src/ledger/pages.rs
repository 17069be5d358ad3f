//! What makes a page of records.

use acasa_protocol::sync::{MAX_PAGE_BYTES, Record};

use crate::state::PAGE;

/// How many of these records, which are in order, make the first page: versions stay whole, and one of them comes
/// however big it is.
pub(super) fn first(records: &[Record]) -> usize {
    let (mut taken, mut bytes) = (0, 0);
    for version in records.chunk_by(|one, next| one.version == next.version) {
        bytes += version.iter().map(size).sum::<usize>();
        let fits = taken + version.len() <= PAGE as usize && bytes <= MAX_PAGE_BYTES;
        if !fits && taken > 0 {
            break;
        }
        taken += version.len();
        if !fits {
            break;
        }
    }
    taken
}

fn size(record: &Record) -> usize {
    let content = record.content.as_ref().map(|content| content.to_string().len());
    record.kind.len() + record.id.len() + content.unwrap_or_default()
}
