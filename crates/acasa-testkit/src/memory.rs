//! The memory of another process, as a dump of it would be. Linux only, and for root only where the
//! process keeps others out.

use crate::leaks::{Secrets, Sighting};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::process::{Command, Stdio};

/// Read at once.
const CHUNK: usize = 1 << 20;
const PAGE: usize = 4096;

/// What was found in a process.
#[derive(Debug, Default)]
pub struct Found {
    /// How many bytes that were not zero were read.
    pub bytes: usize,
    /// Each secret met, with the names of the regions it was met in.
    pub sightings: BTreeMap<Sighting, BTreeSet<String>>,
}

impl Found {
    /// The names of the secrets met.
    pub fn names(&self) -> BTreeSet<&str> {
        self.sightings
            .keys()
            .map(|sighting| sighting.name.as_str())
            .collect()
    }

    fn add(&mut self, other: Self) {
        self.bytes += other.bytes;
        for (sighting, regions) in other.sightings {
            self.sightings.entry(sighting).or_default().extend(regions);
        }
    }
}

/// Whether this process may read others that forbid it.
pub fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

/// Looks for secrets in all a process could have written to.
pub fn search(process: u32, secrets: &Secrets) -> io::Result<Found> {
    let mut found = Found::default();
    each_chunk(process, secrets.longest(), |region, chunk| {
        found.bytes += chunk.len();
        for sighting in secrets.found_in(chunk) {
            found
                .sightings
                .entry(sighting)
                .or_default()
                .insert(region.to_owned());
        }
    })?;
    Ok(found)
}

/// Looks for secrets in a process that holds every form of each: a search that misses one here
/// proves nothing by finding none elsewhere.
pub fn search_planted(secrets: &Secrets) -> io::Result<Found> {
    let mut process = Command::new("cat")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut found = Found::default();
    let planted: Vec<u8> = secrets
        .forms()
        .flat_map(|(_, form)| [form, &[0]].concat())
        .collect();
    let (mut stdin, mut stdout) = (process.stdin.take(), process.stdout.take());
    let (Some(stdin), Some(stdout)) = (&mut stdin, &mut stdout) else {
        return Err(io::ErrorKind::BrokenPipe.into());
    };
    // Less than a pipe holds. What came out again is in the process's memory.
    for part in planted.chunks(32 << 10) {
        stdin.write_all(part)?;
        stdout.read_exact(&mut vec![0; part.len()])?;
        found.add(search(process.id(), secrets)?);
    }
    process.kill()?;
    process.wait()?;
    Ok(found)
}

/// Every run of base64url characters of that length in a process, and every such part of runs that
/// are not much longer: what a token of that length would be.
pub fn possible_tokens(process: u32, length: usize) -> io::Result<BTreeSet<String>> {
    let mut tokens = BTreeSet::new();
    each_chunk(process, length * 2, |_, chunk| {
        let is_of_token = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        for run in chunk.split(|byte| !is_of_token(byte)) {
            if run.len() <= length * 2 {
                let parts = run.windows(length).filter_map(|part| str::from_utf8(part).ok());
                tokens.extend(parts.map(str::to_owned));
            }
        }
    })?;
    Ok(tokens)
}

/// Hands out the memory piece by piece, each overlapping the one before, without pages of zeros.
fn each_chunk(process: u32, overlap: usize, mut take: impl FnMut(&str, &[u8])) -> io::Result<()> {
    let memory = File::open(format!("/proc/{process}/mem"))?;
    let maps = fs::read_to_string(format!("/proc/{process}/maps"))?;
    let mut buffer = vec![0; CHUNK + overlap];
    for (range, name) in maps.lines().filter_map(region) {
        for start in range.clone().step_by(CHUNK) {
            let end = (start + CHUNK + overlap).min(range.end);
            let part = &mut buffer[..end - start];
            // A region may go away between the list and the reading.
            let Ok(read) = memory.read_at(part, start as u64) else {
                continue;
            };
            for run in written(&part[..read], overlap) {
                take(&name, run);
            }
        }
    }
    Ok(())
}

/// The parts that are not pages of zeros.
fn written(bytes: &[u8], overlap: usize) -> Vec<&[u8]> {
    let zeros = [0; PAGE];
    let mut runs = Vec::new();
    let mut begin = None;
    for (number, page) in bytes.chunks(PAGE).enumerate() {
        let is_empty = *page == zeros[..page.len()];
        match (begin, is_empty) {
            (None, false) => begin = Some(number * PAGE),
            (Some(from), true) if number * PAGE - from > overlap => {
                runs.push(&bytes[from..number * PAGE]);
                begin = None;
            }
            _ => {}
        }
    }
    runs.extend(begin.map(|from| &bytes[from..]));
    runs
}

/// A line of `maps` (proc(5)): what can be read and is the process's own, with its name.
fn region(line: &str) -> Option<(std::ops::Range<usize>, String)> {
    let mut words = line.split_ascii_whitespace();
    let (from, to) = words.next()?.split_once('-')?;
    let rights = words.next()?;
    let name = words.nth(3).unwrap_or("anonymous");
    let is_file = name.starts_with('/');
    let own = rights.starts_with("rw") || (rights.starts_with('r') && !is_file);
    let kernel = matches!(name, "[vvar]" | "[vsyscall]" | "[vdso]");
    let from = usize::from_str_radix(from, 16).ok()?;
    let to = usize::from_str_radix(to, 16).ok()?;
    (own && !kernel).then(|| (from..to, name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_process_holds_is_found_in_it_in_every_form() {
        let mut secrets = Secrets::default();
        secrets.add("word", b"a word nobody else has, 7193");
        secrets.add("key", &[0xA7, 3, 0x9E, 201, 5, 0x51, 0xFE, 18, 99]);

        let planted = search_planted(&secrets).unwrap();

        let met: BTreeSet<Sighting> = planted.sightings.into_keys().collect();
        assert_eq!(met, secrets.forms().map(|(sighting, _)| sighting).collect());
    }

    #[test]
    fn a_process_that_never_had_it_does_not_hold_it_and_its_words_are_told_apart() {
        let mut secrets = Secrets::default();
        secrets.add("word", b"a word nobody else has, 7193");
        let mut other = Command::new("cat")
            .env("PLANTED", "some-words_of.its own")
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();

        let found = search(other.id(), &secrets).unwrap();
        let tokens = possible_tokens(other.id(), 13).unwrap();

        other.kill().unwrap();
        other.wait().unwrap();
        assert!(found.bytes > 0 && found.sightings.is_empty());
        assert!(tokens.contains("some-words_of") && !tokens.contains("ome-words_of."));
    }

    #[test]
    fn only_what_a_process_can_have_written_is_read() {
        let line = |text| region(text).map(|(_, name)| name);

        assert_eq!(
            line("1000-2000 rw-p 00000000 00:00 0 "),
            Some("anonymous".to_owned())
        );
        assert_eq!(
            line("1000-2000 rw-p 00000000 00:00 0    [heap]"),
            Some("[heap]".to_owned())
        );
        assert_eq!(line("1000-2000 r-xp 00000000 08:01 7  /usr/bin/cat"), None);
        assert_eq!(line("1000-2000 ---p 00000000 00:00 0 "), None);
        assert_eq!(line("1000-2000 r--p 00000000 00:00 0  [vvar]"), None);
    }
}
