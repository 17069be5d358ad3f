//! Everything that the state's gateway keeps of the person, as a file of theirs.

use super::Activity;
use crate::{CoreError, files, words};
use acasa_api_types::SavedView;
use acasa_client::ClientError;
use serde::Deserialize;

impl Activity<'_> {
    /// Fetches it, checks that it is whole, and saves it as it came.
    pub async fn save_kept(&self) -> Result<SavedView, CoreError> {
        self.acasa.vault().open()?;
        let signed_in = self.acasa.identity().signed_in()?;
        let client = self.acasa.client()?;
        let fetched = client.export(&signed_in.installation, &signed_in.session).await;
        let bytes = self.acasa.inner.connection.note(fetched).map_err(refused)?;
        check(&bytes)?;
        let language = self.acasa.settings().get().language.unwrap_or_default();
        let text = |key| words::text(language, key);
        let name = format!("{}.json", text("kept_file"));
        self.acasa
            .blocking(move |acasa| {
                // Nothing is written for somebody who has locked the app meanwhile.
                acasa.vault().open()?;
                files::save(acasa, &name, &bytes)
            })
            .await
    }
}

/// What was cut off on its way is no JSON: a whole one says so in its last member (docs/formats/export.md).
fn check(bytes: &[u8]) -> Result<(), CoreError> {
    #[derive(Deserialize)]
    struct Export {
        complete: bool,
    }
    let read: Option<Export> = serde_json::from_slice(bytes).ok();
    if read.is_some_and(|export| export.complete) {
        Ok(())
    } else {
        Err(CoreError::Document {
            code: "export_incomplete",
        })
    }
}

fn refused(error: ClientError) -> CoreError {
    // The gateway gives it a few times in a row and then once an hour: a minute, as elsewhere, would not do.
    if let ClientError::Refused(problem) = &error
        && problem.status == 429
    {
        return CoreError::Document {
            code: "export_too_often",
        };
    }
    error.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_export_is_saved() {
        assert!(check(br#"{"format":"acasa-export-1","records":[{"a":1}],"complete":true}"#).is_ok());
        for cut in [
            &br#"{"format":"acasa-export-1","records":[{"a":1}],"comp"#[..],
            br#"{"format":"acasa-export-1","records":[]}"#,
            br#"{"complete":false}"#,
            b"",
            b"<html>",
        ] {
            assert_eq!(check(cut).expect_err("it is cut off").code(), "export_incomplete");
        }
    }

    #[test]
    fn asking_too_often_is_named() {
        let problem = serde_json::json!({ "status": 429, "code": "too_many_requests" });
        let problem = serde_json::from_value(problem).expect("a problem");
        assert_eq!(
            refused(ClientError::Refused(Box::new(problem))).code(),
            "export_too_often"
        );
    }
}
