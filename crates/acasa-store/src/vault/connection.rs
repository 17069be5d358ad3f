//! How a connection to the vault's file is opened.

use std::path::Path;
use std::time::Duration;

use acasa_crypto::Key256;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use zeroize::Zeroizing;

use crate::StoreError;

/// Pages the writer keeps in memory: with SQLCipher's default of 2 MB most of what it writes to is decrypted again.
const WRITER_CACHE_KIB: i64 = 16 * 1024;
/// Pages a reader keeps. It lets all of them go whenever something was written, and each is wiped and unlocked by itself;
/// more would also come near to the number of pieces of memory that Linux lets a process lock (`vm.max_map_count`).
const READER_CACHE_KIB: i64 = 4 * 1024;

/// What a connection is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// Makes the file where there is none.
    Create,
    /// Writes to a file that must exist.
    Write,
    /// Only reads.
    Read,
}

pub(super) fn open_file(path: &Path, key: &Key256, purpose: Use) -> Result<Connection, StoreError> {
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if purpose == Use::Create {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    } else if !path.exists() {
        // The key file vouches for a vault; where it is missing the profile is damaged.
        return Err(StoreError::Damaged);
    }
    if purpose == Use::Create {
        create_private(path)?;
    }
    let connection = Connection::open_with_flags(path, flags)?;
    // First, so that SQLite wipes whatever memory it frees, the statement with the key included.
    // Damage is told by an error code; SQLCipher would also print it, with times and page numbers.
    connection.execute_batch("PRAGMA cipher_memory_security = ON; PRAGMA cipher_log_level = NONE")?;
    connection.execute_batch(&key_statement(key))?;
    connection.busy_timeout(Duration::from_secs(5))?;
    configure(&connection, purpose)?;
    // The first statement that reads a page: a wrong key or a damaged header fails here.
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| {
        row.get::<_, i64>(0)
    })?;
    if purpose == Use::Read {
        connection.execute_batch("PRAGMA query_only = ON")?;
    } else {
        connection.execute_batch("PRAGMA journal_mode = WAL")?;
    }
    Ok(connection)
}

/// Makes the empty file the person's alone; SQLite gives the same rights to what it adds beside it.
fn create_private(path: &Path) -> Result<(), StoreError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?;
    Ok(())
}

pub(super) fn open_memory() -> Result<Connection, StoreError> {
    let connection = Connection::open_in_memory()?;
    // Not encrypted, because it never reaches a disk, but wiped when freed all the same.
    connection.execute_batch("PRAGMA cipher_memory_security = ON")?;
    configure(&connection, Use::Create)?;
    Ok(connection)
}

/// The same without wiping, which locks each piece of memory and takes longer than all the rest.
#[cfg(any(test, feature = "testing"))]
pub(super) fn open_memory_unwiped() -> Result<Connection, StoreError> {
    let connection = Connection::open_in_memory()?;
    configure(&connection, Use::Create)?;
    Ok(connection)
}

fn configure(connection: &Connection, purpose: Use) -> Result<(), StoreError> {
    let cache = if purpose == Use::Read {
        READER_CACHE_KIB
    } else {
        WRITER_CACHE_KIB
    };
    connection.pragma_update(None, "cache_size", -cache)?;
    connection.execute_batch(
        "PRAGMA synchronous = FULL;
         PRAGMA secure_delete = ON;
         PRAGMA foreign_keys = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA trusted_schema = OFF;
         PRAGMA cell_size_check = ON;",
    )?;
    // Statements are planned once, and not again for each value they are given.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

/// The raw key in SQLCipher's notation; a passphrase would cost a quarter of a second here.
fn key_statement(key: &Key256) -> Zeroizing<String> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    // One allocation of the final size, so that no reallocation leaves a copy behind.
    let mut text = Zeroizing::new(String::with_capacity(96));
    text.push_str("PRAGMA key = \"x'");
    for byte in key.expose() {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text.push_str("'\"");
    text
}
