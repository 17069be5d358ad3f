//! Bounded reading of what the command line names: a file, or `-` for standard input.

use crate::output::Exit;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// All bytes of a file, at most `limit`.
pub(crate) fn read_file(path: &Path, limit: usize) -> Result<Vec<u8>, Exit> {
    let file = File::open(path).map_err(|error| unreadable(&path.display().to_string(), &error))?;
    read_bounded(file, limit, &path.display().to_string())
}

/// All bytes of standard input, at most `limit`.
pub(crate) fn read_stdin(limit: usize) -> Result<Vec<u8>, Exit> {
    read_bounded(io::stdin().lock(), limit, "standard input")
}

fn read_bounded(source: impl Read, limit: usize, name: &str) -> Result<Vec<u8>, Exit> {
    let mut bytes = Vec::new();
    // One byte more than allowed tells a source at the limit from one beyond it.
    let bound = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    source
        .take(bound)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(name, &error))?;
    if bytes.len() > limit {
        return Err(Exit::unusable(
            "input_too_large",
            format!("{name}: more than {limit} bytes"),
        ));
    }
    Ok(bytes)
}

fn unreadable(name: &str, error: &io::Error) -> Exit {
    Exit::unusable("unreadable_input", format!("{name}: {error}"))
}
