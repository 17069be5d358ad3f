//! Intents up.

use std::time::Duration;

use acasa_protocol::sync::{BatchAnswer, DevicePosition, MAX_BATCH};

use super::{Answer, Awaited, Engine, Failure, Output, Request, RequestId, Retry, Session, Trouble};
use crate::{Batch, BatchKey, Settled, Store, SyncError, compose};

pub(super) enum What {
    Position,
    Announce,
    Batch(Batch),
}

/// State of the lane that is lost with the process, and may be.
pub(super) struct Lane {
    pub(super) awaited: Option<Awaited<What>>,
    pub(super) retry: Retry,
    pub(super) failing: bool,
    pub(super) hold_until: Option<Duration>,
    /// Generation to announce, once the gateway is known not to have it.
    announce: Option<u64>,
    /// The gateway would not judge a batch of the generation it knows: it has another's key for it.
    behind: bool,
    /// How many intents the next batch may have: fewer after one was refused as a whole.
    limit: usize,
}

impl Default for Lane {
    fn default() -> Self {
        Self {
            awaited: None,
            retry: Retry::default(),
            failing: false,
            hold_until: None,
            announce: None,
            behind: false,
            limit: MAX_BATCH,
        }
    }
}

impl Lane {
    /// A lane of a new session: only the time to undo goes on.
    pub(super) fn begin(&mut self) {
        *self = Self {
            hold_until: self.hold_until,
            ..Self::default()
        };
    }

    pub(super) fn is_awaiting(&self, id: RequestId) -> bool {
        self.awaited.as_ref().is_some_and(|awaited| awaited.id == id)
    }

    pub(super) fn due(&self, now: Duration) -> Option<Duration> {
        let held = self.hold_until.filter(|time| *time > now);
        let waits = self.retry.not_before.filter(|time| *time > now);
        if self.awaited.is_some() {
            None
        } else {
            waits.max(held)
        }
    }
}

impl<S: Store, K: BatchKey> Engine<S, K> {
    pub(super) fn push_next(
        &mut self,
        now: Duration,
        out: &mut Vec<Output>,
    ) -> Result<(), SyncError<S::Error>> {
        if self.push.awaited.is_some() || self.push.retry.waits(now) || self.session == Session::Suspended {
            return Ok(());
        }
        let (what, request) = if self.session == Session::Unplaced {
            match self.push.announce {
                Some(generation) => (What::Announce, Request::Announce { generation }),
                None => (What::Position, Request::Position),
            }
        } else {
            let Some(batch) = self.next_batch(now, out)? else {
                return Ok(());
            };
            let text = batch.text.clone();
            (What::Batch(batch), Request::Push { text })
        };
        let id = self.request_id();
        self.push.awaited = Some(Awaited { id, what });
        out.push(Output::Send(id, request));
        Ok(())
    }

    /// The batch that is still unanswered, byte for byte; or a new one, kept before it is returned.
    fn next_batch(
        &mut self,
        now: Duration,
        out: &mut Vec<Output>,
    ) -> Result<Option<Batch>, SyncError<S::Error>> {
        if let Some(batch) = self.store.unanswered().map_err(SyncError::Store)? {
            if compose::is_of(&batch, &self.config.device, &self.config.audience) {
                return Ok(Some(batch));
            }
            // Signed as another installation: what it carries goes with the next one, and what was judged
            // already is answered as it was.
            self.store.forget_batch(batch.number).map_err(SyncError::Store)?;
        }
        if self.push.hold_until.is_some_and(|time| time > now) {
            return Ok(None);
        }
        self.push.hold_until = None;
        let waiting = self.store.waiting().map_err(SyncError::Store)?;
        let choice = compose::choose(&self.store, waiting, self.push.limit)?;
        if !choice.refused.is_empty() {
            self.store.refuse(&choice.refused).map_err(SyncError::Store)?;
            out.push(Output::Changed);
        }
        if choice.ready.is_empty() {
            return Ok(None);
        }
        let position = self.store.position().map_err(SyncError::Store)?;
        let batch = compose::sign(
            &self.key,
            &self.config.device,
            &self.config.audience,
            (position.generation, position.number + 1),
            choice.ready,
        )?;
        self.store.keep_batch(&batch).map_err(SyncError::Store)?;
        out.push(Output::Changed);
        Ok(Some(batch))
    }

    pub(super) fn pushed(
        &mut self,
        answer: Answer,
        now: Duration,
        random: u64,
        out: &mut Vec<Output>,
    ) -> Result<(), SyncError<S::Error>> {
        let Some(awaited) = self.push.awaited.take() else {
            return Ok(());
        };
        match (awaited.what, answer) {
            (What::Position | What::Announce, Answer::Position(position)) => {
                self.push.retry.done();
                self.push.failing = false;
                self.place(&position, out)
            }
            (What::Batch(batch), Answer::Batch(answer)) if answers(&answer, &batch) => {
                self.store
                    .settle(batch.number, &answer.outcomes)
                    .map_err(SyncError::Store)?;
                self.push.retry.done();
                self.push.failing = false;
                self.push.limit = (self.push.limit * 2).min(MAX_BATCH);
                // The effects are in a newer version than ours.
                self.pull.ask_everything(&self.config.principals);
                out.push(Output::Changed);
                Ok(())
            }
            // An answer to another question: believed in nothing, asked again later.
            (What::Position | What::Announce | What::Batch(_), _) => {
                self.push.failing = true;
                self.push.retry.later(now, random, None);
                Ok(())
            }
        }
    }

    /// Compares where the gateway sees this device with where the device sees itself.
    fn place(&mut self, theirs: &DevicePosition, out: &mut Vec<Output>) -> Result<(), SyncError<S::Error>> {
        self.push.announce = None;
        let behind = std::mem::take(&mut self.push.behind);
        let ours = self.store.position().map_err(SyncError::Store)?;
        let vault = (ours.generation, ours.number);
        let gateway = (theirs.generation, theirs.number);
        let newest = gateway.max(ours.keystore);
        let taken = behind && theirs.generation == ours.generation;
        if newest > vault || theirs.suspended || taken {
            // The vault is older than what others remember of it: it was restored from a backup. Or the
            // device was suspended, which ended its sessions, and its owner has signed in since. Or a copy of
            // it began the same generation first.
            self.renew(newest.max(vault).0 + 1, true, out)
        } else if ours.generation == 0 || !self.has_key(ours.generation)? {
            // The first one, or one whose key was lost, and nothing else.
            self.renew(ours.generation + 1, false, out)
        } else if theirs.generation < ours.generation {
            self.push.announce = Some(ours.generation);
            Ok(())
        } else {
            self.session = Session::Placed;
            Ok(())
        }
    }

    fn has_key(&self, generation: u64) -> Result<bool, SyncError<S::Error>> {
        self.key.has(generation).ok_or(SyncError::Key)
    }

    fn renew(
        &mut self,
        generation: u64,
        restored: bool,
        out: &mut Vec<Output>,
    ) -> Result<(), SyncError<S::Error>> {
        self.store
            .begin_generation(generation, restored)
            .map_err(SyncError::Store)?;
        self.push.announce = Some(generation);
        if restored {
            out.push(Output::Trouble(Trouble::Restored));
            out.push(Output::Changed);
        }
        Ok(())
    }

    pub(super) fn push_failed(
        &mut self,
        failure: &Failure,
        now: Duration,
        random: u64,
        out: &mut Vec<Output>,
    ) -> Result<(), SyncError<S::Error>> {
        let Some(awaited) = self.push.awaited.take() else {
            return Ok(());
        };
        self.push.failing = true;
        match (failure, awaited.what) {
            (Failure::DeviceForked, _) => {
                self.session = Session::Suspended;
                out.push(Output::Trouble(Trouble::Suspended));
            }
            (Failure::DeviceBehind, _) => {
                self.session = Session::Unplaced;
                self.push.announce = None;
                self.push.behind = true;
                self.push.retry.later(now, random, None);
            }
            (Failure::Rejected, What::Batch(batch)) => {
                self.store.take_back(batch.number).map_err(SyncError::Store)?;
                self.narrow(&batch, out)?;
                self.push.retry.later(now, random, None);
            }
            (Failure::Later(at_least), _) => self.push.retry.later(now, random, *at_least),
            (Failure::Rejected | Failure::Forbidden | Failure::SessionEnded, _) => {
                self.push.retry.later(now, random, None);
            }
        }
        Ok(())
    }

    /// A batch that is refused as a whole must not hold back what is good in it: halves find the one that
    /// is refused, and that one alone is given up.
    fn narrow(&mut self, batch: &Batch, out: &mut Vec<Output>) -> Result<(), SyncError<S::Error>> {
        if let [(id, _)] = batch.intents.as_slice() {
            let settled = Settled {
                id: *id,
                code: "act_not_accepted",
                because_of: None,
            };
            self.store.refuse(&[settled]).map_err(SyncError::Store)?;
        } else {
            self.push.limit = (batch.intents.len() / 2).max(1);
        }
        out.push(Output::Changed);
        Ok(())
    }
}

/// Whether the answer is about just these intents, in their order and as they were sent.
fn answers(answer: &BatchAnswer, batch: &Batch) -> bool {
    answer.number == batch.number
        && answer.outcomes.len() == batch.intents.len()
        && answer
            .outcomes
            .iter()
            .zip(&batch.intents)
            .all(|(outcome, (id, digest))| outcome.intent == *id && outcome.digest == *digest)
}
