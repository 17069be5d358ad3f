//! Files that an operator names: certificates, authorities.

use std::{
    fs::File,
    io::{self, Read as _},
    path::Path,
};

/// Largest file that is read, in bytes.
pub(crate) const FILE_LIMIT: usize = 64 * 1024;

/// All of the file, unless it is too large.
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let limit = FILE_LIMIT as u64 + 1;
    File::open(path)?.take(limit).read_to_end(&mut bytes)?;
    if bytes.len() > FILE_LIMIT {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(bytes)
}
