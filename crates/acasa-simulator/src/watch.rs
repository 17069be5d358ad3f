//! What must hold on a device after each of its steps.

use acasa_protocol::sync::{Batch, BatchClaims, Fate};
use acasa_store::ActFate;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use uuid::Uuid;

use crate::device::Device;
use crate::ledger::{Broken, Ledger, told};

/// Looks at every act that is not settled yet, and at those that just were.
pub(crate) fn look(device: &mut Device, ledger: &Ledger) -> Result<(), Broken> {
    for id in device.open_acts() {
        look_at(device, ledger, id)?;
    }
    Ok(())
}

fn look_at(device: &mut Device, ledger: &Ledger, id: Uuid) -> Result<(), Broken> {
    let fate = device.vault.intents().fate(id);
    let Some(fate) = fate.map_err(|error| ("vault", error.code().to_owned()))? else {
        return Err(("act_lost", format!("{id} is not on the device any more")));
    };
    let Some(act) = device.acts.get_mut(&id) else {
        return Ok(());
    };
    let before = act.last;
    act.last = fate;
    if fate == before || !fate.is_final() {
        return Ok(());
    }
    let (newer, mine) = (act.newer, act.let_go || act.withdrawn);
    let depends_on = act.depends_on.clone();
    let judged = ledger.fate(device.principal(), id);
    let wrong = |rule| Err((rule, format!("{id} is {fate:?} here, and {}", told(judged))));
    let failed = |id: &Uuid| {
        let found = device.vault.intents().fate(*id).ok().flatten();
        found.is_none_or(|fate| fate.is_final() && fate != ActFate::Done)
    };
    match (fate, judged) {
        (ActFate::Done, Some(Fate::Applied { .. })) | (ActFate::Refused, Some(Fate::Refused { .. })) => {
            Ok(())
        }
        (ActFate::Refused, None) => {
            if newer || depends_on.iter().any(failed) {
                Ok(())
            } else {
                wrong("refused_unjudged")
            }
        }
        // What a copy of this device sent, and not this one, is not known here.
        (ActFate::Refused, Some(_)) if device.copied && depends_on.iter().any(failed) => Ok(()),
        (ActFate::Withdrawn, _) if mine => Ok(()),
        (_, _) => wrong("told_wrong"),
    }
}

/// Looks at a batch that is about to leave the device.
pub(crate) fn leaving(device: &mut Device, now: u64, text: &str) -> Result<(), Broken> {
    let unreadable = ("batch_unreadable", String::new());
    let sent: Batch = serde_json::from_str(text).map_err(|_| unreadable.clone())?;
    let payload = sent.batch.split('.').nth(1).unwrap_or_default();
    let payload = URL_SAFE_NO_PAD.decode(payload).map_err(|_| unreadable.clone())?;
    let claims: BatchClaims = serde_json::from_slice(&payload).map_err(|_| unreadable)?;
    let kept = device.vault.intents().unanswered().ok().flatten();
    if kept.is_none_or(|kept| kept.text != text) {
        return Err(("sent_unkept", format!("batch {}", claims.number)));
    }
    let place = (claims.iss, claims.generation, claims.number);
    let digest = crate::world::digest_of(text);
    let before = device.batches.insert(place, digest);
    if before.is_some_and(|before| before != digest) {
        return Err(("batch_changed", format!("batch {}", claims.number)));
    }
    for intent in &sent.intents {
        let intent: serde_json::Value = serde_json::from_str(intent).unwrap_or_default();
        let id: Uuid = intent["id"]
            .as_str()
            .and_then(|id| id.parse().ok())
            .unwrap_or_default();
        if device.must_ask.contains(&id) {
            return Err(("sent_unasked", format!("{id} came out of a backup")));
        }
        let Some(act) = device.acts.get(&id) else {
            return Err(("sent_unknown", format!("{id}")));
        };
        if act.withdrawn || act.let_go {
            return Err(("sent_withdrawn", format!("{id}")));
        }
        if before.is_none() && act.held_until > now {
            return Err(("sent_early", format!("{id} could still be taken back")));
        }
    }
    Ok(())
}
