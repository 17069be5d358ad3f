//! Real faults on real processes, for as long as asked: `acasa-cli`'s tests of that name, and those of PostgreSQL whose
//! servers are killed.

use crate::Outcome;
use std::path::Path;
use std::process::Command;

/// Kinds of faults that go on for a time.
const KINDS: u64 = 3;

pub(crate) fn run(root: &Path, arguments: &[String]) -> Outcome {
    let number = |name: &str, otherwise: u64| {
        let Some(at) = arguments.iter().position(|argument| argument == name) else {
            return Ok(otherwise);
        };
        let given = arguments.get(at + 1).and_then(|number| number.parse().ok());
        given.ok_or(format!("{name} needs a number"))
    };
    let seconds = (number("--minutes", 3)? * 60 / KINDS).to_string();
    let seed = number("--seed", 1)?.to_string();
    println!("each kind for {seconds} s, seed {seed}");
    let mut held = true;
    for (target, cases) in [("faults", ""), ("postgres", "acknowledged")] {
        let status = Command::new("cargo")
            .args(["test", "--quiet", "--workspace", "--test", target, "--"])
            .args(["--test-threads", "1", cases])
            .env("ACASA_FAULTS_SECONDS", &seconds)
            .env("ACASA_FAULTS_SEED", &seed)
            .current_dir(root)
            .status();
        held &= status.map_err(|error| error.to_string())?.success();
    }
    if held {
        Ok(())
    } else {
        Err("an act was lost or took effect twice, or a case did not come to its end".to_owned())
    }
}
