//! What was done, and what became of it.

mod export;
mod kept;
mod withdrawal;

use crate::vault::OpenVault;
use crate::{Acasa, CoreError, documents, notices};
use acasa_api_types::{ActRef, ActStep, ActView, ActivityView, Fate};
use acasa_protocol::acts::SET_PREFERENCE;
use acasa_protocol::notices::{MARK_NOTICES, SET_TOPIC};
use acasa_protocol::sync::Words;
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
        let mut acts = open.records.acts().list(RECENT)?;
        acts.retain(is_worth_telling);
        // Before whose vault it is known, nothing was sent.
        let withdrawable = match open.records.principals().holder()? {
            Some(_) => withdrawal::Standing::of(self.acasa, &open)?.withdrawable(&acts)?,
            None => Vec::new(),
        };
        let mut views = Vec::with_capacity(acts.len());
        for act in acts {
            let reason = self.said(&open, &act)?;
            let withdrawable = withdrawable.contains(&act.id);
            views.push(view(act, reason, withdrawable));
        }
        Ok(ActivityView { acts: views })
    }

    /// The state's own words on a refusal, in the person's language or else in Romanian.
    fn said(&self, open: &OpenVault, act: &Act) -> Result<Option<String>, CoreError> {
        if act.fate != ActFate::Refused {
            return Ok(None);
        }
        let words = open.records.intents().result(act.id)?;
        let words: Option<Words> = words.and_then(|words| serde_json::from_str(&words).ok());
        let language = self.acasa.settings().get().language.unwrap_or_default();
        Ok(words.map(|words| notices::said(&words, language).to_owned()))
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

fn view(act: Act, reason: Option<String>, withdrawable: bool) -> ActView {
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
        fate: fate(act.fate),
        error: (!act.reason.is_empty()).then_some(act.reason),
        reason,
        steps: match act.fate {
            ActFate::Waiting => vec![ActStep::Undo],
            ActFate::ToConfirm => vec![ActStep::Confirm, ActStep::Drop],
            ActFate::Sent | ActFate::Done if withdrawable => vec![ActStep::Withdraw],
            ActFate::Sent | ActFate::Done | ActFate::Refused | ActFate::Withdrawn | ActFate::Superseded => {
                Vec::new()
            }
        },
    }
}

fn fate(fate: ActFate) -> Fate {
    match fate {
        ActFate::Waiting => Fate::Waiting,
        ActFate::Sent => Fate::Sent,
        ActFate::Done => Fate::Done,
        ActFate::Refused => Fate::Refused,
        ActFate::Withdrawn => Fate::Withdrawn,
        ActFate::Superseded => Fate::Superseded,
        ActFate::ToConfirm => Fate::ToConfirm,
    }
}

#[cfg(test)]
mod tests;
