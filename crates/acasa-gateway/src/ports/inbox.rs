//! Where letters of the state come from. MNotify documents no such feed: this port is ours
//! (`docs/formats/inbox.md`); the adapter speaks it over mutual TLS.

use std::time::Duration;

use acasa_wire::inbox::{
    DELIVERIES, Deliveries, DeliveryStatus, MAX_DELIVERIES, MAX_WAIT, PREFERENCES, PreferencesReport,
    StatusReport,
};
use async_trait::async_trait;
use reqwest::{Method, RequestBuilder, Response};
use url::Url;
use uuid::Uuid;

use super::{PortError, ServiceAccess, ServiceAccessError};

/// Largest page of deliveries that is read, in bytes: one letter may have 15 MB in each language.
const PAGE_LIMIT: usize = 64 * 1024 * 1024;
/// How long one request may take beside the wait it asks for.
const PATIENCE: Duration = Duration::from_secs(15);

/// MNotify, as far as inboxes go.
#[async_trait]
pub trait Inbox: Send + Sync {
    /// What came after a number; waits for some time where nothing did.
    async fn deliveries(&self, after: u64) -> Result<Deliveries, PortError>;

    /// A file of a delivery, not more than `limit` bytes of it.
    async fn attachment(&self, message: Uuid, number: usize, limit: usize) -> Result<Vec<u8>, PortError>;

    /// Tells what became of a delivery.
    async fn report(&self, message: Uuid, status: DeliveryStatus) -> Result<(), PortError>;

    /// Tells by which ways a person wants to be reached.
    async fn preferences(&self, preferences: &PreferencesReport) -> Result<(), PortError>;
}

/// Reads the feed at `{address}/inbox`.
pub struct HttpInbox {
    http: reqwest::Client,
    address: Url,
}

impl HttpInbox {
    /// An adapter that has not connected yet.
    pub fn new(access: &ServiceAccess) -> Result<Self, ServiceAccessError> {
        Ok(Self {
            http: access.http(PATIENCE + Duration::from_secs(MAX_WAIT))?,
            address: access.address.clone(),
        })
    }

    fn ask(&self, method: Method, path: &str) -> Result<RequestBuilder, PortError> {
        let address = self.address.join(path).map_err(|_| PortError::Refused)?;
        Ok(self.http.request(method, address))
    }
}

#[async_trait]
impl Inbox for HttpInbox {
    async fn deliveries(&self, after: u64) -> Result<Deliveries, PortError> {
        let mut address = self.address.join(DELIVERIES).map_err(|_| PortError::Refused)?;
        address
            .query_pairs_mut()
            .append_pair("after", &after.to_string())
            .append_pair("limit", &MAX_DELIVERIES.to_string())
            .append_pair("wait", &MAX_WAIT.to_string());
        let body = read(answered(self.http.get(address)).await?, PAGE_LIMIT).await?;
        serde_json::from_slice(&body).map_err(|_| PortError::Refused)
    }

    async fn attachment(&self, message: Uuid, number: usize, limit: usize) -> Result<Vec<u8>, PortError> {
        let path = format!("{DELIVERIES}/{message}/attachments/{number}");
        read(answered(self.ask(Method::GET, &path)?).await?, limit).await
    }

    async fn report(&self, message: Uuid, status: DeliveryStatus) -> Result<(), PortError> {
        let request = self.ask(Method::POST, &format!("{DELIVERIES}/{message}/status"))?;
        answered(request.json(&StatusReport { status })).await.map(drop)
    }

    async fn preferences(&self, preferences: &PreferencesReport) -> Result<(), PortError> {
        let request = self.ask(Method::PUT, PREFERENCES)?;
        answered(request.json(preferences)).await.map(drop)
    }
}

async fn answered(request: RequestBuilder) -> Result<Response, PortError> {
    let response = request.send().await.map_err(|_| PortError::Unavailable)?;
    let status = response.status();
    if status.is_success() {
        Ok(response)
    } else if status.is_client_error() && status.as_u16() != 429 {
        Err(PortError::Refused)
    } else {
        Err(PortError::Unavailable)
    }
}

async fn read(mut response: Response, limit: usize) -> Result<Vec<u8>, PortError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| PortError::Unavailable)? {
        if body.len() + chunk.len() > limit {
            return Err(PortError::Refused);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
