//! Making an intent: checked, serialised once, digested.

use acasa_domain::Principal;
use acasa_protocol::sync::{Digest, Intent, MAX_DEPENDENCIES, MAX_INTENT};

use crate::{BatchKey, Dependency, DraftError, Stored};
use uuid::Uuid;

/// An act before it has bytes.
pub struct Draft {
    /// Made on the device: time-ordered (UUIDv7).
    pub id: Uuid,
    /// The command.
    pub name: String,
    /// Its arguments.
    pub arguments: serde_json::Value,
    /// Who acts.
    pub actor: Principal,
    /// On whose behalf.
    pub principal: Principal,
    /// The power used, if not on one's own behalf.
    pub power: Option<String>,
    /// Intents of this device that must be applied before.
    pub depends_on: Vec<Uuid>,
    /// When it loses its meaning (RFC 3339), by the gateway's clock.
    pub not_after: Option<String>,
    /// Now, by this device's clock, for people to read (RFC 3339).
    pub made_at: String,
}

/// Makes the intent that is to be kept. `look_up` tells what an intent of this device has come to; an
/// intent can only wait for one that was kept before it, so nothing can wait in a circle.
pub fn draft(
    draft: Draft,
    key: &dyn BatchKey,
    look_up: impl Fn(Uuid) -> Dependency,
) -> Result<Stored, DraftError> {
    if !matches!(draft.actor, Principal::Person(_)) {
        return Err(DraftError::ActorNotAPerson);
    }
    if draft.depends_on.len() > MAX_DEPENDENCIES {
        return Err(DraftError::TooManyDependencies);
    }
    if draft.depends_on.contains(&draft.id) {
        return Err(DraftError::DependencyCycle);
    }
    if let Some(failed) = draft
        .depends_on
        .iter()
        .find(|id| look_up(**id) == Dependency::Failed)
    {
        return Err(DraftError::DependencyFailed(*failed));
    }
    let intent = Intent {
        id: draft.id,
        name: draft.name,
        arguments: draft.arguments,
        actor: draft.actor,
        principal: draft.principal,
        power: draft.power,
        depends_on: draft.depends_on,
        not_after: draft.not_after,
        made_at: draft.made_at,
    };
    let text = serde_json::to_string(&intent).map_err(|_| DraftError::TooLarge)?;
    if text.len() > MAX_INTENT {
        return Err(DraftError::TooLarge);
    }
    Ok(Stored {
        id: intent.id,
        digest: Digest(key.digest(text.as_bytes())),
        text,
        principal: intent.principal,
        depends_on: intent.depends_on,
        sent: false,
    })
}
