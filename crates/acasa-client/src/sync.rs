//! Intents up, checkpoints down.

use acasa_protocol::{
    paths,
    sync::{ActsQuery, BatchAnswer, Cursor, DevicePosition, JudgedActs, NewGeneration, Page},
};
use flate2::{Compression, write::GzEncoder};
use reqwest::{
    Method, Response,
    header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE},
};
use std::{io::Write as _, time::Duration};

use crate::{Client, ClientError, Installation, Session};

/// Shorter bodies are sent as they are.
const WORTH_COMPRESSING: usize = 1024;
/// Largest page, in bytes: one version may be beyond what a page usually is.
const PAGE_LIMIT: usize = 16 * 1024 * 1024;
/// How long a stream of hints may last in all.
const LISTENING: Duration = Duration::from_mins(15);
/// How long it may be silent: the gateway says at least every 25 seconds that it is there.
const SILENCE: Duration = Duration::from_mins(1);

/// A stream of hints that there may be news.
pub struct Hints(Response);

impl Hints {
    /// Waits for the next hint; false once the stream has ended, however it did.
    pub async fn next(&mut self) -> bool {
        loop {
            match tokio::time::timeout(SILENCE, self.0.chunk()).await {
                // Lines that begin with a colon only say that the stream is alive.
                Ok(Ok(Some(chunk))) if chunk.starts_with(b":") => {}
                Ok(Ok(Some(_))) => return true,
                Ok(Ok(None) | Err(_)) | Err(_) => return false,
            }
        }
    }
}

fn compress(bytes: &[u8]) -> Result<Vec<u8>, ClientError> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 2), Compression::fast());
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.map_err(|_| ClientError::Unexpected { what: "batch" })
}

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
            .header(CONTENT_TYPE, "application/json");
        let request = if batch.len() < WORTH_COMPRESSING {
            request.body(batch)
        } else {
            request
                .header(CONTENT_ENCODING, "gzip")
                .body(compress(batch.as_bytes())?)
        };
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
        let sent = self.send_authorized_for_bytes(installation, session, request, PAGE_LIMIT);
        serde_json::from_slice(&sent.await?).map_err(|_| ClientError::Unexpected { what: "page" })
    }

    /// Some of what the person did, with what became of it, whichever of their devices sent it.
    pub async fn acts(
        &self,
        installation: &Installation,
        session: &Session,
        query: ActsQuery,
    ) -> Result<JudgedActs, ClientError> {
        let mut url = self.join(paths::SYNC_ACTS)?;
        if let Some(after) = query.after {
            url.query_pairs_mut().append_pair("after", &after.to_string());
        }
        let request = self.request(Method::GET, &url);
        let sent = self.send_authorized_for_bytes(installation, session, request, PAGE_LIMIT);
        serde_json::from_slice(&sent.await?).map_err(|_| ClientError::Unexpected { what: "acts" })
    }

    /// Listens for hints that there may be news.
    pub async fn listen(&self, installation: &Installation, session: &Session) -> Result<Hints, ClientError> {
        let request = self
            .request(Method::GET, &self.join(paths::SYNC_HINTS)?)
            .header(ACCEPT, "text/event-stream")
            .timeout(LISTENING);
        let response = self.open_authorized(installation, session, request).await?;
        Ok(Hints(response))
    }
}
