//! Runs the simulator over the code as it is, or over the code with a bug planted.

use crate::Outcome;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

mod planted;

pub(crate) fn run(root: &Path, arguments: &[String]) -> Outcome {
    if arguments.iter().any(|argument| argument == "--planted") {
        return planted::run(root, arguments);
    }
    // Built with the features of the whole workspace, so that nothing is built a second time; `cargo run` knows no such way.
    let built = Command::new("cargo")
        .args(["build", "--quiet", "--workspace", "--bin", "acasa-simulator"])
        .current_dir(root)
        .status()
        .map_err(|error| error.to_string())?;
    if !built.success() {
        return Err("the simulator does not build".to_owned());
    }
    let status = Command::new(target(root).join("debug/acasa-simulator"))
        .args(arguments)
        .current_dir(root)
        .status()
        .map_err(|error| error.to_string())?;
    if status.success() {
        Ok(())
    } else {
        Err("the simulator found something".to_owned())
    }
}

/// Another number each day, so that checks go on to other seeds.
pub(crate) fn day() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs() / 86_400)
}

/// Where the builds go.
fn target(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from)
}
