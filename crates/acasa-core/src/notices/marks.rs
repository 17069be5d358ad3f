//! What the person does with letters: acts, foreseen at once.

use super::Notices;
use crate::sync::{VaultStore, holder};
use crate::vault::OpenVault;
use crate::{Acasa, CoreError};
use acasa_api_types::{MarkChange, MarkedView};
use acasa_domain::Principal;
use acasa_protocol::notices::{MARK_NOTICES, MAX_MARKED, MarkNotices};
use acasa_protocol::sync::{Fate, Intent};
use acasa_store::{Foreseen, Letter, LetterFilter, Shelf};
use acasa_sync::{Kept, Store as _};
use uuid::Uuid;

impl Notices<'_> {
    /// Marks letters; those that are so already are left alone.
    pub fn mark(&self, change: &MarkChange) -> Result<MarkedView, CoreError> {
        if change.ids.len() > MAX_MARKED {
            return Err(CoreError::Document {
                code: "notice_too_many",
            });
        }
        if change.read.or(change.archived).or(change.pinned).is_none() {
            return Err(CoreError::Document {
                code: "notice_mark_empty",
            });
        }
        let open = self.acasa.vault().open()?;
        let principal = holder(&open)?;
        let mut changed = 0;
        let mut acts = Vec::new();
        loop {
            let marked = to_mark(&open, principal, change)?;
            let more = change.ids.is_empty() && marked.len() == MAX_MARKED;
            let notices: Vec<Uuid> = marked
                .iter()
                .filter_map(|letter| letter.id.parse().ok())
                .collect();
            if notices.is_empty() {
                break;
            }
            changed += notices.len();
            let marks = MarkNotices {
                notices,
                read: change.read,
                archived: change.archived,
                // What is put away is not on top any more.
                pinned: if change.archived == Some(true) {
                    Some(false)
                } else {
                    change.pinned
                },
            };
            let act = self.acasa.sync().act(&open, MARK_NOTICES, &marks)?;
            acts.push(act.to_string());
            open.records
                .letters()
                .foresee_more(principal, &foreseen(&marks))?;
            if !more {
                break;
            }
        }
        Ok(MarkedView {
            acts,
            changed: u32::try_from(changed).unwrap_or(u32::MAX),
            unread: super::inbox::unread(&open, principal)?,
        })
    }
}

/// The letters that would change.
fn to_mark(open: &OpenVault, principal: Principal, change: &MarkChange) -> Result<Vec<Letter>, CoreError> {
    let letters = open.records.letters();
    let mut found = Vec::new();
    if change.ids.is_empty() {
        let filter = LetterFilter {
            shelf: Shelf::Unread,
            limit: u32::try_from(MAX_MARKED).unwrap_or(u32::MAX),
            ..LetterFilter::default()
        };
        found = letters.list(principal, &filter)?;
    } else {
        for id in &change.ids {
            let letter = letters.get(principal, id)?;
            found.push(letter.ok_or(CoreError::Document { code: "notice_gone" })?);
        }
    }
    let differs = |wanted: Option<bool>, is: bool| wanted.is_some_and(|wanted| wanted != is);
    found.retain(|letter| {
        differs(change.read, letter.marks.read)
            || differs(change.archived, letter.marks.archived)
            || differs(change.pinned, letter.marks.pinned)
    });
    Ok(found)
}

fn foreseen(marks: &MarkNotices) -> Vec<Foreseen> {
    let of = |id: &Uuid| Foreseen {
        id: id.to_string(),
        read: marks.read,
        archived: marks.archived,
        pinned: marks.pinned,
    };
    marks.notices.iter().map(of).collect()
}

/// Says anew what is foreseen of letters: after acts were taken back, refused, confirmed, or a checkpoint came.
pub(crate) fn foresee(acasa: &Acasa, open: &OpenVault) -> Result<(), CoreError> {
    let Some(principal) = open.records.principals().holder()? else {
        return Ok(());
    };
    foresee_over(&VaultStore::new(acasa, open)?, principal)
}

/// The same, where the store is at hand.
pub(crate) fn foresee_over(store: &VaultStore, principal: Principal) -> Result<(), CoreError> {
    let mut changes = Vec::new();
    for (intent, kept) in store.unconfirmed(principal)? {
        let lays = matches!(
            kept,
            Kept::Waiting | Kept::Sent | Kept::Settled(Fate::Applied { .. })
        );
        if !lays {
            continue;
        }
        if let Some(marks) = marks_of(&intent.text) {
            changes.extend(foreseen(&marks));
        }
    }
    Ok(store.records().letters().foresee(principal, &changes)?)
}

fn marks_of(intent: &str) -> Option<MarkNotices> {
    let intent: Intent = serde_json::from_str(intent).ok()?;
    (intent.name == MARK_NOTICES).then(|| serde_json::from_value(intent.arguments).ok())?
}

/// The act of marking, by the words it has in the list of acts.
pub(crate) fn kind(arguments: &str) -> Option<&'static str> {
    let marks: MarkNotices = serde_json::from_str(arguments).ok()?;
    Some(match (marks.archived, marks.pinned, marks.read) {
        (Some(true), ..) => "notices_archived",
        (Some(false), ..) => "notices_restored",
        (None, Some(true), _) => "notices_pinned",
        (None, Some(false), _) => "notices_unpinned",
        (None, None, Some(true)) => "notices_read",
        (None, None, _) => "notices_unread",
    })
}

#[cfg(test)]
mod tests;
