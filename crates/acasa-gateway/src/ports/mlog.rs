//! The adapter to MLog: journal entries as MLog events over its REST interface, with mutual TLS.
//!
//! MLog knows who writes by the client certificate, and this side knows MLog by the authorities it is
//! told: neither trusts what the system trusts.

mod settings;

use std::{path::PathBuf, time::Duration};

use acasa_crypto::SecretBytes;
use acasa_gateway_store::JournalEntry;
use acasa_wire::mlog;
use async_trait::async_trait;
use jiff::Timestamp;
use url::Url;

use super::{AuditJournal, PortError, service};
pub use settings::MlogSettings;

/// Largest reply that is read, in bytes.
const REPLY_LIMIT: usize = 16 * 1024;
/// How long one delivery may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// How MLog is reached, and who this side is to it.
pub struct MlogAccess {
    /// Base address, https.
    pub address: Url,
    /// IDNO of the organisation that runs the gateway.
    pub legal_entity: String,
    /// The client certificate, then those between it and its authority, in PEM.
    pub certificates: Vec<u8>,
    /// The client certificate's private key, in PEM.
    pub key: SecretBytes,
    /// The authorities that MLog's own certificate may come from, in PEM.
    pub authorities: Vec<u8>,
}

/// Why MLog cannot be spoken to as told.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MlogAccessError {
    /// The address is not https.
    #[error("the address of MLog is not https")]
    Address,
    /// A file with certificates or the key cannot be read.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Others than its owner may read or write the file with the key.
    #[error("the file with the key for MLog is not for its owner only")]
    KeyPermissions,
    /// A certificate or key is not one, or they do not belong together.
    #[error("the certificates and the key for MLog are not PEM, or do not belong together")]
    Certificates,
    /// The HTTP client cannot be made.
    #[error("the client for MLog cannot be made")]
    Client(#[source] reqwest::Error),
}

impl MlogAccessError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Address => "mlog_address",
            Self::File { .. } => "mlog_file",
            Self::KeyPermissions => "mlog_key_permissions",
            Self::Certificates => "mlog_certificates",
            Self::Client(_) => "mlog_client",
        }
    }

    /// Never: what was told is wrong.
    pub fn retryable(&self) -> bool {
        false
    }
}

/// Delivers to `POST {address}/register`.
pub struct HttpMlog {
    http: reqwest::Client,
    register: Url,
    legal_entity: String,
}

impl HttpMlog {
    /// An adapter that has not connected yet.
    pub fn new(access: &MlogAccess) -> Result<Self, MlogAccessError> {
        if access.address.scheme() != "https" {
            return Err(MlogAccessError::Address);
        }
        let register = access.address.join(mlog::REGISTER);
        let tls = service::tls(&access.certificates, &access.key, &access.authorities)
            .ok_or(MlogAccessError::Certificates)?;
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .https_only(true)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(PATIENCE)
            .build();
        Ok(Self {
            http: http.map_err(MlogAccessError::Client)?,
            register: register.map_err(|_| MlogAccessError::Address)?,
            legal_entity: access.legal_entity.clone(),
        })
    }

    fn event(&self, entry: &JournalEntry) -> Option<mlog::Event> {
        let event = &entry.event;
        let time = Timestamp::from_millisecond(event.time).ok()?;
        let time = time.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string();
        let mut out = mlog::Event::new(&time, &event.kind).ok()?;
        let (subject_type, subject) = person_or_entity(&event.principal);
        out.event_id = Some(entry.sequence.to_string());
        out.event_correlation = Some(event.correlation.clone());
        out.event_source = Some("Acasa".to_owned());
        out.legal_entity = Some(self.legal_entity.clone());
        out.legal_basis = Some(event.legal_basis.clone());
        out.user = Some(person_or_entity(&event.actor).1);
        out.subject = Some(subject);
        out.subject_type = Some(subject_type.to_owned());
        out.object = Some(event.object.clone());
        out.object_type = Some(event.object_type.clone());
        Some(out)
    }
}

/// `user` is a person's number or `system`, `subject` a person's or an organisation's.
fn person_or_entity(urn: &str) -> (&'static str, String) {
    if let Some(number) = urn.strip_prefix("urn:md:idnp:") {
        ("Person", number.to_owned())
    } else if let Some(number) = urn.strip_prefix("urn:md:idno:") {
        ("LegalEntity", number.to_owned())
    } else {
        ("System", "system".to_owned())
    }
}

#[async_trait]
impl AuditJournal for HttpMlog {
    async fn register(&self, entries: &[JournalEntry]) -> Result<(), PortError> {
        let events: Option<Vec<_>> = entries.iter().map(|entry| self.event(entry)).collect();
        let message = mlog::write(&events.ok_or(PortError::Refused)?).map_err(|_| PortError::Refused)?;
        let request = self
            .http
            .post(self.register.clone())
            .header("content-type", "application/json");
        let mut response = request
            .body(message)
            .send()
            .await
            .map_err(|_| PortError::Unavailable)?;
        if response.status().is_server_error() {
            return Err(PortError::Unavailable);
        }
        if !response.status().is_success() {
            return Err(PortError::Refused);
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|_| PortError::Unavailable)? {
            if body.len() + chunk.len() > REPLY_LIMIT {
                return Err(PortError::Refused);
            }
            body.extend_from_slice(&chunk);
        }
        let reply: mlog::Reply = serde_json::from_slice(&body).map_err(|_| PortError::Refused)?;
        if reply.status == "200" {
            Ok(())
        } else {
            Err(PortError::Refused)
        }
    }
}
