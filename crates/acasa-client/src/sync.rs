//! Intents up, checkpoints down.

use acasa_protocol::{
    paths,
    sync::{BatchAnswer, Cursor, DevicePosition, NewGeneration, Page},
};
use reqwest::{Method, header::CONTENT_TYPE};

use crate::{Client, ClientError, Installation, Session};

impl Client {
    /// Where the gateway sees this device.
    pub async fn sync_position(
        &self,
        installation: &Installation,
        session: &Session,
    ) -> Result<DevicePosition, ClientError> {
        let request = self.request(Method::GET, &self.join(paths::SYNC_DEVICE)?);
        self.send_authorized(installation, session, request, "position")
            .await
    }

    /// Begins a generation of this device.
    pub async fn begin_generation(
        &self,
        installation: &Installation,
        session: &Session,
        begun: &NewGeneration,
    ) -> Result<DevicePosition, ClientError> {
        let request = self
            .request(Method::PUT, &self.join(paths::SYNC_DEVICE)?)
            .json(begun);
        self.send_authorized(installation, session, request, "position")
            .await
    }

    /// Sends a batch, byte for byte.
    pub async fn send_batch(
        &self,
        installation: &Installation,
        session: &Session,
        batch: String,
    ) -> Result<BatchAnswer, ClientError> {
        let request = self
            .request(Method::POST, &self.join(paths::SYNC_BATCHES)?)
            .header(CONTENT_TYPE, "application/json")
            .body(batch);
        self.send_authorized(installation, session, request, "outcomes")
            .await
    }

    /// A page of what changed after the cursor.
    pub async fn pull(
        &self,
        installation: &Installation,
        session: &Session,
        cursor: Cursor,
    ) -> Result<Page, ClientError> {
        let mut url = self.join(paths::SYNC_RECORDS)?;
        url.query_pairs_mut()
            .append_pair("since", &cursor.since.to_string())
            .extend_pairs(cursor.began.map(|began| ("began", began.to_string())));
        let request = self.request(Method::GET, &url);
        self.send_authorized(installation, session, request, "page").await
    }
}
