//! Real faults on real processes: a state that is killed, an app that is killed, disks that fill up, a network that
//! is cut in the middle. Afterwards every act that was acknowledged has taken effect once, and none twice.
//!
//! `ACASA_FAULTS_SECONDS` is how long each kind of fault goes on (`cargo xtask faults`), `ACASA_FAULTS_SEED` what
//! draws the moments. This program is also the app that is killed (`driver`).
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says what it counted"
)]

mod app;
mod app_killed;
mod disk_full;
mod driver;
mod keystore;
mod network_cut;
mod proxy;
mod state;
mod state_killed;
mod tally;

use libtest_mimic::{Arguments, Trial};
use std::process::ExitCode;
use std::time::Duration;

/// How long each kind goes on unless said otherwise.
const SECONDS: u64 = 6;

/// A sentence, and what shows it.
type Case = (&'static str, fn());

const CASES: &[Case] = &[
    (
        "what_a_killed_state_acknowledged_is_there_once",
        state_killed::case,
    ),
    ("what_a_killed_app_kept_takes_effect_once", app_killed::case),
    (
        "what_a_cut_network_swallowed_takes_effect_once",
        network_cut::case,
    ),
];

/// These need the right to mount.
const ON_SMALL_DISKS: &[Case] = &[
    (
        "a_state_without_room_acknowledges_nothing_and_goes_on",
        disk_full::of_the_state,
    ),
    ("an_app_without_room_says_so_and_goes_on", disk_full::of_the_app),
];

fn main() -> ExitCode {
    if let Some(task) = driver::task() {
        return driver::run(&task);
    }
    if let Some(case) = disk_full::inside() {
        case();
        return ExitCode::SUCCESS;
    }
    let may_mount = disk_full::may_mount();
    let trial = |(name, case): &Case| {
        let case = *case;
        Trial::test(*name, move || {
            case();
            Ok(())
        })
    };
    let small_disk = |case| {
        trial(case)
            .with_kind(if may_mount { "" } else { "no right to mount" })
            .with_ignored_flag(!may_mount)
    };
    let trials = CASES
        .iter()
        .map(trial)
        .chain(ON_SMALL_DISKS.iter().map(small_disk));
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
}

/// How long this kind of fault is to go on.
fn time() -> Duration {
    Duration::from_secs(number("ACASA_FAULTS_SECONDS").unwrap_or(SECONDS))
}

/// What draws the moments.
fn seed() -> u64 {
    number("ACASA_FAULTS_SEED").unwrap_or(1)
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Runtime::new().unwrap()
}
