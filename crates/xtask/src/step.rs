//! One step of the checks: a command, and what its output counts to.

use crate::failures;
use std::io::{BufRead as _, BufReader};
use std::ops::AddAssign;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

/// What was run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl Count {
    pub(crate) const fn passed() -> Self {
        Self {
            passed: 1,
            failed: 0,
            skipped: 0,
        }
    }

    pub(crate) const fn failed() -> Self {
        Self {
            passed: 0,
            failed: 1,
            skipped: 0,
        }
    }

    pub(crate) const fn skipped() -> Self {
        Self {
            passed: 0,
            failed: 0,
            skipped: 1,
        }
    }
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// A command to run in a folder of the checkout.
pub(crate) struct Step {
    name: String,
    program: String,
    arguments: Vec<String>,
    folder: PathBuf,
    environment: Vec<(String, String)>,
}

impl Step {
    pub(crate) fn new(name: &str, folder: &Path, line: &[&str]) -> Self {
        let mut words = line.iter().map(|word| (*word).to_owned());
        Self {
            name: name.to_owned(),
            program: words.next().unwrap_or_default(),
            arguments: words.collect(),
            folder: folder.to_path_buf(),
            environment: Vec::new(),
        }
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A check that either holds or does not: it counts as one.
    pub(crate) fn check(self) -> Count {
        let name = self.name.clone();
        let (ok, output) = self.execute();
        if ok {
            return Count::passed();
        }
        failures::keep(&name, &output);
        Count::failed()
    }

    /// A test runner, whose output says how many. A runner that fails without counting a failure,
    /// or counts nothing at all, is itself a failure.
    pub(crate) fn tests(self, read: impl Fn(&str) -> Option<Count>) -> Count {
        let name = self.name.clone();
        let (ok, output) = self.execute();
        let mut count = Count::default();
        for counted in output.iter().filter_map(|line| read(line)) {
            count += counted;
        }
        if (!ok && count.failed == 0) || count == Count::default() {
            println!("✗ {name}: the runner failed or counted nothing");
            count += Count::failed();
        }
        if count.failed > 0 {
            failures::keep(&name, &output);
        }
        count
    }

    fn execute(self) -> (bool, Vec<String>) {
        println!("\n▸ {}", self.name);
        let began = std::time::Instant::now();
        let child = Command::new(&self.program)
            .args(&self.arguments)
            .current_dir(&self.folder)
            .envs(self.environment)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let mut child = match child {
            Ok(child) => child,
            Err(error) => {
                println!("✗ {}: {error}", self.program);
                return (false, Vec::new());
            }
        };
        let errors = child
            .stderr
            .take()
            .map(|stream| thread::spawn(move || echo(stream)));
        let mut lines = child.stdout.take().map(echo).unwrap_or_default();
        if let Some(errors) = errors {
            lines.extend(errors.join().unwrap_or_default());
        }
        let ok = child.wait().is_ok_and(|status| status.success());
        println!(
            "{} {} ({} s)",
            if ok { "✓" } else { "✗" },
            self.name,
            began.elapsed().as_secs()
        );
        (ok, lines)
    }
}

fn echo(stream: impl std::io::Read) -> Vec<String> {
    let mut lines = Vec::new();
    for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line).into_owned();
        println!("{line}");
        lines.push(line);
    }
    lines
}

/// Reads a summary such as `10 passed, 1 failed, 2 skipped` wherever it stands in a line that
/// holds `marker`. Colour codes are ignored.
pub(crate) fn counted(line: &str, marker: &str) -> Option<Count> {
    let plain = without_colours(line);
    if !plain.contains(marker) {
        return None;
    }
    let words: Vec<&str> = plain
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let mut count = Count::default();
    for pair in words.windows(2) {
        let [number, what] = pair else { continue };
        let Ok(number) = number.parse::<u64>() else {
            continue;
        };
        match *what {
            "passed" => count.passed += number,
            "failed" | "timed" => count.failed += number,
            "skipped" | "ignored" | "todo" => count.skipped += number,
            _ => {}
        }
    }
    Some(count)
}

pub(crate) fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            for code in characters.by_ref() {
                if code.is_ascii_alphabetic() {
                    break;
                }
            }
        } else {
            plain.push(character);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nextests_summary_is_read() {
        let line = "     Summary [   1.234s] 12 tests run: 10 passed (1 slow), 2 failed, 3 skipped";
        assert_eq!(
            counted(line, "Summary"),
            Some(Count {
                passed: 10,
                failed: 2,
                skipped: 3
            })
        );
    }

    #[test]
    fn colours_do_not_hide_a_summary() {
        let line = "\u{1b}[32m     Summary\u{1b}[0m [ 0.1s] \u{1b}[1m4\u{1b}[0m tests run: \u{1b}[1m4\u{1b}[0m \u{1b}[32mpassed\u{1b}[0m, \u{1b}[1m0\u{1b}[0m skipped";
        assert_eq!(
            counted(line, "Summary"),
            Some(Count {
                passed: 4,
                failed: 0,
                skipped: 0
            })
        );
    }

    #[test]
    fn a_line_without_the_marker_counts_nothing() {
        assert_eq!(counted("3 passed", "Summary"), None);
    }

    #[test]
    fn a_runner_that_counts_nothing_is_a_failure() {
        let count = Step::new("nothing", Path::new("."), &["true"]).tests(|line| counted(line, "Summary"));
        assert_eq!(count, Count::failed());
    }

    #[test]
    fn a_runner_that_dies_after_counting_only_passes_is_a_failure() {
        let step = Step::new(
            "dies",
            Path::new("."),
            &["sh", "-c", "echo Summary: 3 passed; exit 1"],
        );
        let count = step.tests(|line| counted(line, "Summary"));
        assert_eq!(
            count,
            Count {
                passed: 3,
                failed: 1,
                skipped: 0
            }
        );
    }
}
