//! The Debian package, and what must be in it.
//!
//! Tauri's own bundler makes it; here it is taken apart again and looked at: the program, its
//! desktop file with the `acasa:` scheme, its AppStream description, the notices, and a dependency
//! on the system's web view. `--check` lives through it in a clean root (`tests/package.sh`).
//! AppImage, msi and dmg are configured and made elsewhere.

mod make;

pub(crate) use make::{development, last_release, release};

use crate::Outcome;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the package must hold: part of a path, and a text in the file where one matters.
const MUST_HOLD: &[(&str, &str)] = &[
    ("usr/bin/acasa-app", ""),
    (
        "usr/share/applications/acasa.desktop",
        "MimeType=x-scheme-handler/acasa;",
    ),
    (
        "usr/share/metainfo/md.gov.acasa.metainfo.xml",
        "<launchable type=\"desktop-id\">acasa.desktop</launchable>",
    ),
    ("usr/share/doc/acasa/THIRD-PARTY.md", "# Third-party notices"),
    ("usr/share/doc/acasa/copyright", "EUROPEAN UNION PUBLIC LICENCE"),
];

/// `cargo xtask package [--dev] [--check]`.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Outcome {
    let asked = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let package = if asked("--dev") {
        development(root)
    } else {
        release(root)
    }?;
    look(root, &package)?;
    if asked("--check") {
        let status = Command::new("bash")
            .arg("tests/package.sh")
            .arg(&package)
            .current_dir(root)
            .status()
            .map_err(|error| format!("bash: {error}"))?;
        if !status.success() {
            return Err("the package does not live through a clean root".to_owned());
        }
    }
    Ok(())
}

/// Takes the package apart and looks for what it must hold.
pub(crate) fn look(root: &Path, package: &Path) -> Outcome {
    let field = |name: &str| execute(root, "dpkg-deb", &["--field", &text(package), name]);
    // The bundler makes it of the product's name, and writes one that dpkg refuses without a word.
    if field("Package")?.trim() != "acasa" {
        return Err("the package is not called acasa".to_owned());
    }
    if !field("Depends")?.contains("libwebkit2gtk-4.1-0") {
        return Err("the package does not depend on the system's web view".to_owned());
    }
    let apart = package.with_extension("apart");
    let _ = std::fs::remove_dir_all(&apart);
    execute(root, "dpkg-deb", &["--extract", &text(package), &text(&apart)])?;
    for (path, content) in MUST_HOLD {
        let found = apart.join(path);
        if !found.is_file() {
            return Err(format!("the package lacks {path}"));
        }
        if !content.is_empty()
            && !std::fs::read_to_string(&found)
                .unwrap_or_default()
                .contains(content)
        {
            return Err(format!("{path} in the package does not say {content}"));
        }
    }
    println!("{} ({})", package.display(), megabytes(size(package)?));
    Ok(())
}

/// The file's bytes.
pub(crate) fn size(package: &Path) -> Result<u64, String> {
    let data = std::fs::metadata(package).map_err(|error| format!("{}: {error}", package.display()))?;
    Ok(data.len())
}

/// Decimal megabytes with one digit after the point.
pub(crate) fn megabytes(bytes: u64) -> String {
    let tenths = bytes.saturating_add(50_000) / 100_000;
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

/// Where cargo builds.
pub(crate) fn target(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from)
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

/// Runs a command to its end; what it printed, or why it failed.
fn execute(root: &Path, program: &str, arguments: &[&str]) -> Result<String, String> {
    finish(Command::new(program).args(arguments).current_dir(root))
}

fn finish(command: &mut Command) -> Result<String, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{program}: {error}"))?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn megabytes_are_decimal_and_rounded() {
        assert_eq!(megabytes(9_458_894), "9.5 MB");
        assert_eq!(megabytes(949_999), "0.9 MB");
        assert_eq!(megabytes(10_000_000), "10.0 MB");
    }

    #[test]
    fn a_folder_without_a_package_has_no_newest_one() {
        let nowhere = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        assert!(make::newest(&nowhere).is_err());
    }
}
