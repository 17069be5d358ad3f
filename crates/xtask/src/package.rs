//! The Debian package, and what must be in it.
//!
//! Tauri's own bundler makes it; here it is taken apart again and looked at: the program, its
//! desktop file with the `acasa:` scheme, its AppStream description, the notices, and a dependency
//! on the system's web view. AppImage, msi and dmg are configured and made elsewhere.

use crate::Outcome;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the package must hold: part of a path, and a text in the file where one matters.
const MUST_HOLD: &[(&str, &str)] = &[
    ("usr/bin/acasa-app", ""),
    (".desktop", "x-scheme-handler/acasa"),
    (
        "usr/share/metainfo/md.gov.acasa.metainfo.xml",
        "<id>md.gov.acasa</id>",
    ),
    ("usr/share/doc/acasa/THIRD-PARTY.md", "# Third-party notices"),
    ("usr/share/doc/acasa/copyright", "EUROPEAN UNION PUBLIC LICENCE"),
];

pub(crate) fn run(root: &Path) -> Outcome {
    execute(
        root,
        "npm",
        &[
            "exec",
            "--yes",
            "--package",
            "@tauri-apps/cli@2.12",
            "--",
            "tauri",
            "build",
            "--bundles",
            "deb",
            "--ci",
        ],
    )?;
    let package = newest(&target(root).join("release/bundle/deb"))?;
    let control = execute(root, "dpkg-deb", &["--field", &text(&package), "Depends"])?;
    if !control.contains("libwebkit2gtk-4.1-0") {
        return Err("the package does not depend on the system's web view".to_owned());
    }
    let apart = target(root).join("release/bundle/apart");
    let _ = std::fs::remove_dir_all(&apart);
    execute(root, "dpkg-deb", &["--extract", &text(&package), &text(&apart)])?;
    let files = files(&apart);
    for (path, content) in MUST_HOLD {
        let found = files
            .iter()
            .find(|file| text(file).contains(path))
            .ok_or(format!("the package lacks {path}"))?;
        if !content.is_empty()
            && !std::fs::read_to_string(found)
                .unwrap_or_default()
                .contains(content)
        {
            return Err(format!("{path} in the package does not say {content}"));
        }
    }
    let size = std::fs::metadata(&package).map_or(0, |data| data.len());
    println!(
        "{} ({}.{} MB)",
        package.display(),
        size / 1_000_000,
        size % 1_000_000 / 100_000
    );
    Ok(())
}

fn target(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from)
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

fn newest(folder: &Path) -> Result<PathBuf, String> {
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let packages = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "deb"));
    packages
        .max_by_key(|path| path.metadata().and_then(|data| data.modified()).ok())
        .ok_or("no package was made".to_owned())
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path());
    entries
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .collect()
}

/// Runs a command to its end; what it printed, or why it failed.
fn execute(root: &Path, program: &str, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(root)
        .output()
        .map_err(|error| format!("{program}: {error}"))?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        Ok(printed)
    } else {
        Err(format!(
            "{program} failed:\n{printed}\n{}",
            String::from_utf8_lossy(&output.stderr)
        ))
    }
}
