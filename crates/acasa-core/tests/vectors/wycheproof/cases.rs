//! Reading cases of published vectors, and saying what became of them.

use libtest_mimic::{Failed, Trial};
use serde_json::Value;
use std::path::Path;

/// What a case led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Accepted, with the right result.
    Accepted,
    /// Refused.
    Refused,
    /// Accepted with another result than the vector's: always a failure.
    Wrong,
    /// Asks for something the product does not have, for this reason; not run.
    Outside(&'static str),
}

impl Outcome {
    /// Accepted or refused.
    pub(crate) fn of<T, E>(result: &Result<T, E>) -> Self {
        if result.is_ok() {
            Self::Accepted
        } else {
            Self::Refused
        }
    }

    /// Accepted with the right result, accepted with a wrong one, or refused.
    pub(crate) fn compare<E>(result: &Result<impl AsRef<[u8]>, E>, expected: &[u8]) -> Self {
        match result {
            Ok(found) if found.as_ref() == expected => Self::Accepted,
            Ok(_) => Self::Wrong,
            Err(_) => Self::Refused,
        }
    }
}

/// The test of one case: ignored with its reason when outside the product.
pub(crate) fn judged(
    name: &str,
    outcome: Outcome,
    judge: impl FnOnce(Outcome) -> Result<(), String> + Send + 'static,
) -> Trial {
    match outcome {
        Outcome::Outside(reason) => {
            Trial::test(format!("{name} ({reason})"), || Ok(())).with_ignored_flag(true)
        }
        Outcome::Accepted | Outcome::Refused | Outcome::Wrong => {
            Trial::test(name, move || judge(outcome).map_err(Failed::from))
        }
    }
}

/// A failing test for a file that cannot be read.
pub(crate) fn unreadable(topic: &str, name: &str, error: String) -> Trial {
    Trial::test(format!("{topic}::{name} can be read"), move || Err(error.into()))
}

/// A file of JSON.
pub(crate) fn read(path: &Path) -> Result<Value, String> {
    let bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_slice(&bytes).map_err(|error| format!("{}: {error}", path.display()))
}

/// A list under a name; empty if there is none.
pub(crate) fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// A text under a name; empty if there is none.
pub(crate) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

/// Bytes written as hex under a name.
pub(crate) fn bytes(value: &Value, name: &str) -> Vec<u8> {
    hex::decode(text(value, name)).expect("vectors write bytes as hex")
}
