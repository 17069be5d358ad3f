//! The end of a history: everything is mended, everybody signs in and answers, and all must agree.

use std::collections::BTreeMap;

use acasa_store::ActFate;
use acasa_sync::Input;

use crate::ledger::Broken;
use crate::letters;
use crate::world::{Mend, World};

const MINUTE: u64 = 60_000;
/// Within so many rounds of signing in and answering all must be settled.
const ROUNDS: u32 = 12;

impl World {
    pub(crate) fn settle(&mut self) {
        if self.is_broken() {
            return;
        }
        self.mend_everything();
        for round in 0..ROUNDS {
            for device in 0..self.devices.len() {
                self.start(device);
                if round == 0 || self.needs_sign_in(device) {
                    self.sign_in(device);
                }
            }
            self.run_for(4 * MINUTE);
            let seen = self.nobody_waits_for_another();
            self.check(seen);
            if self.is_broken() || self.is_settled() {
                break;
            }
            self.answer_everything();
        }
        if !self.is_broken() && !self.is_settled() {
            let left = self
                .devices
                .iter()
                .map(|device| device.open_acts().len())
                .sum::<usize>();
            self.check(Err(("never_settles", format!("{left} acts are left"))));
        }
        for _ in 0..ROUNDS {
            for device in 0..self.devices.len() {
                self.tell(device, Input::Nudge);
            }
            self.run_for(2 * MINUTE);
            // Copies of one device end each other's sessions, and learn of it when they ask.
            let ended: Vec<usize> = (0..self.devices.len())
                .filter(|device| self.needs_sign_in(*device))
                .collect();
            if ended.is_empty() {
                break;
            }
            for device in ended {
                self.sign_in(device);
            }
        }
        if !self.is_broken() {
            let seen = self.all_agree();
            self.check(seen);
        }
    }

    fn mend_everything(&mut self) {
        self.calm = true;
        self.state_cut = None;
        self.mend(Mend::StateDisk);
        for replica in 0..self.state.replicas.len() {
            self.mend(Mend::Replica(replica));
            self.state.replicas[replica].skew = 0;
            self.state.replicas[replica].older = false;
        }
        for device in 0..self.devices.len() {
            self.mend(Mend::Keys(device));
            self.mend(Mend::Disk(device));
            self.devices[device].cut_after = None;
        }
    }

    fn answer_everything(&mut self) {
        for device in 0..self.devices.len() {
            for id in self.devices[device].of_fate(ActFate::ToConfirm) {
                let yes = !self.draw.one_in(4);
                self.answer_about(device, id, yes);
            }
        }
    }

    fn is_settled(&self) -> bool {
        let settled =
            |device: usize| !self.needs_sign_in(device) && self.devices[device].open_acts().is_empty();
        (0..self.devices.len()).all(settled)
    }

    /// With a network, a session and nobody who uses the same identity, only what waits for an answer of the
    /// person's, and what depends on that, is still open.
    fn nobody_waits_for_another(&self) -> Result<(), Broken> {
        for (number, device) in self.devices.iter().enumerate() {
            if device.copied || self.needs_sign_in(number) {
                continue;
            }
            for id in device.open_acts() {
                let act = &device.acts[&id];
                let excused = act.last == ActFate::ToConfirm
                    || act
                        .depends_on
                        .iter()
                        .any(|id| device.acts.get(id).is_some_and(|other| !other.last.is_final()));
                if !excused {
                    let what = format!("{id} of device {number} is {:?}", act.last);
                    return Err(("held_back", what));
                }
            }
        }
        Ok(())
    }

    /// Every device shows what the state holds, and the state holds what it must.
    fn all_agree(&self) -> Result<(), Broken> {
        self.ledger.compare_all(self.state.storage())?;
        for (number, device) in self.devices.iter().enumerate() {
            let engine = device
                .process
                .as_ref()
                .and_then(|process| process.engine.as_ref());
            let Some(engine) = engine else {
                return Err(("not_running", format!("device {number}")));
            };
            let view = engine
                .view(device.principal())
                .map_err(|error| ("vault", error.code().to_owned()))?;
            let mut seen = BTreeMap::new();
            for kind in ["preference", "notice", "notice-mark", "topic", "kind-of-tomorrow"] {
                for (id, content) in view.records.of_kind(kind) {
                    seen.insert((kind.to_owned(), id.to_owned()), content.clone());
                }
            }
            if seen != self.ledger.visible(device.principal()) || view.pending != 0 {
                let what = format!("device {number} at version {}", view.version);
                return Err(("not_the_same", what));
            }
            letters::agree(device, &seen).map_err(|what| ("letters", format!("device {number}: {what}")))?;
            let vault = &device.vault;
            let staged = vault.confirmed().pulled(device.principal());
            if !matches!(staged, Ok((version, None)) if version == view.version) {
                return Err(("not_the_same", format!("device {number} has half a checkpoint")));
            }
        }
        Ok(())
    }
}
