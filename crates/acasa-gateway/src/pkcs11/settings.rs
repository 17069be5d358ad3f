//! Which token to open, and by which PIN.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use acasa_crypto::SecretBytes;

use super::{Pkcs11Error, Token};
use crate::secret_file::{self, SecretFileError};

/// Longest PIN file that is read, in bytes.
const PIN_FILE_LIMIT: usize = 256;

/// A token as an operator names it.
#[derive(Debug, Clone)]
pub struct TokenSettings {
    /// Absolute path of the PKCS#11 module.
    pub module: PathBuf,
    /// Label of the token.
    pub label: String,
    /// File that holds the user's PIN, and that only its owner may read.
    pub pin_file: PathBuf,
}

impl TokenSettings {
    /// Reads the PIN and opens the token.
    pub fn open(&self) -> Result<Arc<Token>, Pkcs11Error> {
        Token::open(&self.module, &self.label, &read_pin(&self.pin_file)?)
    }
}

/// The first line of the file.
fn read_pin(path: &Path) -> Result<SecretBytes, Pkcs11Error> {
    let bytes = secret_file::read(path, PIN_FILE_LIMIT).map_err(|error| match error {
        SecretFileError::Unreadable(error) => Pkcs11Error::PinFile(error),
        SecretFileError::NotPrivate => Pkcs11Error::PinFilePermissions,
    })?;
    let pin = bytes.expose();
    let pin = pin.strip_suffix(b"\n").unwrap_or(pin);
    let pin = pin.strip_suffix(b"\r").unwrap_or(pin);
    if pin.is_empty() || pin.contains(&b'\n') {
        return Err(Pkcs11Error::PinFile(io::ErrorKind::InvalidData.into()));
    }
    Ok(SecretBytes::from_slice(pin))
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn pin_of(content: &[u8], mode: u32) -> Result<Vec<u8>, &'static str> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pin");
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        match read_pin(&path) {
            Ok(pin) => Ok(pin.expose().to_vec()),
            Err(error) => Err(error.code()),
        }
    }

    #[test]
    fn a_pin_is_read_without_its_line_end() {
        assert_eq!(pin_of(b"1234\n", 0o600), Ok(b"1234".to_vec()));
        assert_eq!(pin_of(b"1234\r\n", 0o400), Ok(b"1234".to_vec()));
        assert_eq!(pin_of(b"1234", 0o600), Ok(b"1234".to_vec()));
    }

    #[test]
    fn a_pin_file_that_others_may_read_is_refused() {
        for mode in [0o640, 0o604, 0o644, 0o610, 0o602] {
            assert_eq!(
                pin_of(b"1234", mode),
                Err("pkcs11_pin_file_permissions"),
                "{mode:o}"
            );
        }
    }

    #[test]
    fn an_empty_long_or_many_lined_pin_file_is_refused() {
        for content in [&b""[..], b"\n", b"1\n2", &[b'1'; PIN_FILE_LIMIT + 1]] {
            assert_eq!(pin_of(content, 0o600), Err("pkcs11_pin_file"));
        }
    }
}
