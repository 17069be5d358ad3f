//! Files that hold a secret: small, and nobody else's to read.

use std::{
    fs::File,
    io::{self, Read as _},
    path::Path,
};

use acasa_crypto::SecretBytes;

/// Why a file with a secret is not read.
#[derive(Debug)]
pub(crate) enum SecretFileError {
    /// It cannot be read, or is too large.
    Unreadable(io::Error),
    /// It is no file, or others than its owner may read or write it.
    NotPrivate,
}

/// All of the file, at most `limit` bytes.
pub(crate) fn read(path: &Path, limit: usize) -> Result<SecretBytes, SecretFileError> {
    let file = File::open(path).map_err(SecretFileError::Unreadable)?;
    let metadata = file.metadata().map_err(SecretFileError::Unreadable)?;
    if !metadata.is_file() || !is_for_owner_only(&metadata) {
        return Err(SecretFileError::NotPrivate);
    }
    // Never grown, so that no copy of the secret is left behind.
    let mut bytes = Vec::with_capacity(limit + 1);
    let read = file.take(limit as u64 + 1).read_to_end(&mut bytes);
    let bytes = SecretBytes::new(bytes);
    read.map_err(SecretFileError::Unreadable)?;
    if bytes.expose().len() > limit {
        return Err(SecretFileError::Unreadable(io::ErrorKind::FileTooLarge.into()));
    }
    Ok(bytes)
}

#[cfg(unix)]
fn is_for_owner_only(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    let for_others = metadata.permissions().mode() & 0o077;
    for_others == 0
}

/// Where permissions are not the file's mode, nothing is known of them.
#[cfg(not(unix))]
fn is_for_owner_only(_: &std::fs::Metadata) -> bool {
    false
}
