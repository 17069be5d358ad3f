//! What a device asks about synchronising, once it is known whose device it is: no HTTP, no clock.

use acasa_domain::{Idnp, Principal};
use acasa_gateway_store::{Event, Judged, KnownAct, SyncDevice, SyncStorage};
use acasa_protocol::sync::{
    ActsQuery, Batch, BatchAnswer, Cursor, DevicePosition, JudgedAct, JudgedActs, MAX_ACTS, MAX_PAGE,
    NewGeneration, Page,
};
use jiff::Timestamp;

use super::{batch, commands};
use crate::{
    GatewayError,
    journal::{Happening, own_event},
};

/// One request of a signed-in person's device, at one moment.
pub struct Desk<'a> {
    /// What is kept.
    pub storage: &'a dyn SyncStorage,
    /// This gateway's identifier.
    pub issuer: &'a str,
    /// The installation.
    pub client: &'a str,
    /// Whose it is.
    pub person: Idnp,
    /// Now.
    pub now: Timestamp,
    /// Request identifier, end to end.
    pub correlation: &'a str,
}

impl Desk<'_> {
    /// Where the gateway sees the device.
    pub fn position(&self) -> Result<DevicePosition, GatewayError> {
        Ok(self.known()?.map_or(
            DevicePosition {
                generation: 0,
                number: 0,
                suspended: false,
            },
            |device| device.position,
        ))
    }

    /// Begins a generation of the device, with the key of its batches.
    pub fn begin_generation(&self, begun: NewGeneration) -> Result<DevicePosition, GatewayError> {
        let key = batch::read_key(begun.jwk)?;
        if begun.generation == 0 {
            return Err(GatewayError::Malformed);
        }
        let jwk = key.to_value().to_string();
        Ok(self
            .storage
            .begin_generation(self.client, self.person.into(), begun.generation, &jwk)?)
    }

    /// Judges a batch.
    pub fn judge(&self, sent: Batch) -> Result<BatchAnswer, GatewayError> {
        let device = self.known()?.ok_or(GatewayError::DeviceBehind)?;
        if device.position.suspended {
            return Err(GatewayError::DeviceForked);
        }
        let checked = batch::check(sent, &device.jwk, self.client, self.issuer)?;
        // Signed by the key of another generation: the device is behind, or ahead of what is known here.
        let Some(checked) = checked else {
            return Err(GatewayError::DeviceBehind);
        };
        let number = checked.number();
        let decider = commands::Commands {
            actor: self.person.into(),
            now: self.now,
            correlation: self.correlation.to_owned(),
        };
        let submission = checked.submission(self.client, &decider);
        match self.storage.judge(&submission, &decider)? {
            Judged::Outcomes(outcomes) => Ok(BatchAnswer { number, outcomes }),
            Judged::Behind => Err(GatewayError::DeviceBehind),
            Judged::Forked => Err(GatewayError::DeviceForked),
        }
    }

    /// A page of the person's checkpoint.
    pub fn records(&self, cursor: Cursor) -> Result<Page, GatewayError> {
        let event = self.event(Happening::RecordsRead, "all");
        Ok(self.storage.pull(self.person.into(), cursor, MAX_PAGE, &event)?)
    }

    /// What the person did, on whichever device, and what became of it.
    pub fn acts(&self, query: ActsQuery) -> Result<JudgedActs, GatewayError> {
        let event = self.event(Happening::RecordsRead, "acts");
        let mut known = self
            .storage
            .acts(self.person.into(), query.after, MAX_ACTS + 1, &event)?;
        let complete = known.len() <= MAX_ACTS as usize;
        known.truncate(MAX_ACTS as usize);
        Ok(JudgedActs {
            acts: known.into_iter().map(judged).collect(),
            complete,
        })
    }

    fn event(&self, happening: Happening, object: &str) -> Event {
        let time = self.now.as_millisecond();
        own_event(happening, self.person, object, self.correlation, time)
    }

    /// The device, if it has begun a generation as this person's.
    fn known(&self) -> Result<Option<SyncDevice>, GatewayError> {
        let found = self.storage.sync_device(self.client)?;
        Ok(found.filter(|device| device.principal == Principal::from(self.person)))
    }
}

fn judged(act: KnownAct) -> JudgedAct {
    let judged_at = Timestamp::from_millisecond(act.judged).unwrap_or_default();
    JudgedAct {
        device: act.client,
        judged_at: judged_at.to_string(),
        outcome: act.outcome,
    }
}
