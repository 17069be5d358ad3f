//! Writes what is made from the table of commands: TypeScript types, the TypeScript table, and the
//! shell's permission files. With `--check` it writes elsewhere and compares.

use crate::Outcome;
use acasa_api_types::{COMMANDS, Carriage, export_types};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

const TYPES: &str = "ui/src/lib/api/generated";
const PERMISSIONS: &str = "src-tauri/permissions";

pub(crate) fn run(root: &Path, check: bool) -> Outcome {
    let made = make(root)?;
    if check {
        compare(root, &made)
    } else {
        write(root, &made)
    }
}

/// Path within the checkout to content.
type Files = BTreeMap<PathBuf, String>;

fn make(root: &Path) -> Result<Files, String> {
    let scratch = scratch(root);
    let _ = fs::remove_dir_all(&scratch);
    export_types(&scratch).map_err(|error| error.to_string())?;
    let mut files = Files::new();
    for entry in fs::read_dir(&scratch).map_err(|error| error.to_string())? {
        let entry = entry.map_err(|error| error.to_string())?;
        let text = fs::read_to_string(entry.path()).map_err(|error| error.to_string())?;
        files.insert(Path::new(TYPES).join(entry.file_name()), text);
    }
    let _ = fs::remove_dir_all(&scratch);
    files.insert(Path::new(TYPES).join("commands.ts"), table());
    files.extend(permissions());
    Ok(files)
}

fn scratch(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root.join("target"), PathBuf::from)
        .join("bindings")
}

/// The table in TypeScript: argument and answer types by command, and how each travels.
fn table() -> String {
    let mut names: Vec<&str> = COMMANDS
        .iter()
        .flat_map(|command| [command.arguments, command.answer])
        .collect();
    names.sort_unstable();
    names.dedup();
    let mut text = String::from("// Made by `cargo xtask bindings`. Do not edit.\n");
    for name in names {
        let _ = writeln!(text, "import type {{ {name} }} from './{name}'");
    }
    text.push_str(
        "\n/** Every command: what it takes and what it answers. */\nexport interface Commands {\n",
    );
    for command in COMMANDS {
        let _ = writeln!(text, "  /** {} */", command.does);
        let _ = writeln!(
            text,
            "  {}: {{ arguments: {}; answer: {} }}",
            command.name, command.arguments, command.answer
        );
    }
    text.push_str("}\n\n/** Commands whose arguments travel as raw bytes. */\nexport const RAW_COMMANDS = [");
    let raw: Vec<String> = COMMANDS
        .iter()
        .filter(|command| command.carriage == Carriage::Raw)
        .map(|command| format!("'{}'", command.name))
        .collect();
    text.push_str(&raw.join(", "));
    text.push_str("] as const\n");
    text
}

/// One permission per command, and a set per module.
fn permissions() -> Files {
    let mut by_set: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for command in COMMANDS {
        by_set.entry(command.permission).or_default().push(command);
    }
    let mut files = Files::new();
    for (set, commands) in by_set {
        let mut text = String::from("# Made by `cargo xtask bindings`. Do not edit.\n");
        for command in &commands {
            let dashed = command.name.replace('_', "-");
            let _ = write!(
                text,
                "\n[[permission]]\nidentifier = \"allow-{dashed}\"\ndescription = \"{}\"\ncommands.allow = [\"{}\"]\n",
                command.does, command.name
            );
        }
        let list: Vec<String> = commands
            .iter()
            .map(|command| format!("\"allow-{}\"", command.name.replace('_', "-")))
            .collect();
        let _ = write!(
            text,
            "\n[[set]]\nidentifier = \"{set}\"\ndescription = \"What the interface may ask of {set}.\"\npermissions = [{}]\n",
            list.join(", ")
        );
        files.insert(Path::new(PERMISSIONS).join(format!("{set}.toml")), text);
    }
    files
}

fn write(root: &Path, made: &Files) -> Outcome {
    for folder in [TYPES, PERMISSIONS] {
        let _ = fs::remove_dir_all(root.join(folder));
        fs::create_dir_all(root.join(folder)).map_err(|error| error.to_string())?;
    }
    for (path, text) in made {
        fs::write(root.join(path), text).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    println!("{} files written", made.len());
    Ok(())
}

fn compare(root: &Path, made: &Files) -> Outcome {
    for (path, text) in made {
        let there = fs::read_to_string(root.join(path)).unwrap_or_default();
        if &there != text {
            return Err(format!(
                "{} is out of date: run `cargo xtask bindings`",
                path.display()
            ));
        }
    }
    println!("{} generated files are up to date", made.len());
    Ok(())
}
