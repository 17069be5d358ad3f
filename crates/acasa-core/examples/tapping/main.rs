//! A sandbox that has written a million letters to its first person: what `cargo xtask bench taps` has its window beside.
//!
//! Says where it is once all are written, and writes ten more each second until it is ended. `ACASA_BENCH_RECORDS` is how
//! many; a million unless given.
#![expect(clippy::print_stdout, reason = "whoever started it reads where it is")]

#[path = "../../benches/syncing/letters.rs"]
mod letters;
#[path = "../../benches/syncing/state.rs"]
mod state;

use acasa_protocol::sandbox::READY_PREFIX;
use acasa_sandbox::{Options, Sandbox};
use state::State;
use std::time::Duration;
use tempfile::TempDir;

/// The first person of the sandbox.
const PERSON: usize = 1;

#[tokio::main]
async fn main() {
    let data = TempDir::new().expect("a folder");
    let options = Options::new(1).with_data(data.path().to_owned());
    let sandbox = Sandbox::start(options).await.expect("the sandbox starts");
    let state = State::open(&sandbox, data.path());
    let held = std::env::var("ACASA_BENCH_RECORDS").ok();
    let held = held.and_then(|held| held.parse().ok()).unwrap_or(1_000_000);
    state.write(PERSON, 0..held);
    let ready = serde_json::to_string(&sandbox.ready()).expect("JSON");
    println!("{READY_PREFIX}{ready}");
    let mut next = held;
    let more = async {
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
            state.write(PERSON, next..next + 10);
            next += 10;
        }
    };
    tokio::select! {
        () = more => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
