//! The command line as a whole process, from its start to its end.

use super::samples::Samples;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

const WARM_UPS: usize = 2;
const RUNS: usize = 30;

/// Measures the program with the proof that the bench left in the folder.
pub(crate) fn measure(program: &Path, folder: &Path) -> Result<Vec<Samples>, String> {
    let path = |name: &str| folder.join(name).display().to_string();
    let (proof, signer, picture) = (path("proof.txt"), path("signer.pem"), path("proof.png"));
    let text = fs::read_to_string(&proof).map_err(|error| format!("{proof}: {error}"))?;
    run(program, &["qr", "--out", &picture, &text])?;
    Ok(vec![
        timed("start", program, &["--version"])?,
        // Its clocks agree for two minutes; later the answer is another, and takes as long.
        timed(
            "verify_process",
            program,
            &["verify", "--json", "--trust", &signer, &proof],
        )?,
        timed("scan_process", program, &["scan", "--json", &picture])?,
    ])
}

fn timed(name: &str, program: &Path, arguments: &[&str]) -> Result<Samples, String> {
    let mut runs = Vec::with_capacity(RUNS);
    for number in 0..WARM_UPS + RUNS {
        let began = Instant::now();
        run(program, arguments)?;
        if number >= WARM_UPS {
            runs.push(u64::try_from(began.elapsed().as_nanos()).unwrap_or(u64::MAX));
        }
    }
    Ok(Samples::new(name, runs))
}

fn run(program: &Path, arguments: &[&str]) -> Result<(), String> {
    let status = Command::new(program)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .map_err(|error| format!("{}: {error}", program.display()))?;
    match status.code() {
        Some(0 | 1) => Ok(()),
        _ => Err(format!("acasa {}: {status}", arguments.join(" "))),
    }
}
