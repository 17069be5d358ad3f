//! Where events of the state come from: MConnect Events, by its WebSocket.

use std::{sync::Arc, time::Duration};

use acasa_wire::cloud_events::{CONSUME, ConsumerMessage, EVENT_LIMIT, SUB_PROTOCOL};
use async_trait::async_trait;
use futures_util::{SinkExt as _, StreamExt as _};
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{ClientRequestBuilder, Message, protocol::WebSocketConfig},
};
use url::Url;

use super::{PortError, ServiceAccess, ServiceAccessError};

/// How long opening a session may take.
const OPENING: Duration = Duration::from_secs(10);
/// Silence after which a session is taken for lost; what was not confirmed comes again in the next.
const SILENCE: Duration = Duration::from_mins(5);

/// MConnect Events, as its consumer sees it.
#[async_trait]
pub trait Events: Send + Sync {
    /// Begins a session: everything that was not confirmed comes again.
    async fn open(&self) -> Result<Box<dyn EventSession>, PortError>;
}

/// A session.
#[async_trait]
pub trait EventSession: Send {
    /// The next message: an event with its offset, as JSON.
    async fn next(&mut self) -> Result<String, PortError>;

    /// Confirms events, or gives one up.
    async fn say(&mut self, message: &ConsumerMessage) -> Result<(), PortError>;
}

/// Consumes at `{address}/ce/consume/ws`.
pub struct WebSocketEvents {
    tls: TlsConnector,
    name: ServerName<'static>,
    host: String,
    port: u16,
    address: String,
}

impl WebSocketEvents {
    /// An adapter that has not connected yet.
    pub fn new(access: &ServiceAccess) -> Result<Self, ServiceAccessError> {
        let tls = TlsConnector::from(Arc::new(access.tls()?));
        let host = access.address.host_str().ok_or(ServiceAccessError::Address)?;
        let port = access.address.port_or_known_default();
        let mut address: Url = access
            .address
            .join(CONSUME)
            .map_err(|_| ServiceAccessError::Address)?;
        address
            .set_scheme("wss")
            .map_err(|()| ServiceAccessError::Address)?;
        Ok(Self {
            tls,
            name: ServerName::try_from(host.to_owned()).map_err(|_| ServiceAccessError::Address)?,
            host: host.to_owned(),
            port: port.ok_or(ServiceAccessError::Address)?,
            address: address.to_string(),
        })
    }

    async fn connect(&self) -> Option<WebSocketStream<TlsStream<TcpStream>>> {
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await.ok()?;
        let stream = self.tls.connect(self.name.clone(), stream).await.ok()?;
        let request = ClientRequestBuilder::new(self.address.parse().ok()?).with_sub_protocol(SUB_PROTOCOL);
        let config = WebSocketConfig::default()
            .max_message_size(Some(2 * EVENT_LIMIT))
            .max_frame_size(Some(2 * EVENT_LIMIT));
        let (socket, _) = client_async_with_config(request, stream, Some(config))
            .await
            .ok()?;
        Some(socket)
    }
}

#[async_trait]
impl Events for WebSocketEvents {
    async fn open(&self) -> Result<Box<dyn EventSession>, PortError> {
        let opened = tokio::time::timeout(OPENING, self.connect()).await.ok().flatten();
        let socket = opened.ok_or(PortError::Unavailable)?;
        Ok(Box::new(Session(socket)))
    }
}

struct Session(WebSocketStream<TlsStream<TcpStream>>);

#[async_trait]
impl EventSession for Session {
    async fn next(&mut self) -> Result<String, PortError> {
        loop {
            let message = tokio::time::timeout(SILENCE, self.0.next()).await;
            match message.ok().flatten() {
                Some(Ok(Message::Text(text))) => return Ok(text.to_string()),
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
                Some(Ok(Message::Binary(_) | Message::Close(_)) | Err(_)) | None => {
                    return Err(PortError::Unavailable);
                }
            }
        }
    }

    async fn say(&mut self, message: &ConsumerMessage) -> Result<(), PortError> {
        let said = self.0.send(Message::text(message.to_string()));
        said.await.map_err(|_| PortError::Unavailable)
    }
}
