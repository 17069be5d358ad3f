//! What was done, and what became of it.

use crate::vault::OpenVault;
use crate::{Acasa, CoreError, documents, notices};
use acasa_api_types::{ActRef, ActStep, ActView, ActivityView, Fate};
use acasa_protocol::acts::SET_PREFERENCE;
use acasa_protocol::notices::{MARK_NOTICES, SET_TOPIC};
use acasa_store::{Act, ActFate, NewAct, Page};
use jiff::Timestamp;

/// Acts shown.
const RECENT: Page = Page::first(200);

/// Handle of the module.
pub struct Activity<'a> {
    pub(crate) acasa: &'a Acasa,
}

impl Activity<'_> {
    /// The latest acts first.
    pub fn list(&self) -> Result<ActivityView, CoreError> {
        let open = self.acasa.vault().open()?;
        let acts = open.records.acts().list(RECENT)?;
        Ok(ActivityView {
            acts: acts.into_iter().filter(is_worth_telling).map(view).collect(),
        })
    }

    /// Takes an act back that has not left this device.
    pub fn undo(&self, which: &ActRef) -> Result<ActivityView, CoreError> {
        let (open, id) = self.find(which)?;
        open.records.intents().withdraw(id, Timestamp::now())?;
        notices::marks::foresee(self.acasa, &open)?;
        self.list()
    }

    /// Sends an act that a restored backup brought back.
    pub fn confirm(&self, which: &ActRef) -> Result<ActivityView, CoreError> {
        let (open, id) = self.find(which)?;
        open.records.intents().confirm(id, Timestamp::now())?;
        notices::marks::foresee(self.acasa, &open)?;
        self.acasa.sync().nudge();
        self.list()
    }

    /// Lets an act go that a restored backup brought back.
    pub fn let_go(&self, which: &ActRef) -> Result<ActivityView, CoreError> {
        let (open, id) = self.find(which)?;
        open.records.intents().let_go(id, Timestamp::now())?;
        notices::marks::foresee(self.acasa, &open)?;
        self.list()
    }

    fn find(&self, which: &ActRef) -> Result<(OpenVault, uuid::Uuid), CoreError> {
        let open = self.acasa.vault().open()?;
        let id = which.id.parse().map_err(|_| CoreError::Unknown { what: "act" })?;
        Ok((open, id))
    }
}

/// Notes something that took effect on this device and needs nobody else.
pub(crate) fn note(open: &OpenVault, name: &str, subject: &str) -> Result<(), CoreError> {
    let Some(holder) = open.records.principals().holder()? else {
        return Ok(());
    };
    let act = NewAct {
        id: uuid::Uuid::now_v7(),
        principal: holder,
        actor: holder,
        name: name.to_owned(),
        arguments: serde_json::json!({ "subject": subject }).to_string(),
        made_at: Timestamp::now(),
        fate: ActFate::Done,
    };
    Ok(open.records.acts().insert(&act)?)
}

/// That a letter was read is nothing to tell, unless it waits for somebody.
fn is_worth_telling(act: &Act) -> bool {
    let settled = matches!(act.fate, ActFate::Done | ActFate::Withdrawn | ActFate::Superseded);
    !(settled && act.name == MARK_NOTICES && notices::marks::kind(&act.arguments) == Some("notices_read"))
}

fn view(act: Act) -> ActView {
    let arguments: serde_json::Value = serde_json::from_str(&act.arguments).unwrap_or_default();
    let subject = arguments.get("subject").and_then(serde_json::Value::as_str);
    let document_type = subject
        .and_then(documents::recognise)
        .map(|(document_type, _)| document_type);
    let name = document_type.and_then(|found| serde_json::to_value(found).ok());
    let (kind, topic) = match act.name.as_str() {
        SET_PREFERENCE => (notices::preferences::kind(&act.arguments), None),
        MARK_NOTICES => (notices::marks::kind(&act.arguments).map(str::to_owned), None),
        SET_TOPIC => match notices::announcements::kind(&act.arguments) {
            Some((kind, topic)) => (Some(kind.to_owned()), Some(topic)),
            None => (None, None),
        },
        _ => (None, None),
    };
    ActView {
        id: act.id.to_string(),
        at: act.made_at.to_string(),
        kind: kind.unwrap_or(act.name),
        topic,
        subject: name.and_then(|name| name.as_str().map(str::to_owned)),
        fate: match act.fate {
            ActFate::Waiting => Fate::Waiting,
            ActFate::Sent => Fate::Sent,
            ActFate::Done => Fate::Done,
            ActFate::Refused => Fate::Refused,
            ActFate::Withdrawn => Fate::Withdrawn,
            ActFate::Superseded => Fate::Superseded,
            ActFate::ToConfirm => Fate::ToConfirm,
        },
        error: (!act.reason.is_empty()).then_some(act.reason),
        reason: None,
        steps: match act.fate {
            ActFate::Waiting => vec![ActStep::Undo],
            ActFate::ToConfirm => vec![ActStep::Confirm, ActStep::Drop],
            ActFate::Sent | ActFate::Done | ActFate::Refused | ActFate::Withdrawn | ActFate::Superseded => {
                Vec::new()
            }
        },
    }
}
