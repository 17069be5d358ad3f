//! Everything the house does to itself: `cargo xtask <task>`.
#![forbid(unsafe_code)]
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line speaks on its streams"
)]

mod bench;
mod bindings;
mod ci;
mod deps;
mod failures;
mod faults;
mod i18n;
mod notices;
mod package;
mod simulate;
mod step;

use std::path::PathBuf;
use std::process::ExitCode;

/// A task's end: nothing to say, or the reason it failed.
type Outcome = Result<(), String>;

const USAGE: &str = "cargo xtask <task>
  ci [rust|ui|e2e|shell|package|peers|fuzz|simulate] [--full]   every check, counted
  bindings [--check]                     TypeScript and permissions from the table of commands
  deps                                   the crates' arrows and doors
  i18n                                   the message files agree in every language
  notices [--check]                      THIRD-PARTY.md
  bench [window [--built]]               measures the budgets and rewrites docs/PERFORMANCE.md
  simulate [--seeds N] [--minutes M] [--seed S] [--json] [--log]   histories of devices and gateways, from seeds
  simulate --planted [--only NAME]       plants each bug of tests/planted and says how soon it is found
  faults [--minutes M] [--seed S]        kills states and apps, fills disks, cuts the network, and counts the acts
  package [--dev] [--check]              the .deb, and a look at what is in it; --check installs, starts and removes it";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let flag = |name: &str| arguments.iter().any(|argument| argument == name);
    let root = root();
    let outcome = match arguments.first().map(String::as_str) {
        Some("ci") => ci::run(&root, arguments.get(1..).unwrap_or_default()),
        Some("bindings") => bindings::run(&root, flag("--check")),
        Some("deps") => deps::run(&root),
        Some("i18n") => i18n::run(&root),
        Some("package") => package::run(&root, arguments.get(1..).unwrap_or_default()),
        Some("simulate") => simulate::run(&root, arguments.get(1..).unwrap_or_default()),
        Some("faults") => faults::run(&root, arguments.get(1..).unwrap_or_default()),
        Some("notices") => notices::run(&root, flag("--check")),
        Some("bench") => bench::run(&root, arguments.get(1..).unwrap_or_default()),
        Some(_) | None => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("xtask: {reason}");
            ExitCode::FAILURE
        }
    }
}

/// The checkout.
fn root() -> PathBuf {
    // As Cargo says it now: where checkouts share a target folder, another one may have built this.
    let built = || env!("CARGO_MANIFEST_DIR").into();
    let here = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(built)).join("../..");
    here.canonicalize().unwrap_or(here)
}
