//! Telling other gateways whose records have changed.
//!
//! Only after the commit, and in transactions of its own: PostgreSQL commits transactions that notify one after the
//! other, and people's must not wait for each other.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI32, Ordering},
    },
    thread,
    time::Duration,
};

use super::pool::Pool;
use crate::Tag;

/// Tags that are told one by one; when there are more, that there may be anything.
const MOST: usize = 1_000;
/// How long to wait after a failure.
const WAIT: Duration = Duration::from_secs(1);

/// Tells on a thread of its own.
pub(super) struct Teller {
    waiting: Arc<Waiting>,
    /// The process of the server that listens for this gateway, which need not hear it; 0 while there is none.
    pub(super) own: Arc<AtomicI32>,
}

#[derive(Default)]
struct Waiting {
    changes: Mutex<Changes>,
    more: Condvar,
}

#[derive(Default)]
struct Changes {
    tags: BTreeSet<Tag>,
    is_over: bool,
}

impl Teller {
    pub(super) fn new(pool: Arc<Pool>) -> Self {
        let (waiting, own) = (Arc::<Waiting>::default(), Arc::<AtomicI32>::default());
        let (of, process) = (Arc::clone(&waiting), Arc::clone(&own));
        thread::spawn(move || {
            while let Some(tags) = of.next() {
                let own = process.load(Ordering::SeqCst);
                if pool
                    .ask(
                        "SELECT pg_notify('acasa_changes', told) FROM unnest($1::text[]) AS told",
                        &[&words(own, &tags)],
                    )
                    .is_err()
                {
                    of.again(tags);
                }
            }
        });
        Self { waiting, own }
    }

    /// Tells it soon.
    pub(super) fn tell(&self, tags: BTreeSet<Tag>) {
        if !tags.is_empty() {
            self.waiting.changes().tags.extend(tags);
            self.waiting.more.notify_one();
        }
    }
}

impl Drop for Teller {
    fn drop(&mut self) {
        self.waiting.changes().is_over = true;
        self.waiting.more.notify_one();
    }
}

impl Waiting {
    /// What is to be told; nothing at the end.
    fn next(&self) -> Option<BTreeSet<Tag>> {
        let nothing = |changes: &mut Changes| changes.tags.is_empty() && !changes.is_over;
        let mut changes = self
            .more
            .wait_while(self.changes(), nothing)
            .unwrap_or_else(PoisonError::into_inner);
        let tags = std::mem::take(&mut changes.tags);
        (!tags.is_empty()).then_some(tags)
    }

    /// What could not be told is told with what comes next. At the end it is lost, as hints may be.
    fn again(&self, tags: BTreeSet<Tag>) {
        let mut changes = self.changes();
        if changes.is_over {
            return;
        }
        changes.tags.extend(tags);
        let goes_on = |changes: &mut Changes| !changes.is_over;
        drop(self.more.wait_timeout_while(changes, WAIT, goes_on));
    }

    fn changes(&self) -> MutexGuard<'_, Changes> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn words(own: i32, tags: &BTreeSet<Tag>) -> Vec<String> {
    if tags.len() > MOST {
        return vec![format!("{own} *")];
    }
    tags.iter().map(|tag| format!("{own} {}", tag.0)).collect()
}
