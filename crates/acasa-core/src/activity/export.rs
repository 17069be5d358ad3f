//! What was not sent, as a file: an app that is too old to act keeps nobody's acts to itself.

use super::Activity;
use crate::{CoreError, files, words};
use acasa_api_types::SavedView;
use acasa_store::Act;
use jiff::Timestamp;
use serde_json::{Value, json};

impl Activity<'_> {
    /// Saves the acts that wait, were sent and not answered, or are to be confirmed, oldest first. Nothing of them changes.
    pub fn save_unsent(&self) -> Result<SavedView, CoreError> {
        let open = self.acasa.vault().open()?;
        let acts = open.records.acts().unsettled()?;
        let language = self.acasa.settings().get().language.unwrap_or_default();
        let text = |key| words::text(language, key);
        let name = format!("{}.json", text("unsent_file"));
        files::save(self.acasa, &name, &file(&acts, Timestamp::now())?)
    }
}

fn file(acts: &[Act], now: Timestamp) -> Result<Vec<u8>, CoreError> {
    let acts: Vec<Value> = acts
        .iter()
        .map(|act| {
            let arguments: Value =
                serde_json::from_str(&act.arguments).unwrap_or_else(|_| Value::from(act.arguments.as_str()));
            json!({
                "id": act.id,
                "name": act.name,
                "arguments": arguments,
                "actor": act.actor.to_string(),
                "principal": act.principal.to_string(),
                "madeAt": act.made_at.to_string(),
                "fate": super::fate(act.fate),
            })
        })
        .collect();
    let file =
        json!({ "format": "acasa-unsent-acts", "version": 1, "savedAt": now.to_string(), "acts": acts });
    serde_json::to_vec_pretty(&file).map_err(|_| CoreError::Document { code: "internal" })
}
