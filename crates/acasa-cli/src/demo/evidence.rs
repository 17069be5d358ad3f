//! The folder in which the evidence is left, or nowhere.

use acasa_core::TrustEvidence;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Where evidence goes.
pub(super) struct Evidence {
    folder: Option<PathBuf>,
}

impl Evidence {
    /// Makes the folder, if one is asked for. Files of an earlier run are replaced.
    pub(super) fn open(folder: Option<&Path>) -> io::Result<Self> {
        if let Some(folder) = folder {
            fs::create_dir_all(folder.join("trust"))?;
            fs::create_dir_all(folder.join("tampered"))?;
        }
        Ok(Self {
            folder: folder.map(Path::to_path_buf),
        })
    }

    /// Leaves a file.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        match &self.folder {
            Some(folder) => fs::write(folder.join(name), bytes),
            None => Ok(()),
        }
    }

    /// Leaves what the verifier stands on: a PEM file for each certificate, and the status lists.
    pub(super) fn write_trust(&self, trust: &TrustEvidence) -> io::Result<()> {
        for (name, pem) in &trust.certificates {
            self.write(&format!("trust/{}.pem", file_name(name)), pem.as_bytes())?;
        }
        for (at, list) in trust.status_lists.iter().enumerate() {
            let name = match at {
                0 => "status.cwt".to_owned(),
                more => format!("status-{}.cwt", more + 1),
            };
            self.write(&name, list)?;
        }
        Ok(())
    }
}

/// A common name in lower case, with hyphens for what file systems differ on.
fn file_name(common_name: &str) -> String {
    common_name
        .chars()
        .map(|letter| match letter {
            letter if letter.is_ascii_alphanumeric() => letter.to_ascii_lowercase(),
            _ => '-',
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_common_name_becomes_a_plain_file_name() {
        assert_eq!(file_name("Acasa Sandbox: IACA/1"), "acasa-sandbox--iaca-1");
    }
}
