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

/// The line end that `echo` and editors add is no part of a text.
pub(crate) fn without_line_end(mut bytes: Vec<u8>) -> Vec<u8> {
    if bytes.last() == Some(&b'\n') {
        bytes.pop();
        if bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
    }
    bytes
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_end_is_no_part_of_the_text() {
        assert_eq!(without_line_end(b"a\n\r\n".to_vec()), b"a\n");
        assert_eq!(without_line_end(b"a\r".to_vec()), b"a\r");
    }

    #[test]
    fn a_source_beyond_the_limit_is_refused_and_one_at_it_is_read() {
        let of = |bytes: &[u8]| read_bounded(bytes, 4, "source");

        assert_eq!(of(b"1234"), Ok(b"1234".to_vec()));
        assert!(of(b"12345").is_err());
    }
}
