//! Versions of the trust list: a new one with each change of what it says, and never an older one, so
//! that an app which has seen a list does not take the one before it.

use std::path::PathBuf;

use acasa_crypto::base64url;
use serde::{Deserialize, Serialize};

use super::AuthorityError;
use super::custody::{read, write};

/// Remembers what the last version said; without a file only `at_least` speaks.
pub(super) struct Versions {
    pub(super) path: Option<PathBuf>,
}

#[derive(Serialize, Deserialize)]
struct Last {
    content: String,
    version: u64,
}

impl Versions {
    /// The version of a list with this content, given by its digest: the last one's if it said the same,
    /// otherwise a greater one.
    pub(super) fn of(&self, content: &[u8; 32], at_least: u64) -> Result<u64, AuthorityError> {
        let Some(path) = &self.path else {
            return Ok(at_least);
        };
        let content = base64url::encode(content);
        let last: Option<Last> = read(path)?
            .map(|bytes| serde_json::from_slice(&bytes).map_err(std::io::Error::other))
            .transpose()?;
        let version = match last {
            Some(last) if last.content == content => return Ok(last.version),
            Some(last) => at_least.max(last.version + 1),
            None => at_least,
        };
        let bytes = serde_json::to_vec(&Last { content, version }).map_err(std::io::Error::other)?;
        write(path, &bytes)?;
        Ok(version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_change_is_a_greater_version_also_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let version = |content: u8, at_least| {
            let path = Some(folder.path().join("trust.json"));
            Versions { path }.of(&[content; 32], at_least).unwrap()
        };

        let versions = [
            version(1, 100),
            version(1, 100),
            version(2, 100),
            version(2, 90),
            version(1, 500),
        ];

        assert_eq!(versions, [100, 100, 101, 101, 500]);
    }
}
