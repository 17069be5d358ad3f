//! The state machine: told what happens, it answers what to do.
//!
//! Two lanes that never wait for each other: one pushes batches, one pulls checkpoints. Each has at most
//! one request under way. An answer to a request that is no longer awaited is not looked at.

mod pull;
mod push;

use std::time::Duration;

use acasa_domain::Principal;
use acasa_protocol::sync::{BatchAnswer, Cursor, DevicePosition, Page};

use crate::back_off::BackOff;
use crate::{BatchKey, Store, SyncError};

/// A device and its habits.
pub struct Config {
    /// The device's client identifier.
    pub device: String,
    /// The gateway's identifier.
    pub audience: String,
    /// Whose records are kept here.
    pub principals: Vec<Principal>,
    /// How long an act can still be undone before it is sent.
    pub hold: Duration,
    /// How often to look for news without a hint; none in data-saver mode.
    pub poll: Option<Duration>,
}

/// Tells an answer's request from any other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RequestId(u64);

/// What is to be sent.
#[derive(Clone, PartialEq, Eq)]
pub enum Request {
    /// Where does the gateway see this device?
    Position,
    /// Begin this generation; whoever sends it adds the public key.
    Announce {
        /// Its number.
        generation: u64,
    },
    /// These bytes, unchanged.
    Push {
        /// A [`acasa_protocol::sync::Batch`].
        text: String,
    },
    /// What changed after this version.
    Pull {
        /// Whose records.
        principal: Principal,
        /// After what.
        cursor: Cursor,
    },
}

/// What a request was answered with.
#[derive(Clone, PartialEq, Eq)]
pub enum Answer {
    /// To [`Request::Position`] and [`Request::Announce`].
    Position(DevicePosition),
    /// To [`Request::Push`].
    Batch(BatchAnswer),
    /// To [`Request::Pull`].
    Page(Page),
}

/// Why a request was not answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// No answer, or the gateway says "later", perhaps when.
    Later(Option<Duration>),
    /// The session has ended: the person has to sign in.
    SessionEnded,
    /// The gateway knows a later batch than this device does.
    DeviceBehind,
    /// Two different batches came under one number.
    DeviceForked,
    /// Refused as a whole and not judged: trying the same again is useless.
    Rejected,
    /// This principal's records are no longer for this device.
    Forbidden,
}

/// What happens.
#[derive(Clone, PartialEq, Eq)]
pub enum Input {
    /// There is a session; requests can be made.
    SessionReady,
    /// There is none.
    SessionEnded,
    /// An intent was kept.
    Queued,
    /// There may be news, or the network may be back: worth trying at once.
    Nudge,
    /// The person wants it now: nothing is held back for taking it back any more.
    Now,
    /// The time asked for by [`Output::WakeAt`] has come, or any other.
    Tick,
    /// An answer.
    Answered(RequestId, Answer),
    /// No answer.
    Failed(RequestId, Failure),
}

/// A lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Intents up.
    Push,
    /// Checkpoints down.
    Pull,
}

/// What the person should know and only they can mend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Signing in is needed before anything goes on.
    SignIn,
    /// A backup was restored: what was pending is to be confirmed.
    Restored,
    /// Another device uses this one's identity: signing in on this one ends the other.
    Suspended,
}

/// What to do.
#[derive(Clone, PartialEq, Eq)]
pub enum Output {
    /// Send this; answer with [`Input::Answered`] or [`Input::Failed`].
    Send(RequestId, Request),
    /// Come back then, if nothing else happens. The latest one counts.
    WakeAt(Duration),
    /// Fates or records have changed: what is shown may be old.
    Changed,
    /// Tell the person.
    Trouble(Trouble),
}

/// How the engine stands, for people to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// When everything was last pulled, by the clock that is passed in.
    pub up_to_date_at: Option<Duration>,
    /// Whether something is under way.
    pub busy: bool,
    /// Records put aside in the checkpoint under way.
    pub arriving: u64,
    /// Whether the last try of either lane failed.
    pub failing: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Session {
    Absent,
    /// A session, and not yet known where the gateway sees this device.
    Unplaced,
    Placed,
    /// Pulls go on; nothing is pushed until the owner signs in anew.
    Suspended,
}

/// The state machine. All times are from one monotonic clock.
pub struct Engine<S, K> {
    config: Config,
    store: S,
    key: K,
    session: Session,
    next_request: u64,
    push: push::Lane,
    pull: pull::Lane,
}

impl<S: Store, K: BatchKey> Engine<S, K> {
    /// An engine that goes on from whatever the store holds. Without a session it does nothing.
    pub fn new(config: Config, store: S, key: K) -> Self {
        Self {
            config,
            store,
            key,
            session: Session::Absent,
            next_request: 0,
            push: push::Lane::default(),
            pull: pull::Lane::default(),
        }
    }

    /// The store beneath.
    pub fn store(&self) -> &S {
        &self.store
    }

    /// The store beneath, to keep intents in: say [`Input::Queued`] afterwards.
    pub fn store_mut(&mut self) -> &mut S {
        &mut self.store
    }

    /// How things stand.
    pub fn standing(&self) -> Standing {
        Standing {
            up_to_date_at: self.pull.up_to_date_at,
            busy: self.push.awaited.is_some() || self.pull.awaited.is_some(),
            arriving: self.pull.arriving,
            failing: self.push.failing || self.pull.failing,
        }
    }

    /// Tells what happened at `now`; `random` is any number. An error is the store's or the key's: nothing
    /// was lost, and the engine can be built anew.
    pub fn handle(
        &mut self,
        now: Duration,
        random: u64,
        input: Input,
    ) -> Result<Vec<Output>, SyncError<S::Error>> {
        let mut out = Vec::new();
        match input {
            Input::SessionReady => self.begin_session(),
            Input::SessionEnded => self.end_session(),
            Input::Queued => self.push.hold_until = Some(now.saturating_add(self.config.hold)),
            Input::Nudge | Input::Now => {
                if matches!(input, Input::Now) {
                    self.push.hold_until = None;
                }
                let asked_for = matches!(input, Input::Now);
                self.push.retry.try_again(asked_for);
                self.pull.retry.try_again(asked_for);
                self.pull.ask_everything(&self.config.principals);
            }
            Input::Tick => {}
            Input::Answered(id, answer) => self.answered(id, answer, now, random, &mut out)?,
            Input::Failed(id, failure) => self.failed(id, &failure, now, random, &mut out)?,
        }
        self.go_on(now, &mut out)?;
        Ok(out)
    }

    fn begin_session(&mut self) {
        self.session = Session::Unplaced;
        self.push.begin();
        self.pull.begin(&self.config.principals);
    }

    fn end_session(&mut self) {
        self.session = Session::Absent;
        self.push.awaited = None;
        self.pull.awaited = None;
    }

    fn answered(
        &mut self,
        id: RequestId,
        answer: Answer,
        now: Duration,
        random: u64,
        out: &mut Vec<Output>,
    ) -> Result<(), SyncError<S::Error>> {
        if self.push.is_awaiting(id) {
            self.pushed(answer, now, random, out)
        } else if self.pull.is_awaiting(id) {
            self.pulled(answer, now, random, out)
        } else {
            Ok(())
        }
    }

    fn failed(
        &mut self,
        id: RequestId,
        failure: &Failure,
        now: Duration,
        random: u64,
        out: &mut Vec<Output>,
    ) -> Result<(), SyncError<S::Error>> {
        let push = self.push.is_awaiting(id);
        let pull = self.pull.is_awaiting(id);
        if !push && !pull {
            return Ok(());
        }
        if *failure == Failure::SessionEnded {
            self.end_session();
            out.push(Output::Trouble(Trouble::SignIn));
            return Ok(());
        }
        if push {
            self.push_failed(failure, now, random, out)
        } else {
            self.pull_failed(failure, now, random);
            Ok(())
        }
    }

    /// Starts what can be started, and says when to come back.
    fn go_on(&mut self, now: Duration, out: &mut Vec<Output>) -> Result<(), SyncError<S::Error>> {
        if self.session == Session::Absent {
            return Ok(());
        }
        self.push_next(now, out)?;
        self.pull_next(now, out)?;
        let wake = [self.push.due(now), self.pull.due(now)]
            .into_iter()
            .flatten()
            .min();
        out.extend(wake.map(Output::WakeAt));
        Ok(())
    }

    fn request_id(&mut self) -> RequestId {
        self.next_request += 1;
        RequestId(self.next_request)
    }
}

/// A request under way, and what it was for.
struct Awaited<T> {
    id: RequestId,
    what: T,
}

/// When a lane that failed may try again.
#[derive(Default)]
struct Retry {
    back_off: BackOff,
    not_before: Option<Duration>,
    /// Until when the gateway asked to be left alone: no hint goes past it.
    asked: Option<Duration>,
}

impl Retry {
    fn later(&mut self, now: Duration, random: u64, at_least: Option<Duration>) {
        let not_before = now.saturating_add(self.back_off.next(random, at_least));
        self.not_before = Some(not_before);
        self.asked = at_least.map(|_| not_before);
    }

    /// There is reason to try again, as soon as the gateway lets; `asked_for` by the person, who may ask a gateway that
    /// wants to be left alone.
    fn try_again(&mut self, asked_for: bool) {
        if asked_for {
            self.done();
        } else {
            self.back_off.reset();
            self.not_before = self.asked;
        }
    }

    fn done(&mut self) {
        self.back_off.reset();
        self.not_before = None;
        self.asked = None;
    }

    fn waits(&self, now: Duration) -> bool {
        self.not_before.is_some_and(|time| time > now)
    }
}

#[cfg(test)]
mod tests;
