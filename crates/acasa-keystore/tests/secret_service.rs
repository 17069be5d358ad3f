//! The contract against the platform's real keystore.
//!
//! Run it under a session bus with an unlocked Secret Service (`tests/secret_service.sh`). Without
//! one the cases are ignored, except with `ACASA_TEST_SECRET_SERVICE=1`, where absence is a failure.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use acasa_keystore::testing::CONTRACT;
use acasa_keystore::{Keystore, KeystoreError, OsKeystore};
use libtest_mimic::{Arguments, Failed, Trial};

fn main() -> ExitCode {
    let required = std::env::var_os("ACASA_TEST_SECRET_SERVICE").is_some_and(|v| v == "1");
    let has_bus = std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some();
    let runs = required || (has_bus && OsKeystore::with_limit(LIMIT).available().is_ok());
    let shared = Arc::new(OsKeystore::with_limit(LIMIT));

    let mut trials: Vec<Trial> = CONTRACT
        .iter()
        .map(|(name, case)| {
            let keystore = Arc::clone(&shared);
            trial(name, runs, move || case(&*keystore).map_err(Failed::from))
        })
        .collect();
    trials.push(trial(
        "secrets_outlive_the_handle_they_were_set_by",
        runs,
        outlives,
    ));
    trials.push(if has_bus {
        trial("a_missing_session_bus_is_unavailable", false, || Ok(()))
    } else {
        trial("a_missing_session_bus_is_unavailable", true, no_bus)
    });
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

const LIMIT: Duration = Duration::from_secs(5);

fn outlives() -> Result<(), Failed> {
    let first = OsKeystore::with_limit(LIMIT);
    first
        .set("contract-outlives", "secret", b"kept")
        .map_err(|e| e.code())?;
    drop(first);
    let second = OsKeystore::with_limit(LIMIT);
    let read = second.get("contract-outlives", "secret").map_err(|e| e.code())?;
    second
        .delete("contract-outlives", "secret")
        .map_err(|e| e.code())?;
    if read.is_some_and(|r| **r == *b"kept") {
        Ok(())
    } else {
        Err("it was lost".into())
    }
}

fn no_bus() -> Result<(), Failed> {
    match OsKeystore::with_limit(LIMIT).available() {
        Err(KeystoreError::Unavailable { .. }) => Ok(()),
        Err(other) => Err(format!("named {} instead", other.code()).into()),
        Ok(()) if cfg!(target_os = "linux") => Err("there is no bus, yet it answers".into()),
        Ok(()) => Ok(()),
    }
}

fn trial(name: &str, runs: bool, case: impl FnOnce() -> Result<(), Failed> + Send + 'static) -> Trial {
    // The kind is what a reader of the list sees beside "ignored".
    let kind = if runs {
        ""
    } else {
        "needs another session: tests/secret_service.sh"
    };
    Trial::test(name, case).with_kind(kind).with_ignored_flag(!runs)
}
