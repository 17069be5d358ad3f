//! The window beside a bare one: how long each takes to its first screen, and the memory it holds
//! there. `cargo xtask bench window` rewrites its own table of the page.

use super::samples::{Samples, milliseconds};
use super::{PAGE, machine, rewrite};
use crate::Outcome;
use crate::package;
use serde::Deserialize;
use std::path::Path;
use std::process::{Command, Stdio};

const BEGIN: &str = "<!-- measured window: begin; written by `cargo xtask bench window` -->";
const END: &str = "<!-- measured window: end -->";

/// Milliseconds from the start of the process to the PIN field, if no slower than the share below.
const MOST_MILLISECONDS: f64 = 400.0;
/// The app's time over the bare window's.
const MOST_TIME: f64 = 1.15;
/// The app's memory over the bare window's.
const MOST_MEMORY: f64 = 1.20;
/// The package's bytes.
const MOST_PACKAGE: u64 = 10_000_000;

/// Memory of each run.
#[derive(Debug, Deserialize)]
struct Memory {
    name: String,
    bytes: Vec<u64>,
}

/// Builds the package and the bare window and measures them; with `built`, those of the last time.
pub(crate) fn run(root: &Path, built: bool) -> Outcome {
    let target = package::target(root);
    let package = if built {
        package::last_release(root)?
    } else {
        super::cargo(root, &["build", "--quiet", "-p", "acasa-cli"])?;
        let package = package::release(root)?;
        bare(root)?;
        package
    };
    package::look(root, &package)?;
    // Before anything is measured: what else the machine was doing is part of the result.
    let machine = machine::describe();
    let busy = machine::is_busy();
    println!("▸ windows, in turns");
    let output = Command::new("bash")
        .arg("tests/window.sh")
        .arg(target.join("release/acasa-app"))
        .arg(target.join("release/examples/bare-window"))
        .current_dir(root)
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("tests/window.sh: {error}"))?;
    if !output.status.success() {
        return Err(format!("tests/window.sh ended with {}", output.status));
    }
    let printed = String::from_utf8_lossy(&output.stdout);
    let table = table(&printed, package::size(&package)?, busy)?;
    rewrite(
        &root.join(PAGE),
        (BEGIN, END),
        &format!("{machine} {}\n\n{table}", machine::RUNS),
    )
}

/// Builds the bare window with what the bundler sets for the app, so that both share one toolkit.
fn bare(root: &Path) -> Outcome {
    let status = Command::new("cargo")
        .args(["build", "--quiet", "--release", "-p", "acasa-app"])
        .args(["--example", "bare-window", "--features", "tauri/custom-protocol"])
        .env("REMOVE_UNUSED_COMMANDS", root)
        .current_dir(root)
        .status()
        .map_err(|error| format!("cargo: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err("the bare window was not built".to_owned())
    }
}

fn table(printed: &str, package: u64, busy: bool) -> Result<String, String> {
    let lines = || printed.lines().filter(|line| line.starts_with('{'));
    let time = |name: &str| {
        lines()
            .filter_map(|line| Samples::read(line).ok())
            .find(|found| found.name == name)
            .ok_or_else(|| format!("{name} was not measured"))
    };
    let memory = |name: &str| {
        lines()
            .filter_map(|line| serde_json::from_str::<Memory>(line).ok())
            .find(|found| found.name == name)
            .and_then(Memory::median)
            .ok_or_else(|| format!("{name} was not measured"))
    };
    let (app, bare) = (time("app_ready")?, time("bare_ready")?);
    let (app_memory, bare_memory) = (memory("app_memory")?, memory("bare_memory")?);
    let ratio = app.median() / bare.median();
    let memory_ratio = part(app_memory, bare_memory);
    let in_time = app.median() <= MOST_MILLISECONDS || ratio <= MOST_TIME;
    // Two windows that wait for the same processor take equally long: that says nothing of either.
    let in_time = if busy {
        "not judged: a busy machine"
    } else {
        holds(in_time)
    };
    Ok(format!(
        "| what | budget | Acasă | bare window | more | holds |\n|---|---|---:|---:|---:|---|\n\
         | process start to the PIN field on the screen, median | 400 ms, or bare + 15 % | {} | {} | {} | {} |\n\
         | the same, p95 | – | {} | {} | – | – |\n\
         | memory there, all processes, median | bare + 20 % | {} | {} | {} | {} |\n\
         | the package `.deb` | 10 MB | {} | – | – | {} |\n",
        milliseconds(app.median()),
        milliseconds(bare.median()),
        more(ratio),
        in_time,
        milliseconds(app.percentile_95()),
        milliseconds(bare.percentile_95()),
        package::megabytes(app_memory),
        package::megabytes(bare_memory),
        more(memory_ratio),
        holds(memory_ratio <= MOST_MEMORY),
        package::megabytes(package),
        holds(package <= MOST_PACKAGE),
    ))
}

impl Memory {
    fn median(mut self) -> Option<u64> {
        self.bytes.sort_unstable();
        self.bytes.get(self.bytes.len() / 2).copied()
    }
}

/// One number over another, exact to a thousandth.
fn part(one: u64, other: u64) -> f64 {
    let thousandths = one.saturating_mul(1000) / other.max(1);
    f64::from(u32::try_from(thousandths).unwrap_or(u32::MAX)) / 1000.0
}

fn more(ratio: f64) -> String {
    format!("{:+.0} %", (ratio - 1.0) * 100.0)
}

fn holds(yes: bool) -> &'static str {
    if yes { "yes" } else { "**no**" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(app_milliseconds: u64, app_megabytes: u64) -> String {
        format!(
            "something else\n{{\"name\":\"app_ready\",\"nanoseconds\":[{app_milliseconds}000000]}}\n\
             {{\"name\":\"bare_ready\",\"nanoseconds\":[500000000]}}\n\
             {{\"name\":\"app_memory\",\"bytes\":[{app_megabytes}000000]}}\n\
             {{\"name\":\"bare_memory\",\"bytes\":[100000000]}}\n"
        )
    }

    #[test]
    fn a_window_within_its_budgets_holds_them() {
        let table = table(&printed(570, 120), 10_000_000, false).unwrap();
        assert!(!table.contains("**no**"), "{table}");
        assert!(table.contains("570 ms | 500 ms | +14 % | yes"), "{table}");
        assert!(table.contains("120.0 MB | 100.0 MB | +20 % | yes"), "{table}");
    }

    #[test]
    fn each_budget_is_missed_by_itself() {
        for (time, memory, package) in [(576, 120, 1), (570, 121, 1), (570, 120, 10_000_001)] {
            let table = table(&printed(time, memory), package, false).unwrap();
            assert_eq!(table.matches("**no**").count(), 1, "{table}");
        }
    }

    #[test]
    fn under_400_milliseconds_the_share_does_not_matter() {
        let printed = printed(400, 100).replace("500000000", "200000000");
        assert!(!table(&printed, 1, false).unwrap().contains("**no**"));
    }

    #[test]
    fn a_busy_machine_says_nothing_of_the_time() {
        let table = table(&printed(500, 100), 1, true).unwrap();
        assert!(table.contains("500 ms | +0 % | not judged"), "{table}");
    }

    #[test]
    fn a_row_that_was_not_measured_is_an_error() {
        let printed = printed(400, 100).replace("bare_memory", "other");
        assert_eq!(
            table(&printed, 1, false).unwrap_err(),
            "bare_memory was not measured"
        );
    }
}
