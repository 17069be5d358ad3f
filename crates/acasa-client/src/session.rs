//! What the caller keeps between calls: the installation's keys and the person's session.

use std::sync::Arc;

use acasa_crypto::{SecretBytes, Signer};
use acasa_protocol::oauth::TokenResponse;
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use crate::ClientError;

/// A registered installation and its two keys: one proves who the client is, the other binds tokens.
#[derive(Clone)]
pub struct Installation {
    client_id: String,
    pub(crate) key: Arc<dyn Signer>,
    pub(crate) dpop: Arc<dyn Signer>,
}

impl Installation {
    /// An installation that was registered before.
    pub fn new(client_id: String, key: Arc<dyn Signer>, dpop: Arc<dyn Signer>) -> Self {
        Self { client_id, key, dpop }
    }

    /// The identifier to keep, beside the keys.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }
}

/// A signed-in person. The refresh token is not rotated, so what is stored once stays right;
/// the access token lives in memory and is fetched when it is needed.
pub struct Session {
    subject: String,
    pub(crate) refresh: SecretBytes,
    pub(crate) access: Mutex<Option<Arc<SecretBytes>>>,
    /// Held while an access token is fetched: one is enough for everybody who waits for it.
    pub(crate) refreshing: Mutex<()>,
}

#[derive(Serialize, Deserialize)]
struct Stored<'a> {
    version: u8,
    subject: &'a str,
    refresh: &'a str,
}

impl Session {
    pub(crate) fn from_response(response: TokenResponse) -> Result<Self, ClientError> {
        let refresh = response
            .refresh_token
            .ok_or(ClientError::Unexpected { what: "token" })?;
        Ok(Self {
            subject: response.subject,
            refresh: SecretBytes::new(refresh.into_bytes()),
            access: Mutex::new(Some(Arc::new(SecretBytes::new(
                response.access_token.into_bytes(),
            )))),
            refreshing: Mutex::new(()),
        })
    }

    /// The person, opaque and the same at each sign-in: a profile compares it with its own.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The bytes to keep in the vault.
    pub fn to_stored(&self) -> Result<SecretBytes, ClientError> {
        let refresh = std::str::from_utf8(self.refresh.expose())
            .map_err(|_| ClientError::Unexpected { what: "token" })?;
        let stored = Stored {
            version: 1,
            subject: &self.subject,
            refresh,
        };
        serde_json::to_vec(&stored)
            .map(SecretBytes::new)
            .map_err(|_| ClientError::Unexpected { what: "session" })
    }

    /// A session from the vault.
    pub fn from_stored(bytes: &[u8]) -> Result<Self, ClientError> {
        let stored: Stored<'_> =
            serde_json::from_slice(bytes).map_err(|_| ClientError::Unexpected { what: "session" })?;
        if stored.version != 1 {
            return Err(ClientError::Unexpected { what: "session" });
        }
        Ok(Self {
            subject: stored.subject.to_owned(),
            refresh: SecretBytes::from_slice(stored.refresh.as_bytes()),
            access: Mutex::new(None),
            refreshing: Mutex::new(()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_session_reads_back() {
        let bytes = br#"{"version":1,"subject":"s","refresh":"token"}"#;

        let session = Session::from_stored(bytes).unwrap();

        assert_eq!(session.subject(), "s");
        assert_eq!(session.to_stored().unwrap().expose(), bytes);
    }

    #[test]
    fn a_session_of_another_version_is_refused() {
        let bytes = br#"{"version":2,"subject":"s","refresh":"token"}"#;

        assert_eq!(
            Session::from_stored(bytes).err().unwrap().code(),
            "gateway_unexpected"
        );
    }
}
