//! Checkpoints down.

use std::time::Duration;

use acasa_domain::Principal;
use acasa_protocol::sync::{Cursor, Page};

use super::{Answer, Awaited, Engine, Failure, Output, Request, RequestId, Retry};
use crate::{BatchKey, Store, SyncError};

pub(super) struct Asked {
    principal: Principal,
    cursor: Cursor,
}

/// State of the lane that is lost with the process, and may be.
#[derive(Default)]
pub(super) struct Lane {
    pub(super) awaited: Option<Awaited<Asked>>,
    pub(super) retry: Retry,
    pub(super) failing: bool,
    /// Whose checkpoints are asked for, the next one first.
    wanted: Vec<Principal>,
    /// The same may change while it is being pulled; then it is asked for once more.
    again: Vec<Principal>,
    poll_at: Option<Duration>,
    pub(super) up_to_date_at: Option<Duration>,
    pub(super) arriving: u64,
}

impl Lane {
    pub(super) fn begin(&mut self, principals: &[Principal]) {
        *self = Self {
            wanted: principals.to_vec(),
            up_to_date_at: self.up_to_date_at,
            ..Self::default()
        };
    }

    pub(super) fn is_awaiting(&self, id: RequestId) -> bool {
        self.awaited.as_ref().is_some_and(|awaited| awaited.id == id)
    }

    pub(super) fn ask_everything(&mut self, principals: &[Principal]) {
        for principal in principals {
            let under_way = self
                .awaited
                .as_ref()
                .is_some_and(|awaited| awaited.what.principal == *principal);
            let list = if under_way {
                &mut self.again
            } else {
                &mut self.wanted
            };
            if !list.contains(principal) {
                list.push(*principal);
            }
        }
    }

    pub(super) fn due(&self, now: Duration) -> Option<Duration> {
        if self.awaited.is_some() {
            return None;
        }
        let waits = self.retry.not_before.filter(|time| *time > now);
        if self.wanted.is_empty() {
            self.poll_at
        } else {
            waits
        }
    }
}

impl<S: Store, K: BatchKey> Engine<S, K> {
    pub(super) fn pull_next(
        &mut self,
        now: Duration,
        out: &mut Vec<Output>,
    ) -> Result<(), SyncError<S::Error>> {
        if self.pull.poll_at.is_some_and(|time| time <= now) {
            self.pull.poll_at = None;
            self.pull.ask_everything(&self.config.principals);
        }
        if self.pull.awaited.is_some() || self.pull.retry.waits(now) {
            return Ok(());
        }
        let Some(principal) = self.pull.wanted.first().copied() else {
            return Ok(());
        };
        let cursor = self.store.pulled(principal).map_err(SyncError::Store)?;
        let id = self.request_id();
        self.pull.awaited = Some(Awaited {
            id,
            what: Asked { principal, cursor },
        });
        out.push(Output::Send(id, Request::Pull { principal, cursor }));
        Ok(())
    }

    pub(super) fn pulled(
        &mut self,
        answer: Answer,
        now: Duration,
        random: u64,
        out: &mut Vec<Output>,
    ) -> Result<(), SyncError<S::Error>> {
        let Some(awaited) = self.pull.awaited.take() else {
            return Ok(());
        };
        let Answer::Page(page) = answer else {
            self.pull_failed(&Failure::Later(None), now, random);
            return Ok(());
        };
        let Asked { principal, cursor } = awaited.what;
        if !well_formed(&page, cursor.since) {
            self.pull_failed(&Failure::Later(None), now, random);
            return Ok(());
        }
        let records = u64::try_from(page.records.len()).unwrap_or(u64::MAX);
        self.pull.arriving = if page.began.is_some() {
            0
        } else {
            self.pull.arriving
        }
        .saturating_add(records);
        self.pull.retry.done();
        self.pull.failing = false;
        if !page.complete {
            return self.store.stage(principal, &page).map_err(SyncError::Store);
        }
        self.store.commit(principal, &page).map_err(SyncError::Store)?;
        self.pull.arriving = 0;
        self.pull.wanted.retain(|wanted| *wanted != principal);
        if let Some(place) = self.pull.again.iter().position(|again| *again == principal) {
            let principal = self.pull.again.swap_remove(place);
            self.pull.wanted.push(principal);
        }
        if self.pull.wanted.is_empty() {
            self.pull.up_to_date_at = Some(now);
            self.pull.poll_at = self.config.poll.map(|poll| now.saturating_add(poll));
        }
        out.push(Output::Changed);
        Ok(())
    }

    pub(super) fn pull_failed(&mut self, failure: &Failure, now: Duration, random: u64) {
        if let Some(awaited) = self.pull.awaited.take()
            && *failure == Failure::Forbidden
        {
            // A power has ended: the others' records go on.
            self.pull
                .wanted
                .retain(|wanted| *wanted != awaited.what.principal);
            return;
        }
        self.pull.failing = true;
        let at_least = match failure {
            Failure::Later(at_least) => *at_least,
            Failure::SessionEnded
            | Failure::DeviceBehind
            | Failure::DeviceForked
            | Failure::Rejected
            | Failure::Forbidden => None,
        };
        // One principal's trouble must not keep the others waiting.
        let one = self.pull.wanted.len().min(1);
        self.pull.wanted.rotate_left(one);
        self.pull.retry.later(now, random, at_least);
    }
}

/// Versions ascend, begin after what was asked for and end at the page's own; a page that is not the last
/// brings something, or asking would never end.
fn well_formed(page: &Page, since: u64) -> bool {
    let from = if page.began.is_some() { 0 } else { since };
    let ascending = page.records.iter().try_fold(from, |before, record| {
        (record.version >= before).then_some(record.version)
    });
    let last = ascending.unwrap_or(u64::MAX);
    let after = page.records.first().is_none_or(|first| first.version > from);
    after && last <= page.version && page.version >= from && (page.complete || page.version > from)
}
