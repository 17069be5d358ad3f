//! Everything that is kept of a person.

use acasa_protocol::paths;
use reqwest::Method;

use crate::{Client, ClientError, Installation, Session};

/// Largest one that is read, in bytes: decades of letters.
const MAX_EXPORT: usize = 64 * 1024 * 1024;

impl Client {
    /// What the gateway keeps of the person, as it wrote it (docs/formats/export.md).
    pub async fn export(
        &self,
        installation: &Installation,
        session: &Session,
    ) -> Result<Vec<u8>, ClientError> {
        let request = self.request(Method::GET, &self.join(paths::EXPORT)?);
        self.send_authorized_for_bytes(installation, session, request, MAX_EXPORT)
            .await
    }
}
