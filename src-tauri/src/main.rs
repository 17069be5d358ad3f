//! The desktop binary. Phones enter through `acasa_app::run` directly.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]
#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    #[cfg(target_os = "linux")]
    heap::wiped_when_freed();
    acasa_app::main()
}

/// What C libraries free is wiped too (docs/adr/0008-the-web-engine-s-heap-is-wiped.md).
#[cfg(target_os = "linux")]
mod heap {
    use std::os::unix::process::CommandExt as _;
    use std::process::Command;

    /// glibc fills what is freed with this byte, and WebKit allocates by glibc instead of by itself.
    const SETTINGS: [(&str, &str); 2] = [("MALLOC_PERTURB_", "165"), ("Malloc", "1")];

    /// Starts the program anew in its own place with these settings, which are read once, at the start.
    /// Where that is not possible it goes on without.
    pub(super) fn wiped_when_freed() {
        let set = |(name, value): &(&str, &str)| std::env::var_os(name).is_some_and(|is| is == *value);
        if SETTINGS.iter().all(set) {
            return;
        }
        let Ok(program) = std::env::current_exe() else {
            return;
        };
        let error = Command::new(program)
            .args(std::env::args_os().skip(1))
            .envs(SETTINGS)
            .exec();
        tracing::warn!(%error, "memory freed by libraries is not wiped");
    }
}
