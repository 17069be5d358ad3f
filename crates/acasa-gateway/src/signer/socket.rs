//! The socket: made, given its mode, and taken away by whoever made it.

use std::{
    fs, io,
    os::unix::{
        fs::{FileTypeExt as _, MetadataExt as _},
        net::{UnixListener, UnixStream},
    },
    path::{Path, PathBuf},
};

use rustix::{
    fs::Mode,
    process::{geteuid, umask},
};

use super::SignerError;

/// What nobody may do to a socket of this user's.
const NOT_OWN: Mode = Mode::from_raw_mode(0o177);
/// What nobody may do to one that another user reaches by its group.
const NOT_SHARED: Mode = Mode::from_raw_mode(0o117);

/// A socket that is listened on.
pub(super) struct Socket {
    path: PathBuf,
    /// Device and number of the file, by which it is known again.
    file: (u64, u64),
    /// Who made it: this process's user.
    pub(super) owner: u32,
}

impl Socket {
    /// Listens. A socket that nobody serves any more is taken away first.
    pub(super) fn bind(path: &Path, is_shared: bool) -> Result<(Self, UnixListener), SignerError> {
        clear(path)?;
        // Its mode from the first moment on: whoever connects before it was narrowed would stay connected.
        let before = umask(if is_shared { NOT_SHARED } else { NOT_OWN });
        let bound = UnixListener::bind(path);
        umask(before);
        let made = bound.and_then(|listener| {
            listener.set_nonblocking(true)?;
            Ok((fs::symlink_metadata(path)?, listener))
        });
        let (metadata, listener) = made.map_err(SignerError::Socket)?;
        let socket = Self {
            path: path.to_owned(),
            file: (metadata.dev(), metadata.ino()),
            owner: geteuid().as_raw(),
        };
        Ok((socket, listener))
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        let is_ours = fs::symlink_metadata(&self.path)
            .is_ok_and(|metadata| (metadata.dev(), metadata.ino()) == self.file);
        if is_ours {
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn clear(path: &Path) -> Result<(), SignerError> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(SignerError::Socket(error)),
        Ok(metadata) if !metadata.file_type().is_socket() => return Err(SignerError::NotASocket),
        Ok(_) => {}
    }
    match UnixStream::connect(path) {
        Ok(_) => Err(SignerError::SocketInUse),
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
            fs::remove_file(path).map_err(SignerError::Socket)
        }
        Err(error) => Err(SignerError::Socket(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_socket_is_its_user_s_or_its_group_s_and_goes_with_its_process() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s");

        for (is_shared, expected) in [(false, 0o600), (true, 0o660)] {
            let (socket, _listener) = Socket::bind(&path, is_shared).unwrap();
            assert_eq!(mode(&path), expected);
            drop(socket);
            assert!(!path.exists());
        }
    }

    #[test]
    fn a_socket_nobody_serves_is_replaced_and_one_that_is_served_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s");
        drop(UnixListener::bind(&path).unwrap());

        let (_socket, _listener) = Socket::bind(&path, false).unwrap();
        let refused = Socket::bind(&path, false).err().unwrap();

        assert_eq!(refused.code(), "signer_socket_in_use");
        assert!(path.exists());
    }

    #[test]
    fn what_is_no_socket_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s");
        fs::write(&path, "mine").unwrap();

        let refused = Socket::bind(&path, false).err().unwrap();

        assert_eq!(refused.code(), "signer_socket_not_one");
        assert_eq!(fs::read(&path).unwrap(), b"mine");
    }

    #[test]
    fn a_socket_that_another_process_made_meanwhile_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s");
        let (first, _listener) = Socket::bind(&path, false).unwrap();
        fs::rename(&path, folder.path().join("old")).unwrap();
        let (_second, _other) = Socket::bind(&path, false).unwrap();

        drop(first);

        assert!(path.exists());
    }
}
