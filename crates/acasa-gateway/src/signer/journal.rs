//! What was signed: one line of JSON each, written and on the disk before there is a signature.
//!
//! Each line holds the SHA-256 of the line before it, so that one which is altered, taken out or put in
//! shows where. A line says which key, what kind of thing and its digest, and nothing of a person.

mod lines;

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{self, Seek as _, SeekFrom, Write as _},
    path::Path,
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread::{self, JoinHandle},
};

use acasa_crypto::SignerRefusal;
use jiff::Timestamp;

use lines::End;
pub use lines::check_journal;

/// Records that wait to be written.
const WAITING: usize = 1024;

/// Why the journal cannot be opened, or does not hold.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// It cannot be read or written.
    #[error("the journal of signatures cannot be used")]
    File(#[from] io::Error),
    /// Another process has it.
    #[error("another signer uses this folder")]
    InUse,
    /// A line is no record, or not the one that followed.
    #[error("the journal of signatures is broken at line {line}")]
    Broken {
        /// The line, counted from 1; 0 for the last one.
        line: u64,
    },
}

impl JournalError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::File(_) => "signer_journal",
            Self::InUse => "signer_running",
            Self::Broken { .. } => "signer_journal_broken",
        }
    }

    /// Whether trying again may help.
    pub fn retryable(&self) -> bool {
        matches!(self, Self::File(_) | Self::InUse)
    }
}

/// What is written down.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Record {
    pub(crate) at: Timestamp,
    pub(crate) role: &'static str,
    pub(crate) kind: &'static str,
    /// SHA-256 of what is signed, or of the certificate that something is done to.
    pub(crate) sha256: [u8; 32],
}

/// The journal, open for as long as this lives. Its file is this process's alone.
#[derive(Debug)]
pub(crate) struct Journal {
    records: Option<SyncSender<(Record, SyncSender<bool>)>>,
    writer: Option<JoinHandle<()>>,
}

impl Journal {
    /// Opens the file, made if it is not there. A line that a stop cut short was never signed for: it goes.
    pub(crate) fn open(path: &Path) -> Result<Self, JournalError> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => JournalError::InUse,
            TryLockError::Error(error) => error.into(),
        })?;
        // A journal that has just been made must still be there after the machine stops.
        if let Some(folder) = path.parent() {
            let folder = if folder.as_os_str().is_empty() {
                Path::new(".")
            } else {
                folder
            };
            File::open(folder)?.sync_all()?;
        }
        let end = lines::find_end(&mut file)?;
        if file.metadata()?.len() > end.length {
            file.set_len(end.length)?;
        }
        file.seek(SeekFrom::Start(end.length))?;
        let writer = Writer {
            file,
            end,
            is_broken: false,
        };
        let (sender, receiver) = sync_channel(WAITING);
        let writer = thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || writer.run(&receiver))?;
        Ok(Self {
            records: Some(sender),
            writer: Some(writer),
        })
    }

    /// Writes a record; when this returns it is on the disk.
    pub(crate) fn append(&self, record: Record) -> Result<(), SignerRefusal> {
        let (written, answer) = sync_channel(1);
        let sent = self
            .records
            .as_ref()
            .map(|records| records.send((record, written)));
        if matches!(sent, Some(Ok(()))) && answer.recv() == Ok(true) {
            Ok(())
        } else {
            Err(SignerRefusal::Journal)
        }
    }
}

impl Drop for Journal {
    /// Whoever opens it next must not find it in use.
    fn drop(&mut self) {
        drop(self.records.take());
        if let Some(writer) = self.writer.take() {
            let _ = writer.join();
        }
    }
}

/// Writes what waits, and waits for the disk once for all of it.
struct Writer {
    file: File,
    end: End,
    /// Whether nobody knows any more what is on the disk.
    is_broken: bool,
}

impl Writer {
    fn run(mut self, records: &Receiver<(Record, SyncSender<bool>)>) {
        while let Ok(first) = records.recv() {
            let batch: Vec<_> = std::iter::once(first)
                .chain(records.try_iter().take(WAITING))
                .collect();
            let is_written = self.write(batch.iter().map(|(record, _)| *record));
            for (_, answer) in batch {
                // Who asked may have gone.
                let _ = answer.send(is_written);
            }
        }
    }

    /// All of them, or none.
    fn write(&mut self, records: impl Iterator<Item = Record>) -> bool {
        if self.is_broken {
            return false;
        }
        let mut end = self.end;
        let mut text = Vec::new();
        for record in records {
            text.extend(end.append(record));
        }
        if let Err(error) = self.file.write_all(&text) {
            tracing::error!(error.kind = ?error.kind(), "signer.journal.failed");
            let length = self.end.length;
            let undone = self.file.set_len(length);
            self.is_broken = undone
                .and_then(|()| self.file.seek(SeekFrom::Start(length)))
                .is_err();
            return false;
        }
        if let Err(error) = self.file.sync_data() {
            tracing::error!(error.kind = ?error.kind(), "signer.journal.failed");
            self.is_broken = true;
            return false;
        }
        self.end = end;
        true
    }
}

#[cfg(test)]
mod tests;
