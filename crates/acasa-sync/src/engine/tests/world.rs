//! Devices of one person, a network that loses, delays and doubles, and a clock that is moved by hand.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use acasa_domain::Principal;
use acasa_protocol::sync::{Fate, Intent};
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::gateway::Gateway;
use crate::testing::{MemoryStore, MemoryVault, PlainKey};
use crate::{
    Answer, Config, Draft, Engine, Failure, Input, Kept, Output, Records, Replay, Request, RequestId,
    Store as _, Trouble, View, draft,
};

const PERSON: &str = "urn:md:idnp:2999000000014";
const LATENCY: Duration = Duration::from_millis(50);

fn person() -> Principal {
    PERSON.parse().unwrap()
}

pub(super) fn a_draft(name: &str, record: &str, depends_on: &[Uuid]) -> Draft {
    Draft {
        id: Uuid::now_v7(),
        name: name.to_owned(),
        arguments: json!({ "id": record }),
        actor: person(),
        principal: person(),
        power: None,
        depends_on: depends_on.to_vec(),
        not_after: None,
        made_at: "2026-11-21T00:00:00Z".to_owned(),
    }
}

struct Notes;

impl Replay for Notes {
    fn replay(&self, intent: &Intent, records: &mut Records) {
        let id = intent.arguments["id"].as_str().unwrap_or_default();
        match intent.name.as_str() {
            "set" => records.put("note", id, json!({ "by": intent.id })),
            "remove" => records.remove("note", id),
            _ => {}
        }
    }
}

struct Device {
    name: String,
    engine: Engine<MemoryStore, PlainKey>,
    inbox: VecDeque<(Duration, RequestId, Result<Answer, Failure>)>,
    wake: Option<Duration>,
    cut_until: Duration,
    signed_in: bool,
    troubles: Vec<Trouble>,
}

pub(super) struct World {
    pub(super) gateway: Gateway,
    devices: Vec<Device>,
    now: Duration,
    random: u64,
    answers_to_lose: u32,
    made: Vec<(usize, Uuid)>,
    backups: BTreeMap<usize, MemoryVault>,
}

/// Something that happens.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    Act {
        device: usize,
        remove: bool,
        record: u8,
        depends: bool,
    },
    Forbidden {
        device: usize,
    },
    Run(Duration),
    Cut {
        device: usize,
        time: Duration,
    },
    LoseAnswers(u32),
    Crash {
        device: usize,
    },
    SignOut {
        device: usize,
    },
    SignIn {
        device: usize,
    },
    Compact,
    Backup {
        device: usize,
    },
    Restore {
        device: usize,
    },
}

pub(super) fn any_step(devices: usize) -> impl Strategy<Value = Step> {
    let device = 0..devices;
    let time = (0_u64..400_000).prop_map(Duration::from_millis);
    prop_oneof![
        6 => (device.clone(), any::<bool>(), 0_u8..6, any::<bool>())
            .prop_map(|(device, remove, record, depends)| Step::Act { device, remove, record, depends }),
        1 => device.clone().prop_map(|device| Step::Forbidden { device }),
        4 => time.clone().prop_map(Step::Run),
        2 => (device.clone(), time).prop_map(|(device, time)| Step::Cut { device, time }),
        2 => (1_u32..6).prop_map(Step::LoseAnswers),
        2 => device.clone().prop_map(|device| Step::Crash { device }),
        1 => device.clone().prop_map(|device| Step::SignOut { device }),
        1 => device.clone().prop_map(|device| Step::SignIn { device }),
        1 => Just(Step::Compact),
        1 => device.clone().prop_map(|device| Step::Backup { device }),
        1 => device.prop_map(|device| Step::Restore { device }),
    ]
}

impl World {
    pub(super) fn new(devices: usize) -> Self {
        let mut world = Self {
            gateway: Gateway {
                page: 3,
                ..Gateway::default()
            },
            devices: Vec::new(),
            now: Duration::ZERO,
            random: 1,
            answers_to_lose: 0,
            made: Vec::new(),
            backups: BTreeMap::new(),
        };
        for number in 0..devices {
            world.add(format!("device-{number}"), MemoryStore::default());
        }
        world
    }

    fn add(&mut self, name: String, store: MemoryStore) {
        self.devices.push(Device {
            engine: engine(&name, store),
            name,
            inbox: VecDeque::new(),
            wake: None,
            cut_until: Duration::ZERO,
            signed_in: true,
            troubles: Vec::new(),
        });
        let device = self.devices.len() - 1;
        self.tell(device, Input::SessionReady);
    }

    pub(super) fn act(&mut self, device: usize, name: &str, record: &str, depends_on: &[Uuid]) -> Uuid {
        let store = self.devices[device].engine.store_mut();
        let look_up = |id| store.dependency(id).unwrap();
        let intent = draft(a_draft(name, record, depends_on), &PlainKey, look_up).unwrap();
        let id = intent.id;
        store.keep(intent);
        self.made.push((device, id));
        self.tell(device, Input::Queued);
        id
    }

    pub(super) fn withdraw(&mut self, device: usize, id: Uuid) -> bool {
        self.devices[device].engine.store_mut().withdraw(id)
    }

    pub(super) fn let_go(&mut self, device: usize, id: Uuid) -> bool {
        self.devices[device].engine.store_mut().let_go(id)
    }

    /// The same profile, registered anew.
    pub(super) fn become_another(&mut self, device: usize, name: &str) {
        let store = self.devices[device].engine.store().clone();
        name.clone_into(&mut self.devices[device].name);
        self.start_anew(device, store);
    }

    pub(super) fn confirm(&mut self, device: usize, id: Uuid) {
        assert!(self.devices[device].engine.store_mut().confirm(id));
        self.tell(device, Input::Queued);
    }

    pub(super) fn fate(&self, device: usize, id: Uuid) -> Kept {
        let intents = self.devices[device].engine.store().intents();
        intents
            .iter()
            .find(|(intent, _)| intent.id == id)
            .unwrap()
            .1
            .clone()
    }

    pub(super) fn troubles(&self, device: usize) -> Vec<Trouble> {
        self.devices[device].troubles.clone()
    }

    pub(super) fn backup(&self, device: usize) -> MemoryVault {
        self.devices[device].engine.store().vault.clone()
    }

    pub(super) fn restore(&mut self, device: usize, backup: &MemoryVault) {
        let store = MemoryStore {
            vault: backup.clone(),
            keystore: self.devices[device].engine.store().keystore,
        };
        self.start_anew(device, store);
    }

    pub(super) fn clone_device(&mut self, device: usize) -> usize {
        let store = self.devices[device].engine.store().clone();
        self.add(self.devices[device].name.clone(), store);
        self.devices.len() - 1
    }

    fn start_anew(&mut self, device: usize, store: MemoryStore) {
        let found = &mut self.devices[device];
        found.engine = engine(&found.name, store);
        found.inbox.clear();
        found.wake = None;
        if found.signed_in {
            self.tell(device, Input::SessionReady);
        }
    }

    pub(super) fn sign_out(&mut self, device: usize) {
        self.devices[device].signed_in = false;
        self.tell(device, Input::SessionEnded);
    }

    pub(super) fn sign_in(&mut self, device: usize) {
        let found = &mut self.devices[device];
        found.signed_in = true;
        let name = found.name.clone();
        self.gateway.sign_in_anew(&name);
        self.tell(device, Input::SessionReady);
    }

    pub(super) fn lose_answers(&mut self, number: u32) {
        self.answers_to_lose = number;
    }

    pub(super) fn lose_everything_for(&mut self, device: usize, time: Duration) {
        self.devices[device].cut_until = self.now + time;
    }

    fn tell(&mut self, device: usize, input: Input) {
        self.random = self
            .random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let (now, random) = (self.now, self.random >> 16);
        let outputs = self.devices[device].engine.handle(now, random, input).unwrap();
        self.devices[device].wake = None;
        for output in outputs {
            match output {
                Output::Send(id, request) => self.send(device, id, &request),
                Output::WakeAt(time) => self.devices[device].wake = Some(time),
                Output::Trouble(trouble) => self.devices[device].troubles.push(trouble),
                Output::Changed => {}
            }
        }
    }

    fn send(&mut self, device: usize, id: RequestId, request: &Request) {
        let found = &mut self.devices[device];
        let answer = if self.now < found.cut_until {
            Err(Failure::Later(None))
        } else {
            let answer = self.gateway.answer(&found.name, request);
            if self.answers_to_lose > 0 {
                self.answers_to_lose -= 1;
                Err(Failure::Later(None))
            } else {
                answer
            }
        };
        found.inbox.push_back((self.now + LATENCY, id, answer));
    }

    /// Runs everything that is due until then.
    pub(super) fn run_for(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some((at, device)) = self.next_event(None) {
            if at > end {
                break;
            }
            self.happen(at, device);
        }
        self.now = end;
    }

    fn next_event(&self, only: Option<usize>) -> Option<(Duration, usize)> {
        let of = |(number, device): (usize, &Device)| {
            let answer = device.inbox.front().map(|(at, _, _)| *at);
            let at = [answer, device.wake].into_iter().flatten().min()?;
            Some((at.max(self.now), number))
        };
        self.devices
            .iter()
            .enumerate()
            .filter(|(number, _)| only.is_none_or(|only| only == *number))
            .filter_map(of)
            .min()
    }

    fn happen(&mut self, at: Duration, device: usize) {
        self.now = at;
        let found = &mut self.devices[device];
        if found.inbox.front().is_some_and(|(due, _, _)| *due <= at) {
            let (_, id, answer) = found.inbox.pop_front().unwrap();
            let input = match answer {
                Ok(answer) => Input::Answered(id, answer),
                Err(failure) => Input::Failed(id, failure),
            };
            self.tell(device, input);
        } else {
            self.tell(device, Input::Tick);
        }
    }

    /// Everybody signed in and reachable, until nothing is left to do.
    pub(super) fn settle(&mut self) {
        self.answers_to_lose = 0;
        for device in 0..self.devices.len() {
            self.settle_device(device);
        }
        // What the last of them changed, the first still has to learn.
        for device in 0..self.devices.len() {
            self.tell(device, Input::Nudge);
            self.settle_device(device);
        }
    }

    pub(super) fn settle_device(&mut self, device: usize) {
        for _ in 0..10_000 {
            let Some((at, _)) = self.next_event(Some(device)) else {
                return;
            };
            self.happen(at, device);
        }
        panic!("it never comes to rest");
    }

    pub(super) fn step(&mut self, step: Step) {
        match step {
            Step::Act {
                device,
                remove,
                record,
                depends,
            } => {
                let before = self.made.iter().rfind(|(by, _)| *by == device).map(|(_, id)| *id);
                let store = self.devices[device].engine.store();
                let open = |id: &Uuid| store.dependency(*id).unwrap() != crate::Dependency::Failed;
                let depends_on: Vec<Uuid> = before.filter(|id| depends && open(id)).into_iter().collect();
                self.act(
                    device,
                    if remove { "remove" } else { "set" },
                    &record.to_string(),
                    &depends_on,
                );
            }
            Step::Forbidden { device } => drop(self.act(device, "forbidden", "x", &[])),
            Step::Run(time) => self.run_for(time),
            Step::Cut { device, time } => self.lose_everything_for(device, time),
            Step::LoseAnswers(number) => self.lose_answers(number),
            Step::Crash { device } => {
                let store = self.devices[device].engine.store().clone();
                self.start_anew(device, store);
            }
            Step::SignOut { device } => self.sign_out(device),
            Step::SignIn { device } => self.sign_in(device),
            Step::Compact => self.gateway.compact(),
            Step::Backup { device } => {
                let backup = self.backup(device);
                self.backups.insert(device, backup);
            }
            Step::Restore { device } => {
                if let Some(backup) = self.backups.get(&device).cloned() {
                    self.restore(device, &backup);
                }
            }
        }
    }

    pub(super) fn seen(&self, device: usize) -> BTreeMap<String, Value> {
        let view = View::of(self.devices[device].engine.store(), person(), None, &Notes).unwrap();
        view.records
            .of_kind("note")
            .map(|(id, content)| (id.to_owned(), content.clone()))
            .collect()
    }

    pub(super) fn true_records(&self) -> BTreeMap<String, Value> {
        let state = self.gateway.states.get(&person());
        state
            .into_iter()
            .flat_map(|state| state.records.values())
            .filter_map(|record| Some((record.id.clone(), record.content.clone()?)))
            .collect()
    }

    /// What must hold once everything has come to rest.
    pub(super) fn check(&mut self) {
        for device in 0..self.devices.len() {
            self.sign_in(device);
        }
        self.settle();
        // The person says yes to whatever a restored backup left for them to confirm.
        for device in 0..self.devices.len() {
            let intents = self.devices[device].engine.store().intents();
            let open = intents.iter().filter(|(_, kept)| *kept == Kept::ToConfirm);
            let open: Vec<Uuid> = open.map(|(intent, _)| intent.id).collect();
            for id in open {
                self.confirm(device, id);
            }
        }
        self.settle();
        for (id, times) in &self.gateway.effects {
            assert_eq!(*times, 1, "{id} took effect more than once");
        }
        for (number, device) in self.devices.iter().enumerate() {
            for (intent, kept) in device.engine.store().intents() {
                match kept {
                    Kept::Settled(Fate::Applied { .. }) => {
                        assert_eq!(self.gateway.effects.get(&intent.id), Some(&1));
                    }
                    Kept::Settled(fate) => {
                        let judged = self.gateway.fate_of(&device.name, intent.id);
                        assert!(judged.is_none_or(|judged| judged == fate), "told what was judged");
                        assert!(!self.gateway.effects.contains_key(&intent.id));
                    }
                    Kept::Withdrawn => {}
                    Kept::Waiting | Kept::Sent | Kept::ToConfirm => panic!("left behind"),
                }
            }
            assert_eq!(self.seen(number), self.true_records(), "device {number} agrees");
        }
    }
}

fn engine(name: &str, store: MemoryStore) -> Engine<MemoryStore, PlainKey> {
    let config = Config {
        device: name.to_owned(),
        audience: "https://gateway.example".to_owned(),
        principals: vec![person()],
        hold: Duration::from_secs(5),
        poll: None,
    };
    Engine::new(config, store, PlainKey)
}
