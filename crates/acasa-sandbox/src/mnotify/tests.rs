//! The simulator over its real transport, by itself and with a gateway behind it.

use std::{net::Ipv4Addr, time::Duration};

use acasa_crypto::digest::sha256;
use acasa_domain::Principal;
use acasa_gateway::{
    Authority, AuthorityName, Custody, Gateway, Limits, Parts,
    ports::{AuditJournal, HttpInbox, PortError, ServiceAccess, SignIn, SignInRequest, SystemClock},
};
use acasa_gateway_store::{
    InboxStorage as _, JournalEntry, SqliteStorage, Storage as _, SyncStorage as _, Write,
};
use acasa_protocol::{
    acts::PREFERENCE,
    notices::{Action, MARK, NOTICE, Notice, Topic},
    sync::Cursor,
};
use acasa_wire::{inbox::Deliveries, mnotify::NotificationDto};
use async_trait::async_trait;
use reqwest::StatusCode;
use serde_json::{Value, json};
use url::Url;

use super::*;
use crate::{
    registry::CountryRegisters,
    transport::{Client, Transport},
};

mod api;
mod inbox;

/// A simulator that runs, and who may speak to it.
struct World {
    mnotify: Mnotify,
    country: Arc<Country>,
    transport: Transport,
    senders: HashMap<&'static str, Client>,
    address: Url,
    stop: watch::Sender<bool>,
}

impl World {
    async fn start() -> Self {
        let transport = Transport::make().unwrap();
        let country = Arc::new(Country::generate(1));
        let senders: HashMap<_, _> = INSTITUTIONS
            .iter()
            .map(|institution| (institution.id, transport.make_client(institution.id).unwrap()))
            .collect();
        let known = INSTITUTIONS
            .iter()
            .map(|institution| (senders[institution.id].peer(), institution));
        let gateway = transport.gateway().peer();
        let mnotify = Mnotify::new(Arc::clone(&country), Arc::default(), gateway, known);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = format!("https://{}", listener.local_addr().unwrap());
        let (stop, stopping) = watch::channel(false);
        mnotify.serve(listener, transport.server().unwrap(), stopping);
        Self {
            mnotify,
            country,
            transport,
            senders,
            address: address.parse().unwrap(),
            stop,
        }
    }

    fn access(&self, client: &Client) -> ServiceAccess {
        self.transport.service(client, self.address.clone())
    }

    /// Asks as an institution or as the gateway.
    async fn ask(&self, client: &Client, method: &str, path: &str, body: Option<Value>) -> (u16, String) {
        let http = self.access(client).http(Duration::from_secs(30)).unwrap();
        let mut request = http.request(method.parse().unwrap(), self.address.join(path).unwrap());
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    async fn by(&self, sender: &str, method: &str, path: &str, body: Option<Value>) -> (u16, String) {
        self.ask(&self.senders[sender], method, path, body).await
    }

    /// Sends and answers with the identifier.
    async fn send(&self, sender: &str, body: Value) -> Uuid {
        let (status, id) = self.by(sender, "POST", NOTIFICATION, Some(body)).await;
        assert_eq!(status, 200, "{id}");
        id.parse().unwrap()
    }

    async fn notification(&self, sender: &str, id: Uuid) -> NotificationDto {
        let (status, body) = self
            .by(sender, "GET", &format!("{NOTIFICATION}/{id}"), None)
            .await;
        assert_eq!(status, 200, "{body}");
        serde_json::from_str(&body).unwrap()
    }

    /// The deliveries there are now.
    async fn feed(&self, after: u64) -> Deliveries {
        let path = format!("{DELIVERIES}?after={after}&limit=50");
        let (status, body) = self.ask(self.transport.gateway(), "GET", &path, None).await;
        assert_eq!(status, 200, "{body}");
        serde_json::from_str(&body).unwrap()
    }

    fn idnp(&self, place: usize) -> String {
        self.country.people[place].idnp.as_str().to_owned()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

/// A letter to a person.
fn letter(idnp: &str, subject: &str) -> Value {
    json!({
        "subject": { "ro": subject }, "body": { "ro": "<p>Bună ziua.</p>" }, "priority": "Medium",
        "recipients": [{ "value": idnp, "type": "IDNP" }],
    })
}
