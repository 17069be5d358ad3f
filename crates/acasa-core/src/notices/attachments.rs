//! Files of letters: fetched when they are asked for, checked, and given to the person.

use super::Notices;
use super::inbox::find;
use crate::{CoreError, files};
use acasa_api_types::{AttachmentRef, SavedView};
use acasa_client::ClientError;
use acasa_crypto::digest::sha256;
use acasa_protocol::sync::Digest;

impl Notices<'_> {
    /// Fetches a file, checks that it is the one the letter names, and saves it.
    pub async fn save(&self, which: &AttachmentRef) -> Result<SavedView, CoreError> {
        let open = self.acasa.vault().open()?;
        let (letter, notice) = find(&open, &which.id)?;
        let unknown = CoreError::Unknown { what: "attachment" };
        let file = notice
            .attachments
            .into_iter()
            .nth(which.number as usize)
            .ok_or(unknown)?;
        let signed_in = self.acasa.identity().signed_in()?;
        let client = self.acasa.client()?;
        let (installation, session) = (&signed_in.installation, &signed_in.session);
        let fetched = client
            .attachment(installation, session, &letter.id, which.number)
            .await;
        let bytes = self.acasa.inner.connection.note(fetched).map_err(refused)?;
        if Digest(sha256(&bytes)).to_string() != file.sha256 {
            return Err(CoreError::Document {
                code: "attachment_changed",
            });
        }
        self.acasa
            .blocking(move |acasa| {
                // Nothing is written for somebody who has locked the app meanwhile.
                acasa.vault().open()?;
                files::save(acasa, &file.name, &bytes)
            })
            .await
    }
}

fn refused(error: ClientError) -> CoreError {
    if matches!(error, ClientError::TooLarge) {
        return CoreError::Document {
            code: "attachment_too_large",
        };
    }
    if let ClientError::Refused(problem) = &error
        && problem.status == 404
    {
        return CoreError::Document {
            code: "attachment_gone",
        };
    }
    error.into()
}
