//! The log: five files of one megabyte, without personal data.
//!
//! What is logged is chosen at the call, field by field; nothing here filters. Tests read the
//! whole log of whole runs for anything personal.

mod rolling;

use rolling::Rolling;
use std::fs;
use std::panic;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use tracing_subscriber::EnvFilter;

/// Name of the newest file; older ones have `.1` to `.4` behind it.
const FILE: &str = "acasa.log";
/// Largest file, in bytes.
const FILE_LIMIT: u64 = 1 << 20;
/// Files kept, the newest included.
const FILES: usize = 5;

/// Starts logging into a folder, and logs panics. Later calls change nothing.
///
/// `ACASA_LOG` sets what is logged, in the syntax of `tracing`'s filters; `info` unless set.
pub fn start(folder: &Path) -> std::io::Result<()> {
    let writer = Rolling::open(&folder.join("log").join(FILE), FILE_LIMIT, FILES)?;
    let filter = EnvFilter::try_from_env("ACASA_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let subscriber = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_env_filter(filter)
        .with_writer(Mutex::new(writer))
        .finish();
    if tracing::subscriber::set_global_default(subscriber).is_ok() {
        log_panics();
    }
    Ok(())
}

/// A panic's message may hold data; its place may not.
fn log_panics() {
    panic::set_hook(Box::new(|information| {
        let place = information
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        tracing::error!(place, "panic");
    }));
}

/// The last `limit` bytes of the log, oldest first, from a line's beginning.
pub(crate) fn tail(folder: &Path, limit: usize) -> String {
    let mut text = String::new();
    for path in files(&folder.join("log")).into_iter().rev() {
        text.push_str(&fs::read_to_string(path).unwrap_or_default());
    }
    let surplus = text.len().saturating_sub(limit);
    let begin = text
        .bytes()
        .enumerate()
        .skip(surplus)
        .find(|(_, byte)| *byte == b'\n')
        .map_or(0, |(at, _)| at + 1);
    if surplus == 0 {
        text
    } else {
        text.get(begin..).unwrap_or_default().to_owned()
    }
}

/// The log's files, newest first.
fn files(folder: &Path) -> Vec<PathBuf> {
    (0..FILES)
        .map(|number| rolling::numbered(&folder.join(FILE), number))
        .filter(|path| path.exists())
        .collect()
}
