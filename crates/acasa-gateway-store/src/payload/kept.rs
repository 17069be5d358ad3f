//! What an act came to, as it is kept for ever: code and version in the clear, so that they outlive the key, and
//! beside them, sealed, what only the person may read.

use std::rc::Rc;

use acasa_protocol::sync::Fate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{DataKey, Place, needed};
use crate::{
    StoreError,
    values::{json, read_json},
};

/// What is kept so, in SQL.
pub(crate) const KEPT_LIKE: &str = "{\"fate\"%";

#[derive(Serialize, Deserialize)]
struct Kept {
    /// Without contents and words.
    fate: Fate,
    /// All of it, where that is more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sealed: Option<String>,
}

/// A fate as it is kept.
pub(crate) fn keep_fate(key: &DataKey, actor: &str, id: Uuid, fate: &Fate) -> Result<String, StoreError> {
    let bare = bare(fate);
    let sealed = if bare == *fate {
        None
    } else {
        Some(key.seal_json(Place::Fate { actor, id }, fate)?)
    };
    json(&Kept { fate: bare, sealed })
}

/// A fate without its contents as it is kept, of an actor who was erased.
pub(crate) fn keep_bare(fate: &Fate) -> Result<String, StoreError> {
    json(&Kept {
        fate: bare(fate),
        sealed: None,
    })
}

/// A fate that was kept; what is left of it, where its contents were erased. `key` is asked for where it is needed.
pub(crate) fn read_fate(
    key: impl FnOnce() -> Result<Option<Rc<DataKey>>, StoreError>,
    actor: &str,
    id: Uuid,
    kept: &str,
) -> Result<Fate, StoreError> {
    let kept: Kept = read_json(kept)?;
    match kept.sealed {
        Some(sealed) => needed(key()?.as_deref())?.open_json(Place::Fate { actor, id }, &sealed),
        None => Ok(kept.fate),
    }
}

fn bare(fate: &Fate) -> Fate {
    match fate {
        Fate::Applied { version, .. } => Fate::Applied {
            version: *version,
            records: Vec::new(),
        },
        Fate::Refused { code, .. } => Fate::Refused {
            code: code.clone(),
            reason: None,
        },
        superseded @ Fate::Superseded { .. } => superseded.clone(),
    }
}
