//! The lines of the journal, each bound to the one before it.

use std::{
    fs::File,
    io::{BufRead as _, BufReader, Read as _, Seek as _, SeekFrom},
    path::Path,
};

use acasa_crypto::{base64url, digest::sha256};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{JournalError, Record};

/// Longer than any line.
const LONGEST: u64 = 512;
/// What the first line holds for the one before it.
const START: [u8; 32] = [0; 32];

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    sequence: u64,
    at: Timestamp,
    role: String,
    kind: String,
    sha256: String,
    previous: String,
}

/// Where the next line goes, and what it follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct End {
    pub(super) length: u64,
    sequence: u64,
    hash: [u8; 32],
}

impl End {
    const START: Self = Self {
        length: 0,
        sequence: 0,
        hash: START,
    };

    /// The line of a record, after which this is its end.
    pub(super) fn append(&mut self, record: Record) -> Vec<u8> {
        let line = Line {
            sequence: self.sequence + 1,
            at: record.at,
            role: record.role.to_owned(),
            kind: record.kind.to_owned(),
            sha256: base64url::encode(&record.sha256),
            previous: base64url::encode(&self.hash),
        };
        let mut text = serde_json::to_vec(&line).expect("text and numbers make JSON");
        self.follow(&text);
        text.push(b'\n');
        text
    }

    fn follow(&mut self, line: &[u8]) {
        self.length += line.len() as u64 + 1;
        self.sequence += 1;
        self.hash = sha256(line);
    }
}

/// The end of the last whole line.
pub(super) fn find_end(file: &mut File) -> Result<End, JournalError> {
    let length = file.metadata()?.len();
    // The last whole line, and one that was cut short behind it.
    let from = length.saturating_sub(2 * LONGEST);
    file.seek(SeekFrom::Start(from))?;
    let mut tail = Vec::new();
    file.take(length - from).read_to_end(&mut tail)?;
    let newlines: Vec<usize> = (0..tail.len())
        .filter(|at| tail.get(*at) == Some(&b'\n'))
        .collect();
    let (begin, end) = match newlines.as_slice() {
        [] if from == 0 => return Ok(End::START),
        [end] if from == 0 => (0, *end),
        [.., before, end] => (before + 1, *end),
        [] | [_] => return Err(JournalError::Broken { line: 0 }),
    };
    let text = tail.get(begin..end).unwrap_or_default();
    let line: Line = serde_json::from_slice(text).map_err(|_| JournalError::Broken { line: 0 })?;
    Ok(End {
        length: from + end as u64 + 1,
        sequence: line.sequence,
        hash: sha256(text),
    })
}

/// Reads the whole journal and answers how many lines it has. One at the end that was cut short does not count.
pub fn check_journal(path: &Path) -> Result<u64, JournalError> {
    let mut reader = BufReader::new(File::open(path)?);
    let mut end = End::START;
    loop {
        let mut text = Vec::new();
        let read = reader.by_ref().take(LONGEST).read_until(b'\n', &mut text)?;
        let broken = JournalError::Broken {
            line: end.sequence + 1,
        };
        if text.pop() != Some(b'\n') {
            return if (read as u64) < LONGEST {
                Ok(end.sequence)
            } else {
                Err(broken)
            };
        }
        let follows = serde_json::from_slice::<Line>(&text).is_ok_and(|line| {
            line.sequence == end.sequence + 1 && line.previous == base64url::encode(&end.hash)
        });
        if !follows {
            return Err(broken);
        }
        end.follow(&text);
    }
}
