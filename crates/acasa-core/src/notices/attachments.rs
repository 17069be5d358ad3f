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
        check(&bytes, &file.sha256)?;
        self.acasa
            .blocking(move |acasa| {
                // Nothing is written for somebody who has locked the app meanwhile.
                acasa.vault().open()?;
                files::save(acasa, &file.name, &bytes)
            })
            .await
    }
}

/// Whether these are the bytes that the letter names.
fn check(bytes: &[u8], digest: &str) -> Result<(), CoreError> {
    if Digest(sha256(bytes)).to_string() == digest {
        Ok(())
    } else {
        Err(CoreError::Document {
            code: "attachment_changed",
        })
    }
}

/// What the gateway's answer means for the file.
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

#[cfg(test)]
mod tests {
    use super::*;

    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    fn problem(status: u16) -> ClientError {
        let problem = serde_json::json!({ "status": status, "code": "not_found" });
        ClientError::Refused(Box::new(serde_json::from_value(problem).expect("a problem")))
    }

    #[test]
    fn a_file_is_the_one_the_letter_names_or_is_not_saved() {
        assert!(check(b"abc", ABC).is_ok());
        for (bytes, digest) in [(&b"abd"[..], ABC), (b"", ABC), (b"abc", "")] {
            let refused = check(bytes, digest).expect_err("another file");
            assert_eq!(refused.code(), "attachment_changed");
        }
    }

    #[test]
    fn what_the_gateway_says_of_a_file_is_told_in_its_own_words() {
        for (error, code) in [
            (ClientError::TooLarge, "attachment_too_large"),
            (problem(404), "attachment_gone"),
            (problem(503), "not_found"),
        ] {
            assert_eq!(refused(error).code(), code);
        }
    }
}
