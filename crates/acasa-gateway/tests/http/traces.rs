//! What a collector of traces is told.

use std::sync::{Arc, Mutex};

use acasa_crypto::digest::sha256;
use acasa_gateway::{TraceSettings, Traces};
use acasa_gateway_store::{SqliteStorage, Storage as _};
use acasa_protocol::paths;
use axum::{Router, body::Bytes, http::HeaderMap, routing::post};
use tokio::net::TcpListener;
use url::Url;

use crate::{
    sender::{Sender, sms},
    world::{PERSON, Setting, World},
};

const OPERATION: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const REQUEST: &str = "00f067aa0ba902b7";

/// What arrived, as it was sent.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<u8>>>);

impl Collector {
    async fn start(&self) -> Url {
        let arrived = self.0.clone();
        let take = move |headers: HeaderMap, body: Bytes| async move {
            assert_eq!(headers["content-type"], "application/x-protobuf");
            arrived.lock().unwrap().extend_from_slice(&body);
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let app = Router::new().route("/v1/traces", post(take));
        // Ends with the test's runtime.
        tokio::spawn(async move { axum::serve(listener, app).await });
        address.parse().unwrap()
    }

    fn holds(&self, part: &[u8]) -> bool {
        let arrived = self.0.lock().unwrap();
        arrived.windows(part.len()).any(|window| window == part)
    }
}

async fn world(collector: &Collector, share: f64) -> World {
    let traces = Traces::open(&TraceSettings {
        collector: collector.start().await,
        share,
    });
    let world = World::start().await;
    let _ = world.gateway.clone().with_traces(traces.unwrap());
    world
}

fn bytes(hex: &str) -> Vec<u8> {
    data_encoding::HEXLOWER.decode(hex.as_bytes()).unwrap()
}

#[tokio::test]
async fn the_app_s_operation_arrives_at_the_collector_and_nothing_about_the_person_does() {
    let collector = Collector::default();
    let world = world(&collector, 1.0).await;
    let sender = Sender::enrol(&world).await;
    let pulled = world
        .bound(&sender.device, "GET", paths::SYNC_RECORDS, &sender.token)
        .await
        .header(paths::TRACEPARENT, format!("00-{OPERATION}-{REQUEST}-00"))
        .header("tracestate", format!("acasa={PERSON}"));
    assert_eq!(world.send(pulled).await.status, 200);
    let (client, token) = (sender.device.client.clone(), sender.token.clone());
    assert_eq!(sender.push(&world, 1, &[sms(1, false)]).await.status, 200);
    world.get(&format!("/{PERSON}")).await;
    world.stop().await;

    for said in [
        &bytes(OPERATION)[..],
        &bytes(REQUEST),
        b"acasa-gateway",
        b"GET /api/v1/sync/records",
        b"POST /api/v1/sync/batches",
        b"storage",
        b"not_found",
    ] {
        assert!(collector.holds(said), "{:?}", String::from_utf8_lossy(said));
    }
    for personal in [PERSON, "Probă", "idnp", &client, &token, "preference"] {
        assert!(!collector.holds(personal.as_bytes()), "{personal}");
    }
}

#[tokio::test]
async fn the_operation_is_the_trace_of_a_refusal_and_the_correlation_of_the_journal() {
    let storage = Arc::new(SqliteStorage::in_memory(sha256).unwrap());
    let world = World::start_with(Setting {
        storage: storage.clone(),
        ..Setting::default()
    })
    .await;
    let sender = Sender::enrol(&world).await;
    sender.push(&world, 1, &[sms(1, false)]).await;
    let traced = |request: reqwest::RequestBuilder| {
        request.header(paths::TRACEPARENT, format!("00-{OPERATION}-{REQUEST}-00"))
    };

    let refused = world.send(traced(world.request("GET", paths::DOCUMENTS))).await;
    let named = traced(world.request("GET", paths::DOCUMENTS)).header(paths::REQUEST_ID, "mine-1234");
    let named = world.send(named).await;
    let pulled = world
        .bound(&sender.device, "GET", paths::SYNC_RECORDS, &sender.token)
        .await;
    assert_eq!(world.send(traced(pulled)).await.status, 200);

    assert_eq!(refused.text("traceId"), OPERATION);
    assert_eq!(refused.header(paths::REQUEST_ID), OPERATION);
    assert_eq!(named.text("traceId"), "mine-1234");
    let events = storage
        .events_about(&format!("urn:md:idnp:{PERSON}"), None, 1)
        .unwrap();
    assert_eq!(events[0].event.correlation, OPERATION);
}

#[tokio::test]
async fn what_is_no_operation_is_not_taken_for_one() {
    let world = World::start().await;

    for header in [
        "00-00000000000000000000000000000000-00f067aa0ba902b7-00",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-00",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-00",
        "00-2999000000003-00f067aa0ba902b7-00",
        "nonsense",
    ] {
        let request = world
            .request("GET", "/nothing")
            .header(paths::TRACEPARENT, header);
        let refused = world.send(request).await;
        assert_eq!(refused.text("traceId").len(), 36, "{header}");
    }
}

#[tokio::test]
async fn of_no_share_nothing_is_sent_whatever_the_other_side_would_like() {
    let collector = Collector::default();
    let world = world(&collector, 0.0).await;
    let wanted = world
        .request("GET", paths::TRUST_LIST)
        .header(paths::TRACEPARENT, format!("00-{OPERATION}-{REQUEST}-01"));
    world.send(wanted).await;
    world.stop().await;

    assert!(collector.0.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_collector_that_cannot_be_one_is_refused() {
    for (collector, share) in [("ftp://127.0.0.1", 1.0), ("http://127.0.0.1", 1.1)] {
        let opened = Traces::open(&TraceSettings {
            collector: collector.parse().unwrap(),
            share,
        });
        assert_eq!(opened.err().map(|error| error.code()), Some("traces_address"));
    }
}
