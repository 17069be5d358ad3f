//! The folder in which the evidence is left, or nowhere.

use acasa_core::TrustEvidence;
use data_encoding::BASE64;
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
        for (name, der) in &trust.certificates {
            self.write(&format!("trust/{}.pem", file_name(name)), pem(der).as_bytes())?;
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

/// A certificate in the textual encoding of RFC 7468, 5.
fn pem(der: &[u8]) -> String {
    let base64 = BASE64.encode(der);
    let mut text = String::from("-----BEGIN CERTIFICATE-----\n");
    for line in base64.as_bytes().chunks(64) {
        text.push_str(&String::from_utf8_lossy(line));
        text.push('\n');
    }
    text.push_str("-----END CERTIFICATE-----\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_common_name_becomes_a_plain_file_name() {
        assert_eq!(file_name("Acasa Sandbox: IACA/1"), "acasa-sandbox--iaca-1");
    }

    #[test]
    fn no_line_of_a_certificate_is_longer_than_64_characters() {
        let text = pem(&[7; 100]);

        assert!(text.lines().all(|line| line.len() <= 64));
        assert_eq!(text.lines().count(), 2 + 136_usize.div_ceil(64));
    }
}
