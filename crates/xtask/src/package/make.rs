//! Making the package: of a release build, or quickly of the build the tests already have.

use super::{execute, finish, target, text};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The bundler. Its version is fixed: a package made twice is made by the same program.
const BUNDLER: &[&str] = &[
    "exec",
    "--yes",
    "--package",
    "@tauri-apps/cli@2.12",
    "--",
    "tauri",
];

/// Builds interface and program for release and packs them.
pub(crate) fn release(root: &Path) -> Result<PathBuf, String> {
    let line = [BUNDLER, &["build", "--bundles", "deb", "--ci"]].concat();
    execute(root, "npm", &line)?;
    last_release(root)
}

/// The release package that was made last.
pub(crate) fn last_release(root: &Path) -> Result<PathBuf, String> {
    newest(&target(root).join("release/bundle/deb"))
}

/// Packs the program of the development build, for the tests: the same package around it, in
/// seconds. The program is stripped, in a folder of its own, to be packed as quickly as it may.
pub(crate) fn development(root: &Path) -> Result<PathBuf, String> {
    execute(root, "cargo", &["build", "--quiet", "-p", "acasa-app"])?;
    let built = target(root).join("debug/acasa-app");
    let folder = target(root).join("package");
    let program = folder.join("debug/acasa-app");
    fs::create_dir_all(folder.join("debug")).map_err(|error| format!("{}: {error}", folder.display()))?;
    execute(root, "strip", &["-o", &text(&program), &text(&built)])?;
    let line = [BUNDLER, &["bundle", "--debug", "--bundles", "deb", "--ci"]].concat();
    finish(
        Command::new("npm")
            .args(line)
            .env("CARGO_TARGET_DIR", &folder)
            .current_dir(root),
    )?;
    newest(&folder.join("debug/bundle/deb"))
}

/// The package that was made last.
pub(super) fn newest(folder: &Path) -> Result<PathBuf, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let packages = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "deb"));
    packages
        .max_by_key(|path| path.metadata().and_then(|data| data.modified()).ok())
        .ok_or("no package was made".to_owned())
}
