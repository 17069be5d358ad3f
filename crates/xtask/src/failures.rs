//! What failed, said once more before the sum: a long record is read from its end.

use crate::step::without_colours;
use std::sync::Mutex;

/// Enough of one step to know where to look.
const LINES: usize = 40;

static FAILURES: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Keeps that a step failed, with the lines of its output that say what.
pub(crate) fn keep(step: &str, output: &[String]) {
    let told = telling(output).into_iter().map(|line| format!("  {line}"));
    if let Ok(mut failures) = FAILURES.lock() {
        failures.push(format!("✗ {step}"));
        failures.extend(told);
    }
}

/// Prints what was kept.
pub(crate) fn print() {
    let Ok(failures) = FAILURES.lock() else { return };
    if !failures.is_empty() {
        println!("\nfailed:");
        failures.iter().for_each(|line| println!("{line}"));
    }
}

/// The lines in which a runner names a failure, and the reason behind a panic.
fn telling(output: &[String]) -> Vec<String> {
    let plain: Vec<String> = output.iter().map(|line| without_colours(line)).collect();
    let mut told = Vec::new();
    for (number, line) in plain.iter().enumerate() {
        let line = line.trim();
        if line.contains("panicked at ") {
            told.extend(
                plain
                    .iter()
                    .skip(number)
                    .take(4)
                    .map(|line| line.trim().to_owned()),
            );
        } else if names_a_failure(line) {
            told.push(line.to_owned());
        }
    }
    told.dedup();
    told.truncate(LINES);
    told
}

fn names_a_failure(line: &str) -> bool {
    let begins = [
        "✗ ", "✖ ", "× ", "FAIL ", "TIMEOUT ", "SIGABRT ", "SIGSEGV ", "error: ", "error[",
    ];
    begins.iter().any(|begin| line.starts_with(begin)) || line.ends_with("... FAILED")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_failed_test_is_named_with_the_reason_of_its_panic() {
        let output = "    PASS [   0.010s] acasa-core one\n\u{1b}[31m    FAIL\u{1b}[0m [   0.020s] acasa-core two\n\
                      thread 'two' panicked at src/a.rs:3:5:\nassertion failed\n  left: 1\n right: 2\nnote: run with";
        let expected = [
            "FAIL [   0.020s] acasa-core two",
            "thread 'two' panicked at src/a.rs:3:5:",
            "assertion failed",
            "left: 1",
            "right: 2",
        ];
        assert_eq!(telling(&lines(output)), expected);
    }

    #[test]
    fn each_runner_s_words_are_known() {
        for line in [
            "✖ the settings list every shortcut (12.5ms)",
            "✗ certificate",
            "test case_17 ... FAILED",
            "× a unit of the interface",
            "error: this lint is denied",
        ] {
            assert_eq!(telling(&lines(line)), [line]);
        }
        assert!(telling(&lines("✔ all is well\nℹ fail 0\ntest a ... ok")).is_empty());
    }

    #[test]
    fn a_flood_is_cut() {
        let flood: Vec<String> = (0..100).map(|number| format!("✗ {number}")).collect();
        assert_eq!(telling(&flood).len(), LINES);
    }
}
