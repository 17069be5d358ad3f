//! `THIRD-PARTY.md`: every part that ships in a package, its licence and its licence's text.
//!
//! Rust crates come from `cargo metadata` (normal dependencies of the shipped binaries), interface
//! packages from `ui/package-lock.json` (what is not for development). Texts are those the parts
//! carry themselves; equal texts are printed once.

use crate::Outcome;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const FILE: &str = "THIRD-PARTY.md";
const SHIPPED: &[&str] = &["acasa-app", "acasa-cli"];

/// A part: its name and version, its licence, and where its files lie.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Part {
    name: String,
    version: String,
    licence: String,
    folder: PathBuf,
}

pub(crate) fn run(root: &Path, check: bool) -> Outcome {
    let mut parts = crates(root)?;
    parts.extend(packages(root)?);
    let text = render(&parts);
    let path = root.join(FILE);
    if !check {
        return fs::write(path, text).map_err(|error| error.to_string());
    }
    let there = fs::read_to_string(path).unwrap_or_default();
    if there == text {
        Ok(())
    } else {
        Err(format!("{FILE} is out of date: run `cargo xtask notices`"))
    }
}

/// The crates reachable from what ships, by normal dependencies, on Linux.
fn crates(root: &Path) -> Result<BTreeSet<Part>, String> {
    let output = Command::new("cargo")
        .args([
            "metadata",
            "--format-version",
            "1",
            "--locked",
            "--filter-platform",
            "x86_64-unknown-linux-gnu",
        ])
        .current_dir(root)
        .output()
        .map_err(|error| error.to_string())?;
    let metadata: Value = serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())?;
    let packages: BTreeMap<&str, &Value> = list(&metadata, "packages")
        .iter()
        .map(|package| (text(package, "id"), package))
        .collect();
    let nodes: BTreeMap<&str, &Value> = metadata
        .get("resolve")
        .map(|resolve| {
            list(resolve, "nodes")
                .iter()
                .map(|node| (text(node, "id"), node))
                .collect()
        })
        .unwrap_or_default();
    let mut waiting: Vec<&str> = packages
        .iter()
        .filter(|(_, package)| SHIPPED.contains(&text(package, "name")))
        .map(|(id, _)| *id)
        .collect();
    let mut reached = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        if reached.insert(id) {
            let dependencies = nodes.get(id).map(|node| list(node, "deps")).unwrap_or_default();
            waiting.extend(
                dependencies
                    .iter()
                    .filter(|dependency| ships(dependency))
                    .map(|dependency| text(dependency, "pkg")),
            );
        }
    }
    let outside = reached
        .into_iter()
        .filter_map(|id| packages.get(id))
        .filter(|package| !package["source"].is_null());
    Ok(outside.map(|package| part(package)).collect())
}

fn ships(dependency: &Value) -> bool {
    list(dependency, "dep_kinds")
        .iter()
        .any(|kind| kind["kind"].is_null())
}

fn part(package: &Value) -> Part {
    let manifest = Path::new(text(package, "manifest_path"));
    Part {
        name: text(package, "name").to_owned(),
        version: text(package, "version").to_owned(),
        licence: text(package, "license").to_owned(),
        folder: manifest.parent().unwrap_or(manifest).to_path_buf(),
    }
}

/// The interface's packages that end up in the page.
fn packages(root: &Path) -> Result<BTreeSet<Part>, String> {
    let lock = fs::read_to_string(root.join("ui/package-lock.json")).map_err(|error| error.to_string())?;
    let lock: Value = serde_json::from_str(&lock).map_err(|error| error.to_string())?;
    let Some(entries) = lock.get("packages").and_then(Value::as_object) else {
        return Ok(BTreeSet::new());
    };
    let shipped = entries
        .iter()
        .filter(|(path, entry)| !path.is_empty() && entry.get("dev").is_none());
    Ok(shipped
        .map(|(path, entry)| Part {
            name: path.rsplit("node_modules/").next().unwrap_or(path).to_owned(),
            version: text(entry, "version").to_owned(),
            licence: text(entry, "license").to_owned(),
            folder: root.join("ui").join(path),
        })
        .collect())
}

fn render(parts: &BTreeSet<Part>) -> String {
    let mut text = String::from(
        "# Third-party notices\n\nMade by `cargo xtask notices`. Do not edit.\n\nAcasă is made with these parts.\n\n| part | version | licence |\n|---|---|---|\n",
    );
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for part in parts {
        let _ = writeln!(text, "| {} | {} | {} |", part.name, part.version, part.licence);
        for licence in licence_texts(&part.folder) {
            texts
                .entry(licence)
                .or_default()
                .push(format!("{} {}", part.name, part.version));
        }
    }
    let mut by_parts: Vec<(String, String)> = texts
        .into_iter()
        .map(|(licence, of)| (of.join(", "), licence))
        .collect();
    by_parts.sort();
    for (of, licence) in by_parts {
        let _ = write!(text, "\n## {of}\n\n```text\n{licence}\n```\n");
    }
    text
}

/// The licence files of a folder, with line ends and outer space made alike.
fn licence_texts(folder: &Path) -> Vec<String> {
    let mut names: Vec<PathBuf> = fs::read_dir(folder)
        .map(|entries| entries.filter_map(|entry| Some(entry.ok()?.path())).collect())
        .unwrap_or_default();
    names.sort();
    let is_licence = |path: &PathBuf| {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().to_lowercase())
            .unwrap_or_default();
        path.is_file()
            && [
                "license",
                "licence",
                "copying",
                "notice",
                "copyright",
                "unlicense",
            ]
            .iter()
            .any(|word| name.starts_with(word))
    };
    names
        .iter()
        .filter(|path| is_licence(path))
        .filter_map(|path| fs::read(path).ok())
        .map(|bytes| tidy(&bytes))
        .collect()
}

fn tidy(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes)
        .replace("\r\n", "\n")
        .replace("```", "'''");
    text.trim_matches('\n')
        .lines()
        .map(str::trim_end)
        .collect::<Vec<_>>()
        .join("\n")
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value
        .get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_are_printed_once_with_all_their_parts() {
        let folder = std::env::temp_dir().join(format!("notices-{}", std::process::id()));
        let parts: BTreeSet<Part> = ["one", "two"]
            .into_iter()
            .map(|name| {
                let folder = folder.join(name);
                fs::create_dir_all(&folder).unwrap();
                fs::write(folder.join("LICENSE-MIT"), "Permission is granted\r\n").unwrap();
                Part {
                    name: name.to_owned(),
                    version: "1".to_owned(),
                    licence: "MIT".to_owned(),
                    folder,
                }
            })
            .collect();
        let text = render(&parts);
        fs::remove_dir_all(folder).unwrap();
        assert_eq!(text.matches("Permission is granted").count(), 1);
        assert!(text.contains("## one 1, two 1"));
    }

    #[test]
    fn a_fence_inside_a_text_does_not_end_it() {
        assert_eq!(tidy(b"a\n```\nb"), "a\n'''\nb");
    }
}
