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
    use std::ffi::{OsStr, OsString};
    use std::os::unix::process::CommandExt as _;
    use std::process::Command;

    /// glibc fills what is freed with this byte, and WebKit allocates by glibc instead of by itself.
    const SETTINGS: [(&str, &str); 2] = [("MALLOC_PERTURB_", "165"), ("Malloc", "1")];
    /// glibc's own settings, of which there may be others, separated by colons.
    const TUNABLES: &str = "GLIBC_TUNABLES";
    /// What a thread keeps for itself to use again is not filled: nothing is kept.
    const NOTHING_KEPT: &str = "glibc.malloc.tcache_count=0";

    /// Starts the program anew in its own place with these settings, which are read once, at the start.
    /// Where that is not possible it goes on without.
    pub(super) fn wiped_when_freed() {
        let tunables = std::env::var_os(TUNABLES).unwrap_or_default();
        let wanted = with_nothing_kept(&tunables);
        let set = |(name, value): &(&str, &str)| std::env::var_os(name).is_some_and(|is| is == *value);
        if SETTINGS.iter().all(set) && tunables == wanted {
            return;
        }
        let Ok(program) = std::env::current_exe() else {
            return;
        };
        let error = Command::new(program)
            .args(std::env::args_os().skip(1))
            .envs(SETTINGS)
            .env(TUNABLES, wanted)
            .exec();
        tracing::warn!(%error, "memory freed by libraries is not wiped");
    }

    /// The same tunables, and ours among them.
    fn with_nothing_kept(tunables: &OsStr) -> OsString {
        let set = |text: &str| text.split(':').any(|tunable| tunable == NOTHING_KEPT);
        if tunables.to_str().is_some_and(set) {
            return tunables.to_owned();
        }
        let mut wanted = tunables.to_owned();
        if !wanted.is_empty() {
            wanted.push(":");
        }
        wanted.push(NOTHING_KEPT);
        wanted
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn our_tunable_is_added_once_and_others_stay() {
            for (before, after) in [
                ("", NOTHING_KEPT),
                ("a.b=1", "a.b=1:glibc.malloc.tcache_count=0"),
                (NOTHING_KEPT, NOTHING_KEPT),
            ] {
                assert_eq!(with_nothing_kept(OsStr::new(before)), after);
            }
        }
    }
}
