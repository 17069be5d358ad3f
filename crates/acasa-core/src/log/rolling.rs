//! A file that starts anew when it is full, keeping the last few.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

pub(super) struct Rolling {
    path: PathBuf,
    file: File,
    written: u64,
    limit: u64,
    keep: usize,
}

impl Rolling {
    pub(super) fn open(path: &Path, limit: u64, keep: usize) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        let written = file.metadata()?.len();
        Ok(Self {
            path: path.to_path_buf(),
            file,
            written,
            limit,
            keep,
        })
    }

    fn roll(&mut self) -> io::Result<()> {
        for number in (1..self.keep).rev() {
            let newer = numbered(&self.path, number - 1);
            if newer.exists() {
                fs::rename(newer, numbered(&self.path, number))?;
            }
        }
        self.file = OpenOptions::new().create(true).append(true).open(&self.path)?;
        self.written = self.file.metadata()?.len();
        Ok(())
    }
}

impl Write for Rolling {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if self.written > 0 && self.written.saturating_add(length) > self.limit {
            self.roll()?;
        }
        let written = self.file.write(bytes)?;
        self.written += u64::try_from(written).unwrap_or(0);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// The file itself for 0, the older ones with their number behind it.
pub(super) fn numbered(path: &Path, number: usize) -> PathBuf {
    if number == 0 {
        path.to_path_buf()
    } else {
        path.with_added_extension(number.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_never_holds_more_than_its_files_may() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let mut log = Rolling::open(&path, 100, 3).unwrap();
        for _ in 0..50 {
            log.write_all(&[b'x'; 40]).unwrap();
        }
        let sizes: Vec<u64> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().metadata().unwrap().len())
            .collect();
        assert_eq!(sizes.len(), 3);
        assert!(sizes.iter().all(|size| *size <= 100));
    }

    #[test]
    fn a_log_that_is_opened_again_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        Rolling::open(&path, 100, 2).unwrap().write_all(b"one\n").unwrap();
        Rolling::open(&path, 100, 2).unwrap().write_all(b"two\n").unwrap();
        assert_eq!(fs::read_to_string(path).unwrap(), "one\ntwo\n");
    }
}
