//! What people do, and what happens to them.

use acasa_core::syncing;
use acasa_domain::{Idnp, Principal};
use acasa_gateway_store::{PrincipalStorage as _, Storage as _, SyncStorage as _, Write};
use acasa_protocol::notices::NOTICE;
use acasa_store::ActFate;
use acasa_sync::{Input, Trouble};
use jiff::Timestamp;

use super::{Event, Mend, World};
use crate::acts::{self, Made};
use crate::device::Tracked;
use crate::ledger::Written;
use crate::plan::Happening;
use crate::watch;

const MOST_DEVICES: usize = 8;
/// Records of a kind that the app does not know.
const TOMORROW: &str = "kind-of-tomorrow";
/// Ten years, in milliseconds.
const YEARS: u64 = 10 * 365 * 86_400_000;

impl World {
    pub(super) fn happen(&mut self) {
        let device = self.draw.below(self.devices.len());
        let happening = self.plan.happening(&mut self.draw);
        self.log(&(device, format!("{happening:?}")));
        match happening {
            Happening::Act => self.act(device),
            Happening::Undo => self.undo(device),
            Happening::Answer => self.answer(device),
            Happening::Hurry => self.hurry(device),
            Happening::SignIn => self.sign_in(device),
            Happening::Letter => self.letter(),
            Happening::Compact => self.compact(),
            Happening::CrashDevice => self.crash(device),
            Happening::CutDevice => {
                let steps = 1 + self.draw.spread(14);
                self.devices[device].cut_after = u32::try_from(steps).ok();
            }
            Happening::KeysFail => self.fail_keys(device),
            Happening::DiskFull => self.fill_disk(device),
            Happening::Partition => {
                self.note("partition");
                let until = self.now + self.draw.spread(24);
                self.devices[device].cut_until = until;
            }
            Happening::SessionEnds => self.end_session(device),
            Happening::ClockJumps => {
                self.note("device_clock");
                let wrong = i64::try_from(self.draw.spread(40).min(YEARS)).unwrap_or_default();
                self.devices[device].skew = if self.draw.one_in(2) { wrong } else { -wrong };
            }
            Happening::Backup => self.devices[device].back_up(),
            Happening::Restore => self.restore(device),
            Happening::RestoreCut => {
                self.restore(device);
                let steps = 1 + self.draw.spread(11);
                self.devices[device].cut_after = u32::try_from(steps).ok();
            }
            Happening::Clone => self.clone_device(device),
            Happening::Reregister => self.register_anew(device),
            Happening::Erase => self.erase(),
            Happening::ReplicaStops
            | Happening::PowerCut
            | Happening::CutState
            | Happening::StateDiskFull
            | Happening::OlderReplica
            | Happening::ReplicaClock => self.happen_to_state(happening),
        }
    }

    fn happen_to_state(&mut self, happening: Happening) {
        let replica = self.draw.below(self.state.replicas.len());
        let later = self.draw.spread(21);
        if happening == Happening::ReplicaStops {
            self.note("replica_stopped");
            self.state.replicas[replica].up = false;
            self.plan_in(later, Event::Mend(Mend::Replica(replica)));
        } else if happening == Happening::PowerCut {
            self.note("power_cut");
            self.state.power_cut();
            self.state_full = false;
            let seen = self.ledger.compare_all(self.state.storage());
            self.check(seen);
        } else if happening == Happening::CutState {
            let steps = 1 + self.draw.spread(12);
            self.state_cut = u32::try_from(steps).ok();
        } else if happening == Happening::StateDiskFull {
            self.note("state_disk_full");
            self.state_full = true;
            let more = u32::try_from(self.draw.below(4)).ok();
            self.state.limit_pages(more);
            self.plan_in(later, Event::Mend(Mend::StateDisk));
        } else if happening == Happening::OlderReplica {
            self.note("older_replica");
            let replica = &mut self.state.replicas[replica];
            replica.older = !replica.older;
        } else {
            self.note("replica_clock");
            let wrong = i64::try_from(self.draw.spread(27)).unwrap_or_default();
            self.state.replicas[replica].skew = if self.draw.one_in(2) { wrong } else { -wrong };
        }
    }

    pub(crate) fn mend(&mut self, mend: Mend) {
        match mend {
            Mend::Keys(device) => {
                if let Some(keys) = &self.devices[device].keys {
                    keys.set_failing(false);
                }
            }
            Mend::Disk(device) => {
                self.devices[device].disk_full = false;
                drop(self.devices[device].vault.limit_pages(1_000_000));
            }
            Mend::Replica(replica) => self.state.replicas[replica].up = true,
            Mend::StateDisk => {
                self.state_full = false;
                self.state.limit_pages(None);
            }
        }
    }

    fn act(&mut self, device: usize) {
        let found = &mut self.devices[device];
        if found.process.is_none() {
            return;
        }
        let made = acts::make(&mut self.draw, found, self.now);
        let (id, depends_on, newer) = match &made {
            Made::Draft(draft) => (draft.id, draft.depends_on.clone(), false),
            Made::Newer(intent, _) => (intent.id, Vec::new(), true),
        };
        let kept = match made {
            Made::Draft(draft) => syncing::keep(&found.vault, draft),
            Made::Newer(intent, text) => syncing::keep_text(&found.vault, &intent, text),
        };
        self.log(&(device, kept.is_ok()));
        let found = &mut self.devices[device];
        if kept.is_err() {
            let there = found.vault.intents().fate(id).ok().flatten().is_some();
            if there {
                self.check(Err(("act_kept_after_all", format!("{id}"))));
            }
            return;
        }
        let hold = u64::try_from(syncing::HOLD.as_millis()).unwrap_or_default();
        let act = Tracked {
            depends_on,
            newer,
            last: ActFate::Waiting,
            held_until: self.now + hold,
            let_go: false,
            withdrawn: false,
        };
        found.acts.insert(id, act);
        self.tell(device, Input::Queued);
    }

    fn undo(&mut self, device: usize) {
        let found = &mut self.devices[device];
        let mut waiting = found.of_fate(ActFate::Waiting);
        // What was sent cannot be taken back: that is tried, too.
        waiting.extend(found.of_fate(ActFate::Sent));
        let Some(id) = self
            .draw
            .pick(&waiting)
            .copied()
            .filter(|_| found.process.is_some())
        else {
            return;
        };
        if found.vault.intents().withdraw(id, Timestamp::UNIX_EPOCH).is_err() {
            return;
        }
        if let Some(act) = found.acts.get_mut(&id) {
            act.withdrawn = true;
        }
        let judged = self.ledger.fate(found.principal(), id).is_some();
        let unknowing = found.copied || found.must_ask.contains(&id);
        found.must_ask.remove(&id);
        let seen = watch::look(found, &self.ledger);
        self.check(seen);
        if judged && !unknowing {
            self.check(Err(("undone_after_sending", format!("{id}"))));
        }
    }

    /// The person says what is to become of what a backup brought back.
    fn answer(&mut self, device: usize) {
        let open = self.devices[device].of_fate(ActFate::ToConfirm);
        let Some(id) = self.draw.pick(&open).copied() else {
            return;
        };
        let yes = !self.draw.one_in(3);
        self.answer_about(device, id, yes);
    }

    pub(crate) fn answer_about(&mut self, device: usize, id: uuid::Uuid, yes: bool) {
        let found = &mut self.devices[device];
        if found.process.is_none() {
            return;
        }
        let intents = found.vault.intents();
        let now = Timestamp::UNIX_EPOCH;
        let answered = if yes {
            intents.confirm(id, now)
        } else {
            intents.let_go(id, now)
        };
        if answered.is_err() {
            return;
        }
        found.must_ask.remove(&id);
        if let Some(act) = found.acts.get_mut(&id) {
            act.let_go = !yes;
        }
        let seen = watch::look(found, &self.ledger);
        self.check(seen);
        self.tell(device, Input::Nudge);
    }

    fn hurry(&mut self, device: usize) {
        for act in self.devices[device].acts.values_mut() {
            act.held_until = 0;
        }
        self.tell(device, Input::Now);
    }

    pub(crate) fn sign_in(&mut self, device: usize) {
        if self.state_full {
            return;
        }
        if self.state.is_removed(&self.devices[device].client) {
            return self.register_anew(device);
        }
        let found = &mut self.devices[device];
        found.session = Some(self.state.sign_in(&found.client, found.person, self.now));
        found.trouble = None;
        self.tell(device, Input::SessionReady);
    }

    fn end_session(&mut self, device: usize) {
        if let Some(session) = self.devices[device].session.as_ref().filter(|_| !self.state_full) {
            drop(self.state.storage().end_grant(&session.grant));
            self.note("session_ended");
        }
    }

    fn letter(&mut self) {
        let person = *self.draw.pick(&self.people).unwrap_or(&self.people[0]);
        let number = self.draw.between(1, self.plan.letters_at_once);
        let mut writes: Vec<Written> = Vec::new();
        for _ in 0..number {
            let kind = *self.draw.pick(&[NOTICE, TOMORROW]).unwrap_or(&NOTICE);
            let id = self.draw.below(4 * usize::try_from(number).unwrap_or(1));
            let id = acts::letter_id(id);
            let written = (!self.draw.one_in(4)).then_some(self.now);
            let long = self.draw.one_in(self.plan.long_one_in);
            let content = written.map(|now| acts::letter(&mut self.draw, now, long));
            if !writes.iter().any(|(other, same, _)| other == kind && *same == id) {
                writes.push((kind.to_owned(), id, content));
            }
        }
        self.write(person, writes);
    }

    /// The state writes records of its own.
    fn write(&mut self, person: Idnp, writes: Vec<Written>) {
        let sent: Vec<Write> = writes
            .iter()
            .map(|(kind, id, content)| Write {
                kind: kind.clone(),
                id: id.clone(),
                content: content.clone(),
            })
            .collect();
        let event = acasa_gateway_store::testing::event(&Principal::from(person).to_string());
        let written = self.state.storage().write(person.into(), &sent, &event);
        if let Ok(version) = written {
            let wanted = self.ledger.write(person.into(), writes);
            if version != wanted {
                self.check(Err(("version", format!("{version} instead of {wanted}"))));
            }
        }
        let seen = self.ledger.compare(self.state.storage(), person.into(), &[]);
        self.check(seen);
    }

    fn compact(&mut self) {
        let person = *self.draw.pick(&self.people).unwrap_or(&self.people[0]);
        if self.draw.one_in(2) {
            self.remove_some(person);
        }
        let version = self.ledger.version(person.into());
        let up_to = version.saturating_sub(self.draw.spread(4));
        if self.state.storage().compact(person.into(), up_to).is_ok() {
            self.note("removals_forgotten");
            self.ledger.compact(person.into(), up_to);
        }
        let seen = self.ledger.compare(self.state.storage(), person.into(), &[]);
        self.check(seen);
    }

    /// Removals that are forgotten before devices that are away have learnt of them.
    fn remove_some(&mut self, person: Idnp) {
        let there: Vec<(String, String)> = self
            .ledger
            .visible(person.into())
            .into_keys()
            .filter(|(kind, _)| kind == NOTICE || kind == TOMORROW)
            .collect();
        let mut writes: Vec<Written> = Vec::new();
        for _ in 0..=self.draw.below(3) {
            if let Some((kind, id)) = self.draw.pick(&there).cloned()
                && !writes
                    .iter()
                    .any(|(other, same, _)| *other == kind && *same == id)
            {
                writes.push((kind, id, None));
            }
        }
        if !writes.is_empty() {
            self.write(person, writes);
        }
    }

    fn fail_keys(&mut self, device: usize) {
        if let Some(keys) = &self.devices[device].keys {
            keys.set_failing(true);
            self.note("keystore_failed");
            let later = self.draw.spread(18);
            self.plan_in(later, Event::Mend(Mend::Keys(device)));
        }
    }

    fn fill_disk(&mut self, device: usize) {
        self.note("device_disk_full");
        self.devices[device].disk_full = true;
        drop(self.devices[device].vault.limit_pages(1));
        let later = self.draw.spread(20);
        self.plan_in(later, Event::Mend(Mend::Disk(device)));
    }

    fn restore(&mut self, device: usize) {
        let which = self.draw.below(self.devices[device].backups.len());
        if self.devices[device].backups.is_empty() {
            return;
        }
        self.note("restored");
        self.stop(device);
        let found = &mut self.devices[device];
        found.restore(which);
        let (vault, keystore) = found.positions();
        let state = self.ledger.position_of(&found.client);
        let known = state.max(keystore.unwrap_or_default());
        let asked = |fate: ActFate| {
            fate == ActFate::ToConfirm || (known > vault && matches!(fate, ActFate::Waiting | ActFate::Sent))
        };
        let pending = found.acts.iter().filter(|(_, act)| asked(act.last));
        found.must_ask = pending.map(|(id, _)| *id).collect();
        let delay = self.draw.spread(18);
        self.plan_in(delay, Event::Start { device });
    }

    fn clone_device(&mut self, device: usize) {
        if self.devices.len() >= MOST_DEVICES {
            return;
        }
        self.note("copied");
        let twin = self.devices[device].twin();
        self.devices.push(twin);
        let twin = self.devices.len() - 1;
        let delay = self.draw.spread(18);
        self.plan_in(delay, Event::Start { device: twin });
    }

    fn register_anew(&mut self, device: usize) {
        if self.state_full {
            return;
        }
        self.note("another_installation");
        let client = format!("client-{}-{}", device, self.now);
        self.state.register(&client);
        let found = &mut self.devices[device];
        found.client = client;
        let (vault, keystore) = found.positions();
        if keystore.unwrap_or_default() <= vault {
            // Nobody is left who remembers more than the vault.
            let acts = &found.acts;
            found
                .must_ask
                .retain(|id| acts.get(id).is_some_and(|act| act.last == ActFate::ToConfirm));
        }
        self.sign_in(device);
    }

    /// What the state keeps of somebody is destroyed: their installations first, then their records.
    fn erase(&mut self) {
        let person = Principal::from(*self.draw.pick(&self.people).unwrap_or(&self.people[0]));
        let replica = self.draw.below(self.state.replicas.len());
        let event = acasa_gateway_store::testing::event(&person.to_string());
        let erased = self.state.remove_clients_of(replica, person).and_then(|removed| {
            self.ledger.forget_devices(&removed);
            self.state.storage_of(replica).erase(person, &event)
        });
        match erased {
            Ok(held) => {
                self.note("erased");
                let wanted = self.ledger.visible(person).len();
                if held.records != wanted as u64 {
                    let what = format!("{} were erased instead of {wanted}", held.records);
                    self.check(Err(("records", what)));
                }
                self.ledger.erase(person);
            }
            // Only a disk without room excuses it.
            Err(_) if self.state_full => {}
            Err(error) => self.check(Err(("not_erased", error.code().to_owned()))),
        }
        let ids = self.ledger.judged_of(person);
        let seen = self.ledger.compare(self.state.storage(), person, &ids);
        self.check(seen);
    }

    pub(crate) fn needs_sign_in(&self, device: usize) -> bool {
        let found = &self.devices[device];
        matches!(found.trouble, Some(Trouble::SignIn | Trouble::Suspended)) || found.session.is_none()
    }
}
