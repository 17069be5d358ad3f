//! The real gateway on the loopback address, asked as hostile clients ask.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "http/bounds.rs"]
mod bounds;
#[path = "http/connections.rs"]
mod connections;
#[path = "http/credentials.rs"]
mod credentials;
#[path = "http/crl.rs"]
mod crl;
#[path = "http/delivery.rs"]
mod delivery;
#[path = "http/export.rs"]
mod export;
#[path = "http/letters.rs"]
mod letters;
#[path = "http/metrics.rs"]
mod metrics;
#[path = "http/pressure.rs"]
mod pressure;
#[path = "http/proofs.rs"]
mod proofs;
#[path = "http/rates.rs"]
mod rates;
#[path = "http/retention.rs"]
mod retention;
#[path = "world/sender.rs"]
mod sender;
#[path = "http/standalone.rs"]
mod standalone;
#[path = "http/sync.rs"]
mod sync;
#[path = "http/tokens.rs"]
mod tokens;
#[path = "http/traces.rs"]
mod traces;
#[path = "world/world.rs"]
mod world;
