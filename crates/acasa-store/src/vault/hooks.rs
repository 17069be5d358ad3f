//! What tests and simulators break on purpose.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::Connection;

use super::connection::open_memory_unwiped;
use super::migrations::{MIGRATIONS, migrate};
use super::{Vault, hold};
use crate::StoreError;

impl Vault {
    /// Makes the disk full after `pages` pages of 4 KiB.
    pub fn limit_pages(&self, pages: u32) -> Result<(), StoreError> {
        self.with_writer(|connection| {
            connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
            Ok(())
        })
    }

    /// How many pages there are.
    pub fn pages(&self) -> Result<u32, StoreError> {
        self.with_writer(
            |connection| Ok(connection.pragma_query_value(None, "page_count", |row| row.get(0))?),
        )
    }

    /// A vault in memory that holds invented people only: what it frees is not wiped.
    pub fn in_memory_unwiped() -> Result<Self, StoreError> {
        let mut writer = open_memory_unwiped()?;
        migrate(&mut writer, MIGRATIONS)?;
        Ok(Self::of(writer, Vec::new()))
    }

    /// Another such vault with the same content, as it was committed last: a backup, or what a crash left.
    pub fn copy(&self) -> Result<Self, StoreError> {
        let mut copy = open_memory_unwiped()?;
        self.with_writer(|connection| {
            let backup = rusqlite::backup::Backup::new(connection, &mut copy)?;
            Ok(backup.run_to_completion(i32::MAX, std::time::Duration::ZERO, None)?)
        })?;
        Ok(Self::of(copy, Vec::new()))
    }

    /// Cuts off what runs after this many steps of the engine, as the end of the process would; a transaction under
    /// way is undone. Nothing calls that off.
    pub fn cut_off_after(&self, steps: Option<u32>) -> Result<(), StoreError> {
        let handler = steps.map(|mut left| {
            move || {
                // Once: undoing is made of steps, too.
                left = left.wrapping_sub(1);
                left == 0
            }
        });
        self.with_writer(|connection| {
            connection.progress_handler(1, handler)?;
            // What was cut off while it began or ended is undone when the file is opened the next time.
            if !connection.is_autocommit() {
                connection.execute_batch("ROLLBACK")?;
            }
            Ok(())
        })
    }

    /// How many steps the engine takes for that work, in a vault in memory: what it costs, whatever the machine.
    pub fn steps_of<T>(&self, work: impl FnOnce(&Self) -> T) -> Result<(T, u64), StoreError> {
        let steps = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&steps);
        let count = move || {
            counted.fetch_add(1, Ordering::Relaxed);
            false
        };
        self.with_writer(|connection| Ok(connection.progress_handler(1, Some(count))?))?;
        let done = work(self);
        self.cut_off_after(None)?;
        Ok((done, steps.load(Ordering::Relaxed)))
    }

    fn with_writer<T>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut guard = hold(&self.inner.writer);
        work(guard.as_mut().ok_or(StoreError::Locked)?)
    }
}
