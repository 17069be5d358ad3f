//! What is sent, and what becomes of it on the way.

use acasa_core::syncing;
use acasa_domain::Principal;
use acasa_gateway_store::{Storage as _, SyncStorage as _};
use acasa_protocol::sync::Batch;
use acasa_sync::{Answer, Failure, Input, RequestId};
use uuid::Uuid;

use super::{Event, World};
use crate::ledger::{Asked, Broken};
use crate::state::{Wire, wall};

/// How long a device waits for an answer.
const PATIENCE: u64 = 30_000;

/// A request on its way.
#[derive(Clone)]
pub(crate) struct Letter {
    device: usize,
    incarnation: u64,
    id: RequestId,
    client: String,
    wire: Wire,
    /// Nobody waits for its answer: it is a copy, perhaps not what was sent.
    stray: bool,
    corrupted: bool,
}

impl World {
    pub(super) fn await_answer(&mut self, device: usize, id: RequestId) {
        if let Some(process) = &mut self.devices[device].process {
            process.awaited.insert(id);
        }
    }

    pub(super) fn post(&mut self, device: usize, id: RequestId, wire: Wire) {
        self.await_answer(device, id);
        self.answer_in(PATIENCE, device, id, Err(Failure::Later(None)));
        let latency = self.latency();
        let found = &self.devices[device];
        let letter = Letter {
            device,
            incarnation: found.incarnation,
            id,
            client: found.client.clone(),
            wire,
            stray: false,
            corrupted: false,
        };
        if self.calm {
            self.plan_in(latency, Event::Arrive(letter));
            return;
        }
        if found.cut_until > self.now {
            self.answer_in(latency, device, id, Err(Failure::Later(None)));
            return;
        }
        if self.draw.one_in(self.plan.twice_one_in) {
            self.note("request_twice");
            let copy = Letter {
                stray: true,
                ..letter.clone()
            };
            let late = latency + self.draw.spread(20);
            self.plan_in(late, Event::Arrive(copy));
        }
        if self.draw.one_in(self.plan.corrupted_one_in)
            && let Some(corrupted) = self.corrupt(&letter)
        {
            self.note("request_corrupted");
            let late = self.draw.spread(12);
            self.plan_in(late, Event::Arrive(corrupted));
        }
        if self.draw.one_in(self.plan.lost_one_in) {
            self.note("request_lost");
        } else if self.draw.one_in(self.plan.late_one_in) {
            self.note("request_late");
            let late = latency + self.draw.spread(19);
            self.plan_in(late, Event::Arrive(letter));
        } else {
            self.plan_in(latency, Event::Arrive(letter));
        }
    }

    fn latency(&mut self) -> u64 {
        if self.calm {
            20
        } else {
            1 + self.draw.between(0, 2 * self.plan.latency)
        }
    }

    /// The batch of another hand: an intent or the signature is not what it was.
    fn corrupt(&mut self, letter: &Letter) -> Option<Letter> {
        let Wire::Push(text) = &letter.wire else {
            return None;
        };
        let mut batch: Batch = serde_json::from_str(text).ok()?;
        match self.draw.below(3) {
            0 => batch.intents.first_mut()?.push(' '),
            1 => {
                let first = batch
                    .intents
                    .first()?
                    .replace("\"value\":false", "\"value\":true");
                *batch.intents.first_mut()? = first;
            }
            _ => {
                let (signed, signature) = batch.batch.rsplit_once('.')?;
                // Not the last digit, of which not every bit counts.
                let (first, rest) = signature.split_at_checked(1)?;
                let other = if first == "A" { "B" } else { "A" };
                batch.batch = format!("{signed}.{other}{rest}");
            }
        }
        Some(Letter {
            wire: Wire::Push(serde_json::to_string(&batch).ok()?),
            stray: true,
            corrupted: true,
            ..letter.clone()
        })
    }

    pub(super) fn answer_in(
        &mut self,
        delay: u64,
        device: usize,
        id: RequestId,
        answer: Result<Answer, Failure>,
    ) {
        let incarnation = self.devices[device].incarnation;
        self.plan_in(
            delay,
            Event::Reply {
                device,
                incarnation,
                id,
                answer,
            },
        );
    }

    pub(super) fn reply(
        &mut self,
        device: usize,
        incarnation: u64,
        id: RequestId,
        answer: Result<Answer, Failure>,
    ) {
        let found = &mut self.devices[device];
        let Some(process) = &mut found.process else { return };
        if found.incarnation != incarnation || !process.awaited.remove(&id) {
            return;
        }
        let input = match answer {
            Ok(answer) => Input::Answered(id, answer),
            Err(failure) => Input::Failed(id, failure),
        };
        self.tell(device, input);
    }

    pub(super) fn arrive(&mut self, letter: &Letter) {
        let up = self
            .state
            .replicas
            .iter()
            .enumerate()
            .filter(|(_, replica)| replica.up);
        let up: Vec<usize> = up.map(|(number, _)| number).collect();
        let found = &mut self.devices[letter.device];
        let Some(mut session) = found.session.clone().filter(|_| found.client == letter.client) else {
            return;
        };
        let Some(replica) = self.draw.pick(&up).copied() else {
            self.back(letter, Err(Failure::Later(None)));
            return;
        };
        let person = found.person;
        let cut = self.state_cut.take();
        if cut.is_some() {
            drop(self.state.storage_of(replica).cut_off_after(cut));
        }
        let served = self.state.serve(
            replica,
            self.now,
            (&letter.client, person),
            &mut session,
            &letter.wire,
        );
        if cut.is_some() {
            drop(self.state.storage_of(replica).cut_off_after(None));
            self.note("replica_cut_off");
        }
        self.devices[letter.device].session = Some(session);
        self.log(&(
            "served",
            letter.device,
            served.as_ref().map(|_| ()).map_err(|code| *code),
        ));
        if cut.is_some() && matches!(served, Err("storage_failed" | "storage_full")) {
            self.follow_untold(letter, replica);
        }
        let seen = self.look_at_state(letter, replica, &served);
        self.check(seen);
        if cut.is_some() || (!self.calm && self.draw.one_in(self.plan.answer_lost_one_in)) {
            self.note("answer_lost");
            return;
        }
        let answer = served.map_err(|code| match code {
            "token_invalid" => Failure::SessionEnded,
            code => syncing::refused(code),
        });
        self.back(letter, answer);
    }

    fn back(&mut self, letter: &Letter, answer: Result<Answer, Failure>) {
        if letter.stray {
            return;
        }
        let latency = self.latency();
        let event = Event::Reply {
            device: letter.device,
            incarnation: letter.incarnation,
            id: letter.id,
            answer,
        };
        self.plan_in(latency, event);
    }

    /// What is cut off after its last step was done, although its answer is a failure: then all of it was.
    fn follow_untold(&mut self, letter: &Letter, replica: usize) {
        let asked = Asked {
            client: &letter.client,
            person: self.devices[letter.device].person,
            now: wall(self.now, self.state.replicas[replica].skew),
            older: self.state.replicas[replica].older,
        };
        let device = self.state.storage_of(replica).sync_device(asked.client);
        let there = device.ok().flatten().map(|device| device.position);
        if there.is_none_or(|there| there == self.ledger.position(&asked)) {
            return;
        }
        match &letter.wire {
            Wire::Announce(begun) => drop(self.ledger.begin(&asked, begun)),
            Wire::Push(text) => drop(self.ledger.judge(&asked, text)),
            Wire::Position | Wire::Pull(_) => {}
        }
    }

    /// The state answered just as it must, and holds just what it must.
    fn look_at_state(
        &mut self,
        letter: &Letter,
        replica: usize,
        served: &Result<Answer, &'static str>,
    ) -> Result<(), Broken> {
        let found = &self.devices[letter.device];
        let principal = Principal::from(found.person);
        let asked = Asked {
            client: &letter.client,
            person: found.person,
            now: wall(self.now, self.state.replicas[replica].skew),
            older: self.state.replicas[replica].older,
        };
        let suspended = self.ledger.is_suspended(asked.client);
        let mut ids: Vec<Uuid> = Vec::new();
        if let Wire::Push(text) = &letter.wire
            && let Ok(batch) = serde_json::from_str::<Batch>(text)
        {
            let id = |text: &String| {
                let intent: serde_json::Value = serde_json::from_str(text).ok()?;
                intent["id"].as_str()?.parse::<Uuid>().ok()
            };
            ids.extend(batch.intents.iter().filter_map(id));
        }
        // What failed beneath, or before the desk, must have changed nothing.
        if !matches!(served, Err("storage_failed" | "storage_full" | "token_invalid")) {
            let right = match &letter.wire {
                Wire::Position => {
                    matches!(served, Ok(Answer::Position(position)) if *position == self.ledger.position(&asked))
                }
                Wire::Announce(begun) => {
                    let wanted = self.ledger.begin(&asked, begun);
                    matches!(served, Ok(Answer::Position(position)) if *position == wanted)
                }
                Wire::Pull(cursor) => {
                    let wanted = self.ledger.page(principal, *cursor);
                    matches!(served, Ok(Answer::Page(page)) if *page == wanted)
                }
                Wire::Push(text) => match (self.ledger.judge(&asked, text), served) {
                    (Ok(wanted), Ok(Answer::Batch(answer))) => *answer == wanted,
                    (Err(wanted), Err(code)) => wanted == *code || letter.corrupted,
                    (Ok(_) | Err(_), Ok(_) | Err(_)) => false,
                },
            };
            if !right {
                let what = match served {
                    Ok(_) => "an answer",
                    Err(code) => code,
                };
                let asked = match &letter.wire {
                    Wire::Position => "position",
                    Wire::Announce(_) => "announce",
                    Wire::Push(_) => "push",
                    Wire::Pull(_) => "pull",
                };
                return Err((
                    "answer",
                    format!("to {asked}: {what}, which is not the right one"),
                ));
            }
        }
        let storage = self.state.storage_of(replica);
        if !suspended && self.ledger.is_suspended(asked.client) {
            let session = found.session.as_ref();
            let refreshed = session.map(|session| storage.grant_by_refresh(session.refresh()));
            if matches!(refreshed, Some(Ok(Some(_)))) {
                return Err(("session_goes_on", "of a device that was suspended".to_owned()));
            }
        }
        self.ledger.compare(storage, principal, &ids)
    }
}
