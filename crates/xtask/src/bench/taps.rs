//! From a tap in the real window to the next frame, beside a million letters and while the app synchronises:
//! `cargo xtask bench taps` rewrites its own table of the page.

use super::samples::{Samples, milliseconds};
use super::{PAGE, machine, rewrite};
use crate::{Outcome, package};
use serde::Deserialize;
use std::path::Path;
use std::process::{Command, Stdio};

const BEGIN: &str = "<!-- measured taps: begin; written by `cargo xtask bench taps` -->";
const END: &str = "<!-- measured taps: end -->";
/// Frames that a screen shows in a second.
const FRAMES: f64 = 60.0;
/// Milliseconds that 999 of 1,000 taps do not exceed.
const MOST: f64 = 50.0;

/// What was in the vault.
#[derive(Debug, Deserialize)]
struct Held {
    letters: u64,
}

/// Builds the package, unless it was `built`, and presses its window.
pub(crate) fn run(root: &Path, built: bool) -> Outcome {
    let example = ["build", "--quiet", "--profile", "bench", "--workspace"];
    super::cargo(root, &[&example[..], &["--example", "tapping"]].concat())?;
    let package = if built {
        package::last_release(root)?
    } else {
        package::release(root)?
    };
    package::look(root, &package)?;
    let machine = machine::describe();
    println!("▸ taps beside a million letters");
    let target = package::target(root);
    let output = Command::new("bash")
        .arg("tests/taps.sh")
        .arg(target.join("release/acasa-app"))
        .arg(target.join("release/examples/tapping"))
        .current_dir(root)
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("tests/taps.sh: {error}"))?;
    if !output.status.success() {
        return Err(format!("tests/taps.sh ended with {}", output.status));
    }
    let table = table(&String::from_utf8_lossy(&output.stdout))?;
    rewrite(&root.join(PAGE), (BEGIN, END), &format!("{machine}\n\n{table}"))
}

fn table(printed: &str) -> Result<String, String> {
    let lines = || printed.lines().filter(|line| line.starts_with('{'));
    let measured = |name: &str| {
        lines()
            .filter_map(|line| Samples::read(line).ok())
            .find(|found| found.name == name && found.count() > 0)
            .ok_or(format!("no {name} was measured"))
    };
    let (taps, nothing) = (measured("tap")?, measured("tap on nothing")?);
    let held: Held = lines()
        .find_map(|line| serde_json::from_str(line).ok())
        .ok_or("what the vault held was not told")?;
    let row = |what: &str, most: f64, rank: usize| {
        let found = taps.percentile(rank);
        let holds = if found <= most { "yes" } else { "**no**" };
        format!(
            "| {what} | {} | {} | {} | {holds} |\n",
            milliseconds(most),
            milliseconds(found),
            milliseconds(nothing.percentile(rank))
        )
    };
    Ok(format!(
        "| from a tap to the next frame, {} taps beside {} letters, synchronising | budget | Acasă | a tap on nothing | holds |\n\
         |---|---:|---:|---:|---|\n{}{}{}",
        taps.count(),
        held.letters,
        row("half of them", 1000.0 / FRAMES, 500),
        row("95 in 100", 1000.0 / FRAMES, 950),
        row("999 in 1,000", MOST, 999),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(slow: usize) -> String {
        let taps: Vec<u64> = (0..2000)
            .map(|tap| if tap < slow { 60_000_000 } else { 9_000_000 })
            .collect();
        format!(
            "a word\n{{\"name\":\"tap\",\"nanoseconds\":{taps:?}}}\n{{\"name\":\"tap on nothing\",\"nanoseconds\":[1000000]}}\n{{\"name\":\"held\",\"letters\":7}}\n"
        )
    }

    #[test]
    fn two_slow_taps_of_two_thousand_are_let_pass_and_three_are_not() {
        let found = table(&printed(2)).unwrap();
        assert!(!found.contains("**no**"), "{found}");
        assert!(found.contains("2000 taps beside 7 letters"), "{found}");
        let found = table(&printed(3)).unwrap();
        assert_eq!(found.matches("**no**").count(), 1, "{found}");
    }

    #[test]
    fn nothing_measured_is_an_error() {
        assert!(table("{\"name\":\"tap\",\"nanoseconds\":[]}").is_err());
        assert!(table("").is_err());
    }
}
