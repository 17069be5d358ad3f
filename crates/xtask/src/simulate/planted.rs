//! Bugs planted one at a time into a copy of the sources: the simulator has to find each.

use crate::Outcome;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Instant;

/// What building the simulator reads.
const SOURCES: &[&str] = &[
    "Cargo.toml",
    "Cargo.lock",
    "THIRD-PARTY.md",
    "crates",
    "deployments",
    "messages",
    "src-tauri",
];
/// Histories that a planted bug may hide in, and minutes.
const MOST_SEEDS: &str = "5000";
const MOST_MINUTES: &str = "4";

struct Planted {
    name: String,
    path: PathBuf,
    /// The patch's first line: what it breaks.
    breaks: String,
}

pub(crate) fn run(root: &Path, arguments: &[String]) -> Outcome {
    let value = |name: &str| {
        let place = arguments.iter().position(|argument| argument == name)?;
        arguments.get(place + 1)
    };
    let mut chosen = all(root)?;
    if let Some(only) = value("--only") {
        chosen.retain(|planted| planted.name == *only);
    }
    if let Some(some) = value("--some").and_then(|some| some.parse().ok()) {
        // Others each day, and all of them in turn.
        let first = usize::try_from(super::day()).unwrap_or_default() * some;
        let turn = first % chosen.len().max(1);
        chosen.rotate_left(turn);
        chosen.truncate(some);
    }
    if chosen.is_empty() {
        return Err("there is no such patch".to_owned());
    }
    let seed = value("--seed").map_or("1", String::as_str);
    let scratch = super::target(root).join("planted");
    let mut missed = Vec::new();
    for planted in &chosen {
        let began = Instant::now();
        match try_one(root, &scratch, planted, seed) {
            Ok(found) => println!("✓ {}: {found} ({} s)", planted.name, began.elapsed().as_secs()),
            Err(reason) => {
                println!("✗ {}, which {}: {reason}", planted.name, planted.breaks);
                missed.push(planted.name.clone());
            }
        }
    }
    mirror(root, &scratch)?;
    println!(
        "planted: {} passed, {} failed",
        chosen.len() - missed.len(),
        missed.len()
    );
    if missed.is_empty() {
        Ok(())
    } else {
        Err(format!("not found: {}", missed.join(", ")))
    }
}

/// Every patch there is, by name.
fn all(root: &Path) -> Result<Vec<Planted>, String> {
    let folder = root.join("tests/planted");
    let mut found = Vec::new();
    for entry in fs::read_dir(&folder)
        .map_err(|error| error.to_string())?
        .flatten()
    {
        let path = entry.path();
        if path.extension().is_none_or(|ending| ending != "patch") {
            continue;
        }
        let text = fs::read_to_string(&path).map_err(|error| error.to_string())?;
        found.push(Planted {
            name: path
                .file_stem()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default(),
            breaks: text.lines().next().unwrap_or_default().to_owned(),
            path,
        });
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(found)
}

/// Plants one bug and says how soon it was found.
fn try_one(root: &Path, scratch: &Path, planted: &Planted, seed: &str) -> Result<String, String> {
    mirror(root, scratch)?;
    apply(scratch, &planted.path, &[])?;
    let target = super::target(root);
    let built = output(
        Command::new("cargo")
            .args(["build", "--quiet", "--workspace", "--bin", "acasa-simulator"])
            .args(apart(scratch)?)
            .env("CARGO_TARGET_DIR", &target)
            .current_dir(scratch),
    )?;
    if !built.status.success() {
        let errors = String::from_utf8_lossy(&built.stderr).into_owned();
        return Err(format!("it does not build any more: {errors}"));
    }
    let line = [
        "--json",
        "--stop",
        "--seed",
        seed,
        "--seeds",
        MOST_SEEDS,
        "--minutes",
        MOST_MINUTES,
    ];
    let ran = output(Command::new(target.join("debug/acasa-simulator")).args(line))?;
    let summary: Value =
        serde_json::from_slice(&ran.stdout).map_err(|_| "the simulator said nothing".to_owned())?;
    let (seeds, steps) = (&summary["seeds"], &summary["steps"]);
    let seconds = summary["seconds"].as_f64().unwrap_or_default();
    let Some(violation) = summary["violations"].get(0) else {
        return Err(format!(
            "not found in {seeds} seeds, {steps} steps, {seconds:.0} s"
        ));
    };
    Ok(format!(
        "{} by seed {} at its step {}, after {seeds} seeds, {steps} steps, {seconds:.1} s",
        violation["rule"].as_str().unwrap_or_default(),
        violation["seed"],
        violation["step"],
    ))
}

/// The sources without any bug of ours; only what differs is written, so that little is built anew.
/// What makes cargo keep what it builds of the house apart: otherwise a planted bug would stand where the house's own
/// code is looked for. What others wrote is built once for both.
fn apart(scratch: &Path) -> Result<Vec<String>, String> {
    let members = fs::read_dir(scratch.join("crates")).map_err(|error| error.to_string())?;
    let name = |member: fs::DirEntry| member.file_name().to_string_lossy().into_owned();
    let settings = members.flatten().map(name).flat_map(|member| {
        let setting = format!("profile.dev.package.{member}.codegen-units=255");
        ["--config".to_owned(), setting]
    });
    Ok(settings.collect())
}

fn mirror(root: &Path, scratch: &Path) -> Outcome {
    let listed = output(
        Command::new("git")
            .args(["ls-files", "--cached", "--others", "--exclude-standard", "--"])
            .args(SOURCES)
            .current_dir(root),
    )?;
    for name in String::from_utf8_lossy(&listed.stdout).lines() {
        let (from, to) = (root.join(name), scratch.join(name));
        let Ok(wanted) = fs::read(&from) else { continue };
        if fs::read(&to).is_ok_and(|there| there == wanted) {
            continue;
        }
        let folder = to.parent().unwrap_or(scratch);
        let written = fs::create_dir_all(folder).and_then(|()| fs::write(&to, wanted));
        written.map_err(|error| format!("{name}: {error}"))?;
    }
    Ok(())
}

fn apply(folder: &Path, patch: &Path, options: &[&str]) -> Outcome {
    let applied = output(
        Command::new("git")
            .arg("apply")
            .args(options)
            .arg(patch)
            // Not as a part of whatever checkout the folder may lie in.
            .env("GIT_CEILING_DIRECTORIES", folder.parent().unwrap_or(folder))
            .current_dir(folder),
    )?;
    if applied.status.success() {
        Ok(())
    } else {
        let errors = String::from_utf8_lossy(&applied.stderr);
        Err(format!("the patch does not apply any more: {}", errors.trim()))
    }
}

fn output(command: &mut Command) -> Result<Output, String> {
    command.output().map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_planted_bug_still_applies_and_says_what_it_breaks() {
        let root = crate::root();
        let planted = all(&root).unwrap();

        assert!(planted.len() >= 20, "{} patches", planted.len());
        for bug in planted {
            assert!(
                bug.breaks.len() > 20 && !bug.breaks.starts_with("---"),
                "{}",
                bug.name
            );
            apply(&root, &bug.path, &["--check"]).unwrap_or_else(|error| panic!("{}: {error}", bug.name));
        }
    }
}
