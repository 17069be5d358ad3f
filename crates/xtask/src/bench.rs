//! The budgets, measured: `cargo xtask bench` rewrites the tables of `docs/PERFORMANCE.md`.
//!
//! A row is a wait that a person or a program has; its numbers are the median and the 95th
//! percentile of thirty runs. What this machine cannot measure says so in its row.

mod machine;
mod programs;
mod readers;
mod samples;
mod syncing;
mod taps;
mod window;

use crate::Outcome;
use samples::Samples;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const PAGE: &str = "docs/PERFORMANCE.md";
const BEGIN: &str = "<!-- measured: begin; written by `cargo xtask bench` -->";
const END: &str = "<!-- measured: end -->";

/// A wait, its budget in words, and the most milliseconds of its median where a number can judge it.
struct Wait {
    name: &'static str,
    what: &'static str,
    budget: &'static str,
    most: Option<f64>,
}

const WAITS: &[Wait] = &[
    Wait {
        name: "verify_proof",
        what: "verify one proof: text in, verdict out",
        budget: "1 ms",
        most: Some(1.0),
    },
    Wait {
        name: "make_proof",
        what: "a proof on the screen: device signature, encoding, drawing",
        budget: "100 ms",
        most: Some(100.0),
    },
    Wait {
        name: "decode_frame",
        what: "decode one 720p frame with an age proof, tilted, blurred, with noise and glare",
        budget: "25 ms",
        most: Some(25.0),
    },
    Wait {
        name: "decode_empty_frame",
        what: "look through one 720p frame without a code",
        budget: "–",
        most: None,
    },
    Wait {
        name: "frame_to_verdict",
        what: "camera frame to verdict, both sides offline",
        budget: "300 ms",
        most: Some(300.0),
    },
    Wait {
        name: "argon2id_minimum",
        what: "Argon2id alone at the least that is accepted (64 MiB, three passes)",
        budget: "–",
        most: None,
    },
    Wait {
        name: "unlock_minimum",
        what: "unlock at that cost, and the first 50 of 10,000 documents in hand",
        budget: "Argon2id + 50 ms",
        most: None,
    },
    Wait {
        name: "unlock_calibrated",
        what: "the same at the cost calibrated to this machine",
        budget: "250–500 ms of Argon2id + 50 ms",
        most: Some(550.0),
    },
    Wait {
        name: "list_50_of_10000",
        what: "list 50 of 10,000 documents",
        budget: "1 ms",
        most: Some(1.0),
    },
    Wait {
        name: "start",
        what: "`acasa --version`, the whole process",
        budget: "–",
        most: None,
    },
    Wait {
        name: "verify_process",
        what: "`acasa verify` of one proof, the whole process",
        budget: "–",
        most: None,
    },
    Wait {
        name: "scan_process",
        what: "`acasa scan` of one proof's PNG, the whole process",
        budget: "–",
        most: None,
    },
];

/// The slack of unlocking over Argon2id, in milliseconds.
const UNLOCK_SLACK: f64 = 50.0;

/// `cargo xtask bench [sync | taps [--built] | window [--built]]`.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Outcome {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] => waits_and_readers(root),
        ["sync"] => syncing::run(root),
        ["taps"] => taps::run(root, false),
        ["taps", "--built"] => taps::run(root, true),
        ["window"] => window::run(root, false),
        ["window", "--built"] => window::run(root, true),
        unknown => Err(format!("unknown bench {}", unknown.join(" "))),
    }
}

fn waits_and_readers(root: &Path) -> Outcome {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let scratch = target.join("bench");
    fs::create_dir_all(&scratch).map_err(|error| format!("{}: {error}", scratch.display()))?;
    let machine = machine::describe();

    cargo(
        root,
        &["build", "--quiet", "--profile", "bench", "-p", "acasa-cli"],
    )?;
    let program = target.join("release").join("acasa");
    println!("▸ in this process");
    let mut samples = in_process(root, &scratch)?;
    println!("▸ whole processes");
    samples.extend(programs::measure(&program, &scratch)?);
    println!("▸ readers of codes");
    let readers = readers::compare(root, &program);

    let size = fs::metadata(&program).map_err(|error| error.to_string())?.len();
    let runs = machine::RUNS;
    let tables = format!("{machine} {runs}\n\n{}\n{}", waits(&samples, size), readers);
    rewrite(&root.join(PAGE), (BEGIN, END), &tables)
}

fn cargo(root: &Path, arguments: &[&str]) -> Outcome {
    let ended = Command::new("cargo").args(arguments).current_dir(root).status();
    match ended {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("cargo {}: {status}", arguments.join(" "))),
        Err(error) => Err(format!("cargo: {error}")),
    }
}

fn in_process(root: &Path, scratch: &Path) -> Result<Vec<Samples>, String> {
    let output = Command::new("cargo")
        .args(["bench", "--quiet", "-p", "acasa-core", "--bench", "waits"])
        .env("ACASA_BENCH_FOLDER", scratch)
        .current_dir(root)
        .stderr(std::process::Stdio::inherit())
        .output()
        .map_err(|error| format!("cargo bench: {error}"))?;
    if !output.status.success() {
        return Err(format!("the bench of acasa-core ended with {}", output.status));
    }
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(Samples::read)
        .collect()
}

fn waits(samples: &[Samples], program_bytes: u64) -> String {
    let median = |name: &str| {
        samples
            .iter()
            .find(|found| found.name == name)
            .map(Samples::median)
    };
    let rows = WAITS.iter().map(|wait| {
        let Some(measured) = samples.iter().find(|found| found.name == wait.name) else {
            return format!("| {} | {} | not measured | | |\n", wait.what, wait.budget);
        };
        let most = if wait.name == "unlock_minimum" {
            median("argon2id_minimum").map(|argon2| argon2 + UNLOCK_SLACK)
        } else {
            wait.most
        };
        let holds = match most {
            None => "–",
            Some(most) if measured.median() <= most => "yes",
            Some(_) => "**no**",
        };
        format!(
            "| {} | {} | {} | {} | {holds} |\n",
            wait.what,
            wait.budget,
            samples::milliseconds(measured.median()),
            samples::milliseconds(measured.percentile_95()),
        )
    });
    let rows: String = rows.collect();
    let tenths = program_bytes / 100_000;
    let (whole, tenth) = (tenths / 10, tenths % 10);
    format!(
        "| what is waited for | budget | median | p95 | holds |\n|---|---|---:|---:|---|\n{rows}\n\
         The program `acasa` is {whole}.{tenth} MB, the sandbox and the gateway in it.\n"
    )
}

/// Replaces what stands between the marks of the page.
fn rewrite(page: &Path, (begin, end): (&str, &str), tables: &str) -> Outcome {
    let name = page.display();
    let text = fs::read_to_string(page).map_err(|error| format!("{name}: {error}"))?;
    let missing = || format!("{name} has lost its marks");
    let (before, rest) = text.split_once(begin).ok_or_else(missing)?;
    let (_, after) = rest.split_once(end).ok_or_else(missing)?;
    let text = format!("{before}{begin}\n{tables}\n{end}{after}");
    fs::write(page, text).map_err(|error| format!("{name}: {error}"))?;
    println!("✓ {name}");
    Ok(())
}
