//! Devices and gateways over the real code, with all their misfortunes, from a seed.
//!
//! Everything that decides anything is the product's: the device's engine, vault store and batch key
//! (`acasa_core::syncing`), the gateway's desk with its commands, and its storage. What is made up here is the world
//! around them: people, networks, clocks, crashes. One seed gives one history, step by step; after each step the
//! [`Violation`]s of what must always hold are looked for, by a model of its own.
//!
//! ```
//! let report = acasa_simulator::run(7);
//! assert!(report.violation.is_none());
//! assert_eq!(report.digest, acasa_simulator::run(7).digest);
//! ```
#![forbid(unsafe_code)]

mod acts;
mod device;
mod draw;
mod keys;
mod ledger;
mod letters;
mod plan;
mod report;
mod settling;
mod state;
mod watch;
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub use report::{Report, Summary, Violation};

/// Runs one seed to its end, or to the first violation.
pub fn run(seed: u64) -> Report {
    run_with(seed, false)
}

/// The same, with its log in words.
pub fn run_told(seed: u64) -> Report {
    run_with(seed, true)
}

fn run_with(seed: u64, told: bool) -> Report {
    // A panic of the code under test is a finding like any other.
    catch_unwind(AssertUnwindSafe(|| world::World::new(seed, told).run()))
        .unwrap_or_else(|_| Report::panicked(seed))
}
