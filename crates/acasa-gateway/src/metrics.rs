//! What the gateway counts and how it stands, as numbers for Prometheus (OpenMetrics text).
//!
//! Labels hold what the program itself names: templates of routes, codes, outcomes. None comes from a request, so
//! none is about a person and none grows.

mod labels;
mod listener;

use std::sync::atomic::AtomicU64;

use acasa_gateway_store::{Load, StoreError};
use acasa_protocol::sync::{Fate, Outcome};
use axum::http::{Method, StatusCode};
use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram, info::Info},
    registry::Registry,
};

use labels::{ActLabels, BuildLabels, CodeLabels, DeliveryLabels, LimitLabels, RequestLabels, RouteLabels};
pub(crate) use {labels::method, listener::serve};

/// Upper ends of the buckets of durations, in seconds: an answer from memory to one that waits for a standby.
const BUCKETS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

type Durations<L> = Family<L, Histogram, fn() -> Histogram>;

/// Where something outside is told something, or tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outside {
    /// Events of the journal to MLog.
    Mlog,
    /// Letters from MNotify.
    Letters,
    /// Reports to MNotify.
    Reports,
    /// Events of MConnect Events.
    Events,
}

impl Outside {
    fn name(self) -> &'static str {
        match self {
            Self::Mlog => "mlog",
            Self::Letters => "mnotify_letters",
            Self::Reports => "mnotify_reports",
            Self::Events => "mconnect_events",
        }
    }
}

/// Which limit of how often was crossed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LimitOf {
    /// One address.
    Address,
    /// One installation.
    Installation,
}

/// One more for as long as it lives.
pub(crate) struct Counted(Gauge);

impl Counted {
    fn of(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// The gateway's numbers.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    durations: Durations<RouteLabels>,
    in_flight: Gauge,
    connections: Gauge,
    streams: Gauge,
    refusals: Family<CodeLabels, Counter>,
    limited: Family<LimitLabels, Counter>,
    acts: Family<ActLabels, Counter>,
    pulls: Counter,
    pulled: Counter,
    stored: Family<CodeLabels, Counter>,
    store_time: Histogram,
    deliveries: Family<DeliveryLabels, Counter>,
    delivered: Family<DeliveryLabels, Counter>,
    pool: Pool,
    outbox: Gauge,
    forwarded: Gauge,
    waiting: Gauge,
    sweeps: Counter,
}

/// What is asked of the storage when somebody looks.
#[derive(Default)]
struct Pool {
    open: Gauge,
    used: Gauge,
    limit: Gauge,
    retried: Counter<u64, AtomicU64>,
}

fn histogram() -> Histogram {
    Histogram::new(BUCKETS)
}

impl Default for Metrics {
    fn default() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("acasa"),
            requests: Family::default(),
            durations: Family::new_with_constructor(histogram),
            in_flight: Gauge::default(),
            connections: Gauge::default(),
            streams: Gauge::default(),
            refusals: Family::default(),
            limited: Family::default(),
            acts: Family::default(),
            pulls: Counter::default(),
            pulled: Counter::default(),
            stored: Family::default(),
            store_time: histogram(),
            deliveries: Family::default(),
            delivered: Family::default(),
            pool: Pool::default(),
            outbox: Gauge::default(),
            forwarded: Gauge::default(),
            waiting: Gauge::default(),
            sweeps: Counter::default(),
        };
        metrics.register();
        metrics
    }
}

impl Metrics {
    /// A name ends as its kind of number does; counters get `_total` when they are written.
    fn register(&mut self) {
        let to = &mut self.registry;
        to.register("http_requests", "Requests answered", self.requests.clone());
        to.register(
            "http_request_duration_seconds",
            "Time to an answer's head",
            self.durations.clone(),
        );
        to.register(
            "http_requests_in_flight",
            "Requests not answered yet",
            self.in_flight.clone(),
        );
        to.register("http_connections", "Open connections", self.connections.clone());
        to.register("hint_streams", "Open streams of hints", self.streams.clone());
        to.register("http_refusals", "Refusals by code", self.refusals.clone());
        to.register(
            "http_limited",
            "Requests beyond how often one may ask",
            self.limited.clone(),
        );
        to.register(
            "acts",
            "Outcomes told, again where a batch came again",
            self.acts.clone(),
        );
        to.register("pulls", "Pages of checkpoints told", self.pulls.clone());
        to.register("pulled_records", "Records in these pages", self.pulled.clone());
        to.register("storage_calls", "Storage calls by outcome", self.stored.clone());
        to.register(
            "storage_call_duration_seconds",
            "Time of storage calls",
            self.store_time.clone(),
        );
        to.register(
            "deliveries",
            "Attempts at deliveries to and from services",
            self.deliveries.clone(),
        );
        to.register(
            "delivered",
            "What was delivered to and from services",
            self.delivered.clone(),
        );
        to.register("storage_connections", "Open connections", self.pool.open.clone());
        to.register(
            "storage_connections_used",
            "Connections in use",
            self.pool.used.clone(),
        );
        to.register(
            "storage_connections_limit",
            "Most connections there may be",
            self.pool.limit.clone(),
        );
        to.register(
            "storage_retries",
            "Transactions tried again because they met another",
            self.pool.retried.clone(),
        );
        to.register(
            "outbox",
            "Events not delivered to MLog yet, counted up to 100,000",
            self.outbox.clone(),
        );
        to.register(
            "acts_forwarded",
            "Acts under way to another shard",
            self.forwarded.clone(),
        );
        to.register(
            "storage_waiting",
            "Transactions that wait for the storage",
            self.waiting.clone(),
        );
        to.register(
            "removal_sweeps",
            "Sweeps of old removals that came to their end",
            self.sweeps.clone(),
        );
        let build = Info::new(BuildLabels {
            version: env!("CARGO_PKG_VERSION"),
        });
        to.register("build", "What runs", build);
    }

    /// Counts a request until what it answers is dropped.
    pub(crate) fn request(&self) -> Counted {
        Counted::of(&self.in_flight)
    }

    /// Counts an open connection.
    pub(crate) fn connection(&self) -> Counted {
        Counted::of(&self.connections)
    }

    /// Counts an open stream of hints.
    pub(crate) fn stream(&self) -> Counted {
        Counted::of(&self.streams)
    }

    /// A request was answered.
    pub(crate) fn answered(&self, route: &str, method: &Method, status: StatusCode, seconds: f64) {
        let route = RouteLabels {
            route: route.to_owned(),
            method: labels::method(method),
        };
        self.durations.get_or_create(&route).observe(seconds);
        let request = RequestLabels {
            route: route.route,
            method: route.method,
            status: labels::class(status),
        };
        self.requests.get_or_create(&request).inc();
    }

    /// A request was refused.
    pub(crate) fn refused(&self, code: &str) {
        count(
            &self.refusals,
            &CodeLabels {
                code: code.to_owned(),
            },
        );
    }

    /// Somebody asked too often.
    pub(crate) fn limited(&self, by: LimitOf) {
        let by = match by {
            LimitOf::Address => "address",
            LimitOf::Installation => "installation",
        };
        count(&self.limited, &LimitLabels { by });
    }

    /// A batch was answered.
    pub(crate) fn judged(&self, outcomes: &[Outcome]) {
        for outcome in outcomes {
            let (outcome, code) = match &outcome.fate {
                Fate::Applied { .. } => ("applied", ""),
                Fate::Refused { code, .. } => ("refused", code.as_str()),
                Fate::Superseded { .. } => ("superseded", ""),
            };
            let code = code.to_owned();
            count(&self.acts, &ActLabels { outcome, code });
        }
    }

    /// A page of a checkpoint was answered.
    pub(crate) fn pulled(&self, records: usize) {
        self.pulls.inc();
        self.pulled.inc_by(records as u64);
    }

    /// A storage call ended.
    pub(crate) fn stored<T>(&self, done: &Result<T, StoreError>, seconds: f64) {
        let code = done.as_ref().err().map_or("", StoreError::code).to_owned();
        count(&self.stored, &CodeLabels { code });
        self.store_time.observe(seconds);
    }

    /// Something was tried with a service outside: so many things went through, or an error with its code.
    pub(crate) fn tried(&self, outside: Outside, tried: Result<usize, &'static str>) {
        let labels = |code| DeliveryLabels {
            service: outside.name(),
            code,
        };
        count(&self.deliveries, &labels(tried.err().unwrap_or_default()));
        if let Ok(some) = tried {
            let delivered = labels("");
            self.delivered.get_or_create(&delivered).inc_by(some as u64);
        }
    }

    /// A sweep of old removals has come to its end.
    pub(crate) fn swept(&self) {
        self.sweeps.inc();
    }

    /// Everything, as Prometheus reads it.
    pub(crate) fn write(
        &self,
        load: Load,
        waiting: usize,
        outbox: Option<u64>,
        forwarded: Option<u64>,
    ) -> String {
        let number = |some: u64| i64::try_from(some).unwrap_or(i64::MAX);
        self.pool.open.set(number(load.open));
        self.pool.used.set(number(load.used));
        self.pool.limit.set(number(load.limit));
        let known = self.pool.retried.get();
        self.pool.retried.inc_by(load.retried.saturating_sub(known));
        self.waiting.set(number(waiting as u64));
        for (gauge, length) in [(&self.outbox, outbox), (&self.forwarded, forwarded)] {
            if let Some(length) = length {
                gauge.set(number(length));
            }
        }
        let mut written = String::new();
        // Writing to a text does not fail.
        let _ = text::encode(&mut written, &self.registry);
        written
    }
}

fn count<L>(family: &Family<L, Counter>, labels: &L)
where
    L: EncodeLabelSet + Clone + std::hash::Hash + Eq,
{
    family.get_or_create(labels).inc();
}
