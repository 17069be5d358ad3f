//! Which keys are used: by the interface (`m.key`, `'words:prefix'`), by Rust's few words
//! (`text("key")` where `words::text` is), and by the codes that cross to the interface.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Where Rust says something to people itself.
const SPEAKING: &[&str] = &[
    "crates/acasa-core/src",
    "crates/acasa-sandbox/src/sign_in",
    "src-tauri/src",
];

/// Where the codes of errors come from that a command can fail with: the literals of `fn code`.
const ERRORS: &[&str] = &[
    "crates/acasa-core/src/error.rs",
    "crates/acasa-store/src/error.rs",
    "crates/acasa-keystore/src/error.rs",
    "crates/acasa-client/src/error.rs",
    "crates/acasa-crypto/src/error.rs",
    "crates/acasa-qr/src/error.rs",
    "crates/acasa-credentials/src/proof.rs",
    "crates/acasa-credentials/src/challenge.rs",
    "crates/acasa-credentials/src/mdoc.rs",
    "crates/acasa-credentials/src/cbor.rs",
    "crates/acasa-credentials/src/cose.rs",
];

/// Of those, what a check of a proof can fail with.
const REASONS_BY_ERROR: &[&str] = &[
    "crates/acasa-credentials/src/proof.rs",
    "crates/acasa-credentials/src/mdoc.rs",
    "crates/acasa-credentials/src/cbor.rs",
    "crates/acasa-credentials/src/cose.rs",
];

/// Where a check is made that can decide a verdict.
const CHECKS: &[&str] = &[
    "crates/acasa-credentials/src/mdoc/verify.rs",
    "crates/acasa-credentials/src/proof/verify.rs",
    "crates/acasa-credentials/src/trust/chain.rs",
    "crates/acasa-core/src/trust.rs",
];

/// What stands on a line that gives a check's reason, when it fails or stays open.
const DECIDING: &[&str] = &["fail(", "open(", "Refused(", "Unknown(", "ome(", "detail ="];

/// What the sources use.
#[derive(Default)]
pub(super) struct Usage {
    /// Keys that are named.
    pub(super) keys: BTreeSet<String>,
    /// What keys may begin with whose end is only known when the app runs.
    pub(super) prefixes: BTreeSet<String>,
}

impl Usage {
    /// Reads the sources.
    pub(super) fn of(root: &Path) -> io::Result<Self> {
        let mut usage = Self::default();
        for file in files(&root.join("ui/src"), &["ts", "svelte"])? {
            let name = file.to_string_lossy();
            if !name.contains("/paraglide/") && !name.contains(".test.") {
                usage.read_interface(&fs::read_to_string(&file)?);
            }
        }
        for folder in SPEAKING {
            for file in files(&root.join(folder), &["rs"])? {
                let text = fs::read_to_string(&file)?;
                if text.contains("words::text") {
                    usage.keys.extend(after(&text, "text(\"", is_key));
                }
                let documents = after(&text, "code: \"", is_key);
                usage.require("error", documents);
            }
        }
        for file in ERRORS {
            usage.require("error", codes(&fs::read_to_string(root.join(file))?));
        }
        for file in REASONS_BY_ERROR {
            usage.require("reason", codes(&fs::read_to_string(root.join(file))?));
        }
        for file in CHECKS {
            usage.require("reason", reasons(&fs::read_to_string(root.join(file))?));
        }
        Ok(usage)
    }

    /// Whether a key is used, or may be.
    pub(super) fn covers(&self, key: &str) -> bool {
        let begins = |prefix: &String| key.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('_'));
        self.keys.contains(key) || self.prefixes.iter().any(begins)
    }

    fn read_interface(&mut self, text: &str) {
        self.keys.extend(after(text, "m.", is_key));
        self.prefixes.extend(after(text, "'words:", is_key));
    }

    fn require(&mut self, prefix: &str, codes: impl IntoIterator<Item = String>) {
        self.keys
            .extend(codes.into_iter().map(|code| format!("{prefix}_{code}")));
    }
}

fn is_key(letter: char) -> bool {
    letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_'
}

/// The words that follow a marker which itself is not the end of another word.
fn after(text: &str, marker: &str, is_part: fn(char) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    let mut before = '\n';
    for (at, piece) in text.split(marker).enumerate() {
        let starts_word = !(before.is_alphanumeric() || before == '_' || before == '.' || before == '$');
        let word: String = piece.chars().take_while(|letter| is_part(*letter)).collect();
        if at > 0 && starts_word && !word.is_empty() {
            found.push(word);
        }
        before = piece.chars().next_back().unwrap_or('\n');
    }
    found
}

/// The literals of every `fn code`, without those of its tests.
fn codes(source: &str) -> Vec<String> {
    let bodies = without_tests(source).split("fn code(").skip(1);
    bodies
        .flat_map(|body| literals(body.split("\n    }").next().unwrap_or(body)))
        .collect()
}

/// The literals of the lines that give a reason.
fn reasons(source: &str) -> Vec<String> {
    without_tests(source)
        .lines()
        .filter(|line| DECIDING.iter().any(|marker| line.contains(marker)))
        .flat_map(literals)
        // On such a line another arm may say that all is well.
        .filter(|reason| reason != "ok")
        .collect()
}

fn without_tests(source: &str) -> &str {
    source
        .split_once("#[cfg(test)]")
        .map_or(source, |(before, _)| before)
}

/// What stands between quotes and looks like a code.
fn literals(text: &str) -> Vec<String> {
    let quoted = text.split('"').skip(1).step_by(2);
    quoted
        .filter(|literal| !literal.is_empty() && literal.chars().all(is_key))
        .map(str::to_owned)
        .collect()
}

fn files(folder: &Path, endings: &[&str]) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path, endings)?);
        } else if path
            .extension()
            .is_some_and(|ending| endings.iter().any(|wanted| ending == *wanted))
        {
            found.push(path);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_and_a_prefix_are_found_in_the_interface() {
        let mut usage = Usage::default();
        usage.read_interface(
            "import errorWords from 'words:error'; import('words:x') {m.hello()} {item.name} \
             wordsFor(errorWords, code, m.error_unknown)",
        );
        let keys: Vec<&str> = usage.keys.iter().map(String::as_str).collect();
        assert_eq!(keys, ["error_unknown", "hello"]);
        assert!(usage.covers("error_new") && usage.covers("x_y"));
        assert!(!usage.covers("name") && !usage.covers("errors"));
    }

    #[test]
    fn the_codes_of_an_error_are_found_and_not_those_of_its_tests() {
        let source = "fn code(&self) { match self { Self::A => \"a_b\", Self::B => \"not a code\" }\n    }\n\
                      fn other() { \"c\" }\n#[cfg(test)] fn code( \"d\"";
        assert_eq!(codes(source), ["a_b"]);
    }

    #[test]
    fn only_what_can_decide_is_a_reason() {
        let source = "Check::fail(name, \"expired\")\nCheck::pass(name, \"ok\")\nUnknown(\"signer_unknown\")";
        assert_eq!(reasons(source), ["expired", "signer_unknown"]);
    }
}
