//! The history itself: one event after another, each followed by a look at what must hold.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::time::Duration;

use acasa_core::syncing;
use acasa_domain::Idnp;
use acasa_sync::{Answer, Failure, Input, Output, Request, RequestId, Trouble};

use crate::device::{Device, Process};
use crate::draw::Draw;
use crate::ledger::{Broken, Ledger};
use crate::plan::Plan;
use crate::report::{Report, Violation};
use crate::state::{State, Wire};
use crate::watch;

mod happenings;
mod network;

/// After so many steps a history that still goes on is one that never comes to rest.
const MOST_STEPS: u64 = 150_000;

pub(crate) enum Event {
    /// Something happens to somebody.
    Happen,
    /// The app is started.
    Start { device: usize },
    /// The engine wanted to be woken.
    Alarm { device: usize, alarm: u64 },
    /// A request reaches the state.
    Arrive(network::Letter),
    /// An answer, or none, reaches the device.
    Reply {
        device: usize,
        incarnation: u64,
        id: RequestId,
        answer: Result<Answer, Failure>,
    },
    /// Something is mended.
    Mend(Mend),
}

#[derive(Clone, Copy)]
pub(crate) enum Mend {
    Keys(usize),
    Disk(usize),
    Replica(usize),
    StateDisk,
}

pub(crate) struct World {
    seed: u64,
    pub(crate) draw: Draw,
    pub(crate) plan: Plan,
    pub(crate) now: u64,
    steps: u64,
    order: u64,
    queue: BTreeMap<(u64, u64), Event>,
    pub(crate) state: State,
    pub(crate) ledger: Ledger,
    pub(crate) devices: Vec<Device>,
    pub(crate) people: Vec<Idnp>,
    happenings_left: u64,
    /// Nothing goes wrong any more.
    pub(crate) calm: bool,
    /// The steps after which the next thing the state does is cut off.
    pub(crate) state_cut: Option<u32>,
    pub(crate) state_full: bool,
    pub(crate) faults: BTreeMap<&'static str, u64>,
    log: DefaultHasher,
    /// What went into the log, for people to read.
    told: Option<Vec<String>>,
    broken: Option<(u64, Broken)>,
}

/// A digest to tell texts apart.
pub(crate) fn digest_of(value: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

impl World {
    pub(crate) fn new(seed: u64, told: bool) -> Self {
        let mut draw = Draw::new(seed);
        let plan = Plan::new(&mut draw);
        let state = State::new(plan.replicas, plan.in_file);
        let people = (0..plan.people).map(|number| {
            let body = format!("29999{number:07}");
            Idnp::from_body(&body).expect("twelve digits that begin with 2")
        });
        let mut world = Self {
            seed,
            now: 0,
            steps: 0,
            order: 0,
            queue: BTreeMap::new(),
            state,
            ledger: Ledger::default(),
            devices: Vec::new(),
            people: people.collect(),
            happenings_left: plan.happenings,
            calm: false,
            state_cut: None,
            state_full: false,
            faults: BTreeMap::new(),
            log: DefaultHasher::new(),
            told: told.then(Vec::new),
            broken: None,
            draw,
            plan,
        };
        for person in world.people.clone() {
            for _ in 0..2 {
                let keystore = !world.draw.one_in(world.plan.keystore_missing_one_in);
                let client = format!("client-{}", world.devices.len());
                world.state.register(&client);
                let mut device = Device::new(person, client.clone(), keystore, world.plan.poll);
                device.session = Some(world.state.sign_in(&client, person, 0));
                world.devices.push(device);
                let device = world.devices.len() - 1;
                let delay = world.draw.between(0, 3_000);
                world.plan_in(delay, Event::Start { device });
            }
        }
        world.plan_in(1, Event::Happen);
        world
    }

    /// Lives through all of it.
    pub(crate) fn run(mut self) -> Report {
        while self.happenings_left > 0 && self.broken.is_none() {
            self.step();
        }
        self.settle();
        let mut acts = BTreeMap::new();
        for act in self.devices.iter().flat_map(|device| device.acts.values()) {
            *acts.entry(format!("{:?}", act.last).to_lowercase()).or_default() += 1;
        }
        let seed = self.seed;
        let violation = self.broken.map(|(step, (rule, what))| Violation {
            seed,
            step,
            rule,
            what,
        });
        Report {
            seed,
            steps: self.steps,
            simulated: self.now,
            faults: self.faults,
            acts,
            judged: self.ledger.into_judged(),
            digest: self.log.finish(),
            told: self.told.unwrap_or_default(),
            violation,
        }
    }

    pub(crate) fn is_broken(&self) -> bool {
        self.broken.is_some()
    }

    /// Keeps the first rule that was broken.
    pub(crate) fn check(&mut self, outcome: Result<(), Broken>) {
        if let Err(broken) = outcome
            && self.broken.is_none()
        {
            self.broken = Some((self.steps, broken));
        }
    }

    pub(crate) fn note(&mut self, fault: &'static str) {
        *self.faults.entry(fault).or_default() += 1;
        self.log(&fault);
    }

    pub(crate) fn log(&mut self, what: &(impl Hash + fmt::Debug)) {
        what.hash(&mut self.log);
        if let Some(told) = &mut self.told {
            told.push(format!("{:>6} {:>12} {what:?}", self.steps, self.now));
        }
    }

    pub(crate) fn plan_in(&mut self, delay: u64, event: Event) {
        self.order += 1;
        self.queue.insert((self.now + delay, self.order), event);
    }

    /// Runs until so much time has passed.
    pub(crate) fn run_for(&mut self, milliseconds: u64) {
        let end = self.now + milliseconds;
        while self.broken.is_none() && self.queue.keys().next().is_some_and(|(time, _)| *time <= end) {
            self.step();
        }
        self.now = end;
    }

    fn step(&mut self) {
        let Some(((time, _), event)) = self.queue.pop_first() else {
            self.happenings_left = 0;
            return;
        };
        self.now = time.max(self.now);
        self.steps += 1;
        if self.steps > MOST_STEPS {
            self.check(Err(("never_rests", format!("{MOST_STEPS} steps"))));
            return;
        }
        self.now.hash(&mut self.log);
        match event {
            Event::Happen => {
                if !self.calm {
                    self.happenings_left = self.happenings_left.saturating_sub(1);
                    self.happen();
                    let gap = self.draw.between(0, 2 * self.plan.gap);
                    self.plan_in(gap, Event::Happen);
                }
            }
            Event::Start { device } => self.start(device),
            Event::Alarm { device, alarm } => {
                if self.devices[device].alarm == alarm {
                    self.tell(device, Input::Tick);
                }
            }
            Event::Arrive(letter) => self.arrive(&letter),
            Event::Reply {
                device,
                incarnation,
                id,
                answer,
            } => self.reply(device, incarnation, id, answer),
            Event::Mend(mend) => self.mend(mend),
        }
    }

    pub(crate) fn start(&mut self, device: usize) {
        let now = self.now;
        let found = &mut self.devices[device];
        if found.process.is_some() {
            return;
        }
        found.process = Some(Process {
            engine: None,
            began: now,
            awaited: HashSet::new(),
        });
        self.tell(device, Input::SessionReady);
    }

    /// Tells the engine, made anew where there is none, and does what it says.
    pub(crate) fn tell(&mut self, device: usize, input: Input) {
        let random = self.draw.any();
        let found = &mut self.devices[device];
        let Some(process) = &mut found.process else { return };
        if matches!(input, Input::SessionReady) {
            // Another session may be another installation's.
            process.engine = None;
        }
        if found.session.is_none() {
            return;
        }
        let cut = found.cut_after.take();
        if cut.is_some() {
            drop(found.vault.cut_off_after(cut));
        }
        let outcome = handle(found, self.now, random, input);
        if cut.is_some() {
            drop(found.vault.cut_off_after(None));
        }
        let outcome = outcome.map_err(|error| error.code().to_owned());
        self.log(&("told", device, outcome.as_ref().map(Vec::len)));
        let seen = watch::look(&mut self.devices[device], &self.ledger);
        self.check(seen);
        match outcome {
            // What was cut off ended the process; where nothing was, it ends here, before anything is sent.
            _ if cut.is_some() => self.crash(device),
            Ok(outputs) => {
                for output in outputs {
                    self.obey(device, output);
                }
            }
            Err(_) => self.forget_engine(device),
        }
    }

    fn obey(&mut self, device: usize, output: Output) {
        match output {
            Output::Send(id, request) => self.send(device, id, request),
            Output::WakeAt(time) => {
                let found = &mut self.devices[device];
                found.alarm += 1;
                let alarm = found.alarm;
                let began = found.process.as_ref().map_or(0, |process| process.began);
                let at = began + u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
                let delay = at.saturating_sub(self.now);
                self.plan_in(delay, Event::Alarm { device, alarm });
            }
            Output::Trouble(Trouble::SignIn) if self.devices[device].trouble == Some(Trouble::Suspended) => {}
            Output::Trouble(trouble) => {
                self.log(&("trouble", device, format!("{trouble:?}")));
                let found = &self.devices[device];
                if trouble == Trouble::Restored && !found.restored && !found.copied {
                    self.check(Err((
                        "asked_for_nothing",
                        format!("device {device} is no backup"),
                    )));
                }
                self.devices[device].trouble = Some(trouble);
            }
            Output::Changed => {}
        }
    }

    /// The store or the key failed: a new engine goes on after a while.
    fn forget_engine(&mut self, device: usize) {
        let found = &mut self.devices[device];
        if let Some(process) = &mut found.process {
            process.engine = None;
        }
        found.incarnation += 1;
        found.alarm += 1;
        let alarm = found.alarm;
        let wait = u64::try_from(syncing::AFTER_FAILURE.as_millis()).unwrap_or(u64::MAX);
        self.plan_in(wait, Event::Alarm { device, alarm });
        self.note("engine_failed");
    }

    pub(crate) fn crash(&mut self, device: usize) {
        self.note("device_crashed");
        self.stop(device);
        let delay = self.draw.spread(20);
        self.plan_in(delay, Event::Start { device });
    }

    pub(crate) fn stop(&mut self, device: usize) {
        let found = &mut self.devices[device];
        found.process = None;
        found.incarnation += 1;
        found.alarm += 1;
    }

    fn send(&mut self, device: usize, id: RequestId, request: Request) {
        self.log(&("sends", device, kind_of(&request)));
        let wire = match request {
            Request::Position => Wire::Position,
            Request::Announce { generation } => {
                let engine = self.devices[device]
                    .process
                    .as_ref()
                    .and_then(|process| process.engine.as_ref());
                let jwk = engine.and_then(|engine| engine.public_key(generation).ok()?);
                let Some(jwk) = jwk else {
                    self.await_answer(device, id);
                    self.answer_in(1, device, id, Err(Failure::Later(None)));
                    return;
                };
                Wire::Announce(acasa_protocol::sync::NewGeneration { generation, jwk })
            }
            Request::Push { text } => {
                let seen = watch::leaving(&mut self.devices[device], self.now, &text);
                self.check(seen);
                Wire::Push(text)
            }
            Request::Pull { cursor, .. } => Wire::Pull(cursor),
        };
        self.post(device, id, wire);
    }
}

fn kind_of(request: &Request) -> (&'static str, u64) {
    match request {
        Request::Position => ("position", 0),
        Request::Announce { generation } => ("announce", *generation),
        Request::Push { text } => ("push", text.len() as u64),
        Request::Pull { cursor, .. } => ("pull", cursor.since),
    }
}

fn handle(
    device: &mut Device,
    now: u64,
    random: u64,
    input: Input,
) -> Result<Vec<Output>, acasa_core::CoreError> {
    let opened = device
        .process
        .as_ref()
        .is_some_and(|process| process.engine.is_none());
    let engine = if opened {
        device.incarnation += 1;
        // Of the time to take acts back a new engine knows nothing.
        for act in device.acts.values_mut() {
            act.held_until = 0;
        }
        Some(device.open())
    } else {
        None
    };
    let Some(process) = &mut device.process else {
        return Ok(Vec::new());
    };
    let since = Duration::from_millis(now - process.began);
    if opened {
        process.engine = engine;
        process.awaited.clear();
        device.trouble = None;
    }
    let Some(engine) = &mut process.engine else {
        return Ok(Vec::new());
    };
    let mut outputs = Vec::new();
    if opened {
        outputs.extend(engine.handle(since, random, Input::SessionReady)?);
    }
    if !(opened && matches!(input, Input::SessionReady)) {
        outputs.extend(engine.handle(since, random, input)?);
    }
    Ok(outputs)
}
