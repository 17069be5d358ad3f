//! Files of letters.

use acasa_protocol::{notices::MAX_ATTACHMENT, paths};
use reqwest::Method;

use crate::{Client, ClientError, Installation, Session};

impl Client {
    /// A file of a letter, by its place from 0.
    pub async fn attachment(
        &self,
        installation: &Installation,
        session: &Session,
        notice: &str,
        number: u32,
    ) -> Result<Vec<u8>, ClientError> {
        let path = format!("{}/{notice}/attachments/{number}", paths::NOTICES);
        let request = self.request(Method::GET, &self.join(&path)?);
        self.send_authorized_for_bytes(installation, session, request, MAX_ATTACHMENT)
            .await
    }
}
